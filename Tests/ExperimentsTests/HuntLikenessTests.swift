import ContentionEngine
import Experiments
import SimulationBasics
import Testing

/// Stories told by hand, each with the breach that it ends with.
@Suite("Likeness of a breach to its name")
struct HuntLikenessTests {
  private let row = RowID(index: 4)

  private func request(_ user: Int, key: UInt64, attempt: Int = 1) -> StoryEvent.Teller {
    .request(
      StoryEvent.RequestTeller(
        user: UserID(index: user), program: 0, call: 1, attempt: attempt, key: key,
        instance: InstanceID(index: 0)))
  }

  private func likeness(
    _ promise: SafetyPromise, _ facts: (StoryEvent.Teller, StoryEvent.Fact)...
  ) -> StoryLikeness {
    let story = facts.enumerated().map { index, fact in
      StoryEvent(
        at: .start + .milliseconds(UInt64(index)), event: UInt64(index), teller: fact.0,
        fact: fact.1)
    }
    let breach = Breach(
      promise: promise, at: .start, event: UInt64(story.count - 1), row: row)
    return StoryLikeness(of: breach, in: story)
  }

  /// One request reads, others write, and the first one writes over it.
  private func lostUpdate(
    _ first: StoryEvent.Teller, _ others: StoryEvent.Teller...
  ) -> StoryLikeness {
    var facts: [(StoryEvent.Teller, StoryEvent.Fact)] = [
      // Long before: nobody's loss.
      (request(8, key: 80), .committed(row, column: 0, value: 0)),
      (first, .read(row, column: 0, value: 0, version: 1)),
    ]
    for (index, other) in others.enumerated() {
      facts.append((other, .committed(row, column: 0, value: Int64(index + 1))))
    }
    facts.append((first, .committed(row, column: 0, value: 1)))
    facts.append((first, .broke(.noLostUpdate)))
    let story = facts.enumerated().map { index, fact in
      StoryEvent(
        at: .start + .milliseconds(UInt64(index)), event: UInt64(index), teller: fact.0,
        fact: fact.1)
    }
    return StoryLikeness(
      of: Breach(promise: .noLostUpdate, at: .start, event: 9, row: row), in: story)
  }

  @Test("an update is lost as one means it when another user's is overwritten")
  func otherUser() {
    #expect(lostUpdate(request(0, key: 1), request(1, key: 2)) == .exact)
  }

  @Test("nearly so when it is another request of the same user")
  func sameUser() {
    #expect(lostUpdate(request(0, key: 1), request(0, key: 2)) == .near)
  }

  @Test("by the letter only when it is the same request, sent again")
  func sameRequest() {
    #expect(lostUpdate(request(0, key: 1), request(0, key: 1, attempt: 2)) == .other)
  }

  @Test("of several that are overwritten the one counts that is nearest")
  func several() {
    let own = request(0, key: 1, attempt: 2)
    #expect(lostUpdate(request(0, key: 1), own, request(0, key: 2)) == .near)
    #expect(lostUpdate(request(0, key: 1), request(1, key: 3), own) == .exact)
  }

  @Test("a duplicate meets an error as one means it when it has found PROCESSING")
  func duplicate() {
    let first = request(0, key: 1)
    let second = request(0, key: 1, attempt: 2)
    #expect(
      likeness(
        .noDuplicateFails, (first, .keyFound(table: 1, .absent)),
        (second, .keyFound(table: 1, .processing)), (second, .duplicateKey(table: 1)),
        (second, .broke(.noDuplicateFails))) == .exact)
    #expect(
      likeness(
        .noDuplicateFails, (first, .keyFound(table: 1, .absent)),
        (second, .keyFound(table: 1, .absent)), (second, .duplicateKey(table: 1)),
        (second, .broke(.noDuplicateFails))) == .other)
    // The second click has overtaken the first.
    #expect(
      likeness(
        .noDuplicateFails, (second, .keyFound(table: 1, .absent)),
        (first, .keyFound(table: 1, .processing)), (first, .duplicateKey(table: 1)),
        (first, .broke(.noDuplicateFails))) == .near)
    // Code without a look-up is what the promise is about.
    #expect(
      likeness(
        .noDuplicateFails, (second, .duplicateKey(table: 1)),
        (second, .broke(.noDuplicateFails))) == .exact)
  }

  @Test("of all other promises every breach is what it is called")
  func others() {
    let request = request(0, key: 1)
    for promise in SafetyPromise.allCases
    where promise != .noLostUpdate && promise != .noDuplicateFails {
      #expect(likeness(promise, (request, .broke(promise))) == .exact)
    }
  }
}

import ContendedResources
import SimulationBasics
import Testing

@Suite("Request threads")
struct RequestThreadsTests {
  @Test("parks what is accepted, keeps a backlog, and refuses the rest")
  func rooms() {
    // Two threads, one parked, one in the backlog.
    var threads = RequestThreads(size: 2, accepted: 3, backlog: 1, expectedRequests: 4)
    #expect(threads.acquire(for: first) == .granted)
    #expect(threads.acquire(for: second) == .granted)
    #expect(threads.acquire(for: third) == .queued(ahead: 0))
    #expect(threads.acquire(for: fourth) == .queued(ahead: 1))
    #expect(threads.acquire(for: request(4)) == .refused)
    #expect(threads.isWaiting(request(4)) == false)
    #expect(threads.release(by: first) == .passed(to: third))
    #expect(threads.acquire(for: request(4)) == .queued(ahead: 1))
    #expect(threads.waiting == 2)
    #expect(threads.inUse == 2)
  }

  /// SEMANTICS section 4: on Tomcat's defaults 1000 users mean 200 in service and 800 queued, no
  /// refusal.
  @Test("of 1000 users on Tomcat's defaults serve 200 and queue 800")
  func tomcatDefaults() {
    var threads = RequestThreads(size: 200, accepted: 8_192, backlog: 100, expectedRequests: 10)
    for user in 0..<1_000 {
      let expected: RequestThreads.AcquireOutcome =
        user < 200 ? .granted : .queued(ahead: user - 200)
      #expect(threads.acquire(for: request(user)) == expected)
    }
    #expect(threads.capacityOfQueue == 8_192 - 200 + 100)
  }

  @Test("never serve more than are accepted")
  func fewAccepted() {
    var threads = RequestThreads(size: 5, accepted: 1, backlog: 1, expectedRequests: 4)
    #expect(threads.acquire(for: first) == .granted)
    #expect(threads.acquire(for: second) == .queued(ahead: 0))
    #expect(threads.acquire(for: third) == .refused)
    #expect(threads.release(by: first) == .passed(to: second))
    #expect(threads.release(by: second) == .freed)
  }

  @Test("without limits refuse nobody", arguments: 0..<4)
  func unlimited(kind: Int) {
    var threads =
      switch kind {
      case 0: RequestThreads(size: nil, accepted: nil, backlog: nil, expectedRequests: 0)
      case 1: RequestThreads(size: nil, accepted: nil, backlog: 0, expectedRequests: 0)
      case 2: RequestThreads(size: 1, accepted: nil, backlog: 0, expectedRequests: 0)
      default: RequestThreads(size: 1, accepted: 1, backlog: nil, expectedRequests: 0)
      }
    for user in 0..<1_000 { #expect(threads.acquire(for: request(user)) != .refused) }
    #expect(threads.inUse == (kind < 2 ? 1_000 : 1))
  }

  @Test("make as many threads as are accepted where only that is limited")
  func acceptedAlone() {
    var threads = RequestThreads(size: nil, accepted: 1, backlog: 0, expectedRequests: 2)
    #expect(threads.acquire(for: first) == .granted)
    #expect(threads.acquire(for: second) == .refused)
  }

  @Test("give the room of a client that hung up to the next")
  func abandoning() {
    var threads = RequestThreads(size: 1, accepted: 2, backlog: 0, expectedRequests: 4)
    _ = threads.acquire(for: first)
    _ = threads.acquire(for: second)
    #expect(threads.acquire(for: third) == .refused)
    threads.abandonWait(of: second)
    #expect(threads.acquire(for: third) == .queued(ahead: 0))
    #expect(threads.release(by: first) == .passed(to: third))
  }

  @Test("show a late hang-up that the wait is over, when the thread came first")
  func releaseThenAbandon() {
    var threads = RequestThreads(size: 1, accepted: 2, backlog: 0, expectedRequests: 4)
    _ = threads.acquire(for: first)
    _ = threads.acquire(for: second)
    #expect(threads.release(by: first) == .passed(to: second))
    #expect(threads.isWaiting(second) == false)
  }

  @Test("agree with an array on every history of six operations")
  func everyHistory() {
    let letters = (0..<5).flatMap { member -> [ServerOperation] in
      [.acquire(member), .release(member), .abandon(member)]
    }
    checkEveryHistory(of: ThreadsBesideArray.self, letters: letters, length: 6)
    checkLongHistories(of: ThreadsBesideArray.self, letters: letters, seeds: 0..<5, length: 1_000)
  }

  @Test("stop the run when nobody can be accepted")
  func nobodyAccepted() async {
    await #expect(processExitsWith: .failure) {
      _ = RequestThreads(size: 1, accepted: 0, backlog: 1, expectedRequests: 1)
    }
  }

  @Test("stop the run when the backlog is negative")
  func negativeBacklog() async {
    await #expect(processExitsWith: .failure) {
      _ = RequestThreads(size: 1, accepted: 1, backlog: -1, expectedRequests: 1)
    }
  }
}

/// One thread, one parked, one in the backlog: an array of at most three, whose first is served.
private struct ThreadsBesideArray: ~Copyable, SideBySide {
  var threads = RequestThreads(size: 1, accepted: 2, backlog: 1, expectedRequests: 1)
  var inside: [Int] = []

  mutating func step(_ operation: ServerOperation) -> StepResult {
    switch operation {
    case .acquire(let member):
      if inside.contains(member) { return .illegal }
      let outcome = threads.acquire(for: request(member))
      if inside.count == 3 { return outcome == .refused ? .agreed : .differed("\(outcome)") }
      inside.append(member)
      let expected: RequestThreads.AcquireOutcome =
        inside.count == 1 ? .granted : .queued(ahead: inside.count - 2)
      return outcome == expected ? .agreed : .differed("\(outcome)")
    case .release(let member):
      if inside.first != member { return .illegal }
      inside.removeFirst()
      let outcome = threads.release(by: request(member))
      let expected = inside.first.map { ServerGroup.ReleaseOutcome.passed(to: request($0)) }
      return outcome == expected ?? .freed ? .agreed : .differed("\(outcome)")
    case .abandon(let member):
      guard inside.dropFirst().contains(member) else { return .illegal }
      inside.removeAll { $0 == member }
      threads.abandonWait(of: request(member))
      return .agreed
    }
  }

  func differenceInState() -> String? {
    threads.inUse + threads.waiting == inside.count ? nil : "wrong number inside"
  }
}

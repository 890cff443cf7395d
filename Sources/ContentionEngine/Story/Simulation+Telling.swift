import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// The story of a run, fact by fact, for who asks why a promise was broken.
///
/// A run that nobody asks pays one branch at each place where something might be told.
extension Simulation {
  /// What has happened since the last call, in the order of the run; nothing unless the run's
  /// `watch` asks for its story.
  ///
  /// Each fact takes about 100 bytes and each request some ten facts: take it often, or watch short
  /// runs.
  public mutating func takeStory() -> [StoryEvent] {
    let taken = story
    story.removeAll(keepingCapacity: true)
    return taken
  }

  // MARK: Telling

  /// Tells what a request has done, or what has befallen it.
  @inline(__always)
  mutating func tell(_ fact: StoryEvent.Fact, by request: RequestID) {
    if tellsStory { append(fact, by: .request(teller(request))) }
  }

  /// Tells what nobody's request has done.
  @inline(__always)
  mutating func tell(_ fact: StoryEvent.Fact, by teller: StoryEvent.Teller) {
    if tellsStory { append(fact, by: teller) }
  }

  /// Remembers which attempt of its user's call a request is, counted from 1.
  ///
  /// Called before the first fact of every request that is not the first attempt.
  @inline(__always)
  mutating func tellAttempt(_ attempt: Int, of request: RequestID) {
    if tellsStory { noteAttempt(attempt, of: request) }
  }

  @inline(never)
  private mutating func append(_ fact: StoryEvent.Fact, by teller: StoryEvent.Teller) {
    story.append(StoryEvent(at: now, event: eventCount, teller: teller, fact: fact))
  }

  @inline(never)
  private func teller(_ request: RequestID) -> StoryEvent.RequestTeller {
    let state = requests[request]
    let isKnown = Int(request.index) < attempts.count
    return StoryEvent.RequestTeller(
      user: state.user, program: Int(state.program), call: state.number,
      attempt: isKnown ? Int(attempts[request.index]) : 1, key: state.key.number,
      instance: state.instance)
  }

  @inline(never)
  private mutating func noteAttempt(_ attempt: Int, of request: RequestID) {
    if Int(request.index) >= attempts.count {
      attempts.grow(
        toCount: max(16, Int(request.index) + 1, attempts.count * 2), filledWith: 1)
    }
    attempts[request.index] = Int32(attempt)
  }

  // MARK: What takes more than a line

  /// Tells which keys a transaction leaves behind that commits.
  ///
  /// - Complexity: O(tables).
  @inline(never)
  mutating func tellKeys(of transaction: TransactionID, by request: RequestID) {
    for (index, table) in compiled.scenario.tables.enumerated() where table.hasUniqueKey {
      guard
        let state = keys.staged(requests[request].key, in: UInt8(index), by: transaction)
      else { continue }
      tell(.keyCommitted(table: index, StoryEvent.KeySight(state)), by: request)
    }
  }
}

extension StoryEvent.KeySight {
  init(_ state: KeyState) {
    self =
      switch state {
      case .processing: .processing
      case .completed: .completed
      case .failed: .failed
      }
  }

  init(_ lookup: KeyLookup) {
    self =
      switch lookup {
      case .absent: .absent
      case .processing: .processing
      case .completed: .completed
      case .failed: .failed
      case .overdue: .overdue
      }
  }
}

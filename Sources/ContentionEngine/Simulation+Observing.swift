import ContendedResources
package import Measurements
import RequestPrograms
package import SimulationBasics

/// What a request in flight does, as somebody sees it who looks between two events.
package struct RequestGlimpse: Equatable {
  package let request: RequestID
  package let user: UserID
  package let instance: InstanceID
  /// The index of its next instruction.
  package let programCounter: Int32
  /// What its time since `since` is spent on.
  package let share: TimeShare
  package let since: VirtualTime
  package let sentAt: VirtualTime
}

/// A lock of the database that a request has or waits for, as somebody sees it who looks between
/// two events.
package struct LockGlimpse: Equatable {
  package let user: UserID
  /// How many transactions of the request stand aside for the one whose lock it is.
  package let level: Int
  package let lock: DeadlockLock
  /// Whose transaction the wait is for, by the wait-for edge; `nil` when the lock is held.
  package let awaited: UserID?
}

/// Looking at a run event by event: for who looks for the worst moment for a fault, and for tests,
/// which compare what they see with what was worked out by hand.
///
/// Nothing here costs a run anything that does not look.
extension Simulation {
  /// Lets the next event happen; false when the run is over.
  package mutating func runNextEvent() -> Bool {
    !isOver && runNextEvent(through: .never)
  }

  /// Ends the looking; what is left of the run does not happen.
  ///
  /// A run ends in its own module: Embedded Swift sees nowhere else how.
  package consuming func abandon() {}

  /// The requests in flight, in the order of their slots.
  ///
  /// - Complexity: O(slots).
  package func requestsInFlight() -> [RequestGlimpse] {
    var glimpses: [RequestGlimpse] = []
    for slot in 0..<requests.slotCount {
      let request = RequestID(index: slot)
      let state = requests[request]
      guard state.user.index >= 0, state.errand == .none, state.wait != .click else { continue }
      glimpses.append(
        RequestGlimpse(
          request: request, user: state.user, instance: state.instance,
          programCounter: state.programCounter,
          share: state.share, since: state.since, sentAt: state.sentAt))
    }
    return glimpses
  }

  /// The locks of all requests in flight, in the order of their slots; of each transaction what it
  /// holds, oldest first, and then what it waits for.
  ///
  /// - Complexity: O(slots + locks).
  package func locksInSight() -> [LockGlimpse] {
    var glimpses: [LockGlimpse] = []
    for slot in 0..<requests.slotCount {
      let user = requests[RequestID(index: slot)].user
      guard user.index >= 0 else { continue }
      for level in 0...Int(requests[RequestID(index: slot)].level) {
        let transaction = TransactionID(index: slot << levelBits | level)
        for held in rowLocks.requestsHeld(by: transaction) {
          glimpses.append(
            LockGlimpse(user: user, level: level, lock: lock(held), awaited: nil))
        }
        if let wanted = rowLocks.waitedRequest(of: transaction),
          let blocker = rowLocks.blocker(of: transaction)
        {
          glimpses.append(
            LockGlimpse(
              user: user, level: level, lock: lock(wanted),
              awaited: requests[request(of: blocker)].user))
        }
      }
    }
    return glimpses
  }

  /// The status of the last answer that a user has heard.
  package func lastStatus(of user: UserID) -> UInt16 { users[user.index].lastStatus }

  /// The rows that a request has of one of its keys, in their order.
  package func rows(of request: RequestID, key: Int) -> [RowID] {
    let key = compiled.programs[Int(requests[request].program)].keys[key]
    return key.slots.map { requests.row($0, of: request) }.filter { $0.index >= 0 }
  }

  /// The key that a request carries.
  package func key(of request: RequestID) -> IdempotencyKey { requests[request].key }

  /// How many keys are kept that more than one request may carry, those of whole loads included.
  package var sharedKeyCount: Int { sharedKeys.keyCount }

  /// What is committed in one column of a row, and how many commits have changed the row.
  package func committed(_ row: RowID, column: Int) -> (value: Int64, version: UInt64) {
    let image = rows.committed(row, column: column)
    return (image.value, image.version)
  }
}

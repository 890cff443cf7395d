import SimulationBasics

extension LockSubscriptions {
  /// Stops the program unless entries, members and queues tell the same story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(locks × instances + entries + requests).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      waits.checkInvariants()
      var membersOf = FixedTable(repeating: Int32(0), count: entries.count)
      for request in 0..<membership.count where membership[request] >= 0 {
        membersOf[membership[request]] += 1
      }
      for request in 0..<Int32(membership.count) {
        if let queue = waits.queue(of: RequestID(index: Int(request))) {
          precondition(queue / 2 == membership[request], "a request waits where it is no member")
        }
      }
      for pair in 0..<entryOf.count where entryOf[pair] >= 0 {
        let number = entryOf[pair]
        let entry = entries[number]
        precondition(entry.stage != .free, "an entry that is free and used")
        if entry.stage == .subscribed {
          precondition(entry.members > 0, "a subscription without a member")
          precondition(entry.isReached, "a subscription that no message reaches")
        }
        precondition(entry.members == membersOf[number], "a count of members is wrong")
        precondition(
          entry.permits == 0 || waits.count(of: number * 2 + 1) == 0,
          "somebody waits beside a stored permit")
        if entry.stage == .subscribed, number != justSubscribed {
          precondition(waits.count(of: number * 2) == 0, "somebody awaits what has come")
        }
      }
    #endif
  }
}

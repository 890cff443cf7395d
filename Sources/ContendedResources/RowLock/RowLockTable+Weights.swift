import SimulationBasics

/// Contention-aware scheduling: of the waiters of a record, the one that keeps most others waiting
/// goes first.
///
/// The weight of a waiter is the sum of the initial weights of itself and of all that wait for it,
/// directly or not, along the wait-for edges. The initial weight is 1. It is raised for who has
/// waited while twice as many other waits began as transactions wait now, to the number of these,
/// so that nobody starves (InnoDB, lock0wait.cc: `lock_wait_compute_initial_weights`,
/// `lock_wait_accumulate_weights`).
///
/// InnoDB sums up now and then in the background; here the weights are those of the moment.
extension RowLockTable {
  /// Whether weights can change the order of arrival on a record.
  ///
  /// If nobody waits for any of the waiters, each has its initial weight; the raised ones have
  /// waited longest and are first in the queue anyway.
  @inline(__always)
  func decidesByWeight(on record: Int32) -> Bool {
    rules.grantOrder == .contentionAware && records[record].blockingWaiterCount > 0
      && records[record].waitingCount > 1
  }

  /// The heaviest waiter of a record; of equals, the one that came first.
  ///
  /// - Complexity: O(lock objects).
  mutating func heaviestWaiter(of record: Int32) -> Int32 {
    sumUpWeights()
    var heaviest = records[record].firstWaiting
    var waiter = heaviest
    while waiter >= 0 {
      if weight(of: waiter) > weight(of: heaviest) { heaviest = waiter }
      waiter = locks[waiter].nextOnRecord
    }
    return heaviest
  }

  /// Puts the waiters of a record whose wait-for edge leads to `leaver` into `candidates`, the
  /// heaviest first, equals in order of arrival.
  ///
  /// - Returns: How many there are.
  /// - Complexity: O(lock objects), and O(*c*²) for *c* candidates in the wrong order.
  mutating func gatherByWeight(on record: Int32, leftBy leaver: Int32) -> Int {
    sumUpWeights()
    candidates.makeRoom(for: records[record].waitingCount - 1, filledWith: -1)
    var count = 0
    var waiter = records[record].firstWaiting
    while waiter >= 0 {
      if locks[waiter].blocker == leaver {
        var place = count
        while place > 0, weight(of: candidates[place - 1]) < weight(of: waiter) {
          candidates[place] = candidates[place - 1]
          place -= 1
        }
        candidates[place] = waiter
        count += 1
      }
      waiter = locks[waiter].nextOnRecord
    }
    return count
  }

  private func weight(of waiter: Int32) -> Int { weights[locks[waiter].transaction].weight }

  /// Computes the weights of all that wait. A cycle of waits keeps what leads to it.
  private mutating func sumUpWeights() {
    weights.makeRoom(
      for: Int32(truncatingIfNeeded: transactions.count - 1), filledWith: .none)
    let boost = totalWaiting == 0 ? 1 : min(totalWaiting, 1_000_000_000 / totalWaiting)
    let patience = UInt64(2 * totalWaiting)
    for lock in 0..<usedLocks where locks[lock].isWaiting {
      let waiter = locks[lock].transaction
      let isBoosted = transactions[waiter].waitNumber + patience < waitsBegun
      weights[waiter] = WaitWeight(
        weight: isBoosted ? boost : 1, missing: transactions[waiter].waitedForBy)
    }
    for lock in 0..<usedLocks where locks[lock].isWaiting {
      if transactions[locks[lock].transaction].waitedForBy == 0 { addUpward(from: lock) }
    }
  }

  /// Adds the weight of a waiter to the one it waits for, and so on while that was the last
  /// missing.
  private mutating func addUpward(from lock: Int32) {
    var child = lock
    while child >= 0 {
      // A plain record without a holder is being handed over; its former holder waits for nothing.
      let record = locks[child].record
      if records[record].firstGranted < 0, records[record].unusualCount == 0 { return }
      let parent = edge(of: child)
      guard transactions[parent].wait >= 0 else { return }
      weights[parent].weight += weight(of: child)
      weights[parent].missing -= 1
      guard weights[parent].missing == 0 else { return }
      child = transactions[parent].wait
    }
  }
}

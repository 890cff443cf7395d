import Measurements
import SimulationBasics

/// What the meters come to at the end of the window.
extension Meters {
  func metricValues(over window: VirtualDuration) -> [MetricValue] {
    MetricName.allCases.map { metrics.value(of: $0, over: window) }
  }

  func rowWaits(ofTable table: Int, at end: VirtualTime) -> OccupancyResult {
    rowQueues[table].result(at: end)
  }

  var timeSplit: TimeSplitResult { split.result() }

  /// Requests by the number of their retries, up to the largest number that occurred.
  var retries: [UInt64] {
    var counts: [UInt64] = []
    for retries in 0...Self.retryLimit { counts.append(requestsByRetries[retries]) }
    while counts.count > 1 && counts.last == 0 { counts.removeLast() }
    return counts
  }

  func checkCounts(_ index: Int) -> (passes: UInt64, fails: UInt64) {
    (checkPasses[index], checkFails[index])
  }

  /// The row of these that was held longest in all; the first of equals.
  func hottestRow(in rows: Range<Int>, at end: VirtualTime) -> HoldUse? {
    hottest(of: holds, in: rows, at: end)
  }

  /// The distributed lock of these that was held longest in all; the first of equals.
  func hottestLock(in locks: Range<Int>, at end: VirtualTime) -> HoldUse? {
    hottest(of: lockHolds, in: locks, at: end)
  }

  private func hottest(
    of holds: borrowing FixedTable<HoldMeter>, in range: Range<Int>, at end: VirtualTime
  ) -> HoldUse? {
    var best: HoldUse?
    for index in range {
      let held = holds[index].held(at: end, windowStart: windowStart)
      if held > (best?.held.inNanoseconds ?? 0) {
        best = HoldUse(
          number: index - range.lowerBound + 1, held: .nanoseconds(held), holds: holds[index].count,
          window: end - windowStart)
      }
    }
    return best
  }
}

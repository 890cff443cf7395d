import Measurements
import ScenarioModel
import SimulationBasics

/// What the meters come to at the end of the window.
extension Meters {
  func metricValues(over window: VirtualDuration) -> [MetricValue] {
    MetricName.allCases.map { metrics.value(of: $0, over: window) }
  }

  /// The part that k6 always measures, and then those that thresholds name.
  func partValues(over window: VirtualDuration) -> [(part: MetricPart, value: MetricValue)] {
    var values: [(part: MetricPart, value: MetricValue)] = [
      (.expectedDurations, .trend(expectedDurations.result()))
    ]
    for (index, part) in parts.parts.enumerated() {
      values.append((part, parts.value(of: index, over: window)))
    }
    return values
  }

  /// What a part has come to; `nil` for one that is not measured.
  func value(of part: MetricPart, over window: VirtualDuration) -> MetricValue? {
    if part.isSame(as: .expectedDurations) { return .trend(expectedDurations.result()) }
    for (index, known) in parts.parts.enumerated() where known.isSame(as: part) {
      return parts.value(of: index, over: window)
    }
    return nil
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

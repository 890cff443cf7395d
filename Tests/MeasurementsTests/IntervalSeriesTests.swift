import Measurements
import SimulationBasics
import Testing

@Suite("Interval series")
struct IntervalSeriesTests {
  private func moment(_ seconds: UInt64) -> VirtualTime { .start + .seconds(seconds) }

  @Test("gives each interval its own counts and percentiles", arguments: 1...5)
  func naive(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var series = IntervalSeries()
    for interval in UInt64(0)..<30 {
      var counts = Array(repeating: UInt64(0), count: IntervalSeries.Event.allCases.count)
      var lengths = Array(repeating: [UInt64](), count: IntervalSeries.Span.allCases.count)
      for _ in 0..<Int.random(in: 0...60, using: &numbers) {
        let event = IntervalSeries.Event.allCases.randomElement(using: &numbers) ?? .attempt
        series.record(event)
        counts[Int(event.rawValue)] += 1
        let span = IntervalSeries.Span.allCases.randomElement(using: &numbers) ?? .latency
        let length = numbers.anyMagnitude(bits: 30)
        series.record(span, .nanoseconds(length))
        lengths[Int(span.rawValue)].append(length)
      }
      let row = series.close(at: moment(interval + 1), users: Int(interval) * 2, queueLength: 7)
      #expect(row.start == moment(interval))
      #expect(row.end == moment(interval + 1))
      #expect(row.users == Int(interval) * 2)
      #expect(row.queueLength == 7)
      #expect(
        [row.attempts, row.successes, row.conflicts, row.deadlocks, row.lockTimeouts] == counts)
      func expect(_ found: Double?, _ fraction: Double, of span: IntervalSeries.Span) {
        let values = lengths[Int(span.rawValue)]
        if values.isEmpty {
          #expect(found == nil)
        } else {
          let exact = naivePercentile(fraction, of: values)
          #expect(
            abs((found ?? -1) - exact) <= exact * LatencyHistogram.relativeErrorBound * (1 + 1e-9))
        }
      }
      expect(row.median, 0.5, of: .latency)
      expect(row.percentile95, 0.95, of: .latency)
      expect(row.percentile99, 0.99, of: .latency)
      expect(row.poolWaitPercentile95, 0.95, of: .poolWait)
      expect(row.rowWaitPercentile95, 0.95, of: .rowWait)
      expect(row.redisWaitPercentile95, 0.95, of: .redisWait)
    }
  }

  @Test("closes a last interval that is shorter")
  func shortInterval() {
    var series = IntervalSeries()
    _ = series.close(at: moment(1), users: 1, queueLength: 0)
    let row = series.close(at: moment(1) + .milliseconds(250), users: 1, queueLength: 0)
    #expect(row.start == moment(1))
    #expect(row.length == .milliseconds(250))
    #expect(row.median == nil)
  }
}

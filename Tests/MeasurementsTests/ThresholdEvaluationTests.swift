import Measurements
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Threshold evaluation")
struct ThresholdEvaluationTests {
  private func threshold(
    _ method: Threshold.Method, _ comparison: Threshold.Comparison, _ bound: Double
  ) -> Threshold {
    Threshold(metric: "any", method: method, comparison: comparison, bound: bound, text: "")
  }

  private func trend(_ values: [UInt64]) -> MetricValue {
    var trend = Trend()
    for value in values { trend.record(value) }
    return .trend(trend.result())
  }

  @Test(
    "compares below, at and above the bound",
    arguments: [
      (Threshold.Comparison.less, [true, false, false]),
      (.lessOrEqual, [true, true, false]),
      (.greater, [false, false, true]),
      (.greaterOrEqual, [false, true, true]),
      (.equal, [false, true, false]),
      (.identical, [false, true, false]),
      (.different, [true, false, true]),
    ])
  func comparisons(comparison: Threshold.Comparison, expected: [Bool]) {
    for (count, passes) in zip([9, 10, 11] as [UInt64], expected) {
      let value = MetricValue.counter(CounterResult(count: count, window: .seconds(1)))
      #expect(threshold(.count, comparison, 10).outcome(for: value, of: .plain).passed == passes)
    }
  }

  @Test("reads times in milliseconds and plain numbers as they are")
  func units() {
    let times = trend([10_000_000, 15_000_000, 20_000_000])
    #expect(times.reading(.average, of: .time) == 15)
    #expect(times.reading(.minimum, of: .time) == 10)
    #expect(times.reading(.maximum, of: .time) == 20)
    #expect(times.reading(.median, of: .time) == 15)
    #expect(times.reading(.percentile(95), of: .time) == 19.5)
    #expect(trend([10, 15, 20]).reading(.percentile(90), of: .plain) == 19)
  }

  @Test("reads counters, gauges and rates")
  func otherKinds() {
    let counter = MetricValue.counter(CounterResult(count: 30, window: .seconds(60)))
    #expect(counter.reading(.count, of: .plain) == 30)
    #expect(counter.reading(.rate, of: .plain) == 0.5)
    let gauge = MetricValue.gauge(GaugeResult(value: 4, minimum: 1, maximum: 9))
    #expect(gauge.reading(.value, of: .plain) == 4)
    let rate = MetricValue.rate(RateResult(trues: 1, total: 8))
    #expect(rate.reading(.rate, of: .plain) == 0.125)
  }

  @Test("passes when there is nothing to read, and reads 0 from a trend without values, as k6")
  func nothingToRead() {
    let noTrials = MetricValue.rate(RateResult(trues: 0, total: 0))
    let outcome = threshold(.rate, .greater, 0.99).outcome(for: noTrials, of: .plain)
    #expect(outcome.observed == nil)
    #expect(outcome.passed)
    let noTime = MetricValue.counter(CounterResult(count: 0, window: .zero))
    #expect(threshold(.rate, .greater, 1).outcome(for: noTime, of: .plain).passed)
    let noValues = threshold(.average, .greater, 1).outcome(for: .trend(.empty), of: .time)
    #expect(noValues.observed == 0)
    #expect(!noValues.passed)
  }

  @Test("offers each kind of metric its own methods")
  func offers() {
    let methods: [(Threshold.Method, Set<MetricKind>)] = [
      (.count, [.counter]), (.rate, [.counter, .rate]), (.value, [.gauge]),
      (.average, [.trend]), (.minimum, [.trend]), (.maximum, [.trend]), (.median, [.trend]),
      (.percentile(99), [.trend]),
    ]
    let values: [(MetricKind, MetricValue)] = [
      (.counter, .counter(CounterResult(count: 1, window: .seconds(1)))),
      (.gauge, .gauge(GaugeResult(value: 1, minimum: 1, maximum: 1))),
      (.rate, .rate(RateResult(trues: 1, total: 1))),
      (.trend, trend([1])),
    ]
    for (method, kinds) in methods {
      for (kind, value) in values {
        #expect(kind.offers(method) == kinds.contains(kind))
        #expect((value.reading(method, of: .plain) != nil) == kinds.contains(kind))
      }
    }
  }
}

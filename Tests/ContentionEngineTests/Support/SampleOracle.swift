import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What k6 would make of the samples of a run: lists and sums, without anything clever.
struct SampleOracle {
  let samples: [Sample]
  let tags: SampleTags
  /// The safety checks, which are no samples, but count as checks.
  let findings: [SafetyReport.Finding]

  /// What a metric, or a part of one, comes to; a text, so that a difference is easy to read.
  func value(of part: MetricPart) -> String {
    guard let metric = MetricName(text: part.metric) else { return "no such metric" }
    let values = samples.filter { sample in
      sample.metric == metric
        && part.tags.allSatisfy { tags.text(of: $0.name, for: sample.source) == $0.value }
    }.map(\.value)
    switch metric.kind {
    case .counter: return "\(values.reduce(0, +))"
    case .gauge:
      return "\(values.last ?? 0) from \(values.min() ?? 0) to \(values.max() ?? 0)"
    case .rate:
      var trues = UInt64(values.count { $0 == 1 })
      var trials = UInt64(values.count)
      if metric == .checks && part.tags.isEmpty {
        for finding in findings {
          trues += finding.examined > finding.broken ? finding.examined - finding.broken : 0
          trials += max(finding.examined, finding.broken)
        }
      }
      return "\(trues) of \(trials)"
    case .trend:
      let sorted = values.sorted()
      let percentiles = [0, 0.5, 0.9, 0.95, 0.999, 1].map { Self.percentile($0, of: sorted) }
      return "\(values.count), \(values.reduce(UInt128(0)) { $0 + UInt128($1) }), \(percentiles)"
    }
  }

  /// k6's percentile (`metrics/sink.go`).
  static func percentile(_ fraction: Double, of sorted: [UInt64]) -> Double {
    if sorted.isEmpty { return 0 }
    let position = fraction * Double(sorted.count - 1)
    let lower = Double(sorted[Int(position)])
    let upper = Double(sorted[min(Int(position) + 1, sorted.count - 1)])
    return lower + (upper - lower) * (position - position.rounded(.down))
  }
}

extension MetricValue {
  /// The same in the words of `SampleOracle`.
  var words: String {
    switch self {
    case .counter(let counter): return "\(counter.count)"
    case .gauge(let gauge): return "\(gauge.value) from \(gauge.minimum) to \(gauge.maximum)"
    case .rate(let rate): return "\(rate.trues) of \(rate.total)"
    case .trend(let trend):
      let percentiles = [0, 0.5, 0.9, 0.95, 0.999, 1].map { trend.percentile($0) }
      return "\(trend.count), \(trend.sum), \(percentiles)"
    }
  }
}

extension CompiledScenario {
  /// A whole run and its samples, taken every second.
  func sampled(seed: UInt64 = 1) -> (samples: [Sample], result: RunResult) {
    var simulation = Simulation(self, seed: seed, collectsSamples: true)
    var samples: [Sample] = []
    var moment = VirtualTime.start
    while !simulation.isOver {
      moment = moment + .seconds(1)
      simulation.run(through: moment)
      samples += simulation.takeSamples()
    }
    return (samples, simulation.finish())
  }
}

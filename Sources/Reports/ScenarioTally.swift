public import Measurements
public import ScenarioModel
public import SimulationBasics

/// What the samples of each scenario come to, for the sections of `--summary-mode full`.
///
/// As in k6 (`internal/output/summary/summary.go`), a scenario that is called `default` has no
/// section, and one lists only metrics of which it has samples.
public final class ScenarioTally {
  /// One scenario; a class, because recorders cannot be copied into an array.
  private final class Tally {
    var recorder = MetricRecorder()
    var isSeen = Array(repeating: false, count: MetricName.allCases.count)
    var passes: [UInt64]
    var fails: [UInt64]

    init(checkCount: Int) {
      passes = Array(repeating: 0, count: checkCount)
      fails = Array(repeating: 0, count: checkCount)
    }
  }

  private let loads: [Load]
  private let tallies: [Tally]

  /// Tallies without samples.
  public init(_ scenario: Scenario) {
    loads = scenario.loads
    tallies = scenario.loads.map { Tally(checkCount: $0.checkNames.count) }
  }

  /// Takes a sample in; those of the run as a whole belong to no scenario.
  ///
  /// - Complexity: O(1) amortised.
  public func record(_ sample: Sample) {
    if sample.source.load < 0 { return }
    let tally = tallies[Int(sample.source.load)]
    tally.isSeen[sample.metric.index] = true
    switch sample.metric.kind {
    case .counter: tally.recorder.count(sample.metric, by: sample.value)
    case .gauge: tally.recorder.sample(sample.metric, level: sample.value)
    case .rate: tally.recorder.tell(sample.metric, sample.value != 0)
    case .trend: tally.recorder.record(sample.metric, sample.value)
    }
    if sample.metric == .checks, sample.source.check >= 0 {
      let check = Int(sample.source.check)
      if sample.value == 0 { tally.fails[check] += 1 } else { tally.passes[check] += 1 }
    }
  }

  /// The sections, in the order of the scenarios' names.
  ///
  /// - Parameter window: How long was measured, for the rates of counters.
  public func sections(
    over window: VirtualDuration, statistics: [TrendStatistic]
  ) -> [K6Summary.ScenarioSection] {
    var sections: [K6Summary.ScenarioSection] = []
    for (index, load) in loads.enumerated() where load.name != "default" {
      let tally = tallies[index]
      var checks: [K6Summary.Check] = []
      for (place, check) in load.checkNames.enumerated() {
        // As in k6, a check exists once it was made.
        if tally.passes[place] + tally.fails[place] == 0 { continue }
        K6Summary.add(
          .init(name: check, passes: tally.passes[place], fails: tally.fails[place]),
          to: &checks)
      }
      sections.append(
        K6Summary.ScenarioSection(
          name: load.name, checks: checks,
          metrics: MetricName.allCases.filter { tally.isSeen[$0.index] }.map {
            K6Summary.Metric(
              $0, tally.recorder.value(of: $0, over: window), statistics: statistics)
          }))
    }
    return sections.sorted { K6Summary.precedes($0.name, $1.name) }
  }
}

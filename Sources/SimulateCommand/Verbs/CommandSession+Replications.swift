import ContentionEngine
import Experiments
import Reports
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Makes several runs of a model, and prints every figure with its interval.
  ///
  /// - Returns: Success, or that a threshold failed in one of the runs.
  func runRepeatedly(
    _ request: RunRequest, _ repetition: RunRequest.Repetition
  ) throws(CommandFailure) -> ExitCode {
    let csv = try createOutput(request.csvPath)
    defer { csv?.discard() }
    let prepared = try prepare(
      request.model, users: request.users, userFlags: request.userFlags, warmUp: request.warmUp,
      seed: request.seed, showsProgress: request.showsProgress, atOnce: repetition.jobs)
    let precision = repetition.precision.map { part in
      ReplicationSetting.Precision(
        rule: repetition.rule(part), figures: repetition.figures)
    }
    let series = try series(of: prepared.compiled, request, repetition, precision: precision)
    let report = ReplicationReport(
      series,
      setting: ReplicationSetting(
        heading: ([heading(of: prepared.scenario), prepared.strategy.name]
          + prepared.scenario.changes + ["seed \(request.seed)"]
          + [Self.counted(series.runs.count, "run")]).joined(separator: " · "),
        precision: precision, warmUp: prepared.warmUp,
        thresholds: prepared.scenario.thresholds.map { "\($0.metric) \($0.text)" },
        command: request.commandLine))
    try finish(csv, with: report.csv)
    try show(report.text)
    return report.meetsThresholds ? .success : .thresholdFailed
  }

  /// As many runs as were asked for, or as it takes to be precise.
  private func series(
    of compiled: CompiledScenario, _ request: RunRequest, _ repetition: RunRequest.Repetition,
    precision: ReplicationSetting.Precision?
  ) throws(CommandFailure) -> RunSeries {
    func make(_ count: Int, after first: Int) throws(CommandFailure) -> [RunSummary] {
      try runInParallel(
        Replications(of: compiled, seed: request.seed, first: first, count: count),
        title: compiled.scenario.name, showsProgress: request.showsProgress,
        atOnce: repetition.jobs
      ).runs
    }
    guard let precision else { return RunSeries(try make(repetition.count ?? 1, after: 0)) }
    var runs: [RunSummary] = []
    var tested = 0
    // Ends: each portion has a run, and there is a most.
    while true {
      let next = precision.rule.next(after: runs.count)
      if next == 0 { return RunSeries(runs) }
      runs += try make(next, after: runs.count)
      let values = precision.figures.map { figure in runs.map { $0.known(figure) } }
      if let enough = precision.rule.enough(values, after: tested) {
        return RunSeries(Array(runs[..<enough]))
      }
      tested = runs.count
    }
  }
}

extension RunRequest.Repetition {
  func rule(_ precision: Double) -> StopRule {
    let most = max(2, count ?? StopRule.usualMost)
    return .relativePrecision(precision, least: min(StopRule.usualLeast, most), most: most)
  }
}

extension Scenario {
  /// The mistakes made on purpose and what goes wrong from outside, as a heading has them.
  var changes: [String] {
    hazards.map { "hazard \($0.rawValue)" } + faults.map { "fault \($0.text)" }
  }
}

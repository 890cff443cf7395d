import ContentionEngine
import Measurements
import Reports
import RequestPrograms
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Simulates a model, writes the files that were asked for and prints the screen.
  ///
  /// Files are opened before anything is simulated, so that a wrong path is told at once, and take
  /// their place before the screen is printed. A file that cannot be written does not cost the
  /// user the screen.
  ///
  /// - Returns: Success, or that a threshold failed.
  func run(_ request: RunRequest) throws(CommandFailure) -> ExitCode {
    let compiled = try compile(request.model, users: request.users)
    let series = try create(request.csvPath)
    defer { series?.discard() }
    let export = try create(request.summaryExportPath)
    defer { export?.discard() }
    let run = try simulate(compiled, request, series: series)
    if request.verifies {
      let again = try simulate(compiled, request, series: nil)
      try requireEqual(run, again)
    }
    let result = run.result
    let problem = finish(series: series, export: export, with: result)
    let options = RunScreenOptions(
      isColored: request.allowsColor && io.outputTakesColor, repeatCommand: request.commandLine,
      showsInnoDBStatus: request.showsInnoDBStatus)
    try show(RunScreen.text(result, options: options))
    if let problem { throw .file(problem) }
    return result.thresholds.allSatisfy(\.outcome.passed) ? .success : .thresholdFailed
  }

  /// The programs of a model under the strategy that was chosen.
  func compile(
    _ model: ModelChoice, users: RunRequest.Users = .asModelled
  ) throws(CommandFailure) -> CompiledScenario {
    var scenario = try ModelSource.named(model.name, io: io)
      .scenario(settings: model.settings, executor: users.executor)
    if users.executor != nil, scenario.loads.count > 1 {
      throw .commandLine([.severalLoads(users.flag, names: scenario.loads.map(\.name))])
    }
    try model.switchOnHazards(in: &scenario)
    return ProgramCompiler.compile(scenario, under: try model.guarding.strategy(in: scenario))
  }

  // MARK: - Simulating

  /// A run with the fingerprint of its series, which stands in for rows of any number.
  private struct FinishedRun {
    let result: RunResult
    let series: RunDigest
  }

  private func simulate(
    _ compiled: CompiledScenario, _ request: RunRequest, series: OutputFile?
  ) throws(CommandFailure) -> FinishedRun {
    let end = compiled.scenario.loads.map(\.end).max() ?? .zero
    var progress = ProgressBar(
      title: compiled.scenario.name, wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    try append("\(IntervalCSV.header)", to: series)

    var simulation = Simulation(compiled, seed: request.seed)
    var slices = TimeSlices()
    var seriesDigest = RunDigest()
    while !simulation.isOver {
      guard !io.isInterrupted() else { throw .interrupted }
      simulation.run(through: slices.next(eventCount: simulation.eventCount))
      let rows = simulation.takeClosedIntervals()
      try append(rows, to: series)
      if request.verifies { Self.record(rows, in: &seriesDigest) }
      let passed = simulation.now.sinceStart
      progress.advance(
        to: passed.inSeconds / end.inSeconds,
        "\(passed.inNanoseconds / 1_000_000_000) s simulated")
    }
    return FinishedRun(result: simulation.finish(), series: seriesDigest)
  }

  /// Takes in every byte of the lines that the rows have in a file.
  private static func record(_ rows: [IntervalRow], in digest: inout RunDigest) {
    for row in rows {
      for byte in IntervalCSV.line(row).utf8 { digest.record(time: 0, word: UInt64(byte)) }
    }
  }

  private func requireEqual(
    _ first: FinishedRun, _ second: FinishedRun
  ) throws(CommandFailure) {
    let (one, other) = (first.result, second.result)
    var differences: [String] = []
    if one.digest != other.digest {
      differences.append("the digest (\(one.digest.text) and \(other.digest.text))")
    }
    if one.events != other.events { differences.append("the number of events") }
    if first.series != second.series { differences.append("the series") }
    if RunScreen.text(one) != RunScreen.text(other) { differences.append("the screen") }
    guard differences.isEmpty else { throw .differentRuns(in: differences) }
  }

  // MARK: - Files

  private func create(_ path: String?) throws(CommandFailure) -> OutputFile? {
    guard let path else { return nil }
    do throws(FileFailure) {
      return try io.createFile(path)
    } catch {
      throw .file(error)
    }
  }

  private func append(_ rows: [IntervalRow], to series: OutputFile?) throws(CommandFailure) {
    guard series != nil else { return }
    for row in rows { try append(IntervalCSV.line(row), to: series) }
  }

  private func append(_ text: String, to file: OutputFile?) throws(CommandFailure) {
    do throws(FileFailure) {
      try file?.append(Array(text.utf8))
    } catch {
      throw .file(error)
    }
  }

  /// Lets the files take their places; tells the first that could not.
  private func finish(
    series: OutputFile?, export: OutputFile?, with result: RunResult
  ) -> FileFailure? {
    do throws(FileFailure) {
      try export?.append(Array(SummaryExport.text(result).utf8))
      try series?.commit()
      try export?.commit()
      return nil
    } catch {
      return error
    }
  }
}

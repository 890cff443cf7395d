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
    if let repetition = request.repetition { return try runRepeatedly(request, repetition) }
    let prepared = try prepare(
      request.model, users: request.users, userFlags: request.userFlags, warmUp: request.warmUp,
      seed: request.seed, showsProgress: request.showsProgress)
    let compiled = prepared.compiled
    let series = try create(request.csvPath)
    defer { series?.discard() }
    let export = try create(request.summaryExportPath)
    defer { export?.discard() }
    let diagram = try create(request.mermaidPath)
    defer { diagram?.discard() }
    let samples = try createSampleOutputs(of: compiled.scenario, request)
    defer { for output in samples { output.file.discard() } }
    let run = try simulate(compiled, request, series: series, samples: samples)
    if request.verifies {
      let again = try simulate(compiled, request, series: nil, samples: [])
      try requireEqual(run, again)
    }
    let result = run.result
    let told = try toldBreach(of: result, compiled, request)
    var files = [series].compactMap { $0 } + samples.map(\.file)
    if let diagram, case .broken(_, let timeline)? = told {
      try append(timeline.mermaid, to: diagram)
      files.append(diagram)
    }
    let problem = finish(
      files: files, export: export,
      exported: SummaryExport.text(result, statistics: request.statistics))
    var options = RunScreenOptions(
      isColored: request.allowsColor && io.outputTakesColor, repeatCommand: request.commandLine,
      showsInnoDBStatus: request.showsInnoDBStatus, summaryMode: request.summaryMode,
      statistics: request.statistics, timeUnit: request.timeUnit, scenarios: run.scenarios)
    options.toldBreach = told
    options.warmUp = prepared.warmUp
    if case .held? = told { options.undrawnPath = request.mermaidPath }
    try show(RunScreen.text(result, options: options))
    if let problem { throw .file(problem) }
    let isKept = result.stoppedBy == nil && result.thresholds.allSatisfy(\.outcome.passed)
    return isKept ? .success : .thresholdFailed
  }

  /// The programs of a model under the strategy that was chosen.
  func compile(
    _ model: ModelChoice, users: RunRequest.Users = .asModelled, userFlags: [Flag] = []
  ) throws(CommandFailure) -> CompiledScenario {
    let (scenario, strategy) = try choose(model, users: users, userFlags: userFlags)
    return ProgramCompiler.compile(scenario, under: strategy)
  }

  /// A model as the flags change it, and the strategy that was chosen.
  func choose(
    _ model: ModelChoice, users: RunRequest.Users = .asModelled, userFlags: [Flag] = []
  ) throws(CommandFailure) -> (Scenario, Strategy) {
    let scenario = try scenario(of: model, users: users, userFlags: userFlags)
    return (scenario, scenario.strategy)
  }

  // MARK: - Simulating

  /// A run with the fingerprints of its series and its samples, which stand in for rows of any
  /// number.
  private struct FinishedRun {
    let result: RunResult
    let series: RunDigest
    let samples: RunDigest
    let scenarios: [K6Summary.ScenarioSection]
  }

  private func simulate(
    _ compiled: CompiledScenario, _ request: RunRequest, series: OutputFile?,
    samples outputs: [SampleOutput]
  ) throws(CommandFailure) -> FinishedRun {
    let end = compiled.scenario.end
    var progress = ProgressBar(
      title: compiled.scenario.name, wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    try append("\(IntervalCSV.header)", to: series)

    var uses = SampleUses(outputs, of: compiled.scenario, wanted: request)
    try reportingFailure { () throws(FileFailure) in try uses.begin() }

    var simulation = Simulation(
      compiled, seed: request.seed, replication: UInt32(request.replication),
      collectsSamples: uses.isAny, watch: request.watch)
    var slices = TimeSlices()
    var seriesDigest = RunDigest()
    while !simulation.isOver {
      guard !io.isInterrupted() else { throw .interrupted }
      simulation.run(through: slices.next(eventCount: simulation.eventCount))
      let rows = simulation.takeClosedIntervals()
      try append(rows, to: series)
      if request.verifies { Self.record(rows, in: &seriesDigest) }
      if uses.isAny {
        let samples = simulation.takeSamples()
        try reportingFailure { () throws(FileFailure) in try uses.take(samples) }
      }
      let passed = simulation.now.sinceStart
      progress.advance(
        to: passed.inSeconds / end.inSeconds,
        "\(passed.inNanoseconds / 1_000_000_000) s simulated")
    }
    let result = simulation.finish()
    return FinishedRun(
      result: result, series: seriesDigest, samples: uses.digest,
      scenarios: uses.sections(over: result.window, statistics: request.statistics))
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
    if first.samples != second.samples { differences.append("the samples") }
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
    try reportingFailure { () throws(FileFailure) in try file?.append(Array(text.utf8)) }
  }

  /// The files of samples, in the order in which they were asked for.
  private func createSampleOutputs(
    of scenario: Scenario, _ request: RunRequest
  ) throws(CommandFailure) -> [SampleOutput] {
    var outputs: [SampleOutput] = []
    do throws(FileFailure) {
      for file in request.sampleFiles {
        outputs.append(
          SampleOutput(
            file.format, of: scenario, epoch: request.epoch, to: try io.createFile(file.path)))
      }
      return outputs
    } catch {
      for output in outputs { output.file.discard() }
      throw .file(error)
    }
  }

  private func reportingFailure(
    _ write: () throws(FileFailure) -> Void
  ) throws(CommandFailure) {
    do throws(FileFailure) {
      try write()
    } catch {
      throw .file(error)
    }
  }

  /// Lets the files take their places; tells the first that could not.
  private func finish(
    files: [OutputFile], export: OutputFile?, exported: String
  ) -> FileFailure? {
    do throws(FileFailure) {
      try export?.append(Array(exported.utf8))
      for file in files { try file.commit() }
      try export?.commit()
      return nil
    } catch {
      return error
    }
  }
}

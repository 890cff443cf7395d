import BundledMeasurements
import Experiments
import Reports
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Simulates measured runs with the step times of one user alone, and prints both side by side.
  ///
  /// - Returns: `found` when a judged figure is outside of what is allowed.
  func validate(_ request: ValidationRequest) throws(CommandFailure) -> ExitCode {
    let measured = try measuredRuns(request)
    let steps = try measuredSteps(request)
    let csv = try createOutput(request.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.markdownPath)
    defer { markdown?.discard() }

    var scenarios: [CompiledScenario] = []
    for run in measured { scenarios.append(try compile(run, steps: steps)) }
    let simulated = try runInParallel(
      RepeatedScenarios(scenarios, seeds: (1...request.seedCount).map(UInt64.init)),
      title: "measured systems", showsProgress: request.showsProgress, atOnce: request.jobs)
    let report = ValidationReport(
      SystemComparison(
        runs: measured.indices.map { Self.compare(measured[$0], with: simulated[$0]) },
        seedCount: request.seedCount))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    try show(report.text)
    return report.comparison.misses == 0 ? .success : .found
  }

  // MARK: Reading

  private func measuredRuns(_ request: ValidationRequest) throws(CommandFailure) -> [MeasuredRun] {
    let (file, text) = try table(request.runsPath, else: BundledMeasurements.runs)
    do throws(ReadingFailure) {
      return try MeasuredRunReader.runs(text, file: file)
    } catch {
      throw .model(error)
    }
  }

  private func measuredSteps(
    _ request: ValidationRequest
  ) throws(CommandFailure) -> [MeasuredStep] {
    let (file, text) = try table(request.stepsPath, else: BundledMeasurements.steps)
    do throws(ReadingFailure) {
      return try MeasuredRunReader.steps(text, file: file)
    } catch {
      throw .model(error)
    }
  }

  private func table(
    _ path: String?, else bundled: BundledMeasurements.Table
  ) throws(CommandFailure) -> (file: String, text: [UInt8]) {
    guard let path else { return (bundled.file, bundled.text) }
    do throws(FileFailure) {
      return (path, try io.readFile(path))
    } catch {
      throw .file(error)
    }
  }

  private func compile(
    _ run: MeasuredRun, steps: [MeasuredStep]
  ) throws(CommandFailure) -> CompiledScenario {
    let model = DriverModel(of: run.setting, steps: steps)
    guard let source = ModelSource.bundled(model.name) else {
      throw .commandLine([.unknownBundledModel(model.name, known: ModelSource.bundledNames)])
    }
    do throws(ReadingFailure) {
      let scenario = try ScenarioReader.read(
        source.text, file: source.file, modelName: source.name, overrides: model.overrides)
      return ProgramCompiler.compile(scenario, under: scenario.strategy)
    } catch {
      throw .measuredRun(number: run.number, error)
    }
  }

  // MARK: Comparing

  private static func compare(
    _ run: MeasuredRun, with simulated: SimulatedFigures
  ) -> SystemComparison.Run {
    let noise = RunNoise(of: run.setting)
    let figures = ComparedFigure.allCases.compactMap { figure -> FigureComparison? in
      guard let measured = run.measured.first(where: { $0.column == figure.column })?.value else {
        return nil
      }
      return FigureComparison(
        of: figure, measured: measured, simulated: simulated[figure], noise: noise[figure],
        isJudged: !run.isContaminated)
    }
    return SystemComparison.Run(
      number: run.number, series: run.series, setting: run.setting.words,
      isJudged: !run.isContaminated, figures: figures)
  }

  // MARK: Files

  func createOutput(_ path: String?) throws(CommandFailure) -> OutputFile? {
    guard let path else { return nil }
    do throws(FileFailure) {
      return try io.createFile(path)
    } catch {
      throw .file(error)
    }
  }

  func finish(_ file: OutputFile?, with text: String) throws(CommandFailure) {
    do throws(FileFailure) {
      try file?.append(Array(text.utf8))
      try file?.commit()
    } catch {
      throw .file(error)
    }
  }
}

extension ComparedFigure {
  /// The column of the driver's table that has this figure.
  fileprivate var column: String {
    switch self {
    case .throughput: "throughput_ok_rps"
    case .answers: "throughput_all_rps"
    case .meanLatency: "lat_all_ms_mean"
    case .medianLatency: "lat_all_ms_p50"
    case .latency95: "lat_all_ms_p95"
    case .latency99: "lat_all_ms_p99"
    case .versionConflicts: "conflicts_window"
    case .deadlocks: "deadlocks_1213_window"
    case .lockWaitTimeouts: "fail_lockwait_1205"
    case .distributedLockTimeouts: "fail_redis_wait_timeout"
    case .connectionTimeouts: "fail_pool_timeout"
    case .duplicateKeys: "fail_duplicate_1062"
    case .exhausted: "fail_exhausted"
    case .lostUpdates: "lost_updates_all"
    }
  }
}

extension RunNoise {
  /// The noise of a figure.
  fileprivate subscript(figure: ComparedFigure) -> Double {
    switch figure {
    case .throughput, .answers: throughput
    case .meanLatency: meanLatency
    case .medianLatency, .latency95, .latency99: latency95
    case .versionConflicts, .exhausted: conflicts
    case .duplicateKeys: 0
    case .deadlocks: deadlocks
    case .lockWaitTimeouts, .distributedLockTimeouts, .connectionTimeouts: timeouts
    case .lostUpdates: lostUpdates
    }
  }
}

import ContentionEngine
import Experiments
import Reports
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Runs two models as often as each other, or puts one beside a measured run, and prints how they
  /// differ.
  ///
  /// - Returns: `found` when there is a regression beyond the tolerance.
  func compare(_ request: CompareRequest) throws(CommandFailure) -> ExitCode {
    var left = try side(request.left, request, own: [.strategyA, .layersA, .setA])
    var right = try side(request.right, request, own: [.strategyB, .layersB, .setB])
    try checkMeasured(left, right, request)
    var repeated = request
    if case (.measured, .measured) = (left, right) { repeated.simulates = false }
    let csv = try createOutput(request.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.markdownPath)
    defer { markdown?.discard() }
    let warmUp = try Self.shareWarmUp(&left, &right)
    let table = try table(left, right, request)
    let report = ComparisonReport(
      table,
      setting: ComparisonSetting(
        heading: heading(left, right), left: left.words(request.left, beside: request.right, right),
        right: right.words(request.right, beside: request.left, left),
        tolerance: request.tolerance, figures: request.figures, warmUp: warmUp,
        command: repeated.commandLine))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    try show(report.text)
    return report.isRegression ? .found : .success
  }

  /// One side of a comparison.
  private enum Side {
    case model(PreparedModel)
    case measured(K6SummaryFile)

    /// What it is, in words, with the settings, mistakes and faults that the other side has not.
    func words(_ choice: ModelChoice, beside otherChoice: ModelChoice, _ other: Side) -> String {
      switch self {
      case .model(let prepared):
        let own = choice.settings.filter { !otherChoice.settings.contains($0) }
        let changes = prepared.scenario.changes.filter { !other.changes.contains($0) }
        return
          ([prepared.scenario.name, prepared.strategy.name] + own.map(\.assignment) + changes)
          .joined(separator: " · ")
      case .measured(let summary):
        let origin = [summary.model, summary.strategy].compactMap { $0 }.joined(separator: " · ")
        return choice.name + (origin.isEmpty ? "" : " (\(origin))")
      }
    }

    /// The mistakes made on purpose and what goes wrong from outside.
    var changes: [String] {
      switch self {
      case .model(let prepared): prepared.scenario.changes
      case .measured: []
      }
    }
  }

  /// Refuses what measured runs do not have: another side, flags of simulations, figures.
  private func checkMeasured(
    _ left: Side, _ right: Side, _ request: CompareRequest
  ) throws(CommandFailure) {
    if case .measured(let first) = left, case .measured(let second) = right {
      if PathText.isSame(request.left.name, request.right.name) {
        throw .commandLine([.measuredRunAlone(request.left.name)])
      }
      if let flag = request.simulationFlags.first { throw .commandLine([.flagOfSimulation(flag)]) }
      let known = first.figures
      if second.figures.known.allSatisfy({ known[$0] == nil }) {
        throw Self.nothingInCommon(second, with: request.left.name)
      }
    }
    for (side, choice, other) in [
      (left, request.left, request.right), (right, request.right, request.left),
    ] {
      guard case .measured(let summary) = side else { continue }
      let figures = summary.figures
      if figures.known.isEmpty { throw Self.nothingInCommon(summary, with: other.name) }
      if let missing = request.figures?.first(where: { figures[$0] == nil }) {
        throw .commandLine([
          .figureNotMeasured(
            missing.title, path: choice.name, known: figures.known.map(\.title))
        ])
      }
    }
  }

  private static func nothingInCommon(
    _ summary: K6SummaryFile, with other: String
  ) -> CommandFailure {
    .model(
      ReadingFailure(diagnostics: [
        Diagnostic(
          place: summary.place, path: "metrics",
          problem: .noFigureInCommon(with: other, metrics: summary.metrics.map(\.name)))
      ]))
  }

  /// The model or the measured run that a side names.
  private func side(
    _ choice: ModelChoice, _ request: CompareRequest, own flags: [Flag]
  ) throws(CommandFailure) -> Side {
    if let summary = try summary(choice.name) {
      if let flag = flags.first(where: { request.ownFlags.contains($0) }) {
        throw .commandLine([.settingOfMeasuredRun(flag, choice.name)])
      }
      return .measured(summary)
    }
    return .model(
      try prepare(
        choice, users: request.users, userFlags: request.userFlags, warmUp: request.warmUp,
        seed: request.seed, showsProgress: request.showsProgress, atOnce: request.jobs))
  }

  /// The summary of k6 in a file; `nil` for a model.
  private func summary(_ name: String) throws(CommandFailure) -> K6SummaryFile? {
    guard ModelSource.bundled(name) == nil, ModelSource.isPath(name) else { return nil }
    let text: [UInt8]
    do throws(FileFailure) {
      text = try io.readFile(name)
    } catch {
      throw .file(error)
    }
    do throws(ReadingFailure) {
      return try K6SummaryReader.read(text, file: name, using: K6SummaryFile.compared)
    } catch {
      throw .model(error)
    }
  }

  /// Measures both sides from the latest moment on that was found for one of them, or that one of
  /// them says; where nothing was found, each as it says.
  private static func shareWarmUp(
    _ left: inout Side, _ right: inout Side
  ) throws(CommandFailure) -> FoundWarmUp? {
    var models: [PreparedModel] = []
    for case .model(let model) in [left, right] { models.append(model) }
    let found = models.compactMap(\.warmUp)
    guard let longest = found.max(by: { $0.length < $1.length }) else { return nil }
    let start = max(longest.length, models.map(\.ownWarmUp).max() ?? .zero)
    func measured(_ side: Side) throws(CommandFailure) -> Side {
      guard case .model(var model) = side else { return side }
      guard start < model.scenario.end else {
        throw .commandLine([.warmUpNotOver(start, length: model.scenario.end)])
      }
      model.scenario.measureSteadyState(from: start)
      return .model(model)
    }
    left = try measured(left)
    right = try measured(right)
    // A run that has not settled is what there is to say, whichever side it is of.
    var told = found.first { $0.isTooShort } ?? longest
    told.length = start
    return told
  }

  private func table(
    _ left: Side, _ right: Side, _ request: CompareRequest
  ) throws(CommandFailure) -> ComparisonTable {
    func series(_ model: PreparedModel) throws(CommandFailure) -> ComparisonTable.Side {
      .runs(
        try runInParallel(
          Replications(of: model.compiled, seed: request.seed, count: request.replications),
          title: "compare", showsProgress: request.showsProgress, atOnce: request.jobs))
    }
    switch (left, right) {
    case (.model(let left), .model(let right)):
      return try runInParallel(
        ComparedRuns(
          left.compiled, right.compiled, seed: request.seed, count: request.replications,
          isIndependent: request.isIndependent), title: "compare",
        showsProgress: request.showsProgress, atOnce: request.jobs)
    case (.model(let left), .measured(let right)):
      return ComparisonTable(
        left: try series(left), right: .measured(right.figures), isPaired: false)
    case (.measured(let left), .model(let right)):
      return ComparisonTable(
        left: .measured(left.figures), right: try series(right), isPaired: false)
    case (.measured(let left), .measured(let right)):
      return ComparisonTable(
        left: .measured(left.figures), right: .measured(right.figures), isPaired: false)
    }
  }

  /// What is compared, under which load.
  private func heading(_ left: Side, _ right: Side) -> String {
    switch (left, right) {
    case (.model(let left), .model(let right)):
      let (first, second) = (heading(of: left.scenario), heading(of: right.scenario))
      let common = left.scenario.changes.filter(right.scenario.changes.contains)
      return
        (["compare", first == second ? first : "\(first) and \(second)"] + common)
        .joined(separator: " · ")
    case (.model(let model), .measured), (.measured, .model(let model)):
      return "compare · a measured run and " + heading(of: model.scenario)
    case (.measured, .measured): return "compare · two measured runs"
    }
  }
}

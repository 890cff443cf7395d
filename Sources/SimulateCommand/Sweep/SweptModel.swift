import Experiments
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// A model as each point of a sweep has it.
///
/// What an axis varies is said to the reader of models as `--set` would say it, so that the same
/// rules hold and the same words tell what is wrong.
struct SweptModel: Sendable {
  /// What an axis varies.
  private enum Target: Sendable {
    case variable(SweepVariable)
    /// The values at these paths, all alike.
    case paths([String])
  }

  let source: ModelSource
  private let request: SweepRequest
  /// By axis.
  private let targets: [Target]

  init(_ request: SweepRequest, _ source: ModelSource) throws(CommandFailure) {
    self.request = request
    self.source = source
    var problems: [CommandLineDiagnostic] = []
    var targets: [Target] = []
    /// Who sets a path: an axis, or `--set` where there is no name.
    var taken: [(path: String, name: String?)] = request.model.settings.map { ($0.path, nil) }
    for axis in request.axes {
      if let variable = SweepVariable(name: axis.name) {
        targets.append(.variable(variable))
        continue
      }
      var paths = [axis.name]
      if let short = ShortPath(rawValue: axis.name) {
        paths = short.paths(in: source.text, overrides: request.model.settings)
        if paths.isEmpty {
          // A text that cannot be read has no paths either, and says so first.
          _ = try source.scenario(
            settings: request.model.settings, hazards: request.model.hazards)
          problems.append(.notInModel(axis.name, lacks: short.subject))
        }
      } else if !axis.name.contains("."), !axis.name.contains("[") {
        // The keys at the top of a model hold objects: this is rather a slip of the pen.
        problems.append(.unknownVariation(axis.name, known: SweepVariable.shortNames))
      }
      if let other = taken.first(where: { paths.contains($0.path) }) {
        problems.append(.variationOfSamePath(axis.name, other: other.name, path: other.path))
      }
      taken += paths.map { ($0, axis.name) }
      targets.append(.paths(paths))
    }
    if !problems.isEmpty { throw .commandLine(problems) }
    self.targets = targets
  }

  /// The programs of a point.
  ///
  /// - Parameter values: One for each axis.
  /// - Complexity: Reads the model once or twice.
  func compiled(_ values: [String]) throws(CommandFailure) -> CompiledScenario {
    let (scenario, strategy) = try scenario(values)
    return ProgramCompiler.compile(scenario, under: strategy)
  }

  /// The scenario of a point, and its guard; what is wrong is said of the axes as they are written.
  ///
  /// - Parameter values: One for each axis.
  /// - Complexity: Reads the model once or twice.
  func scenario(
    _ values: [String]
  ) throws(CommandFailure) -> (scenario: Scenario, strategy: Strategy) {
    do throws(CommandFailure) {
      return try read(values)
    } catch {
      throw renamed(error, values)
    }
  }

  private func read(
    _ values: [String]
  ) throws(CommandFailure) -> (scenario: Scenario, strategy: Strategy) {
    var settings = request.model.settings
    var users = request.users
    var rate = request.rate
    var duration = request.duration
    var guarding = request.model.guarding
    var flags = [Flag.vus, .rate, .duration].filter { flag in
      switch flag {
      case .vus: users != nil
      case .rate: rate != nil
      default: duration != nil
      }
    }
    for (target, value) in zip(targets, values) {
      switch target {
      case .paths(let paths):
        settings += paths.map { Self.override($0, value) }
      case .variable(.vus): (users, flags) = (Int(value), flags + [.vus])
      case .variable(.rate): (rate, flags) = (Int(value), flags + [.rate])
      case .variable(.duration):
        (duration, flags) = (try? TimeParser.parse(value), flags + [.duration])
      case .variable(.strategy): guarding = .strategy(value)
      case .variable(.layers):
        guarding = (try? SweepVariable.defence(value)).map { .layers($0) } ?? guarding
      }
    }
    let executor = try executor(users, rate, duration, settings, flag: flags.first)
    var scenario = try source.scenario(
      settings: settings, executor: executor, userFlags: flags, hazards: request.model.hazards)
    if let flag = flags.first, scenario.loads.count > 1 {
      throw severalLoads(flag, scenario.loads)
    }
    try request.model.switchOnHazards(in: &scenario)
    try request.model.addFaults(to: &scenario)
    return (scenario, try guarding.strategy(in: scenario))
  }

  private static func override(_ path: String, _ value: String) -> ModelOverride {
    ModelOverride(path: path, value: value, flag: "--vary")
  }

  /// Whether an axis says what the flag would say.
  private func varies(_ flag: Flag) -> Bool {
    request.axes.contains {
      SweepVariable(name: $0.name).map { "--\($0.rawValue)" } == flag.spelling
    }
  }

  private func severalLoads(_ flag: Flag, _ loads: [Load]) -> CommandFailure {
    let names = loads.map(\.name)
    return .commandLine([
      varies(flag)
        ? .variationOfSeveralLoads(String(flag.spelling.dropFirst(2)), names: names)
        : .severalLoads(flag, names: names)
    ])
  }

  // MARK: What is wrong

  /// A failure that names the axes as the command line has them, not the paths and the flags for
  /// which they stand.
  private func renamed(_ failure: CommandFailure, _ values: [String]) -> CommandFailure {
    /// The text of an override, or the flag of a variable, with the axis for which it stands.
    var names: [(text: String, axis: String, written: String)] = []
    for (index, target) in targets.enumerated() {
      let axis = request.axes[index].name
      let written = "--vary \(axis)=\(values[index])"
      switch target {
      case .paths(let paths):
        names += paths.map { (Self.override($0, values[index]).text, axis, written) }
      case .variable(let variable): names.append(("--\(variable.rawValue)", axis, written))
      }
    }
    func renamed(_ diagnostic: Diagnostic) -> Diagnostic {
      guard case .override(let text) = diagnostic.place,
        let name = names.first(where: { $0.text == text })
      else { return diagnostic }
      return Diagnostic(
        place: .override(name.written), path: diagnostic.path == name.axis ? "" : diagnostic.path,
        problem: diagnostic.problem)
    }
    switch failure {
    case .model(let failure) where failure.diagnostics.allSatisfy(\.isFromOverride):
      return .sweep(.wrongPoint(failure.diagnostics.map { renamed($0).line }))
    case .flags(let words, let failure):
      var blamed: [String] = []
      for word in words {
        let written = names.first { $0.text == word }?.written ?? word
        if !blamed.contains(written) { blamed.append(written) }
      }
      return .sweep(.wrongPoint(failure.diagnostics.map { renamed($0).line(blaming: blamed) }))
    default: return failure
    }
  }

  // MARK: The load

  /// What takes the place of the model's executor: users as `run` makes them of `--vus` and
  /// `--duration`, or the model's own load at another rate or for another time.
  private func executor(
    _ users: Int?, _ rate: Int?, _ duration: VirtualDuration?, _ settings: [ModelOverride],
    flag: Flag?
  ) throws(CommandFailure) -> Executor? {
    if let users {
      return .constantVUs(vus: users, duration: duration ?? RunRequest.defaultDuration)
    }
    guard let flag else { return nil }
    let own = try source.scenario(settings: settings, hazards: request.model.hazards).loads
    guard own.count == 1 else {
      throw severalLoads(flag, own)
    }
    switch (own[0].executor, rate) {
    case (.constantArrivalRate(_, let length, let pool), let rate?):
      return .constantArrivalRate(
        rate: ArrivalRate(iterations: rate), duration: duration ?? length, users: pool)
    case (.rampingArrivalRate(_, _, let pool), let rate?):
      return .constantArrivalRate(
        rate: ArrivalRate(iterations: rate), duration: duration ?? own[0].executor.length,
        users: pool)
    case (_, _?):
      throw .commandLine([varies(.rate) ? .variationOfOtherUnit("rate") : .loadOfOtherUnit(.rate)])
    case (.constantArrivalRate(let rate, _, let pool), nil):
      return duration.map { .constantArrivalRate(rate: rate, duration: $0, users: pool) }
    case (.constantVUs(let vus, _), nil):
      return duration.map { .constantVUs(vus: vus, duration: $0) }
    case (.rampingVUs, nil), (.sharedIterations, nil), (.perVUIterations, nil),
      (.rampingArrivalRate, nil):
      throw .commandLine([.durationNeedsUsers(isVaried: varies(.duration))])
    }
  }
}

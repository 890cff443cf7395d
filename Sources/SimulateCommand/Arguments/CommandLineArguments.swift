import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// Reads a command line: arguments in, a command or everything that is wrong with them out.
///
/// Nothing outside is asked: no file, no model. What only a model can tell (whether a strategy or a
/// path exists) is checked when the model has been read.
package struct CommandLineArguments {
  let verb: Verb
  /// The words after the verb.
  let words: [String]
  private let flags: [(flag: Flag, value: String?)]
  var problems: [CommandLineDiagnostic] = []

  /// The command that the arguments ask for.
  ///
  /// - Parameter arguments: What follows the name of the program.
  package static func command(from arguments: [String]) throws(CommandLineFailure) -> Command {
    let tokens = CommandLineTokens(arguments).tokens
    let typed = tokens.compactMap { token in
      if case .word(let word) = token { word } else { nil as String? }
    }
    let typedVerb = typed.first.flatMap(Verb.init(rawValue:))
    if tokens.contains(.flag(.help, value: nil)) { return .help(typedVerb) }
    if tokens.contains(.flag(.version, value: nil)) { return .version }
    if let first = typed.first, typedVerb == nil {
      throw CommandLineFailure(diagnostics: [.unknownCommand(first)])
    }
    var arguments = CommandLineArguments(
      verb: typedVerb ?? .run, words: Array(typed.dropFirst()), tokens: tokens)
    let command = arguments.command()
    guard arguments.problems.isEmpty, let command else {
      throw CommandLineFailure(diagnostics: arguments.problems)
    }
    return command
  }

  private init(verb: Verb, words: [String], tokens: [CommandLineTokens.Token]) {
    self.verb = verb
    self.words = words
    var flags: [(flag: Flag, value: String?)] = []
    for token in tokens {
      switch token {
      case .word: continue
      case .unknownFlag(let typed): problems.append(.unknownFlag(typed, of: verb))
      case .flag(let flag, let value):
        guard verb.flags.contains(flag) else {
          problems.append(.flagOfAnotherVerb(flag, given: verb))
          continue
        }
        if !verb.mayRepeat(flag), flags.contains(where: { $0.flag == flag }) {
          if !problems.contains(.repeatedFlag(flag)) { problems.append(.repeatedFlag(flag)) }
          continue
        }
        if let problem = Self.problem(of: flag, value: value) {
          problems.append(problem)
        }
        flags.append((flag, value))
      }
    }
    self.flags = flags
  }

  /// What can be said of a value without knowing what it means.
  private static func problem(of flag: Flag, value: String?) -> CommandLineDiagnostic? {
    switch (flag.valueName, value) {
    case (nil, nil): nil
    case (_, nil) where flag.mayStandAlone: nil
    case (nil, let value?): .unwantedValue(flag, value)
    case (_, nil): .missingValue(flag)
    case (_, let value?): value.isEmpty ? .emptyValue(flag) : nil
    }
  }
}

// MARK: - Verbs

extension CommandLineArguments {
  private mutating func command() -> Command? {
    switch verb {
    case .run: return runRequest().map(Command.run)
    case .explain: return .explain(modelChoice())
    case .models: return modelsCommand()
    case .report: return reportCommand()
    case .validate: return validationRequest().map(Command.validate)
    case .defend: return .defend(defendRequest())
    case .pulse: return .pulse(pulseRequest())
    case .compare: return .compare(compareRequest())
    case .hunt: return .hunt(huntRequest())
    case .capacity: return .capacity(capacityRequest())
    case .tune: return .tune(tuneRequest())
    case .sweep: return sweepRequest().map(Command.sweep)
    case .merge: return .merge(mergeRequest())
    case .help: return helpCommand()
    }
  }

  private mutating func validationRequest() -> ValidationRequest? {
    var request = ValidationRequest()
    rejectWords(after: 0)
    request.runsPath = text(of: .runs)
    request.stepsPath = text(of: .steps)
    (request.csvPath, request.markdownPath) = reportPaths()
    if let count = count(of: .seeds, in: ValidationRequest.seedRange) { request.seedCount = count }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  private mutating func helpCommand() -> Command? {
    guard let topic = words.first else { return .help(nil) }
    rejectWords(after: 1)
    guard let verb = Verb(rawValue: topic) else {
      problems.append(.unknownHelpTopic(topic))
      return nil
    }
    return .help(verb)
  }

  private mutating func reportCommand() -> Command? {
    guard words.first == "strategies" else {
      problems.append(.unknownReport(words.first))
      return nil
    }
    rejectWords(after: 2)
    return .reportStrategies(
      folder: words.dropFirst().first ?? "reports/strategies", showsProgress: !isGiven(.quiet))
  }

  private mutating func modelsCommand() -> Command? {
    guard let word = words.first else { return .listModels }
    guard let action = ModelsAction(rawValue: word) else {
      problems.append(.unknownModelsAction(word))
      return nil
    }
    let names = Array(words.dropFirst())
    switch action {
    case .list:
      rejectWords(after: 1)
      return .listModels
    case .show:
      rejectWords(after: 2)
      guard let name = names.first, !name.isEmpty else {
        problems.append(.missingModelName(action: .show))
        return nil
      }
      return .showModel(name: name)
    case .check:
      guard !names.isEmpty, !names.contains("") else {
        problems.append(.missingModelName(action: .check))
        return nil
      }
      return .checkModels(names: names)
    case .schema:
      rejectWords(after: 1)
      return .showSchema
    }
  }

  private mutating func runRequest() -> RunRequest? {
    var request = RunRequest()
    request.model = modelChoice()
    let users = users()
    if let seed = seed() { request.seed = seed }
    if let number = count(of: .replication, in: 0...999) { request.replication = number }
    readOutputs(into: &request)
    readWatch(into: &request)
    request.showsInnoDBStatus = isGiven(.innoDBStatus)
    request.showsProgress = !isGiven(.quiet)
    request.allowsColor = !isGiven(.noColor)
    request.verifies = isGiven(.verify)
    request.repetition = repetition()
    request.warmUp = warmUp()
    guard let users else { return nil }
    request.users = users
    request.userFlags = [.profile, .stage, .iterations, .vus, .duration].filter { isGiven($0) }
    return request
  }

  mutating func seed() -> UInt64? {
    value(of: .seed, read: { WholeNumberText.value(of: $0, as: UInt64.self) })
  }

  /// The model that the flags and the first word choose.
  mutating func modelChoice() -> ModelChoice {
    var choice = ModelChoice()
    rejectWords(after: 1)
    if let word = words.first {
      noteVerb(word)
      choice.name = word
    }
    if let name = text(of: .model) {
      if let word = words.first { problems.append(.twoModels(word, name)) }
      choice.name = name
    }
    // A comparison has its combinations side by side.
    if verb != .defend { choice.guarding = guarding() }
    choice.hazards = hazards()
    // What these take for a fault is more than a fault.
    if verb != .hunt, verb != .defend {
      choice.faults = texts(of: .fault).compactMap { parsed(.fault, $0, FaultParser.parse) }
    }
    choice.settings = settings()
    return choice
  }

  mutating func hazards() -> [Hazard] {
    var hazards: [Hazard] = []
    for case (.hazard, let text?) in flags where !text.isEmpty {
      let parsed = parsed(.hazard, text) { name throws(Problem) in
        try HazardParser.parse(name, after: hazards)
      }
      if let parsed { hazards.append(parsed) }
    }
    return hazards
  }

  /// How two flags, of which one at most is given, guard the writes.
  mutating func guarding(
    by strategy: Flag = .strategy, or layers: Flag = .layers
  ) -> ModelChoice.Guarding {
    if isGiven(strategy), isGiven(layers) { problems.append(.contradiction(strategy, layers)) }
    if isGiven(layers) {
      return parsed(layers, LayerListParser.parse).map(ModelChoice.Guarding.layers) ?? .asModelled
    }
    return text(of: strategy).map(ModelChoice.Guarding.strategy) ?? .asModelled
  }

  /// The values of the model that a flag replaces, no path twice.
  mutating func settings(by flag: Flag = .set) -> [ModelOverride] {
    var settings: [ModelOverride] = []
    for text in texts(of: flag) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        problems.append(.badValue(flag, text))
        continue
      }
      let setting = ModelOverride(
        path: String(parts[0]), value: String(parts[1]), flag: flag.spelling)
      if settings.contains(where: { $0.path == setting.path }) {
        problems.append(.repeatedSetting(flag, path: setting.path))
      } else {
        settings.append(setting)
      }
    }
    return settings
  }
}

// MARK: - Looking up

extension CommandLineArguments {
  /// Whether the command names a model.
  var namesModel: Bool { !words.isEmpty || isGiven(.model) }

  func isGiven(_ flag: Flag) -> Bool { flags.contains { $0.flag == flag } }

  /// The value of a flag that may be given once; `nil` when it is not given or has none.
  func text(of flag: Flag) -> String? { flags.first { $0.flag == flag }?.value }

  /// Every value of a flag that may be given more than once, without the empty ones, which have
  /// been noted.
  func texts(of flag: Flag) -> [String] {
    flags.compactMap { $0.flag == flag && $0.value != "" ? $0.value : nil }
  }

  /// The value that `read` makes of a flag's text, noting a problem when it makes none.
  mutating func value<Value>(of flag: Flag, read: (String) -> Value?) -> Value? {
    guard let text = text(of: flag), !text.isEmpty else { return nil }
    let value = read(text)
    if value == nil { problems.append(.badValue(flag, text)) }
    return value
  }

  /// The whole number that a flag gives, noting a problem when it is none in the range.
  mutating func count(of flag: Flag, in range: ClosedRange<Int>) -> Int? {
    value(of: flag) { text in
      WholeNumberText.value(of: text, as: Int.self).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// What a parser of model files makes of a flag's text, noting the problem that it finds.
  mutating func parsed<Value>(
    _ flag: Flag, _ parse: (String) throws(Problem) -> Value
  ) -> Value? {
    guard let text = text(of: flag), !text.isEmpty else { return nil }
    return parsed(flag, text, parse)
  }

  mutating func parsed<Value>(
    _ flag: Flag, _ text: String, _ parse: (String) throws(Problem) -> Value
  ) -> Value? {
    do throws(Problem) {
      return try parse(text)
    } catch {
      problems.append(flag == .fault ? .wrongFault(text, error) : .unreadable(flag, error))
      return nil
    }
  }

  /// Notes every word that nothing asks for.
  mutating func rejectWords(after count: Int) {
    for word in words.dropFirst(count) {
      if let second = Verb(rawValue: word), verb != .help {
        problems.append(.twoCommands(verb, second))
      } else {
        problems.append(.unexpectedWord(word, after: verb))
      }
    }
  }

  /// Notes that a word that should be a model is a verb.
  mutating func noteVerb(_ word: String) {
    if let second = Verb(rawValue: word) { problems.append(.twoCommands(verb, second)) }
  }
}

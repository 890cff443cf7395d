import ContentionEngine
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandLineDiagnostic {
  /// The words on standard error: what is wrong, and below it what would be right.
  var message: String {
    "\(Self.lead)\(problem)\n\(Self.indent)\(remedy)\n".split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { Self.wrapped(String($0)) }.joined(separator: "\n")
  }

  /// A line in as many as it needs to stay within 100 columns, the later ones indented; a word that
  /// is longer stays whole.
  private static func wrapped(_ line: String) -> String {
    if line.count <= 100 { return line }
    var text = ""
    var width = 0
    for (index, word) in line.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0 {
        let fits = width + 1 + word.count <= 100 || width <= indent.count + 2
        text += fits ? " " : "\n\(indent)  "
        width = fits ? width + 1 : indent.count + 2
      }
      text += word
      width += word.count
    }
    return text
  }

  private static let lead = "simulate: "
  private static let indent = String(repeating: " ", count: lead.utf8.count)

  /// What is wrong, with the found text in quotes and a close spelling if there is one.
  private var problem: String {
    switch self {
    case .unknownCommand(let word):
      "unknown command \(quoted(word))"
        + suggestion(for: word, among: Verb.allCases.map(\.rawValue))
    case .twoCommands(let first, let second):
      "two commands: \(quoted(first.rawValue)) and \(quoted(second.rawValue))"
    case .unexpectedWord(let word, let verb):
      "unexpected \(quoted(word)) after \(quoted(verb.rawValue))"
    case .unknownHelpTopic(let word):
      "no help about \(quoted(word))" + suggestion(for: word, among: Verb.allCases.map(\.rawValue))
    case .unknownModelsAction(let word):
      "unknown action \(quoted(word)) of 'models'"
        + suggestion(for: word, among: ModelsAction.allCases.map(\.rawValue))
    case .missingModelName(let action):
      "'models \(action.rawValue)' needs a \(action == .check ? "file" : "name")"
    case .unknownReport(nil): "'report' needs the name of a report"
    case .unknownReport(let name?):
      "unknown report \(quoted(name))" + suggestion(for: name, among: ["strategies"])
    case .unknownFlag(let typed, let verb):
      "unknown flag \(quoted(typed))"
        + suggestion(for: typed, among: verb.flags.map(\.spelling))
    case .flagOfAnotherVerb(let flag, let verb):
      "\(flag.spelling) is not a flag of \(quoted(verb.rawValue))"
    case .missingValue(let flag):
      "\(flag.spelling) needs a value"
    case .emptyValue(let flag):
      "\(flag.spelling) has an empty value"
    case .unwantedValue(let flag, let value):
      "\(flag.spelling) takes no value, found \(quoted(value))"
    case .repeatedFlag(let flag):
      "\(flag.spelling) is given twice"
    case .badValue(let flag, let value):
      "\(flag.spelling): expected \(Self.expectation(of: flag)), found \(quoted(value))"
        + suggestion(for: value, among: Self.words(of: flag))
    case .repeatedSetting(let path):
      "--set: \(quoted(path)) is set twice"
    case .unreadable(.layers, .unknownName(_, let name, let known, _)):
      // The known ones stand in the line below.
      "unknown layer \(quoted(name))" + suggestion(for: name, among: known)
    case .unreadable(.hazard, .unknownName(_, let name, let known, _)):
      "unknown hazard \(quoted(name))" + suggestion(for: name, among: known)
    case .wrongFault(_, .unknownName(_, let name, let known, _)):
      "unknown fault \(quoted(name))" + suggestion(for: name, among: known)
    case .wrongFault(let text, let problem):
      "--fault \(quoted(text)): \(problem.message)"
    case .unreadable(let flag, let problem):
      "\(flag.spelling): \(problem.message)"
    case .contradiction(let first, let second):
      "\(first.spelling) and \(second.spelling) contradict each other"
    case .stagesTooLong(let flag):
      "\(flag.spelling): the stages add up to more than 100 years"
    case .fewerIterations(let iterations, let users):
      "--iterations: expected at least as many as users (\(users)), found \(iterations)"
    case .unknownOutput(let name):
      "--out: unknown output \(quoted(name))" + suggestion(for: name, among: Self.outputs)
    case .outputWithoutFile(let format):
      "--out: \(quoted(format.rawValue)) needs a file"
    case .compressedOutput(_, let path):
      "--out: cannot write \(quoted(path)) compressed"
    case .badStatistic(let text, .unknown):
      "--summary-trend-stats: unknown statistic \(quoted(text))"
        + suggestion(for: text, among: Self.statistics)
    case .badStatistic(let text, .percentile):
      "--summary-trend-stats: expected a percentile from p(0) to p(100), found \(quoted(text))"
    case .twoModels(let first, let second):
      "two models: \(quoted(first)) and \(quoted(second))"
    case .sameFile(let first, let second, let path):
      "\(first.spelling) and \(second.spelling) name the same file \(quoted(path))"
    case .severalLoads(let flag, let names):
      "\(flag.spelling): the model has \(names.count) scenarios: \(list(names))"
    case .unknownStrategy(let name, let known):
      "unknown strategy \(quoted(name))" + suggestion(for: name, among: known)
    case .unknownPromise(let name):
      "unknown promise \(quoted(name))"
        + suggestion(for: name, among: SafetyPromise.allCases.map(\.name))
    case .faultBesideNone: "--fault none and another --fault contradict each other"
    case .loadOfOtherUnit(.rate):
      "--rate: the load of this model is counted in users"
    case .loadOfOtherUnit(let flag):
      "\(flag.spelling): the load of this model is counted in iterations a second"
    case .pulseOfSeveralLoads(let names):
      "'pulse' needs a model with one scenario, this one has \(names.count): \(list(names))"
    case .stallNotOver(let duration, let stall, _):
      "--duration: \(duration.description) is too short to see what comes back after a stall of"
        + " \(stall.description)"
    case .huntOfSeveralLoads(let names):
      "'hunt' needs a model with one scenario, this one has \(names.count): \(list(names))"
    case .unknownModel(let name, let known), .unknownBundledModel(let name, let known):
      "unknown model \(quoted(name))" + suggestion(for: name, among: known)
    }
  }

  /// What would be right.
  private var remedy: String {
    switch self {
    case .unknownCommand(let word) where ModelSource.isName(word) && QuotedText.isHarmless(word):
      "to run a model: simulate run \(RunRequest.shellWord(word))"
    case .unknownCommand:
      "commands: \(list(Verb.allCases.map(\.rawValue)))\n\(Self.indent)to run a model: simulate run MODEL"
    case .twoCommands(let first, _):
      "write one of them; a model file of such a name: simulate \(first.rawValue) ./FILE"
    case .unexpectedWord(_, let verb):
      verb.usage
    case .unknownHelpTopic:
      "topics: \(list(Verb.allCases.map(\.rawValue)))"
    case .unknownModelsAction, .missingModelName:
      Verb.models.usage
    case .unknownReport:
      Verb.report.usage
    case .unknownFlag(_, let verb):
      "'simulate help \(verb.rawValue)' lists the flags of \(quoted(verb.rawValue))"
    case .flagOfAnotherVerb(let flag, let verb):
      "it belongs to \(list(Verb.allCases.filter { $0.flags.contains(flag) }.map(\.rawValue))); "
        + "'simulate help \(verb.rawValue)' lists what belongs here"
    case .badValue(.timeline, _):
      "promises: \(list(SafetyPromise.allCases.map(\.name)))"
    case .missingValue(let flag), .emptyValue(let flag), .badValue(let flag, _):
      "write \(Self.example(of: flag))"
    case .unwantedValue(let flag, _):
      "write \(flag.spelling), or leave it out"
    case .repeatedFlag(let flag):
      "write it once: \(Self.example(of: flag))"
    case .repeatedSetting:
      "write each path once"
    case .unreadable(.layers, _):
      "layers: \(list(Layer.allCases.map(\.rawValue)))"
    case .unreadable(.hazard, .unknownName(_, _, let known, _)):
      "hazards: \(list(known))"
    case .unreadable(.hazard, .hazardNeeds):
      "leave it out, or choose another model"
    case .unreadable(.hazard, _):
      "write each hazard once"
    case .wrongFault(_, .fault(.noSuchInstance)):
      "name another instance, or leave it out to draw one each time"
    case .wrongFault("none", _):
      "to let nothing go wrong, leave --fault out"
    case .wrongFault(let text, _):
      if let kind = Self.kind(of: text) {
        "write --fault \(kind.example); 'simulate help run' has more"
      } else {
        "faults: \(list(FaultKind.allCases.map(\.flagName)))"
      }
    case .unreadable(let flag, _):
      "write \(Self.example(of: flag))"
    case .contradiction(let first, let second):
      Self.resolution(of: first, and: second)
    case .stagesTooLong(.profile):
      "write a shorter --duration, which a profile may hold several times"
    case .stagesTooLong:
      "write stages that end within 100 years"
    case .fewerIterations:
      "raise --iterations or lower --vus"
    case .unknownOutput:
      "outputs: \(list(Self.outputs)); write \(Self.example(of: .out))"
    case .outputWithoutFile(let format):
      "write --out \(format.rawValue)=FILE; standard output is --out \(format.rawValue)=/dev/stdout"
    case .compressedOutput(let format, _):
      "pipe it through gzip; in bash: --out \(format.rawValue)=>(gzip > FILE.gz)"
    case .badStatistic:
      "statistics: \(list(Self.statistics)), and p(N) with N from 0 to 100, such as p(99.9)"
    case .twoModels:
      "name the model once"
    case .sameFile:
      "write each to a file of its own"
    case .severalLoads(let flag, let names):
      "set them one by one, such as --set scenarios.\(names.first ?? "default")."
        + (flag == .duration ? "duration=60s" : "vus=100")
    case .unknownStrategy(_, let known):
      "strategies: \(list(known))"
    case .unknownPromise:
      "promises: \(list(SafetyPromise.allCases.map(\.name)))"
    case .faultBesideNone:
      "write --fault none alone, or leave it out"
    case .loadOfOtherUnit(let flag):
      "write \(Self.example(of: flag == .rate ? .vus : .rate))"
    case .pulseOfSeveralLoads:
      "choose another model; 'simulate models' lists them"
    case .stallNotOver(_, _, let least):
      "write at least --duration \(least.description), or a shorter --stall"
    case .huntOfSeveralLoads:
      "choose another model, or make one of a single scenario"
    case .unknownModel:
      "'simulate models' lists them; a file needs its folder or its ending: ./FILE, FILE.json5"
    case .unknownBundledModel:
      "'simulate models' lists them"
    }
  }

  /// What the value of a flag must be, in words.
  private static func expectation(of flag: Flag) -> String {
    switch flag {
    case .vus: "a whole number from 1 to 1000000"
    case .iterations: "a whole number from 1 to 1000000000"
    case .profile: "load, soak, stress or spike"
    case .epoch: "an RFC 3339 date from 1970 to 2999"
    case .summaryMode: "compact, full or disabled"
    case .summaryTimeUnit: "s, ms or us"
    case .seed: "a whole number up to 18446744073709551615"
    case .set: "PATH=VALUE"
    case .timeline: "the name of a promise"
    case .tieOrder: "scheduling, random:SEED or priorities:SEED:CHANGES:EVENTS"
    case .seeds: "a whole number from 1 to 10000"
    case .replications: "a whole number from 1 to 1000"
    case .rate: "whole numbers from 1 to 1000000, with commas between them"
    case .jobs: "a whole number from 1 to 1024"
    case .budget: "a time, a number of runs or a number of requests"
    case .model, .duration, .stall, .stage, .strategy, .layers, .hazard, .fault, .csv, .out,
      .summaryExport, .summaryTrendStats, .innoDBStatus, .runs, .steps, .markdown, .promise,
      .mermaid,
      .quiet, .noColor, .verify, .help, .version:
      "a value"
    }
  }

  /// The words of which the value of a flag is one; none when it is no word.
  private static func words(of flag: Flag) -> [String] {
    switch flag {
    case .profile: LoadProfile.allCases.map(\.rawValue)
    case .timeline: SafetyPromise.allCases.map(\.name)
    case .summaryMode: SummaryMode.allCases.map(\.rawValue)
    default: []
    }
  }

  private static let outputs = RunRequest.SampleFile.Format.allCases.map(\.rawValue)
  private static let statistics = ["avg", "min", "med", "max", "count"]

  /// The flag as one would type it.
  private static func example(of flag: Flag) -> String {
    switch flag {
    case .model: "--model balance-charge, or --model FILE.json5"
    case .vus: "--vus 1000"
    case .duration: "--duration 60s; units: ns, us, ms, s, m, h, d"
    case .stage: "--stage 30s:100; units: ns, us, ms, s, m, h, d"
    case .iterations: "--iterations 1000"
    case .profile: "--profile stress"
    case .strategy: "--strategy optimistic"
    case .layers: "--layers distributed-lock,optimistic"
    case .hazard: "--hazard lock-inside-transaction"
    case .fault: "--fault pause=35s@10s,instance=1; 'simulate help run' has more"
    case .set: "--set system.pool.size=10"
    case .seed: "--seed 1"
    case .csv: "--csv series.csv"
    case .out: "--out csv=samples.csv, or --out json=samples.json"
    case .epoch: "--epoch 2026-01-31T09:00:00Z"
    case .summaryExport: "--summary-export summary.json"
    case .summaryMode: "--summary-mode full"
    case .summaryTrendStats: "--summary-trend-stats 'avg,p(99.9),count'"
    case .summaryTimeUnit: "--summary-time-unit ms"
    case .runs: "--runs runs.csv"
    case .steps: "--steps steps.csv"
    case .markdown: "--markdown validation.md"
    case .timeline: "--timeline, or --timeline no-lost-update"
    case .tieOrder: "--tie-order random:1, or --tie-order priorities:1:3:100"
    case .seeds: "--seeds 20"
    case .replications: "--replications 5"
    case .rate: "--rate 100,200,300"
    case .stall: "--stall 10s; units: ns, us, ms, s, m, h, d"
    case .jobs: "--jobs 2"
    case .budget: "--budget 60s, --budget 100000runs or --budget 1000000requests"
    case .promise: "--promise no-lost-update"
    case .mermaid: "--mermaid timeline.mmd"
    case .innoDBStatus, .quiet, .noColor, .verify, .help, .version: flag.spelling
    }
  }

  /// How to choose between two flags that contradict each other.
  private static func resolution(of first: Flag, and second: Flag) -> String {
    if first == .strategy || second == .strategy {
      return "a strategy is a named set of layers: write one of the two"
    }
    if first == .rate || second == .rate {
      return "a load is counted in iterations a second or in users: write one of the two"
    }
    if first == .profile {
      return "--profile says how the number of users goes: leave out \(second.spelling)"
    }
    return "--stage says how many users and how long: leave out \(second.spelling)"
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  /// The kind that the text of a fault begins with; `nil` when it begins with none.
  private static func kind(of fault: String) -> FaultKind? {
    let name = fault.prefix { $0 != "=" && $0 != "@" && $0 != "," }
    return FaultKind.allCases.first { $0.flagName == name }
  }

  private func quoted(_ text: String) -> String { QuotedText.text(of: text) }

  private func suggestion(for typed: String, among known: [String]) -> String {
    guard let close = SpellingSuggestion.closest(to: typed, in: known) else { return "" }
    return "; did you mean '\(close)'?"
  }
}

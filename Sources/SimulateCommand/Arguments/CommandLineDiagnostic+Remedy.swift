import ContentionEngine
import Experiments
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension CommandLineDiagnostic {
  /// What would be right.
  var remedy: String {
    switch self {
    case .unknownCommand(let word) where ModelSource.isName(word) && QuotedText.isHarmless(word):
      "to run a model: simulate run \(RunRequest.shellWord(word))"
    case .unknownCommand:
      "commands: \(list(Verb.allCases.map(\.rawValue)))\n"
        + "\(Self.indent)to run a model: simulate run MODEL"
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
      "it belongs to \(list(Verb.allCases.filter { $0.flags.contains(flag) }.map(\.rawValue)))\n"
        + "\(Self.indent)'simulate help \(verb.rawValue)' lists what belongs here"
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
    case .stallNotOver(_, _, let least):
      "write at least --duration \(least.description), or a shorter --stall"
    case .flagOfOneRun:
      "leave it out, or leave out --replications and --precision"
    case .flagNeedsFlag(let flag, .replications):
      "write \(Self.example(of: .replications)), or leave out \(flag.spelling)"
    case .flagNeedsFlag(let flag, let other):
      "write \(Self.example(of: other)), or leave out \(flag.spelling)"
    case .unknownFigure:
      "figures: \(list(Self.figures))"
    case .warmUpOfChangingLoad:
      "only a number of users, or a rate, that stays the same settles: write --warm-up 10s"
    case .warmUpNotOver:
      "write a shorter --warm-up or a longer --duration"
    case .strategyOfBoth:
      "write --strategy-a NAME --strategy-b NAME"
    case .settingOfMeasuredRun:
      "leave it out, or set it for the other side"
    case .measuredRunAlone:
      "name the other side, too: another summary, or a model"
    case .flagOfSimulation:
      "leave it out"
    case .figureNotMeasured("p99", _, _):
      "k6 writes it with --summary-trend-stats 'avg,med,p(95),p(99)'; or leave it out"
    case .figureNotMeasured(_, _, let known):
      "it has: \(list(known))"
    case .figureWithoutPreference:
      "write successes/s, which counts what was done well, or a latency"
    case .outputIsInput:
      "name another file"
    case .tooShortForThresholds(_, let needed):
      "write at least --duration \(needed.description)"
    case .needsOneLoad:
      "choose another model, or make one of a single scenario"
    case .tooFewReplications:
      "write at least --replications 2"
    case .badReplications:
      "write \(Self.example(of: .replications))"
    case .nothingRetries:
      "write --at clients, or choose another model"
    case .tooManyWays:
      "write fewer values for --base, --factor, --cap, --attempts or --jitter"
    case .capBelowBase:
      "write a --cap of at least the --base, or --policy fixed"
    case .decorrelatedFixed:
      "write another --jitter, or --policy exponential"
    case .budgetOfService:
      "write --at clients, or leave --retry-budget out"
    case .untestedPromise(_, _, let layer?):
      "choose layers with \(layer), or another promise"
    case .untestedPromise:
      "choose another model, or another promise"
    case .badVariation(let name, let problem):
      "write \(Self.right(problem).map { "--vary \(name)=\($0)" } ?? Self.example(of: .vary))"
    case .nothingVaried: "write \(Self.example(of: .vary))"
    case .badVariedValue("layers", _):
      "layers: none, \(list(Layer.allCases.map(\.rawValue))); join those of one point by +"
    case .badVariedValue(let name, _), .badVariedNumber(let name, _):
      "write --vary \(name)=\(name == "duration" ? "30s,60s" : "100,200,500")"
    case .repeatedVariation: "write it once, with all its values"
    case .variationBesideFlag(_, let flag): "vary it, or write \(flag.spelling) for all points"
    case .variationsOfOneThing: "vary one of the two"
    case .unknownVariation(_, let known):
      "names: \(list(known))\n\(Self.indent)or a path of the model, such as system.database.cores"
    case .notInModel: "vary something else; 'simulate models show NAME' prints a model"
    case .tooManyRuns: "write fewer values or replications, or --latin 1000"
    case .durationNeedsUsers: "write --vus 100 too, or --vary vus=100,200"
    case .variationOfSamePath(_, let other, _):
      other == nil ? "vary it, or write --set for all points" : "vary one of the two"
    case .variationOfOtherUnit: "write --vary vus=100,200,500"
    case .variationOfSeveralLoads(let name, let names):
      "vary a path, such as --vary scenarios.\(names.first ?? "default")."
        + (name == "duration" ? "duration=30s,60s" : "vus=100,200")
    case .resultNotKept:
      "a sweep keeps its finished runs beside the file: name a file, and read it afterwards"
    case .noParts: Verb.merge.usage
    case .partAsResult: "name another file"
    case .unknownModel:
      "'simulate models' lists them; a file needs its folder or its ending: ./FILE, FILE.json5"
    case .unknownBundledModel:
      "'simulate models' lists them"
    }
  }

  static let outputs = RunRequest.SampleFile.Format.allCases.map(\.rawValue)
  static let figures = RunFigure.allCases.map(\.title)
  static let statistics = ["avg", "min", "med", "max", "count"]

  /// How to choose between two flags that contradict each other.
  private static func resolution(of first: Flag, and second: Flag) -> String {
    if [.strategy, .strategyA, .strategyB].contains(first) {
      return "a strategy is a named set of layers: write one of the two"
    }
    if first == .rate || second == .rate {
      return "a load is counted in iterations a second or in users: write one of the two"
    }
    if first == .profile {
      return "--profile says how the number of users goes: leave out \(second.spelling)"
    }
    if first == .aggregate {
      return "the rows of a file are of one kind: write one of the two"
    }
    return "--stage says how many users and how long: leave out \(second.spelling)"
  }

  /// The kind that the text of a fault begins with; `nil` when it begins with none.
  static func kind(of fault: String) -> FaultKind? {
    let name = fault.prefix { $0 != "=" && $0 != "@" && $0 != "," }
    return FaultKind.allCases.first { $0.flagName == name }
  }

  /// The values that somebody has probably meant; `nil` where nobody knows.
  private static func right(_ problem: VariedProblem) -> String? {
    switch problem {
    case .rangeInList(_, let all): all
    case .threeDots(_, let right), .dash(_, let right), .missingCount(_, let right): right
    case .missingEnd(_, ""): nil
    case .missingEnd(let range, let other):
      WholeNumberText.value(of: other, as: Int.self).map { number in
        range.hasPrefix("..") ? "1..\(number)" : "\(number)..\(number + 10)"
      }
    case .notAnEnd(let end, let range) where end.hasPrefix("-"):
      "0" + range.dropFirst(end.count)
    case .emptyItem, .controlCharacter, .repeatedValue, .equalValues, .tooManyValues, .notAnEnd,
      .tooManyDigits, .mixedEnds, .notRising, .badCount, .logOfZero, .tooFine:
      nil
    }
  }
}

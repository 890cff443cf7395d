import ContentionEngine
import Experiments
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
  static func wrapped(_ line: String) -> String {
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
  static let indent = String(repeating: " ", count: lead.utf8.count)

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
    case .repeatedSetting(let flag, let path):
      "\(flag.spelling): \(quoted(path)) is set twice"
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
    case .stallNotOver(let duration, let stall, _):
      "--duration: \(duration.description) is too short to see what comes back after a stall of"
        + " \(stall.description)"
    case .flagOfOneRun(let flag):
      "\(flag.spelling) is about a single run, and several are made"
    case .flagNeedsFlag(let flag, let other):
      "\(flag.spelling) has no meaning without \(other.spelling)"
    case .unknownFigure(let flag, let name):
      "\(flag.spelling): unknown figure \(quoted(name))"
        + suggestion(for: name, among: Self.figures)
    case .warmUpOfChangingLoad(let names):
      "--warm-up auto: the load changes all the time: \(list(names))"
    case .warmUpNotOver(let warmUp, let length):
      "--warm-up: \(warmUp.description) leave nothing of a load of \(length.description)"
    case .strategyOfBoth(let text):
      "--strategy: \(quoted(text)) are two, and it is one for both sides"
    case .settingOfMeasuredRun(let flag, let path):
      "\(flag.spelling): \(quoted(path)) has been measured, and cannot be changed"
    case .measuredRunAlone(let path):
      "\(quoted(path)) is a measured run, and stands beside itself"
    case .flagOfSimulation(let flag):
      "\(flag.spelling) is about a simulation, and both sides have been measured"
    case .figureNotMeasured(let name, let path, _):
      "--figures: \(quoted(path)) has no \(quoted(name))"
    case .figureWithoutPreference(let name):
      "--figures: \(quoted(name)) tells how much was done, not how well"
    case .outputIsInput(let flag, let path):
      "\(flag.spelling) \(quoted(path)) is one of the two sides"
    case .tooShortForThresholds(let duration, _):
      "--duration: \(duration.description) is too short to tell whether the thresholds hold"
    case .needsOneLoad(let verb, let names):
      "\(quoted(verb.rawValue)) needs a model with one scenario, this one has \(names.count):"
        + " \(list(names))"
    case .tooFewReplications:
      "--replications: a single run cannot tell how sure a mean is"
    case .badReplications(let text):
      "--replications: expected a whole number from 2 to 1000, found \(quoted(text))"
    case .nothingRetries:
      "--at service: no request of this model has a step 'retry'"
    case .tooManyWays(let count):
      "\(count) ways to retry are more than the \(TuneRequest.mostWays) that are tried at once"
    case .capBelowBase:
      "--cap: every cap is below every --base, so that no exponential pause is left"
    case .decorrelatedFixed:
      "--jitter decorrelated: a fixed pause cannot be decorrelated, so that no way is left"
    case .budgetOfService:
      "--retry-budget: only clients have a budget of retries"
    case .untestedPromise(let name, let reason, _):
      "--promise \(name): \(reason)"
    case .nothingVaried: "'sweep' needs something to vary"
    case .badVariation(let name, let problem):
      "--vary \(quoted(name)): \(clause(problem))"
    case .badVariedValue(let name, let problem): "--vary \(quoted(name)): \(problem.message)"
    case .badVariedNumber(let name, let value):
      "--vary \(quoted(name)): expected \(Self.expectation(of: .vus)), found \(quoted(value))"
    case .repeatedVariation(let name): "--vary: \(quoted(name)) is varied twice"
    case .variationBesideFlag(let name, let flag):
      "--vary \(quoted(name)) and \(flag.spelling) contradict each other"
    case .variationsOfOneThing(let name, let other):
      "--vary \(quoted(name)) and --vary \(quoted(other)) contradict each other"
    case .unknownVariation(let name, let known):
      "--vary: unknown name \(quoted(name))" + suggestion(for: name, among: known)
    case .notInModel(let name, let subject):
      "--vary \(quoted(name)): the model has no \(subject)"
    case .tooManyRuns(let limit):
      "--vary: the points and their replications are more than \(limit) runs"
    case .durationNeedsUsers(let isVaried):
      "\(isVaried ? "--vary 'duration'" : "--duration"): the load of this model is not constant"
    case .variationOfSamePath(let name, let other, let path):
      "--vary \(quoted(name)) and \(other.map { "--vary \(quoted($0))" } ?? "--set") both set"
        + " \(QuotedText.text(of: path, atMost: 60))"
    case .variationOfOtherUnit(let name):
      "--vary \(quoted(name)): the load of this model is counted in users"
    case .variationOfSeveralLoads(let name, let names):
      "--vary \(quoted(name)): the model has \(names.count) scenarios: \(list(names))"
    case .resultNotKept(let path):
      "--csv \(quoted(path)) is no regular file"
    case .noParts: "'merge' needs the parts of a sweep"
    case .partAsResult(let path): "--csv \(quoted(path)) is one of the parts"
    case .unknownModel(let name, let known), .unknownBundledModel(let name, let known):
      "unknown model \(quoted(name))" + suggestion(for: name, among: known)
    }
  }

  func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  /// What is wrong with the values of an axis.
  private func clause(_ problem: VariedProblem) -> String {
    switch problem {
    case .emptyItem: "a value is missing"
    case .controlCharacter(let value): "\(quoted(value)) has a control character"
    case .repeatedValue(let value): "\(quoted(value)) stands there twice"
    case .equalValues(let first, let second):
      "\(quoted(first)) and \(quoted(second)) are the same value"
    case .rangeInList(let range, _): "the range \(quoted(range)) stands among other values"
    case .tooManyValues(let count):
      "\(count) values are more than \(VariedValues.mostValues)"
    case .notAnEnd(let end, let range):
      "expected a number or a time of at least 0 in \(quoted(range)), found \(quoted(end))"
    case .mixedEnds(let range): "one end of \(quoted(range)) is a time, and the other is not"
    case .notRising(let range): "the first end of \(quoted(range)) is not below the second"
    case .badCount(let count, let range):
      "expected at least 2 values, as in ':6' or ':log6', found \(quoted(count)) in"
        + " \(quoted(range))"
    case .tooManyDigits(let end, let range):
      "expected at most 6 decimals and 18 digits in \(quoted(range)), found \(quoted(end))"
    case .missingEnd(let range, _): "the range \(quoted(range)) lacks an end"
    case .threeDots(let range, _): "the range \(quoted(range)) has three dots, and not two"
    case .dash(let range, _): "\(quoted(range)) is neither a value nor a range"
    case .missingCount(let range, _): "how many values has \(quoted(range))?"
    case .logOfZero(let range): "\(quoted(range)) cannot begin at 0 and grow by a factor"
    case .tooFine(let range, let value):
      "the steps of \(quoted(range)) are too fine: \(quoted(value)) comes twice"
    }
  }

  func quoted(_ text: String) -> String { QuotedText.text(of: text) }

  private func suggestion(for typed: String, among known: [String]) -> String {
    guard let close = SpellingSuggestion.closest(to: typed, in: known) else { return "" }
    return "; did you mean '\(close)'?"
  }
}

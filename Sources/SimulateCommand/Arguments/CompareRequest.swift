package import Experiments
package import ScenarioFiles
import ScenarioModel

/// Which two sides to compare, and what to write about them.
package struct CompareRequest: Equatable, Sendable {
  /// The side that is compared with, A: a model, or the summary of a measured run.
  package var left = ModelChoice()
  /// The side that is compared, B.
  package var right = ModelChoice()
  /// The flags that were given for one side alone.
  package var ownFlags: [Flag] = []
  /// The flags that were given and have a meaning only where something is simulated.
  package var simulationFlags: [Flag] = []
  /// Of both sides.
  package var users = RunRequest.Users.asModelled
  package var userFlags: [Flag] = []
  package var warmUp = WarmUpChoice.asModelled
  package var seed: UInt64 = 1
  /// Whether a side is simulated; two measured runs need no seed.
  package var simulates = true
  package var replications = CompareRequest.usualReplications
  /// Whether each side has random numbers of its own.
  package var isIndependent = false
  /// From which part of A on a loss of B is a regression; `nil` judges nothing.
  package var tolerance: Double?
  /// The figures that are judged; `nil` for those that somebody outside meets.
  package var figures: [RunFigure]?
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  package var showsProgress = true

  package init() {}

  package static let usualReplications = 10
}

extension CompareRequest {
  /// The command line that makes this comparison again, without the files that it wrote.
  package var commandLine: String {
    var words = ["simulate", "compare", left.name]
    if right.name != left.name { words.append(right.name) }
    let isSame = left.guarding == right.guarding
    words += left.guarding.words(isSame ? "" : "-a")
    if !isSame { words += right.guarding.words("-b") }
    for hazard in left.hazards { words += ["--hazard", hazard.rawValue] }
    for fault in left.faults { words += ["--fault", fault.text] }
    for setting in left.settings {
      words += [right.settings.contains(setting) ? "--set" : "--set-a", setting.assignment]
    }
    for setting in right.settings where !left.settings.contains(setting) {
      words += ["--set-b", setting.assignment]
    }
    words += users.words
    if simulates { words += ["--seed", "\(seed)"] }
    if replications != Self.usualReplications { words += ["--replications", "\(replications)"] }
    if isIndependent { words.append("--independent") }
    words += warmUp.words
    if let tolerance { words += ["--tolerance", PercentText.text(of: tolerance)] }
    if let figures {
      words += ["--figures", figures.map(\.title).joined(separator: ",")]
    }
    return words.map(RunRequest.shellWord).joined(separator: " ")
  }
}

extension ModelOverride {
  /// Path and value as a flag takes them.
  package var assignment: String { "\(path)=\(value)" }
}

extension ModelChoice.Guarding {
  /// The flag that makes the choice, with the ending of one side; none for the model's own.
  fileprivate func words(_ ending: String) -> [String] {
    switch self {
    case .asModelled: []
    case .strategy(let name): ["--strategy" + ending, name]
    case .layers(let defence):
      ["--layers" + ending, defence.layers.map(\.rawValue).joined(separator: ",")]
    }
  }
}

import ContentionEngine
import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension RunRequest {
  /// The command line that makes this run again, without the files that it wrote.
  package var commandLine: String {
    var words = ["simulate"]
    if model.name != ModelChoice.defaultName { words += ["--model", model.name] }
    words += users.words
    switch model.guarding {
    case .asModelled: break
    case .strategy(let name): words += ["--strategy", name]
    case .layers(let defence):
      words += ["--layers", defence.layers.map(\.rawValue).joined(separator: ",")]
    }
    for hazard in model.hazards { words += ["--hazard", hazard.rawValue] }
    for fault in model.faults { words += ["--fault", fault.text] }
    for setting in model.settings { words += ["--set", "\(setting.path)=\(setting.value)"] }
    words += ["--seed", "\(seed)"]
    if replication != 0 { words += ["--replication", "\(replication)"] }
    words += warmUp.words
    if let repetition {
      if let count = repetition.count { words += ["--replications", "\(count)"] }
      if let precision = repetition.precision {
        words += ["--precision", PercentText.text(of: precision)]
      }
      if repetition.figures != Self.preciseFigures {
        words += ["--figures", repetition.figures.map(\.title).joined(separator: ",")]
      }
    }
    if tieOrder != .scheduling { words += ["--tie-order", tieOrder.text] }
    switch timeline {
    case nil: break
    case .worst?: words.append("--timeline")
    case .of(let promise)?: words += ["--timeline", promise.name]
    }
    return words.map(Self.shellWord).joined(separator: " ")
  }

  /// A word as a shell takes it.
  static func shellWord(_ word: String) -> String { ShellText.word(word) }
}

extension RunRequest.Users {
  /// The flags that ask for these users.
  var words: [String] {
    var words: [String] = []
    switch self {
    case .asModelled: break
    case .constant(let vus, let duration):
      words += ["--vus", "\(vus)"]
      if duration != RunRequest.defaultDuration { words += ["--duration", duration.description] }
    case .iterations(let count, let vus, let longest):
      if vus != RunRequest.defaultUsers { words += ["--vus", "\(vus)"] }
      words += ["--iterations", "\(count)"]
      if longest != RunRequest.defaultMaxDuration { words += ["--duration", longest.description] }
    case .profile(let profile, let peak, let hold):
      words += ["--profile", profile.rawValue]
      if let peak { words += ["--vus", "\(peak)"] }
      if let hold { words += ["--duration", hold.description] }
    case .stages(let stages, let startVUs):
      if startVUs != RunRequest.defaultUsers { words += ["--vus", "\(startVUs)"] }
      for stage in stages { words += ["--stage", "\(stage.duration.description):\(stage.target)"] }
    }
    return words
  }
}

public import Experiments
import ScenarioModel
import SimulationBasics

extension RetryCandidate {
  /// What a report calls it: "exponential 50ms x2 to 30s, full jitter, 10 attempts".
  public var name: String {
    guard retries else { return "one attempt" }
    var parts = [backoff.name()]
    switch backoff.jitter {
    case .none: break
    case .full: parts.append("full jitter")
    case .equal: parts.append("equal jitter")
    case .decorrelated: parts.append("decorrelated jitter")
    }
    parts.append(attempts.map { "\($0) attempts" } ?? "unlimited attempts")
    if let budget {
      parts.append("budget \(ScreenText.percent(budget.ratio, decimals: 0))")
    }
    return parts.joined(separator: ", ")
  }

  /// The pauses for a table: "exp 50ms x2 to 30s, full".
  var shortName: String {
    guard retries else { return "one attempt" }
    let pauses = backoff.name(exponential: "exp")
    switch backoff.jitter {
    case .none: return pauses
    case .full: return pauses + ", full"
    case .equal: return pauses + ", equal"
    case .decorrelated: return pauses + ", decorr."
    }
  }
}

extension Backoff {
  /// The pauses without their jitter.
  fileprivate func name(exponential: String = "exponential") -> String {
    if followsResponseTime { return "as long as a response" }
    if base == .zero { return "at once" }
    if factor == 1 && jitter != .decorrelated { return "fixed \(base.description)" }
    let growth = jitter == .decorrelated ? "" : " x\(NumberText.shortest(factor))"
    let end = cap < .longestInAModel ? " to \(cap.description)" : ""
    return "\(exponential) \(base.description)\(growth)\(end)"
  }
}

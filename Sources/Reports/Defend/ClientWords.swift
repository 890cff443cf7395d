public import ScenarioModel
import SimulationBasics

extension ClientPolicy {
  /// What such clients do, in a sentence.
  public var sentence: String {
    var text = "Clients wait \(timeout.description) for an answer"
    if attempts > 1 {
      text += " and send up to \(attempts) times, with the same key and "
      text += backoff.base == .zero ? "at once" : backoffWords
    } else {
      text += " and send once"
    }
    var limits: [String] = []
    if budget != nil { limits.append("a budget of retries") }
    if tokenBucket != nil { limits.append("a token bucket") }
    if breaker != nil { limits.append("a circuit breaker") }
    return text + (limits.isEmpty ? "" : ", with " + ReportText.list(limits)) + "."
  }

  private var backoffWords: String {
    var text = "after \(backoff.base.description)"
    if backoff.factor != 1 { text += ", × \(NumberText.shortest(backoff.factor)) each time" }
    if backoff.cap < .longestInAModel { text += " up to \(backoff.cap.description)" }
    switch backoff.jitter {
    case .none: text += ", without jitter"
    case .full: text += ", full jitter"
    case .equal: text += ", equal jitter"
    case .decorrelated: text += ", decorrelated jitter"
    }
    return text
  }
}

import ScenarioModel
import SimulationBasics

extension ClientPolicy {
  /// What clients do, for the listing of their load.
  var words: String {
    var text = "time-out " + timeout.description
    if attempts > 1 {
      text += ", up to \(attempts) attempts on"
      for (index, status) in retryOn.enumerated() {
        text += (index == 0 ? " " : ", ") + (status == 0 ? "no answer" : "\(status)")
      }
      text += ", " + backoff.words
    }
    if let budget { text += ", " + budget.words }
    if let tokenBucket { text += ", " + tokenBucket.words }
    if let breaker { text += ", " + breaker.words }
    return text
  }
}

extension RetryBudget {
  fileprivate var words: String {
    var text = "budget " + ratio.asShortText + " of successes"
    if minimumPerSecond > 0 { text += " and \(minimumPerSecond)/s" }
    return text + " ≤ \(limit)"
  }
}

extension TokenBucket {
  fileprivate var words: String {
    "\(size) tokens, \(cost) a retry, \(timeoutCost) after no answer"
  }
}

extension CircuitBreaker {
  fileprivate var words: String {
    "breaker at " + failureRate.asShortText + " failed or " + slowCallRate.asShortText
      + " slower than " + slowCall.description + " of \(window) calls, open " + openFor.description
  }
}

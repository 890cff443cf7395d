import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What the service rightly said no to, which is no error, and what ended the run early.
extension RunAnswer {
  /// Why the run ended before its load did: a threshold that aborts.
  var stopSentences: [String] {
    guard let threshold = result.stoppedBy else { return [] }
    return [
      "Stopped after \(RunScreen.length(result.virtualTime.inNanoseconds)): \(threshold.metric)"
        + " \(threshold.text) failed."
    ]
  }

  /// "312 orders were refused: stock gone (409)."; nothing when none was.
  var refusalSentences: [String] {
    let reasons = Refusal.Counter.allCases.compactMap { counter -> (count: UInt64, text: String)? in
      let count = result.count(counter.metric)
      return count == 0 ? nil : (count, counter.words + status(of: counter))
    }
    guard let first = reasons.first else { return [] }
    let total = reasons.reduce(0) { $0 + $1.count }
    let start = ScreenText.count(total, "\(words.deed) was", "\(words.deed)s were") + " refused: "
    if reasons.count == 1 { return [start + first.text + "."] }
    return [
      start
        + reasons.map { "\(ScreenText.count($0.count)) \($0.text)" }.joined(separator: ", ") + "."
    ]
  }

  /// The status that such a refusal has, in brackets; nothing when there are several.
  private func status(of counter: Refusal.Counter) -> String {
    var statuses: [UInt16] = []
    for request in result.scenario.requests {
      for refusal in request.steps.refusals
      where refusal.counter == counter && !statuses.contains(refusal.status) {
        statuses.append(refusal.status)
      }
    }
    // A request without a key is refused by the step that asks for one.
    if statuses.isEmpty && counter == .missingKeys { statuses = [400] }
    return statuses.count == 1 ? " (\(statuses[0]))" : ""
  }
}

extension Refusal.Counter {
  fileprivate var metric: MetricName {
    switch self {
    case .insufficientBalance: .insufficientBalance
    case .stockDepletions: .stockDepletions
    case .missingKeys: .missingKeys
    }
  }

  fileprivate var words: String {
    switch self {
    case .insufficientBalance: "insufficient balance"
    case .stockDepletions: "stock gone"
    case .missingKeys: "no idempotency key"
    }
  }
}

extension [Step] {
  /// The refusals of all steps, also of those inside others.
  fileprivate var refusals: [Refusal] {
    flatMap { step -> [Refusal] in
      if case .update(let update) = step, update.atLeast != nil { return [update.refusal] }
      if case .refuse(let refusal) = step { return [refusal] }
      return step.innerSteps.refusals
    }
  }
}

import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  mutating func retryPolicy(_ node: ModelNode) -> RetryPolicy? {
    guard let object = object(node, keys: ["on", "attempts", "backoff"]) else { return nil }
    let reasons = required("on", in: object, .listOf("reason")).map { failureReasons($0) }
    let attempts = required("attempts", in: object, .wholeNumberOrUnlimited).map {
      size($0, to: ModelLimits.rounds)
    }
    let backoff = object["backoff"].map { self.backoff($0) } ?? Backoff.none
    guard let reasons, let attempts, let backoff else { return nil }
    return RetryPolicy(on: reasons, attempts: attempts, backoff: backoff)
  }

  private mutating func failureReasons(_ node: ModelNode) -> [FailureReason] {
    var reasons: [FailureReason] = []
    for item in items(node, of: .reasons, limit: ModelLimits.named, each: "reason") {
      guard let reason = word(item, of: FailureReason.allCases) else { continue }
      if reasons.contains(reason) { note(.duplicateItem(reason.rawValue), at: item) }
      reasons.append(reason)
    }
    return reasons
  }

  // MARK: - Backoff

  /// The pause before a retry: `"none"`, a fixed one, one that grows, or one that follows the mean
  /// response time.
  mutating func backoff(_ node: ModelNode) -> Backoff? {
    switch node.text {
    case "none": return Backoff.none
    case "mean-response-time": return .meanResponseTime
    default: break
    }
    if let text = node.text, !startsTime(text) {
      noteNoWord(node, of: ["none", "mean-response-time"], .backoff)
      return nil
    }
    return pause(node, expected: .backoff)
  }

  /// The pause between two tries of a spinning client; never none, for it would spin for ever at
  /// one moment.
  mutating func poll(_ node: ModelNode) -> Backoff? {
    guard let pause = pause(node, expected: .poll) else { return nil }
    if pause.base > .zero { return pause }
    noteUnexpected(node.member("fixed") ?? node, .positiveTime)
    return nil
  }

  /// Whether a text is rather a time than a word: it begins with a digit, a sign or a dot.
  func startsTime(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    return ASCII.isDigit(first) || [ASCII.minus, ASCII.plus, ASCII.dot].contains(first)
  }

  /// A fixed pause, or one that grows; a time alone is a fixed one.
  private mutating func pause(_ node: ModelNode, expected: Expectation) -> Backoff? {
    switch node.value.kind {
    case .text, .number: return constantTime(node).map { Backoff(base: $0) }
    case .null, .truth, .list, .object, .malformed: break
    }
    guard let object = openObject(node, expected: expected) else { return nil }
    noteUnknownKeys(object, known: ["fixed", "exponential", "jitter"])
    exclude("fixed", "exponential", in: object)
    let jitterNode = object["jitter"]
    let jitter = jitterNode.flatMap { word($0, of: Backoff.Jitter.allCases) } ?? .none
    if let fixed = object["fixed"] {
      if let jitterNode, jitter == .decorrelated {
        let allowed = Backoff.Jitter.allCases.filter { $0 != .decorrelated }.map { $0.rawValue }
        note(
          .unknownWord(found: jitter.rawValue, allowed: allowed, suggestion: nil), at: jitterNode)
      }
      return constantTime(fixed).map { Backoff(base: $0, jitter: jitter) }
    }
    if let growing = object["exponential"] { return exponential(growing, jitter: jitter) }
    noteUnexpected(node, expected)
    return nil
  }

  private mutating func exponential(_ node: ModelNode, jitter: Backoff.Jitter) -> Backoff? {
    guard let object = object(node, keys: ["base", "factor", "cap"]) else { return nil }
    let base = required("base", in: object, .positiveTime).flatMap { positiveTime($0) }
    let factor = object["factor"].map { self.factor($0) } ?? 2
    var cap: VirtualDuration?
    if let node = object["cap"] {
      cap = positiveTime(node)
      if let base, let longest = cap, longest < base {
        note(.timeTooShort(node.value.found, least: base, key: "base"), at: node)
      }
    }
    guard let base, let factor else { return nil }
    return Backoff(base: base, factor: factor, cap: cap, jitter: jitter)
  }

  /// What the range is multiplied by: 1, or enough more that it reaches any cap in reasonable time.
  private mutating func factor(_ node: ModelNode) -> Double? {
    if case .number(let literal) = node.value.kind, let value = literal.floatingPoint,
      value == 1 || (value >= 1.001 && value <= 1_000)
    {
      return value
    }
    noteUnexpected(node, .factor)
    return nil
  }
}

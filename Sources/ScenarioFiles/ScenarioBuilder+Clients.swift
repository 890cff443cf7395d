import ScenarioModel
import SimulationBasics

// What clients do about answers that do not come or are errors.
extension ScenarioBuilder {
  /// The keys that say something of retries, which are made only with `attempts`.
  private static let retryKeys = ["backoff", "retryOn", "budget", "tokenBucket"]

  mutating func clientPolicy(_ node: ModelNode) -> ClientPolicy? {
    let keys = ["timeout", "attempts"] + Self.retryKeys + ["breaker"]
    guard let object = object(node, keys: keys) else { return nil }
    var policy = ClientPolicy()
    if let node = object["timeout"], let timeout = positiveTime(node) { policy.timeout = timeout }
    if let node = object["attempts"] {
      policy.attempts = count(node, in: 1...ModelLimits.attempts) ?? 1
    } else {
      for key in Self.retryKeys {
        guard let node = object[key] else { continue }
        note(.keyNeedsKey("attempts"), at: node)
      }
    }
    if let node = object["backoff"], let backoff = backoff(node) { policy.backoff = backoff }
    if let node = object["retryOn"] { policy.retryOn = retriedStatuses(node) }
    if let node = object["budget"] { policy.budget = retryBudget(node) }
    if let node = object["tokenBucket"] { policy.tokenBucket = tokenBucket(node) }
    if let node = object["breaker"] { policy.breaker = circuitBreaker(node) }
    return policy
  }

  private mutating func retriedStatuses(_ node: ModelNode) -> [UInt16] {
    guard case .list = node.value.kind else {
      noteUnexpected(node, .listOf("status"))
      return []
    }
    return answeredStatuses(node)
  }

  private mutating func retryBudget(_ node: ModelNode) -> RetryBudget? {
    guard let object = object(node, keys: ["ratio", "minPerSecond", "limit"]) else { return nil }
    let ratio = required("ratio", in: object, .number(from: "0", to: "1")).flatMap {
      probability($0)
    }
    guard let ratio else { return nil }
    var budget = RetryBudget(ratio: ratio)
    if let node = object["minPerSecond"] {
      budget.minimumPerSecond = count(node, in: 0...ModelLimits.allowance) ?? 0
    }
    if let node = object["limit"] {
      budget.limit = count(node, in: 1...ModelLimits.allowance) ?? 1
    }
    return budget
  }

  private mutating func tokenBucket(_ node: ModelNode) -> TokenBucket? {
    guard let object = object(node, keys: ["size", "cost", "timeoutCost"]) else { return nil }
    var bucket = TokenBucket()
    if let node = object["size"] {
      bucket.size = count(node, in: 1...ModelLimits.allowance) ?? 1
    }
    if let node = object["cost"] {
      bucket.cost = count(node, in: 1...ModelLimits.allowance) ?? 1
    }
    if let node = object["timeoutCost"] {
      bucket.timeoutCost = count(node, in: 1...ModelLimits.allowance) ?? 1
    }
    for (key, cost) in [("cost", bucket.cost), ("timeoutCost", bucket.timeoutCost)] {
      guard cost > bucket.size, let node = object[key] ?? object["size"] else { continue }
      // The bucket is too small for what nobody says, or the cost too large for it.
      note(
        object[key] == nil
          ? .fault(.bucketTooSmall(size: bucket.size, key: key, cost: cost))
          : .numberTooLarge(node.value.found, most: bucket.size, key: "size"), at: node)
    }
    return bucket
  }

  private static let leastRate = Bound(value: 0.001, text: "0.001")
  private static let wholeRate = Bound(value: 1, text: "1")

  private mutating func circuitBreaker(_ node: ModelNode) -> CircuitBreaker? {
    let keys = [
      "failureRate", "window", "minimumCalls", "slowCall", "slowCallRate", "openFor",
      "halfOpenCalls",
    ]
    guard let object = object(node, keys: keys) else { return nil }
    var breaker = CircuitBreaker()
    if let node = object["failureRate"],
      let rate = number(node, from: Self.leastRate, to: Self.wholeRate)
    {
      breaker.failureRate = rate
    }
    if let node = object["window"], let window = count(node, in: 1...ModelLimits.breakerWindow) {
      breaker.window = window
    }
    // As in Resilience4j, a window of calls is never waited for longer than until it is full.
    breaker.minimumCalls = min(breaker.minimumCalls, breaker.window)
    if let node = object["minimumCalls"],
      let calls = count(node, in: 1...ModelLimits.breakerWindow)
    {
      breaker.minimumCalls = calls
      if calls > breaker.window {
        note(.numberTooLarge(node.value.found, most: breaker.window, key: "window"), at: node)
      }
    }
    if let node = object["slowCall"], let time = positiveTime(node) { breaker.slowCall = time }
    if let node = object["slowCallRate"],
      let rate = number(node, from: Self.leastRate, to: Self.wholeRate)
    {
      breaker.slowCallRate = rate
    }
    if let node = object["openFor"], let time = positiveTime(node) { breaker.openFor = time }
    if let node = object["halfOpenCalls"],
      let calls = count(node, in: 1...ModelLimits.breakerWindow)
    {
      breaker.halfOpenCalls = calls
    }
    return breaker
  }
}

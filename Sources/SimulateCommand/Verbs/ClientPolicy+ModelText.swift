import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

extension ClientPolicy {
  /// The ways in which `--set` may say the policy of a load's clients.
  func settings(of load: Load) -> [ModelOverride] {
    LoadForm.both(of: load).map { ModelOverride(path: $0.prefix + "client", value: modelText) }
  }

  /// The policy as a model writes it, without what is usual.
  var modelText: String {
    let usual = ClientPolicy()
    var members = ["timeout:\"\(timeout.description)\"", "attempts:\(attempts)"]
    if backoff != .none {
      let jitter = backoff.jitter == .none ? "" : ",jitter:\"\(backoff.jitter.rawValue)\""
      let cap =
        backoff.cap < .longestInAModel ? ",cap:\"\(backoff.cap.description)\"" : ""
      let factor = backoff.factor == 2 ? "" : ",factor:\(NumberText.shortest(backoff.factor))"
      members.append(
        backoff.factor == 1
          ? "backoff:{fixed:\"\(backoff.base.description)\"\(jitter)}"
          : "backoff:{exponential:{base:\"\(backoff.base.description)\"\(factor)\(cap)}\(jitter)}")
    }
    if retryOn != usual.retryOn {
      members.append("retryOn:[\(retryOn.map { "\($0)" }.joined(separator: ","))]")
    }
    if let budget {
      let plain = RetryBudget(ratio: budget.ratio)
      members.append(
        Self.member(
          "budget",
          [
            ("ratio", NumberText.shortest(budget.ratio), ""),
            ("minPerSecond", "\(budget.minimumPerSecond)", "\(plain.minimumPerSecond)"),
            ("limit", "\(budget.limit)", "\(plain.limit)"),
          ]))
    }
    if let bucket = tokenBucket {
      let plain = TokenBucket()
      members.append(
        Self.member(
          "tokenBucket",
          [
            ("size", "\(bucket.size)", "\(plain.size)"),
            ("cost", "\(bucket.cost)", "\(plain.cost)"),
            ("timeoutCost", "\(bucket.timeoutCost)", "\(plain.timeoutCost)"),
          ]))
    }
    if let breaker {
      let plain = CircuitBreaker()
      func quoted(_ time: VirtualDuration) -> String { "\"\(time.description)\"" }
      members.append(
        Self.member(
          "breaker",
          [
            (
              "failureRate", NumberText.shortest(breaker.failureRate),
              NumberText.shortest(plain.failureRate)
            ),
            ("window", "\(breaker.window)", "\(plain.window)"),
            ("minimumCalls", "\(breaker.minimumCalls)", "\(plain.minimumCalls)"),
            ("slowCall", quoted(breaker.slowCall), quoted(plain.slowCall)),
            (
              "slowCallRate", NumberText.shortest(breaker.slowCallRate),
              NumberText.shortest(plain.slowCallRate)
            ),
            ("openFor", quoted(breaker.openFor), quoted(plain.openFor)),
            ("halfOpenCalls", "\(breaker.halfOpenCalls)", "\(plain.halfOpenCalls)"),
          ]))
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// An object with the values that are not usual.
  private static func member(
    _ name: String, _ values: [(key: String, value: String, usual: String)]
  ) -> String {
    let unusual = values.filter { $0.value != $0.usual }
    return "\(name):{" + unusual.map { "\($0.key):\($0.value)" }.joined(separator: ",") + "}"
  }
}

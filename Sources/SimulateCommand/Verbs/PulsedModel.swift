import ContentionEngine
import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// A model as `run` simulates it under a pulse: which flags say what a row of the comparison is.
struct PulsedModel {
  private let request: PulseRequest
  private let source: ModelSource

  init(_ request: PulseRequest, _ source: ModelSource) {
    self.request = request
    self.source = source
  }

  /// The words of the command that makes the first run of a row; none where reading the model with
  /// such flags does not give what was simulated.
  ///
  /// - Complexity: Reads the model once or twice.
  func replay(_ row: PulseTable.Row, of experiment: PulseExperiment) -> [String] {
    let load = experiment.scenario.loads[0]
    let expected = experiment.scenario(with: row.policy, load: row.load)
    let executor = expected.loads[0].executor
    let isByRate = executor.arrivalRate != nil
    // Models write their load in one of two forms.
    for (prefix, client) in [
      ("load.", "client"), ("scenarios.\(load.name).", "scenarios.\(load.name).client"),
    ] {
      var own: [ModelOverride] = []
      func set(_ path: String, _ value: String) {
        own.append(ModelOverride(path: path, value: value))
      }
      if isByRate {
        set(prefix + "rate", "\(row.load)")
        if load.executor.arrivalRate?.timeUnit != .seconds(1) { set(prefix + "timeUnit", "1s") }
        set(prefix + "duration", experiment.pulse.end.description)
      }
      set(prefix + "gracefulStop", "0s")
      if load.warmUp > .zero { set(prefix + "warmUp", "0s") }
      if load.startTime > .zero { set(prefix + "startTime", "0s") }
      set(client, row.policy.client.modelText)
      let paths = own.map(\.path)
      let settings = request.model.settings.filter { !paths.contains($0.path) } + own
      guard
        var read = try? source.scenario(
          settings: settings, executor: isByRate ? nil : executor, hazards: [])
      else { continue }
      read.strategy = expected.strategy
      guard read == expected else { continue }
      return words(row, experiment, settings: settings, isByRate: isByRate)
    }
    return []
  }

  private func words(
    _ row: PulseTable.Row, _ experiment: PulseExperiment, settings: [ModelOverride], isByRate: Bool
  ) -> [String] {
    var words = ["--model \(RunRequest.shellWord(request.model.name))"]
    switch request.model.guarding {
    case .asModelled: break
    case .strategy(let name): words.append("--strategy \(RunRequest.shellWord(name))")
    case .layers(let defence): words.append("--layers \(DefenceCombination(defence).name)")
    }
    if !isByRate {
      words.append("--vus \(row.load)")
      words.append("--duration \(experiment.pulse.end.description)")
    }
    words += settings.map { "--set \(RunRequest.shellWord("\($0.path)=\($0.value)"))" }
    words.append("--fault \(experiment.stall.text)")
    words.append("--seed \(row.runs[0].seed)")
    return words
  }
}

extension ClientPolicy {
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

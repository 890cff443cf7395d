package import Experiments
import ScenarioModel

extension HuntLack {
  /// What is missing, in a few words.
  package var text: String {
    switch self {
    case .layer(let layer): "no \(layer.noun)"
    case .floor: "no column has a floor"
    case .takeover: "old keys are not taken over"
    case .timeout: "clients wait for ever"
    case .faults(let kinds): "no " + kinds.map { $0.flagName }.joined(separator: " or ")
    }
  }
}

extension HuntSpace {
  /// What is missing, and where, as a sentence without its end.
  package func text(of lack: HuntLack) -> String {
    switch lack {
    case .layer(let layer):
      strategy.defence.includes(layer)
        ? "model \(base.name) has no \(layer.noun)"
        : "strategy \(strategy.name) has no \(layer.noun)"
    case .floor: "in model \(base.name) \(lack.text)"
    case .takeover, .timeout: lack.text
    case .faults: "there was \(lack.text)"
    }
  }
}

extension Layer {
  /// What the layer brings with it.
  fileprivate var noun: String {
    switch self {
    case .distributedLock: "distributed lock"
    case .idempotencyKey: "idempotency key"
    case .fencingToken: "fencing token"
    case .optimistic: "version check"
    case .pessimistic: "locking read"
    case .atomic: "atomic write"
    }
  }
}

import ContentionEngine
import Experiments

extension ScarceResource {
  /// What a report calls it in a sentence.
  var name: String {
    switch self {
    case .servers(let kind, let size): kind.name(size: size)
    case .hottestRow(let table): "the hottest row of \(table)"
    case .hottestLock(let name): "the distributed lock \(name)"
    }
  }

  /// What a table calls it.
  var shortName: String {
    switch self {
    case .servers(let kind, let size):
      switch kind {
      case .threads: "threads (\(size))"
      case .cores: "service CPU (\(size))"
      case .pool: "pool (\(size))"
      case .databaseCores: "database CPU (\(size))"
      case .lockServer: "lock server"
      case .log: "log sync"
      case .servers(let name), .gate(let name): "\(name) (\(size))"
      }
    case .hottestRow(let table): "row of \(table)"
    case .hottestLock(let name): "lock \(name)"
    }
  }
}

extension TurnedAway {
  /// What a table calls it.
  var shortName: String {
    switch self {
    case .instanceCrashes: "instance dies"
    case .connectionsRefused: "no instance up"
    case .threadsRefused: "threads refuse"
    case .connectionTimeouts: "pool time-outs"
    case .distributedLockTimeouts: "lock time-outs"
    case .rowLockTimeouts: "row-lock time-outs"
    case .retriesExhausted: "out of retries"
    }
  }

  /// What becomes of so many of a run, in a sentence's middle.
  func sentence(_ count: Double) -> String {
    let rounded = UInt64(max(1, count.rounded()))
    let number = ScreenText.count(rounded, "request") + " a run"
    let waits = number + (rounded == 1 ? " waits in vain for" : " wait in vain for")
    return switch self {
    case .instanceCrashes:
      rounded == 1
        ? "an instance dies, once a run" : "instances die, \(ScreenText.count(rounded)) times a run"
    case .connectionsRefused: number + (rounded == 1 ? " finds" : " find") + " no instance"
    case .threadsRefused:
      number + (rounded == 1 ? " is refused" : " are refused") + ", for all threads are taken"
    case .connectionTimeouts: waits + " a connection"
    case .distributedLockTimeouts: waits + " a distributed lock"
    case .rowLockTimeouts: waits + " a row lock"
    case .retriesExhausted: number + (rounded == 1 ? " is" : " are") + " out of retries"
    }
  }
}

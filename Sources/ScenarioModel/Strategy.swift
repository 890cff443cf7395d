/// How the database write of a read-modify-write is guarded.
public enum WriteGuard: String, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// Read, compute, write what was computed.
  case none
  /// One statement: `SET balance = balance + ?`.
  case atomic
  /// `WHERE version = ?`; zero rows is a version conflict (JPA `@Version`).
  case optimistic
  /// The read is `SELECT … FOR UPDATE`.
  case pessimistic
}

/// Which layers of defence are on, and how the write is guarded.
public struct Defence: Hashable, Sendable {
  public var writeGuard: WriteGuard
  /// One request at a time for each lock name, across instances.
  public var distributedLock: Bool
  /// The same request twice has one effect and one answer.
  public var idempotencyKey: Bool
  /// A row refuses a write whose lock token is older than one that it has seen.
  public var fencingToken: Bool

  public init(
    writeGuard: WriteGuard = .none, distributedLock: Bool = false, idempotencyKey: Bool = false,
    fencingToken: Bool = false
  ) {
    self.writeGuard = writeGuard
    self.distributedLock = distributedLock
    self.idempotencyKey = idempotencyKey
    self.fencingToken = fencingToken
  }
}

/// The layers that `--layers` and a step's `layer` can name.
public enum Layer: String, CaseIterable, Hashable, Sendable {
  case distributedLock = "distributed-lock"
  case idempotencyKey = "idempotency-key"
  case fencingToken = "fencing-token"
  case optimistic
  case pessimistic
  case atomic

  /// Whether this layer guards the write itself; at most one such layer can be on.
  public var writeGuard: WriteGuard? {
    switch self {
    case .optimistic: .optimistic
    case .pessimistic: .pessimistic
    case .atomic: .atomic
    case .distributedLock, .idempotencyKey, .fencingToken: nil
    }
  }
}

/// A named choice of defence.
public struct Strategy: Hashable, Sendable {
  public var name: String
  public var defence: Defence

  public init(name: String, defence: Defence) {
    self.name = name
    self.defence = defence
  }

  /// The seven strategies that every model knows, in the order in which reports list them.
  public static let builtIn: [Strategy] = [
    Strategy(name: "none", defence: Defence()),
    Strategy(name: "atomic", defence: Defence(writeGuard: .atomic)),
    Strategy(name: "optimistic", defence: Defence(writeGuard: .optimistic)),
    Strategy(name: "pessimistic", defence: Defence(writeGuard: .pessimistic)),
    Strategy(name: "distributed-lock", defence: Defence(distributedLock: true)),
    Strategy(name: "idempotency-key", defence: Defence(idempotencyKey: true)),
    Strategy(
      name: "three-layer",
      defence: Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true)),
  ]
}

extension Fault {
  /// Whether a run can have anything that the fault befalls; if not, `requirement` says what is
  /// missing.
  ///
  /// Moments are not looked at: whether the load is over by then depends on the command, too.
  ///
  /// - Parameter defence: The layers that are on; `nil` takes every step as if it were.
  /// - Complexity: O(number of steps · depth).
  public func canBefall(_ scenario: Scenario, under defence: Defence? = nil) -> Bool {
    scenario.has(target, under: defence)
  }

  /// What a model must have for the fault to change anything, as the object of "needs".
  public var requirement: String {
    switch target {
    case .anything: "a request"
    case .locks: "a distributedLock step"
    case .lockServer: "a distributedLock step, or a cache in redis"
    case .database: "a step that works on the database"
    }
  }

  private var target: FaultTarget {
    guard case .condition(.networkDelay(_, let link), _) = self else { return kind.target }
    return switch link {
    case .client, .all: .anything
    case .database: .database
    case .redis: .lockServer
    }
  }
}

extension FaultKind {
  /// Whether a run can have anything that some fault of the kind befalls.
  ///
  /// - Parameter defence: The layers that are on; `nil` takes every step as if it were.
  /// - Complexity: O(number of steps · depth).
  public func canBefall(_ scenario: Scenario, under defence: Defence? = nil) -> Bool {
    scenario.has(target, under: defence)
  }

  /// What a fault of the kind befalls, whatever its options say.
  fileprivate var target: FaultTarget {
    switch self {
    case .redisFailover, .clockJump: .locks
    case .redisOutage: .lockServer
    case .databaseStall, .slowCommit: .database
    case .pause, .instanceCrash, .responseLoss, .doubleSubmit, .networkDelay: .anything
    }
  }
}

/// What a fault befalls.
private enum FaultTarget {
  case anything, locks, lockServer, database
}

extension Scenario {
  fileprivate func has(_ target: FaultTarget, under defence: Defence?) -> Bool {
    switch target {
    case .anything: true
    case .locks: hasStep(under: defence) { $0.isDistributedLock }
    case .lockServer: hasStep(under: defence) { $0.isDistributedLock || isInRedis($0) }
    case .database: hasStep(under: defence) { $0.isForDatabase }
    }
  }

  private func isInRedis(_ step: Step) -> Bool {
    if case .cache(let cache) = step { system.caches[cache.cache].store == .redis } else { false }
  }
}

extension Step {
  /// Whether it sends a statement.
  fileprivate var isForDatabase: Bool {
    switch self {
    case .transaction, .read, .lock, .lockAll, .update, .insert, .idempotent: true
    case .cpu, .delay, .use, .gate, .distributedLock, .retry, .connection, .forEach, .choose,
      .everyNth, .barrier, .cache, .refuse, .respond:
      false
    }
  }
}

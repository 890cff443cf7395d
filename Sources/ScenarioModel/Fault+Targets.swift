extension Fault {
  /// Whether a run can have anything that the fault befalls; if not, `requirement` says what is
  /// missing.
  ///
  /// Moments are not looked at: whether the load is over by then depends on the command, too.
  ///
  /// - Parameter defence: The layers that are on; `nil` takes every step as if it were.
  /// - Complexity: O(number of steps · depth).
  public func canBefall(_ scenario: Scenario, under defence: Defence? = nil) -> Bool {
    switch target {
    case .anything: true
    case .locks: scenario.hasStep(under: defence) { $0.isDistributedLock }
    case .lockServer:
      scenario.hasStep(under: defence) { $0.isDistributedLock || scenario.isInRedis($0) }
    case .database: scenario.hasStep(under: defence) { $0.isForDatabase }
    }
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

  private enum Target {
    case anything, locks, lockServer, database
  }

  private var target: Target {
    switch self {
    case .event(.redisFailover, _), .event(.clockJump, _): .locks
    case .event(.redisOutage, _), .condition(.networkDelay(_, on: .redis), _): .lockServer
    case .event(.databaseStall, _), .condition(.slowCommit, _),
      .condition(.networkDelay(_, on: .database), _):
      .database
    case .event(.pause, _), .event(.instanceCrash, _), .condition(.responseLoss, _),
      .condition(.doubleSubmit, _), .condition(.networkDelay(_, on: .client), _),
      .condition(.networkDelay(_, on: .all), _):
      .anything
    }
  }
}

extension Scenario {
  /// Whether a request has a step that is on and of which this is true.
  fileprivate func hasStep(under defence: Defence?, _ holds: (Step) -> Bool) -> Bool {
    func search(_ steps: [Step]) -> Bool {
      steps.contains { step in
        let isOn = defence?.includes(step.layer) ?? true
        return isOn && holds(step) || search(step.innerSteps)
      }
    }
    return requests.contains { search($0.steps) }
  }

  fileprivate func isInRedis(_ step: Step) -> Bool {
    if case .cache(let cache) = step { system.caches[cache.cache].store == .redis } else { false }
  }
}

extension Step {
  /// The layer without which the step itself is left out.
  fileprivate var layer: Layer? {
    switch self {
    case .distributedLock(let step): step.layer
    case .idempotent(let step): step.layer
    default: nil
    }
  }

  fileprivate var isDistributedLock: Bool {
    if case .distributedLock = self { true } else { false }
  }

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

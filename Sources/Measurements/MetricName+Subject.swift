public import ScenarioModel

extension MetricName {
  /// What its samples are about, and so which tags they have.
  public var subject: SampleSubject {
    switch self {
    case .virtualUsers, .virtualUsersMaximum: .run
    case .iterations, .iterationDuration, .droppedIterations, .callSuccess, .callDuration,
      .clientRetries, .retriesDenied, .callsNotPermitted:
      .load
    case .checks: .check
    case .requests, .requestFailed, .requestDuration, .errors, .success, .retryCount,
      .lockWaitTime, .distributedLockWaitTime, .connectionWaitTime, .backoffTime, .wastedWorkTime:
      .answer
    case .optimisticLockConflicts, .optimisticLockExhausted, .pessimisticLockTimeouts, .deadlocks,
      .distributedLockTimeouts, .idempotencyConflicts, .idempotentReplays,
      .duplicatePaymentsPrevented, .stockDepletions, .connectionTimeouts, .threadsRefused,
      .insufficientBalance, .missingKeys, .duplicateKeyErrors, .deadlockExhausted, .cacheHits,
      .cacheMisses, .keyTakeovers, .requestsDropped, .connectionsRefused, .responsesLost,
      .lockServerTimeouts, .clientTimeouts:
      .request
    // A lease runs out when its owner may be long gone, and the ledger judges the whole run.
    case .leaseExpirations, .lostUpdates, .duplicateEffects, .oversold, .instanceCrashes: .run
    }
  }

  /// Whether a run of the scenario writes this metric, if only with 0.
  ///
  /// Those that came with a feature are written only by models that have the feature.
  public func isProduced(by scenario: Scenario) -> Bool {
    switch self {
    case .cacheHits, .cacheMisses: !scenario.system.caches.isEmpty
    case .keyTakeovers: scenario.takesKeysOver
    case .instanceCrashes, .requestsDropped, .connectionsRefused: scenario.instancesDie
    case .responsesLost: scenario.has(.responseLoss)
    case .lockServerTimeouts: scenario.has(.redisOutage)
    case .callSuccess, .callDuration, .clientTimeouts, .clientRetries, .retriesDenied,
      .callsNotPermitted:
      scenario.hasClients
    default: true
    }
  }
}

extension Scenario {
  /// Whether some request may take an idempotency key over from an owner that has vanished.
  fileprivate var takesKeysOver: Bool {
    requests.contains { Self.takesKeysOver($0.steps) }
  }

  private static func takesKeysOver(_ steps: [Step]) -> Bool {
    steps.contains { step in
      if case .idempotent(let idempotent) = step, idempotent.takeOverAfter != nil { return true }
      return takesKeysOver(step.innerSteps)
    }
  }
}

public import ContentionEngine
public import ScenarioModel

/// What a hunt's space has not, so that a promise is never put to the test there or a danger never
/// met.
public enum HuntLack: Equatable, Sendable {
  /// A layer that the strategy leaves out, or the model has no step for.
  case layer(Layer)
  /// A column that must not fall below a floor.
  case floor
  /// A key that is old enough is not taken over.
  case takeover
  /// Clients wait for their answers as long as it takes.
  case timeout
  /// None of these kinds of fault is tried.
  case faults([FaultKind])
}

extension HuntSpace {
  /// What there would have to be for a promise to be put to the test; `nil` if nothing is missing.
  ///
  /// - Complexity: O(number of steps).
  public func lack(for promise: SafetyPromise) -> HuntLack? {
    switch promise {
    case .oneHolderPerLock: hasDistributedLock ? nil : .layer(.distributedLock)
    case .noKeyStuck: lackOfKey
    // A repeat that nothing keeps from being one more request runs into no error of a key.
    case .noDuplicateFails: insertsKeys ? nil : lackOfKey
    case .neverOversold:
      base.requests.contains { request in
        Self.updates(in: request.steps).contains { $0.atLeast != nil }
      } ? nil : .floor
    case .noLostUpdate, .oneEffectPerIntent, .acknowledgedIsCommitted, .failedHasNoEffect,
      .nothingHeldAtEnd, .everyRequestAccounted:
      nil
    }
  }

  /// What there would have to be for a danger to be met; `nil` if nothing is known to be missing.
  ///
  /// - Complexity: O(number of steps).
  public func lack(for danger: Danger) -> HuntLack? {
    switch danger {
    case .leaseExpiredWhileHeld, .twoInsideOneLock, .unlockRefused: lackOfLock
    case .failoverWhileHeld: lackOfLock ?? lack(of: .redisFailover)
    case .clockJumpedWhileHeld: lackOfLock ?? lack(of: .clockJump)
    case .wentOnWithoutLock: lackOfLock ?? lack(of: .redisOutage)
    case .stalledWhileHeld: lackOfLock ?? lack(of: .databaseStall, .slowCommit)
    case .versionMoved:
      strategy.defence.writeGuard == .optimistic ? nil : .layer(.optimistic)
    case .tokenRefused: strategy.defence.fencingToken ? lackOfLock : .layer(.fencingToken)
    case .pausedInTransaction: lack(of: .pause)
    case .crashedInTransaction: lack(of: .instanceCrash)
    case .crashedWhileProcessing: lackOfKey ?? lack(of: .instanceCrash)
    case .duplicateWhileProcessing, .answerReplayed: lackOfKey
    case .keyTakenOver:
      lackOfKey ?? (hasKey { $0.takeOverAfter != nil } ? nil : .takeover)
    case .responseLostAfterCommit: lack(of: .responseLoss)
    case .committedUnheard:
      (client ?? base.loads[0].client) == nil ? .timeout : nil
    case .deadlockFound, .lockWaitTimedOut, .sentAgainAfterEffect: nil
    }
  }

  private var lackOfLock: HuntLack? { hasDistributedLock ? nil : .layer(.distributedLock) }

  private var lackOfKey: HuntLack? { hasKey { _ in true } ? nil : .layer(.idempotencyKey) }

  private func lack(of kinds: FaultKind...) -> HuntLack? {
    let isThere = kinds.contains { kind in
      self.kinds.contains(kind) || base.faults.contains { $0.kind == kind }
    }
    return isThere ? nil : .faults(kinds)
  }

  private var hasDistributedLock: Bool {
    base.hasStep(under: strategy.defence) { $0.isDistributedLock }
  }

  /// Whether there is an INSERT beside those of idempotent steps.
  private var insertsKeys: Bool {
    base.hasStep(under: strategy.defence) { step in
      if case .insert = step { true } else { false }
    }
  }

  private func hasKey(where claim: (IdempotentStep) -> Bool) -> Bool {
    base.hasStep(under: strategy.defence) { step in
      if case .idempotent(let idempotent) = step { claim(idempotent) } else { false }
    }
  }
}

import SimulationBasics

extension Scenario {
  /// The scenario with its hazards worked into its steps and keys: what a service that makes these
  /// mistakes does.
  ///
  /// Hazards apply in declared order, so that of two which move something into a transaction the
  /// later stands outside the earlier. Only `lease-shorter-than-work` waits for the others, because
  /// they change what stands under the lock. Applying them once more changes nothing; `hazards`
  /// stays as it is, for reports.
  ///
  /// - Parameter defence: The layers that are on. A service whose `idempotency-key` layer is off
  ///   does not miss the key that `missing-key` leaves out.
  /// - Complexity: O(hazards · number of steps · depth).
  public func withHazardsApplied(under defence: Defence) -> Scenario {
    var scenario = self
    for hazard in hazards where hazard != .leaseShorterThanWork {
      for index in scenario.requests.indices { hazard.rewrite(&scenario.requests[index], defence) }
    }
    if hazards.contains(.leaseShorterThanWork) {
      for index in scenario.requests.indices {
        Hazard.shortenLeases(of: &scenario.requests[index], in: system, under: defence)
      }
    }
    return scenario
  }
}

extension Hazard {
  /// Whether the scenario has what the mistake is made with; if not, `requirement` says what is
  /// missing.
  ///
  /// - Complexity: O(number of steps · depth).
  public func applies(to scenario: Scenario) -> Bool {
    scenario.requests.contains { applies(to: $0, in: scenario.system) }
  }

  /// What a model must have for the hazard to change anything, as the object of "needs".
  public var requirement: String {
    switch self {
    case .selfInvocation, .lockKeyPerRequest: "a distributedLock step"
    case .lockInsideTransaction: "a distributedLock step around a transaction"
    case .retryInsideTransaction: "a retry step around a transaction"
    case .leaseShorterThanWork: "a distributedLock step around work of more than 1ms"
    case .unorderedLocks: "a key with several rows, or a lock of several, in order 'sorted'"
    case .takeoverWithoutAtomicCompletion:
      "an idempotent step that looks its key up and completes it apart from the effect"
    case .selectForUpdateThenInsert, .missingKey: "an idempotent step"
    case .processingUnchecked: "an idempotent step that looks its key up"
    case .singleUser: "a key of rows"
    }
  }

  private func applies(to request: RequestClass, in system: SystemModel) -> Bool {
    switch self {
    case .selfInvocation, .lockKeyPerRequest:
      return request.steps.containsAnywhere { $0.asLock != nil }
    case .lockInsideTransaction:
      return request.steps.containsAnywhere { $0.asLock?.steps.haveTransaction ?? false }
    case .retryInsideTransaction:
      return request.steps.containsAnywhere { step in
        guard case .retry(_, let steps) = step else { return false }
        return steps.haveTransaction
      }
    case .leaseShorterThanWork:
      let everything = Defence(distributedLock: true, idempotencyKey: true, fencingToken: true)
      let time = UncontendedTime(of: request, in: system, under: everything)
      return request.steps.containsAnywhere { step in
        guard let lock = step.asLock else { return false }
        return time.mean(of: lock.steps, at: UncontendedTime.Place())
          > Self.shortestLeaseInNanoseconds
      }
    case .unorderedLocks:
      return request.keys.contains { $0.order == .sorted && $0.isPlural }
        || request.steps.containsAnywhere { step in
          guard case .lockAll(let locks) = step else { return false }
          return locks.order == .sorted && locks.rows.count > 1
        }
    case .takeoverWithoutAtomicCompletion:
      return request.steps.haveStep(isInTransaction: false) { step, isInTransaction in
        step.asIdempotent.map {
          $0.lookup != .none && !$0.completesAtomically(isInTransaction: isInTransaction)
        } ?? false
      }
    case .selectForUpdateThenInsert, .missingKey:
      return request.steps.containsAnywhere { $0.asIdempotent != nil }
    case .processingUnchecked:
      return request.steps.containsAnywhere { step in
        step.asIdempotent.map { $0.lookup != .none } ?? false
      }
    case .singleUser:
      return !request.keys.isEmpty
    }
  }
}

// MARK: - Rewriting

extension Hazard {
  fileprivate func rewrite(_ request: inout RequestClass, _ defence: Defence) {
    switch self {
    case .selfInvocation:
      request.steps = request.steps.mapped { $0.asLock?.steps ?? [$0] }
    case .lockInsideTransaction:
      request.steps = request.steps.mapped { step in
        guard var lock = step.asLock, lock.steps.haveTransaction else { return [step] }
        return lock.steps.wrappingTransactions { steps in
          lock.steps = steps
          return .distributedLock(lock)
        }
      }
    case .retryInsideTransaction:
      request.steps = request.steps.mapped { step in
        guard case .retry(let policy, let steps) = step, steps.haveTransaction else {
          return [step]
        }
        return steps.wrappingTransactions { .retry(policy, steps: $0) }
      }
    case .lockKeyPerRequest:
      request.steps = request.steps.mappingLocks { $0.name.isPerRequest = true }
    case .leaseShorterThanWork:
      break  // `shortenLeases` does it, behind all the others.
    case .unorderedLocks:
      for index in request.keys.indices { request.keys[index].order = .drawn }
      request.steps = request.steps.mapped { step in
        guard case .lockAll(var locks) = step else { return [step] }
        locks.order = .written
        return [.lockAll(locks)]
      }
    case .takeoverWithoutAtomicCompletion:
      request.steps = request.steps.mappingIdempotents { step in
        if step.lookup == .none || step.completion == .withEffect { return }
        step.onProcessing = .refuse
        step.takeOverAfter = step.takeOverAfter ?? Hazard.hastyTakeover
      }
    case .selectForUpdateThenInsert:
      request.steps = request.steps
        .mappingIdempotents { $0.lookup = .forUpdate }
        .mapped { step in
          guard case .transaction = step else { return [step] }
          // Its own transaction could not complete a row that this one has not committed.
          return [
            step.mappingInner {
              $0.mappingIdempotents {
                $0.insert = .same
                $0.completion = .same
              }
            }
          ]
        }
    case .processingUnchecked:
      request.steps = request.steps.mappingIdempotents { $0.onProcessing = .insert }
    case .singleUser:
      for index in request.keys.indices { request.keys[index].chooseFirstRows() }
    case .missingKey:
      let refusal = Step.refuse(Refusal(status: 400, counter: .missingKeys))
      request.steps = request.steps.mapped { step in
        guard let idempotent = step.asIdempotent, defence.includes(idempotent.layer) else {
          return [step]
        }
        return [refusal]
      }
    }
  }

  /// When a key is taken over that should not be, unless its step says.
  fileprivate static let hastyTakeover = VirtualDuration.seconds(30)

  /// No lease is made shorter than this: real ones are whole milliseconds.
  fileprivate static let shortestLeaseInNanoseconds = 1e6

  /// Cuts each lease to half of the mean time that the steps under the lock take uncontended, but
  /// not below 1 ms; a lease that is shorter already stays.
  ///
  /// A lock that a watchdog keeps alive is given the lease, which is what ends Redisson's watchdog.
  fileprivate static func shortenLeases(
    of request: inout RequestClass, in system: SystemModel, under defence: Defence
  ) {
    let time = UncontendedTime(of: request, in: system, under: defence)
    func shortened(_ steps: [Step], at place: UncontendedTime.Place) -> [Step] {
      steps.map { step in
        let inside = place.inside(step)
        let changed = step.mappingInner { shortened($0, at: inside) }
        guard var lock = changed.asLock else { return changed }
        let half = time.mean(of: lock.steps, at: inside) / 2
        let isWatched = (lock.client ?? system.lockServer.client) == .watchdog
        let current = isWatched ? nil : lock.lease
        // Compared as numbers first: an infinite mean has no length.
        guard half < Double((current ?? .longestInAModel).inNanoseconds) else { return changed }
        let shorter = VirtualDuration.nanoseconds(UInt64(max(half, shortestLeaseInNanoseconds)))
        lock.lease = min(current ?? shorter, shorter)
        if isWatched { lock.client = .redisson }
        return .distributedLock(lock)
      }
    }
    request.steps = shortened(request.steps, at: UncontendedTime.Place())
  }
}

extension Step {
  fileprivate var asLock: DistributedLockStep? {
    if case .distributedLock(let lock) = self { lock } else { nil }
  }

  fileprivate var asIdempotent: IdempotentStep? {
    if case .idempotent(let idempotent) = self { idempotent } else { nil }
  }
}

extension [Step] {
  fileprivate var haveTransaction: Bool {
    containsAnywhere { step in
      if case .transaction = step { true } else { false }
    }
  }

  /// Whether a claim is true of any step, however deep, and of whether it stands in a transaction.
  fileprivate func haveStep(
    isInTransaction: Bool, where claim: (Step, _ isInTransaction: Bool) -> Bool
  ) -> Bool {
    contains { step in
      if claim(step, isInTransaction) { return true }
      var isInside = isInTransaction
      if case .transaction = step { isInside = true }
      return step.innerSteps.haveStep(isInTransaction: isInside, where: claim)
    }
  }

  /// The steps with those of each outermost transaction wrapped into one; what stands between, and
  /// what is done behind the commit point, stays where it was.
  fileprivate func wrappingTransactions(_ wrap: ([Step]) -> Step) -> [Step] {
    map { step in
      guard case .transaction(var transaction) = step else {
        return step.mappingInner { $0.wrappingTransactions(wrap) }
      }
      transaction.steps = [wrap(transaction.steps)]
      return .transaction(transaction)
    }
  }

  fileprivate func mappingLocks(_ change: (inout DistributedLockStep) -> Void) -> [Step] {
    mapped { step in
      guard var lock = step.asLock else { return [step] }
      change(&lock)
      return [.distributedLock(lock)]
    }
  }

  fileprivate func mappingIdempotents(_ change: (inout IdempotentStep) -> Void) -> [Step] {
    mapped { step in
      guard var idempotent = step.asIdempotent else { return [step] }
      change(&idempotent)
      return [.idempotent(idempotent)]
    }
  }
}

extension RowKey {
  /// Makes every request choose row 1, or as many of the first rows as it can have at most; a key
  /// that draws from another one's rows goes on doing so.
  fileprivate mutating func chooseFirstRows() {
    if case .subset = choice { return }
    let most = max(1, count.upperBound)
    choice = .list(Array(1...most))
    count = most...most
  }
}

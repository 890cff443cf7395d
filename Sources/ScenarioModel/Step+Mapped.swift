extension Step {
  /// The step with every list of steps directly inside it changed; one that contains none as it is.
  func mappingInner(_ change: ([Step]) -> [Step]) -> Step {
    switch self {
    case .distributedLock(var lock):
      lock.steps = change(lock.steps)
      return .distributedLock(lock)
    case .idempotent(var idempotent):
      idempotent.steps = change(idempotent.steps)
      return .idempotent(idempotent)
    case .retry(let policy, let steps):
      return .retry(policy, steps: change(steps))
    case .transaction(var transaction):
      transaction.steps = change(transaction.steps)
      transaction.afterCommitPoint = change(transaction.afterCommitPoint)
      return .transaction(transaction)
    case .connection(let steps):
      return .connection(steps: change(steps))
    case .forEach(let key, let steps):
      return .forEach(key: key, steps: change(steps))
    case .gate(let gate, let steps):
      return .gate(gate, steps: change(steps))
    case .cache(var cache):
      cache.steps = change(cache.steps)
      return .cache(cache)
    case .choose(let branches):
      return .choose(
        branches.map { WeightedSteps(weight: $0.weight, steps: change($0.steps)) })
    case .everyNth(let occasions, let steps, let otherwise):
      return .everyNth(occasions, steps: change(steps), otherwise: change(otherwise))
    case .cpu, .delay, .read, .lock, .lockAll, .update, .insert, .use, .barrier, .refuse, .respond:
      return self
    }
  }
}

extension [Step] {
  /// The steps with each replaced by what `rewrite` makes of it, the innermost first.
  ///
  /// - Complexity: O(number of steps · depth).
  package func mapped(_ rewrite: (Step) -> [Step]) -> [Step] {
    flatMap { step in rewrite(step.mappingInner { $0.mapped(rewrite) }) }
  }

  /// Whether a claim is true of any of the steps or of any step inside them, however deep.
  package func containsAnywhere(where claim: (Step) -> Bool) -> Bool {
    contains { claim($0) || $0.innerSteps.containsAnywhere(where: claim) }
  }
}

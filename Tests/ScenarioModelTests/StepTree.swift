import ScenarioModel

/// Steps as a short text, such as `lock[transaction[read update]]`: what tests compare.
func tree(of steps: [Step]) -> String { steps.map(word(for:)).joined(separator: " ") }

private func word(for step: Step) -> String {
  func holding(_ word: String, _ steps: [Step]) -> String { word + "[" + tree(of: steps) + "]" }
  switch step {
  case .distributedLock(let lock):
    return holding(lock.name.isPerRequest ? "lock-per-request" : "lock", lock.steps)
  case .idempotent(let idempotent):
    var words = ["idempotent"]
    if idempotent.lookup != .plain { words.append(idempotent.lookup.rawValue) }
    if idempotent.insert == .same { words.append("same") }
    if idempotent.onProcessing == .insert { words.append("unchecked") }
    if idempotent.completion == .withEffect { words.append("with-effect") }
    if let age = idempotent.takeOverAfter { words.append("take-over-\(age)") }
    return holding(words.joined(separator: "/"), idempotent.steps)
  case .retry(_, let steps): return holding("retry", steps)
  case .transaction(let transaction):
    let after = transaction.afterCommitPoint
    return holding("transaction", transaction.steps) + (after.isEmpty ? "" : holding("then", after))
  case .connection(let steps): return holding("connection", steps)
  case .forEach(_, let steps): return holding("forEach", steps)
  case .gate(_, let steps): return holding("gate", steps)
  case .cache(let cache): return holding("cache", cache.steps)
  case .choose(let branches): return branches.map { holding("or", $0.steps) }.joined()
  case .everyNth(_, let steps, let otherwise):
    return holding("nth", steps) + holding("else", otherwise)
  case .cpu: return "cpu"
  case .delay: return "delay"
  case .read: return "read"
  case .lock: return "select-for-update"
  case .lockAll(let locks): return "lock-all-" + locks.order.rawValue
  case .update: return "update"
  case .insert: return "insert"
  case .use: return "use"
  case .barrier: return "barrier"
  case .refuse(let refusal): return "refuse-\(refusal.status)-\(refusal.counter.rawValue)"
  case .respond(let status): return "respond-\(status)"
  }
}

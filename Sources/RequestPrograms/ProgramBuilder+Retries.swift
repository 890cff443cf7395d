package import ScenarioModel
package import SimulationBasics

/// Attempts, and the pauses between them.
extension ProgramBuilder {
  /// attempt: steps, and after a failure back off and try again or pass it on.
  mutating func compile(
    _ policy: RetryPolicy, _ steps: [Step], in surroundings: Surroundings
  ) {
    let outer = handler
    let again = newLabel()
    let retry = retry(policy, from: again, in: surroundings)
    let failed = newLabel()
    let done = newLabel()
    emit(.beginRetry(retry))
    place(again)
    emit(.beginAttempt(retry))
    handler = failed
    var inner = surroundings
    inner.retryDepth += 1
    let before = readSlots
    readSlots = []
    compile(steps, in: inner)
    let mayRedraw = mayRedraw(in: surroundings)
    for slot in before where !readSlots.contains(slot) {
      let key = keys.firstIndex { $0.slots.contains(slot) }
      let isOther = mayRedraw && key.map { isRedrawn($0) } == true
      if !isOther { readSlots.append(slot) }
    }
    handler = outer
    if !isReached(failed) { return }
    emit(.jump(done.number))
    place(failed)
    emit(.retryOrFail(retry))
    place(done)
  }

  /// Whether the further attempts of a retry choose rows again: not inside a transaction, which has
  /// touched the rows of the attempts before, and not where one of these rows is still needed.
  func mayRedraw(in surroundings: Surroundings) -> Bool {
    surroundings.openTransactions == 0 && !surroundings.fixedKeys.contains { isRedrawn($0) }
  }

  /// Whether the rows of a key are others in each attempt: its own, or those that it is a part of.
  private func isRedrawn(_ key: Int) -> Bool {
    if keys[key].redrawOnRetry { return true }
    guard case .subset(let whole, _) = keys[key].choice else { return false }
    return isRedrawn(whole)
  }
}

extension Backoff {
  /// The range before each retry, until it stays the same or the attempts are used up.
  package func ranges(attempts: Int?) -> [VirtualDuration] {
    var ranges: [VirtualDuration] = []
    var range = min(base, cap)
    let retries = max(1, (attempts ?? .max) - 1)
    var unrounded = Double(range.inNanoseconds)
    let largest = Double(cap.inNanoseconds)
    while ranges.count < retries {
      ranges.append(range)
      if factor == 1 || range == cap || range == .zero { break }
      unrounded *= factor
      range = unrounded >= largest ? cap : .nanoseconds(UInt64(unrounded + 0.5))
    }
    return ranges
  }
}

import SimulationBasics

extension DriverSetting {
  /// The parameters that tell this run from others, in a line.
  public var words: String {
    var parts = [strategy.rawValue]
    if strategy == .redis { parts[0] += "+" + innerUpdate.rawValue }
    parts.append("N \(users)")
    switch rowChoice {
    case .mod: parts.append("U \(rows)")
    case .rand: parts.append("U \(rows) at random")
    case .hot: parts.append("half on a hot row")
    }
    parts.append("W \(work.description)" + (workIsExponential ? " exponential" : ""))
    parts.append("Z \(think.description)" + (thinkIsExponential ? " exponential" : ""))
    if workAfterUpdate > .zero { parts.append("W2 \(workAfterUpdate.description)") }
    if workBetweenLocks > .zero { parts.append("Wmid \(workBetweenLocks.description)") }
    if let backoff, maxRetries > 0 {
      parts.append("\(backoff.kind.rawValue) \(backoff.base.description) ×\(maxRetries)")
    }
    if !hasTransaction { parts.append("autocommit") }
    if isolation == .repeatableRead { parts.append("RR") }
    if let spinLock { parts.append("poll \(spinLock.poll.description)") }
    if let longWork {
      parts.append("1 in \(longWork.every) works \(longWork.work.description)")
      if let spinLock { parts.append("lease \(spinLock.lease.description)") }
    }
    if let pool { parts.append("pool \(pool.size) for \(pool.timeout.description)") }
    if sortsRows { parts.append("sorted") }
    if let groupSize { parts.append("groups of \(groupSize)") }
    if let rollbackEvery { parts.append("rollback in 1 of \(rollbackEvery) rounds") }
    if let sameKeyEvery { parts.append("same key in 1 of \(sameKeyEvery)") }
    return parts.joined(separator: ", ")
  }
}

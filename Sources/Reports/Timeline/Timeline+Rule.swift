import ContentionEngine
import SimulationBasics

extension Timeline {
  /// The rule that broke, and how.
  static func rule(
    _ breach: Breach, _ cast: TimelineCast, _ names: StoryNames, _ story: [StoryEvent]
  ) -> String {
    breach.promise.text + ": " + explanation(breach, cast, names, story[..<cast.span.upperBound])
  }

  private static func explanation(
    _ breach: Breach, _ cast: TimelineCast, _ names: StoryNames, _ told: ArraySlice<StoryEvent>
  ) -> String {
    let user = (cast.breaker?.user ?? breach.user).map { names.user($0) } ?? "a user"
    let row = cast.row.map { names.column(cast.column, of: $0) } ?? "the row"
    let lock = cast.lock.map { names.lock($0, key: cast.lockKey) } ?? "a lock"
    let key = breach.key.map { "key \($0)" } ?? "a key"
    var status = "of a failure"
    for event in told.reversed() where event.request == cast.breaker {
      if case .replied(let told) = event.fact {
        status = "\(told)"
        break
      }
    }
    switch breach.promise {
    case .noLostUpdate: return loss(cast, names, told)
    case .oneEffectPerIntent: return "\(user)'s request has had its effect twice"
    case .acknowledgedIsCommitted: return "\(user) was told \(status), and its effect is not there"
    case .failedHasNoEffect: return "\(user) was told \(status), and its effect is there"
    case .neverOversold: return "\(row) has given more than it had"
    case .oneHolderPerLock:
      let other = cast.partner.map { cast.name(of: $0, names) } ?? "another"
      let breaker = cast.breaker.map { cast.name(of: $0, names) } ?? user
      return "\(other) and \(breaker) are inside \(lock)"
    case .noKeyStuck: return "\(key) stays so, and nobody can finish it"
    case .nothingHeldAtEnd:
      if cast.lock != nil { return "\(lock) is, and its owner is gone" }
      return "something is, and its owner is gone"
    case .everyRequestAccounted: return "one is not"
    case .noDuplicateFails:
      let isFirst = cast.breaker?.attempt == 1
      return "\(user)'s \(isFirst ? "first attempt" : "repeat") is told \(status)"
    }
  }

  /// Whose change is gone; of several how much, and which versions of the row.
  private static func loss(
    _ cast: TimelineCast, _ names: StoryNames, _ told: ArraySlice<StoryEvent>
  ) -> String {
    if let several = severalLost(cast, told) { return several }
    guard let partner = cast.partner else { return "another's change is gone" }
    let amount = change(by: partner, cast, names, told).map { ScreenText.signed($0) }
    guard let breaker = cast.breaker, breaker.user == partner.user else {
      return "\(cast.name(of: partner, names))'s \(amount ?? "change") is gone"
    }
    return "\(names.user(partner.user))'s \(cast.mark(of: partner))"
      + (amount.map { ", \($0)," } ?? "") + " is overwritten by \(cast.mark(of: breaker))"
  }

  /// What was committed between the last read of who broke the promise and that one's own commit,
  /// where that is more than one change.
  private static func severalLost(
    _ cast: TimelineCast, _ told: ArraySlice<StoryEvent>
  ) -> String? {
    guard
      let end = told.lastIndex(where: { cast.isCommit($0) && $0.request == cast.breaker })
    else { return nil }
    var valueRead: Int64?
    var version: UInt64 = 0
    var start = end
    for index in told[..<end].indices.reversed() where told[index].request == cast.breaker {
      if case .read(cast.row, cast.column, let value, let seen) = told[index].fact {
        (valueRead, version, start) = (value, seen, index)
        break
      }
    }
    guard let valueRead else { return nil }
    let lost = told[start..<end].filter { cast.isCommit($0) && $0.request != cast.breaker }
    guard lost.count > 1, case .committed(_, _, let value)? = lost.last?.fact else { return nil }
    let amount = ScreenText.signed(Int128(value) - Int128(valueRead))
    return "\(amount) of \(ScreenText.count(UInt64(lost.count), "change")) is gone:"
      + " v\(version + 1) to v\(version + UInt64(lost.count)) are overwritten"
  }

  /// What a request has added to the column: by what it read and wrote, or by what its commit
  /// changed where its statement has read by itself.
  private static func change(
    by request: StoryEvent.RequestTeller, _ cast: TimelineCast, _ names: StoryNames,
    _ told: ArraySlice<StoryEvent>
  ) -> Int128? {
    guard let row = cast.row else { return nil }
    var read: Int64?
    var written: Int128?
    var committed = names.initialValue(of: row, column: cast.column)
    for event in told {
      let isOwn = event.request == request
      switch event.fact {
      case .read(row, cast.column, let value, _): if isOwn { read = value }
      case .wrote(row, cast.column, let value):
        if isOwn, let read { written = Int128(value) - Int128(read) }
      case .committed(row, cast.column, let value):
        if isOwn { return written ?? Int128(value) - Int128(committed) }
        committed = value
      default: break
      }
    }
    return written
  }
}

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
    case .noLostUpdate:
      let other = cast.partner.map { names.user($0.user) } ?? "another"
      let amount = cast.partner.flatMap { change(by: $0, cast, names, told) }
      return "\(other)'s \(amount.map { ScreenText.signed($0) } ?? "change") is gone"
    case .oneEffectPerIntent: return "\(user)'s request has had its effect twice"
    case .acknowledgedIsCommitted: return "\(user) was told \(status), and its effect is not there"
    case .failedHasNoEffect: return "\(user) was told \(status), and its effect is there"
    case .neverOversold: return "\(row) has given more than it had"
    case .oneHolderPerLock:
      let other = cast.partner.map { names.user($0.user) } ?? "another"
      return "\(other) and \(user) are inside \(lock)"
    case .noKeyStuck: return "\(key) stays so, and nobody can finish it"
    case .nothingHeldAtEnd:
      if cast.lock != nil { return "\(lock) is, and its owner is gone" }
      return "something is, and its owner is gone"
    case .everyRequestAccounted: return "one is not"
    case .noDuplicateFails: return "\(user)'s repeat is told \(status)"
    }
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

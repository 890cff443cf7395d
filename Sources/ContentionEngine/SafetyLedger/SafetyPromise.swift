/// What a service owes its users, whatever happens inside it.
public enum SafetyPromise: UInt8, CaseIterable, Sendable {
  /// Every committed effect is still in the value at the end: nobody overwrote it unseen.
  case noLostUpdate
  /// One intent has at most one effect.
  case oneEffectPerIntent
  /// What was acknowledged with success was committed.
  case acknowledgedIsCommitted
  /// What is told failed has no effect. A breach is ambiguous to the client, not a loss, and is
  /// reported apart.
  case failedHasNoEffect
  /// Nothing is given away beyond what was there.
  case neverOversold
  /// At most one request is inside a distributed lock.
  case oneHolderPerLock
  /// No idempotency key stays in PROCESSING.
  case noKeyStuck
  /// Nothing is held when nobody is left to release it.
  case nothingHeldAtEnd
  /// Every request that arrived was answered or interrupted.
  case everyRequestAccounted
  /// A request that repeats another is answered with what was stored, or refused; it does not run
  /// into an error of the unique key. Put to the test only by what repeats.
  case noDuplicateFails

  /// The promise in the words of a report.
  public var text: String {
    switch self {
    case .noLostUpdate: "no lost update"
    case .oneEffectPerIntent: "one effect per request"
    case .acknowledgedIsCommitted: "every 200 is backed by an effect"
    case .failedHasNoEffect: "every failure left no effect"
    case .neverOversold: "never below the floor"
    case .oneHolderPerLock: "one holder per distributed lock"
    case .noKeyStuck: "no key stuck in PROCESSING"
    case .nothingHeldAtEnd: "nothing held at the end"
    case .everyRequestAccounted: "every request accounted for"
    case .noDuplicateFails: "no duplicate meets an error"
    }
  }

  /// The name by which commands name it.
  public var name: String {
    switch self {
    case .noLostUpdate: "no-lost-update"
    case .oneEffectPerIntent: "one-effect"
    case .acknowledgedIsCommitted: "acknowledged"
    case .failedHasNoEffect: "failed-no-effect"
    case .neverOversold: "never-oversold"
    case .oneHolderPerLock: "one-holder"
    case .noKeyStuck: "no-key-stuck"
    case .nothingHeldAtEnd: "nothing-held"
    case .everyRequestAccounted: "accounted"
    case .noDuplicateFails: "no-duplicate-error"
    }
  }

  /// The promises whose breach costs somebody money or goods.
  public static let costly: [SafetyPromise] = [
    .noLostUpdate, .oneEffectPerIntent, .acknowledgedIsCommitted, .neverOversold,
  ]

  /// Whether its breach leaves a client in doubt, or with an error, and nothing lost: a result is
  /// called safe in spite of it.
  public var isHarmless: Bool { self == .failedHasNoEffect || self == .noDuplicateFails }
}

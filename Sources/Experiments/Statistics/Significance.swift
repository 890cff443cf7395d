/// How far a difference is from what chance alone would do.
public enum Significance: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Every pair of values is the same to the last bit.
  case identical
  /// One run each, or runs that are all the same beside a measured one: nothing tells how much
  /// chance does.
  case unknown
  /// Chance alone would do as much in one case of twenty or more.
  case none
  /// In less than one case of twenty.
  case likely
  /// In less than one case of a hundred.
  case strong
  /// In less than one case of a thousand.
  case veryStrong

  /// The significance of a difference that chance alone would reach with this probability.
  public init(chance: Double) {
    self = chance < 0.001 ? .veryStrong : chance < 0.01 ? .strong : chance < 0.05 ? .likely : .none
  }

  /// Whether there is a difference that chance does not explain well.
  public var isSignificant: Bool {
    switch self {
    case .identical, .unknown, .none: false
    case .likely, .strong, .veryStrong: true
    }
  }

  /// What reports say of it.
  public var text: String {
    switch self {
    case .identical: "identical"
    case .unknown: "nobody knows"
    case .none: "no significant difference"
    case .likely: "significant"
    case .strong: "very significant"
    case .veryStrong: "highly significant"
    }
  }

  /// The name in a CSV file.
  public var name: String {
    switch self {
    case .identical: "identical"
    case .unknown: "unknown"
    case .none: "none"
    case .likely: "likely"
    case .strong: "strong"
    case .veryStrong: "very-strong"
    }
  }
}

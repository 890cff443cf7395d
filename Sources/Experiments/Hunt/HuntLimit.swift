/// How far a hunt goes when it finds nothing.
public enum HuntLimit: Equatable, Sendable {
  /// As far as it is let.
  case none
  case runs(UInt64)
  /// Until so many requests have been made, a case more or less.
  case requests(UInt64)
}

/// One column of a row as somebody sees it, with the version of the row.
public struct RowImage: Equatable, Sendable, BitwiseCopyable {
  /// The stored number.
  public var value: Int64
  /// How many effects are folded into `value`: a tracer that travels with it and that no statement
  /// reads.
  public var effects: UInt64
  /// How many transactions have changed the row so far: the `@Version` column.
  public var version: UInt64

  public init(value: Int64, effects: UInt64, version: UInt64) {
    self.value = value
    self.effects = effects
    self.version = version
  }
}

public import SimulationBasics

/// One column of one row that a commit changed, as it was and as it is.
public struct CommittedWrite: Equatable, Sendable, BitwiseCopyable {
  public var row: RowID
  public var column: Int
  /// The latest committed image before this commit.
  public var before: RowImage
  public var after: RowImage

  public init(row: RowID, column: Int, before: RowImage, after: RowImage) {
    self.row = row
    self.column = column
    self.before = before
    self.after = after
  }
}

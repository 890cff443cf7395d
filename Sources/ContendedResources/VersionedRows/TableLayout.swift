/// How many rows a table has and what each of its columns starts with.
public struct TableLayout: Equatable, Sendable {
  public var rowCount: Int
  /// One number per column, the same in every row.
  public var initialValues: [Int64]

  public init(rowCount: Int, initialValues: [Int64]) {
    self.rowCount = rowCount
    self.initialValues = initialValues
  }
}

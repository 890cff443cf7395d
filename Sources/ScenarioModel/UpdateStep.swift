/// A write of one column of one row.
public struct UpdateStep: Hashable, Sendable {
  /// What is written.
  public enum Change: Hashable, Sendable, BitwiseCopyable {
    /// What was read, plus this.
    case add(Int64)
    /// This, whatever was there.
    case set(Int64)
  }

  public var row: RowReference
  /// The index of the column in `Table.columns`.
  public var column: Int
  public var change: Change
  /// The least value that may be written; below it the request ends with `refusal`.
  public var atLeast: Int64?
  public var refusal: Refusal
  /// The guard of this write whatever the strategy; `nil` follows the strategy.
  public var writeGuard: WriteGuard?

  public init(
    row: RowReference, column: Int, change: Change, atLeast: Int64? = nil,
    refusal: Refusal = .insufficientBalance, writeGuard: WriteGuard? = nil
  ) {
    self.row = row
    self.column = column
    self.change = change
    self.atLeast = atLeast
    self.refusal = refusal
    self.writeGuard = writeGuard
  }
}

/// An answer that says no for a reason of the business: not an error of the machine.
public struct Refusal: Hashable, Sendable {
  /// The counters that a refusal can add to.
  public enum Counter: String, CaseIterable, Hashable, Sendable {
    case insufficientBalance = "insufficient_balance"
    case stockDepletions = "stock_depletions"
    case missingKeys = "missing_keys"
  }

  public var status: UInt16
  public var counter: Counter

  public init(status: UInt16, counter: Counter) {
    self.status = status
    self.counter = counter
  }

  public static let insufficientBalance = Refusal(status: 409, counter: .insufficientBalance)
}

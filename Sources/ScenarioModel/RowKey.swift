/// A named choice of rows of one table, made when a request is made.
public struct RowKey: Hashable, Sendable {
  /// In which order the rows of a request come.
  public enum Order: String, CaseIterable, Hashable, Sendable {
    /// As they were drawn or listed.
    case drawn
    /// By their numbers: whoever locks in this order closes no cycle.
    case sorted
  }

  public var name: String
  /// The index of the table in `Scenario.tables`.
  public var table: Int
  public var choice: RowChoice
  /// How many different rows a request has, each number in the range equally likely.
  public var count: ClosedRange<Int>
  public var order: Order
  /// Whether each further attempt draws rows of its own (a "fake restart").
  public var redrawOnRetry: Bool

  public init(
    name: String, table: Int, choice: RowChoice, count: ClosedRange<Int> = 1...1,
    order: Order = .drawn, redrawOnRetry: Bool = false
  ) {
    self.name = name
    self.table = table
    self.choice = choice
    self.count = count
    self.order = order
    self.redrawOnRetry = redrawOnRetry
  }

  /// Whether a request may have another number of rows than one.
  public var isPlural: Bool {
    if case .subset = choice { return true }
    return count != 1...1
  }
}

/// How a request chooses its rows; the rows of one request differ.
public enum RowChoice: Hashable, Sendable {
  /// By the user's number, as k6 scripts do: row `__VU % rows + 1`, and the rows after it.
  case virtualUser
  /// Any row, each equally likely.
  case uniform
  /// Row number r with a probability proportional to 1 / r to the power of the exponent.
  case zipf(exponent: Double)
  /// With a probability one of the first rows of the table, else one of the others; each equally
  /// likely.
  case hotSet(rows: Int, probability: Double)
  /// Rows from a list in turn: with k rows a request, user i (from 0) has those at i·k, i·k + 1, …
  /// of the list, which starts again at its end. Rows are numbered from 1.
  case list([Int])
  /// Each row that another key of the request has drawn, with a probability of its own. `key` is an
  /// index in `RequestClass.keys` before this one.
  case subset(of: Int, probability: Double)
}

/// A row that a step is about: the one that a key of its request has chosen; of a key with several
/// rows a certain one, or the one of the surrounding `forEach`, or each in turn.
public struct RowReference: Hashable, Sendable {
  /// The index of the table in `Scenario.tables`.
  public var table: Int
  /// The index of the key in `RequestClass.keys`.
  public var key: Int
  /// Which of the key's rows, counted from 0; `nil` for the present one or each.
  public var item: Int?

  public init(table: Int, key: Int, item: Int? = nil) {
    self.item = item
    self.table = table
    self.key = key
  }
}

import SimulationBasics

/// How one key of a request class chooses its rows: a `CompiledKey` as plain data.
///
/// Rows are counted from 0 inside their table here.
struct RowPlan: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    case virtualUser, uniform, zipf, hotSet, list, subset
  }

  let kind: Kind
  let isSorted: Bool
  /// Whether a further attempt chooses again.
  let isRedrawn: Bool
  /// The number of the table's first row, and how many rows it has.
  let firstRow: Int
  let rowCount: Int
  /// The fewest and the most rows that a request has; the most is also the number of slots.
  let least: Int
  let most: Int
  let firstSlot: Int
  /// Where the weights or the listed rows begin; the number of hot rows; the plan of the whole key.
  let start: Int
  /// How many rows are listed.
  let length: Int
  /// That a row is hot, or that a row of the whole key is in the subset.
  let probability: Double
}

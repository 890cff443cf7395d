public import SimulationBasics

/// What the ledger says at the end of a run.
public struct SafetyReport: Equatable, Sendable {
  /// How often a promise was put to the test, and how often it was broken.
  public struct Finding: Equatable, Sendable {
    public let promise: SafetyPromise
    /// Effects, answers, locks or keys that were examined.
    public let examined: UInt64
    public let broken: UInt64

    public init(promise: SafetyPromise, examined: UInt64, broken: UInt64) {
      self.promise = promise
      self.examined = examined
      self.broken = broken
    }

    /// How often it passes as a check: once for each thing examined that was no violation.
    public var passes: UInt64 { examined - min(broken, examined) }
    public var isHeld: Bool { broken == 0 }
  }

  /// The sums over one column that requests change, against what they intended.
  public struct ColumnAudit: Equatable, Sendable {
    public let table: Int
    public let column: Int
    /// Committed effects, those that were overwritten included.
    public let effects: UInt64
    /// The effects that are in the final values.
    public let survivingEffects: Int64
    /// The sums over all rows when the run began and when it ended.
    public let initialSum: Int128
    public let finalSum: Int128
    /// What all committed effects were meant to change the sum by.
    public let intendedChange: Int128

    /// What is missing from the final sum, or too much in it.
    public var difference: Int128 { finalSum - initialSum - intendedChange }
    public var isExact: Bool { difference == 0 }
  }

  /// One finding a promise, in the order of `SafetyPromise.allCases`.
  public let findings: [Finding]
  public let columns: [ColumnAudit]
  /// The first lost update, if there was one.
  public let firstLostUpdate: LostUpdateWitness?
  /// The longest time during which two requests were inside one distributed lock.
  public let longestOverlap: VirtualDuration
  /// Requests: arrived = answered + interrupted + in flight.
  public let arrived: UInt64
  public let answered: UInt64
  public let interrupted: UInt64
  public let inFlight: UInt64
  /// Rows of idempotency tables that were ever committed.
  public let keyRows: UInt64

  public func finding(_ promise: SafetyPromise) -> Finding { findings[Int(promise.rawValue)] }
  /// Whether every promise was held that costs somebody something.
  public var isSafe: Bool { findings.allSatisfy { $0.isHeld || $0.promise.isHarmless } }
}

/// The story of the first lost update: who read and wrote what, and when.
public struct LostUpdateWitness: Equatable, Sendable {
  /// A request's part in it.
  public struct Part: Equatable, Sendable {
    public let user: UserID
    public let readAt: VirtualTime
    public let valueRead: Int64
    public let committedAt: VirtualTime
    public let valueWritten: Int64
  }

  public let table: Int
  public let column: Int
  /// The row in its table, counted from 1.
  public let rowNumber: Int
  /// Whose effect was overwritten, and who overwrote it.
  public let overwritten: Part
  public let overwriting: Part
  /// The value of the row after the two commits.
  public let valueAfterFirst: Int64
  public let valueAfterSecond: Int64
}

/// Runs the inner steps once for each idempotency key; without its layer they run bare.
///
/// As a rule the key row is looked up by a plain read, inserted as PROCESSING in a transaction of
/// its own, and marked COMPLETED with the answer, or FAILED, in another. A COMPLETED key is
/// answered with the stored status. A duplicate insert waits for the first inserter to end, and
/// then looks the key up again; without a lookup it fails with `duplicate-key`.
public struct IdempotentStep: Hashable, Sendable {
  /// How the key is looked up before anything is done.
  public enum Lookup: String, CaseIterable, Hashable, Sendable {
    /// Not at all: a duplicate is noticed by the unique key.
    case none
    /// By a plain SELECT.
    case plain
    /// By `SELECT … FOR UPDATE` in the transaction that inserts: under REPEATABLE READ a missing
    /// key locks the gap where it would be.
    case forUpdate = "for-update"
  }
  /// The transaction in which the key's row is written.
  public enum Scope: String, CaseIterable, Hashable, Sendable {
    /// One of its own.
    case own
    /// The one that surrounds the step.
    case same
  }
  /// What a request does that finds its key PROCESSING.
  public enum OnProcessing: String, CaseIterable, Hashable, Sendable {
    /// Answers 409.
    case refuse
    /// Does not look: inserts, and runs into the unique key (error 1062).
    case insert
  }
  /// What a request does that finds its key FAILED.
  public enum OnFailed: String, CaseIterable, Hashable, Sendable {
    /// Takes the key over (FAILED → PROCESSING) and runs the inner steps again.
    case retry
    /// Answers 409.
    case refuse
  }

  /// The index of the table in `Scenario.tables`; it has a unique key.
  public var table: Int
  public var lookup: Lookup
  public var insert: Scope
  public var completion: Scope
  public var onProcessing: OnProcessing
  public var onFailed: OnFailed
  public var layer: Layer?
  public var steps: [Step]

  public init(
    table: Int, lookup: Lookup = .plain, insert: Scope = .own, completion: Scope = .own,
    onProcessing: OnProcessing = .refuse, onFailed: OnFailed = .retry, layer: Layer?,
    steps: [Step]
  ) {
    self.table = table
    self.lookup = lookup
    self.insert = insert
    self.completion = completion
    self.onProcessing = onProcessing
    self.onFailed = onFailed
    self.layer = layer
    self.steps = steps
  }
}

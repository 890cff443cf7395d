public import SimulationBasics

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
  /// The transaction in which the key becomes COMPLETED.
  public enum Completion: String, CaseIterable, Hashable, Sendable {
    /// One of its own, after the effect.
    case own
    /// The one that surrounds the step.
    case same
    /// The one that commits the effect: each outermost transaction among the inner steps marks the
    /// key before its COMMIT, so that effect and mark stand or fall together.
    case withEffect = "with-effect"
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
    /// Does not look: inserts, and runs into the unique key (error 1062).
    case insert
  }

  /// The index of the table in `Scenario.tables`; it has a unique key.
  public var table: Int
  public var lookup: Lookup
  public var insert: Scope
  public var completion: Completion
  public var onProcessing: OnProcessing
  /// After how long in PROCESSING a key is taken over by a request that looks it up, because its
  /// owner must have crashed; `nil` for never.
  ///
  /// That is safe only where effect and COMPLETED commit in one transaction: else the owner may
  /// have had its effect, or may still have it.
  public var takeOverAfter: VirtualDuration?
  public var onFailed: OnFailed
  public var layer: Layer?
  public var steps: [Step]

  public init(
    table: Int, lookup: Lookup = .plain, insert: Scope = .own, completion: Completion = .own,
    onProcessing: OnProcessing = .refuse, takeOverAfter: VirtualDuration? = nil,
    onFailed: OnFailed = .retry, layer: Layer?, steps: [Step]
  ) {
    self.table = table
    self.lookup = lookup
    self.insert = insert
    self.completion = completion
    self.onProcessing = onProcessing
    self.takeOverAfter = takeOverAfter
    self.onFailed = onFailed
    self.layer = layer
    self.steps = steps
  }
}

extension IdempotentStep {
  /// Whether the effect and the mark COMPLETED commit in one transaction, wherever the step stands.
  ///
  /// - Parameter isInTransaction: Whether a transaction surrounds the step.
  public func completesAtomically(isInTransaction: Bool) -> Bool {
    switch completion {
    case .own: false
    case .same: isInTransaction
    case .withEffect: true
    }
  }
}

/// A known mistake in how the layers are put together, switched on by name so that its damage can
/// be measured.
public enum Hazard: String, CaseIterable, Hashable, Sendable {
  /// The method that carries the lock annotation is called from its own class: the proxy is
  /// bypassed, and with it the distributed lock.
  case selfInvocation = "self-invocation"
  /// The distributed lock is taken and released inside the transaction: it is free before the
  /// commit, and a connection is held while the request waits for it.
  case lockInsideTransaction = "lock-inside-transaction"
  /// The retry loop stands inside the transaction, where the snapshot never moves.
  case retryInsideTransaction = "retry-inside-transaction"
  /// The name of the distributed lock contains the idempotency key, so that it excludes nobody.
  case lockKeyPerRequest = "lock-key-per-request"
  /// The lease ends in the middle of the work that it should cover.
  case leaseShorterThanWork = "lease-shorter-than-work"
  /// Rows are locked in the order in which they are drawn, and tables in that in which a step names
  /// them.
  case unorderedLocks = "unordered-locks"
  /// The idempotency key is looked up FOR UPDATE, and inserted when it is missing, in one
  /// transaction: gap locks, and deadlocks between unrelated keys.
  case selectForUpdateThenInsert = "select-for-update-then-insert"
  /// A duplicate that arrives while the first is processed is not refused, and runs into the unique
  /// key.
  case processingUnchecked = "processing-unchecked"
  /// Every user works on the first row.
  case singleUser = "single-user"
  /// Clients send no idempotency key: 400.
  case missingKey = "missing-key"
  /// A key that has been PROCESSING for a time is taken over although its owner's effect may have
  /// been committed, or may still be.
  case takeoverWithoutAtomicCompletion = "takeover-without-atomic-completion"
}

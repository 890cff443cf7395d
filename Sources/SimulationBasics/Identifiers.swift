/// A request in flight: a slot that is used again when the request is over.
public struct RequestID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
  /// No request.
  public static let none = RequestID(index: -1)
  @inlinable
  public var isNone: Bool { index < 0 }
}

/// An open database transaction: a slot that is used again when the transaction has ended.
public struct TransactionID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
  /// No transaction.
  public static let none = TransactionID(index: -1)
  @inlinable
  public var isNone: Bool { index < 0 }
}

/// A virtual user, numbered from 0 in the order in which users are first needed; k6's `__VU` is one
/// more.
public struct UserID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}

/// A row of any table: rows of all tables are numbered in one sequence, table after table in
/// declared order.
public struct RowID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}

/// An index record that can be locked: the rows of all tables first, then what unique keys need.
public struct RecordID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
  /// The record of a row.
  @inlinable
  public init(_ row: RowID) { self.index = row.index }
}

/// A distributed lock: one name in the lock server, numbered densely by the names that a model can
/// form.
public struct LockID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}

/// An instance of the application, numbered from 0.
public struct InstanceID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int32
  @inlinable
  public init(index: Int) { self.index = Int32(truncatingIfNeeded: index) }
}

/// The identity that a client gives to one intention, so that sending it twice has one effect.
public struct IdempotencyKey: Hashable, Sendable, BitwiseCopyable {
  public let number: UInt64
  @inlinable
  public init(number: UInt64) { self.number = number }
}

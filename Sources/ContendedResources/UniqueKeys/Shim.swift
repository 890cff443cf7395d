public import SimulationBasics
public struct UniqueIndexLayout { 
  public enum Order { case random, ascending }
  public init(existingKeys: Int, order: Order, isOrdered: Bool) {} }
extension UniqueKeyTable {
  public enum L { case found(KeyState), missing, waits }
  public enum I { case inserted, duplicate(KeyState), waits }
  public enum U { case staged, missing, waits }
  public init(indexes: [UniqueIndexLayout], firstRecord: RecordID, salt: UInt64, expectedKeys: Int, expectedTransactions: Int) { self.init(expectedKeys: expectedKeys, expectedRequests: expectedTransactions) }
  public func lookup(_ t: Int, _ k: IdempotencyKey, by x: TransactionID) -> KeyState? { preconditionFailure() }
  public mutating func lockingLookup(_ t: Int, _ k: IdempotencyKey, by x: TransactionID, gapLocks: Bool, in l: inout RowLockTable) -> L { preconditionFailure() }
  public mutating func insert(_ t: Int, _ k: IdempotencyKey, by x: TransactionID, onDuplicate: LockMode, in l: inout RowLockTable) -> I { preconditionFailure() }
  public mutating func update(_ t: Int, _ k: IdempotencyKey, to s: KeyState, by x: TransactionID, in l: inout RowLockTable) -> U { preconditionFailure() }
  public mutating func endTransaction(of x: TransactionID, committed: Bool, in l: inout RowLockTable) { }
  public func hasOpenTransaction(of x: TransactionID) -> Bool { false }
  public func entry(of record: RecordID) -> (index: Int, key: IdempotencyKey?) { (0, nil) }
  public mutating func forget(_ t: Int, _ k: IdempotencyKey) {}
}

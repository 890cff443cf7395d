public import SimulationBasics

/// A lock that a transaction asks for, waits for or holds.
public struct LockRequest: Equatable, Sendable, BitwiseCopyable {
  public var record: RecordID
  public var mode: LockMode
  public var kind: LockKind

  public init(record: RecordID, mode: LockMode, kind: LockKind) {
    self.record = record
    self.mode = mode
    self.kind = kind
  }
}

extension LockRequest {
  static let none = LockRequest(record: RecordID(index: -1), mode: .shared, kind: .gap)
}

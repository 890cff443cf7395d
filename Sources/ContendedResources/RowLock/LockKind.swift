/// What of an index record a lock protects: the record, the gap before it, or both.
///
/// The words are those of the MySQL manual ("InnoDB Locking"); in InnoDB's source they are flags of
/// the mode. The record after the last one of an index, the supremum, has a gap only.
public enum LockKind: UInt8, Sendable, BitwiseCopyable {
  /// The record without the gap (`LOCK_REC_NOT_GAP`).
  case record
  /// The gap before the record (`LOCK_GAP`); any number of transactions may hold it, in any mode,
  /// and it only keeps others from inserting.
  case gap
  /// The record and the gap before it (`LOCK_ORDINARY`).
  case nextKey
  /// The wish to insert into the gap before the record (`LOCK_INSERT_INTENTION`); nothing ever
  /// waits for it.
  case insertIntention

  /// Whether a lock of this kind protects the record itself.
  public var coversRecord: Bool {
    switch self {
    case .record, .nextKey: true
    case .gap, .insertIntention: false
    }
  }

  /// Whether a lock of this kind keeps others from inserting into the gap before the record.
  public var coversGap: Bool {
    switch self {
    case .gap, .nextKey: true
    case .record, .insertIntention: false
    }
  }

  /// Whether a request of this kind has to wait for a lock of the other kind, when their modes
  /// conflict.
  ///
  /// | request ↓, lock → | record | gap | next-key | insert intention |
  /// |---|---|---|---|---|
  /// | record | waits | | waits | |
  /// | gap | | | | |
  /// | next-key | waits | | waits | |
  /// | insert intention | | waits | waits | |
  ///
  /// Source: InnoDB, lock0lock.cc, `rec_lock_check_conflict`.
  func waits(for other: LockKind) -> Bool {
    switch self {
    case .record, .nextKey: other.coversRecord
    case .gap: false
    case .insertIntention: other.coversGap
    }
  }

  /// Whether who holds a lock of this kind need not ask for one of the other.
  ///
  /// A next-key lock covers everything but an insert intention, which is never covered: it is asked
  /// anew for each insert (InnoDB, lock0lock.cc: `lock_rec_has_expl`).
  func covers(_ other: LockKind) -> Bool {
    switch other {
    case .record: coversRecord
    case .gap: coversGap
    case .nextKey: self == .nextKey
    case .insertIntention: false
    }
  }
}

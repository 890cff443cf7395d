import ContentionEngine
import SimulationBasics

/// Deadlocks as an engineer meets them, to be told in reports.
enum Deadlocks {
  static func row(
    _ number: Int, _ mode: DeadlockLock.Mode = .exclusive, _ kind: DeadlockLock.Kind = .record
  ) -> DeadlockLock {
    DeadlockLock(table: "users", index: "PRIMARY", record: .row(number), mode: mode, kind: kind)
  }

  static func key(_ record: DeadlockLock.Record, _ kind: DeadlockLock.Kind) -> DeadlockLock {
    DeadlockLock(
      table: "payments", index: "payment_key", record: record, mode: .exclusive, kind: kind)
  }

  static func member(
    _ user: Int, _ transaction: UInt64, _ statement: DeadlockReport.Member.Statement,
    _ active: VirtualDuration, rowChanges: Int, holds: DeadlockLock, waitsFor: DeadlockLock
  ) -> DeadlockReport.Member {
    DeadlockReport.Member(
      user: user, transaction: transaction, request: "POST /transfer", statement: statement,
      active: active, lockStructs: 2, rowChanges: rowChanges, holds: holds, waitsFor: waitsFor)
  }

  /// Two transfers that updated their rows in opposite order.
  static let updates = DeadlockReport(
    moment: VirtualTime(nanosecondsSinceStart: 12_345_678_901),
    members: [
      member(7, 79961, .update, .seconds(40), rowChanges: 1, holds: row(1), waitsFor: row(2)),
      member(
        312, 79962, .update, .milliseconds(18_999), rowChanges: 1, holds: row(2), waitsFor: row(1)),
    ], victim: 1)

  /// Two payments with new keys that share the gap at the end of the index.
  static let inserts = DeadlockReport(
    moment: VirtualTime(nanosecondsSinceStart: 0),
    members: [
      member(
        1, 57617, .insert, .zero, rowChanges: 0, holds: key(.supremum, .gap),
        waitsFor: key(.supremum, .insertIntention)),
      member(
        2, 57618, .insert, .zero, rowChanges: 0, holds: key(.supremum, .gap),
        waitsFor: key(.supremum, .insertIntention)),
    ], victim: 1)

  /// Two sessions that read a row FOR SHARE and then update it.
  static let upgrades = DeadlockReport(
    moment: VirtualTime(nanosecondsSinceStart: 1_000_000_000),
    members: [
      member(
        1, 10, .update, .seconds(1), rowChanges: 3, holds: row(200, .shared), waitsFor: row(200)),
      member(
        2, 11, .update, .zero, rowChanges: 0, holds: row(200, .shared), waitsFor: row(200)),
    ], victim: 1)
}

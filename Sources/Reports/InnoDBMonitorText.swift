package import ContentionEngine
import SimulationBasics

/// A deadlock as `SHOW ENGINE INNODB STATUS` prints it, in the layout of MySQL 8.0.
///
/// Words, order, line breaks and the modes of locks are InnoDB's, so that what one knows about
/// reading such a report, and scripts that look for these words, still hold. Left out is what is
/// not simulated: memory, threads and pages (OS thread handle, query number, heap size, space,
/// page, bits; in place of a record's heap number stands the number of its row or key, and of its
/// fields only the key is shown, as a BIGINT). The schema is called `app`, the thread has the
/// user's number, and the statement's comment names the request.
///
/// Source: lock0lock.cc of MySQL 8.0 (`Deadlock_notifier`, `lock_rec_print`), trx0trx.cc
/// (`trx_print_low`), rem0rec.cc (`rec_print_comp`). MariaDB prints of each
/// member the lock that it waited for, and then those of others "CONFLICTING WITH" it.
package enum InnoDBMonitorText {
  /// The section `LATEST DETECTED DEADLOCK`, with a line end after its last line.
  package static func text(_ deadlock: DeadlockReport) -> String {
    let rule = "------------------------\n"
    var text = rule + "LATEST DETECTED DEADLOCK\n" + rule
    text += SimulatedDate.text(deadlock.moment)
    for (index, member) in deadlock.members.enumerated() {
      let number = index + 1
      text += title(number, "TRANSACTION") + transaction(member)
      text += title(number, "HOLDS THE LOCK(S)") + lock(member.holds, of: member)
      text += title(number, "WAITING FOR THIS LOCK TO BE GRANTED")
      text += lock(member.waitsFor, of: member, isWaiting: true)
    }
    return text + "*** WE ROLL BACK TRANSACTION (\(deadlock.victim + 1))\n"
  }

  /// A title on a line of its own, which ends the line before.
  private static func title(_ number: Int, _ words: String) -> String {
    "\n*** (\(number)) \(words):\n"
  }

  // MARK: Transactions

  private static func transaction(_ member: DeadlockReport.Member) -> String {
    let seconds = member.active.inNanoseconds / 1_000_000_000
    let state = state(in: member.statement)
    var counts = "LOCK WAIT \(member.lockStructs) lock struct(s), \(member.lockStructs) row lock(s)"
    if member.rowChanges > 0 { counts += ", undo log entries \(member.rowChanges)" }
    let lines = [
      "TRANSACTION \(member.transaction), ACTIVE \(seconds) sec \(state.transaction)",
      "mysql tables in use 1, locked 1",
      counts,
      "MySQL thread id \(member.user), user \(member.user) \(state.thread)",
      "/* \(member.request) */ " + statement(of: member),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What InnoDB says that a transaction is doing that waits in a statement, and what the server
  /// says that its thread does.
  private static func state(
    in statement: DeadlockReport.Member.Statement
  ) -> (transaction: String, thread: String) {
    switch statement {
    case .insert, .insertOrUpdate: ("inserting", "update")
    case .update: ("starting index read", "updating")
    // A row that is looked up by its whole key is read while the statement is planned.
    case .selectForUpdate, .selectForShare: ("starting index read", "statistics")
    }
  }

  private static func statement(of member: DeadlockReport.Member) -> String {
    let table = member.waitsFor.table
    let condition =
      switch member.waitsFor.record {
      case .row(let number): " WHERE id = \(number)"
      case .key(let number): " WHERE \(member.waitsFor.index) = \(number)"
      case .supremum: ""
      }
    return switch member.statement {
    case .insert: "INSERT INTO \(table)"
    case .insertOrUpdate: "INSERT INTO \(table) ... ON DUPLICATE KEY UPDATE"
    case .update: "UPDATE \(table)" + condition
    case .selectForUpdate: "SELECT * FROM \(table)" + condition + " FOR UPDATE"
    case .selectForShare: "SELECT * FROM \(table)" + condition + " FOR SHARE"
    }
  }

  // MARK: Locks

  private static func lock(
    _ lock: DeadlockLock, of member: DeadlockReport.Member, isWaiting: Bool = false
  ) -> String {
    "RECORD LOCKS index \(lock.index) of table `app`.`\(lock.table)`"
      + " trx id \(member.transaction)" + mode(of: lock) + (isWaiting ? " waiting" : "") + "\n"
      + record(lock.record) + "\n"
  }

  private static func mode(of lock: DeadlockLock) -> String {
    // The underscore is InnoDB's.
    let mode = lock.mode == .shared ? " lock mode S" : " lock_mode X"
    // There is no record at the supremum to be told from its gap (`lock_rec_add_to_queue`).
    let isSupremum = lock.record == .supremum
    return switch lock.kind {
    case .record: mode + (isSupremum ? "" : " locks rec but not gap")
    case .gap: mode + (isSupremum ? "" : " locks gap before rec")
    case .nextKey: mode
    case .insertIntention:
      mode + (isSupremum ? "" : " locks gap before rec") + " insert intention"
    }
  }

  /// A record and its key, with a line end after each line.
  private static func record(_ record: DeadlockLock.Record) -> String {
    let physical = " PHYSICAL RECORD: n_fields 1; compact format; info bits 0\n 0: len 8; hex "
    return switch record {
    // The supremum is record 1 of every page.
    case .supremum: "Record lock, heap no 1" + physical + "73757072656d756d; asc supremum;;\n"
    case .row(let number): "Record lock, row \(number)" + physical + key(UInt64(number))
    case .key(let number): "Record lock, key \(number)" + physical + key(number)
    }
  }

  /// A signed number of eight bytes as indexes store it, so that bytes sort as numbers do: the
  /// largest first, the sign turned over.
  private static func key(_ number: UInt64) -> String {
    var hex = ""
    var letters = ""
    for shift in stride(from: 56, through: 0, by: -8) {
      let byte = UInt8(truncatingIfNeeded: (number ^ (1 << 63)) >> UInt64(shift))
      let text = String(byte, radix: 16)
      hex += byte < 16 ? "0" + text : text
      // What is no printable ASCII is shown as a space.
      letters += (32..<127).contains(byte) ? String(UnicodeScalar(byte)) : " "
    }
    return hex + "; asc " + letters + ";;\n"
  }
}

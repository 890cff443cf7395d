import ContentionEngine
import Reports
import SimulationBasics
import Testing

/// The texts are those of MySQL 8.0 for the same three deadlocks, without what is not simulated.
@Suite("InnoDB monitor text")
struct InnoDBMonitorTests {
  @Test("two updates in opposite order")
  func updates() {
    #expect(
      InnoDBMonitorText.text(Deadlocks.updates) == """
        ------------------------
        LATEST DETECTED DEADLOCK
        ------------------------
        2000-01-01 00:00:12
        *** (1) TRANSACTION:
        TRANSACTION 79961, ACTIVE 40 sec starting index read
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s), undo log entries 1
        MySQL thread id 7, user 7 updating
        /* POST /transfer */ UPDATE users WHERE id = 2

        *** (1) HOLDS THE LOCK(S):
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 79961 lock_mode X locks rec but not gap
        Record lock, row 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 8000000000000001; asc         ;;


        *** (1) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 79961 lock_mode X locks rec but not gap waiting
        Record lock, row 2 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 8000000000000002; asc         ;;


        *** (2) TRANSACTION:
        TRANSACTION 79962, ACTIVE 18 sec starting index read
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s), undo log entries 1
        MySQL thread id 312, user 312 updating
        /* POST /transfer */ UPDATE users WHERE id = 1

        *** (2) HOLDS THE LOCK(S):
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 79962 lock_mode X locks rec but not gap
        Record lock, row 2 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 8000000000000002; asc         ;;


        *** (2) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 79962 lock_mode X locks rec but not gap waiting
        Record lock, row 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 8000000000000001; asc         ;;

        *** WE ROLL BACK TRANSACTION (2)

        """)
  }

  @Test("two inserts into a gap that both have locked, at the end of the index")
  func inserts() {
    #expect(
      InnoDBMonitorText.text(Deadlocks.inserts) == """
        ------------------------
        LATEST DETECTED DEADLOCK
        ------------------------
        2000-01-01 00:00:00
        *** (1) TRANSACTION:
        TRANSACTION 57617, ACTIVE 0 sec inserting
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s)
        MySQL thread id 1, user 1 update
        /* POST /transfer */ INSERT INTO payments

        *** (1) HOLDS THE LOCK(S):
        RECORD LOCKS index payment_key of table `app`.`payments` trx id 57617 lock_mode X
        Record lock, heap no 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 73757072656d756d; asc supremum;;


        *** (1) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index payment_key of table `app`.`payments` trx id 57617 lock_mode X insert intention waiting
        Record lock, heap no 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 73757072656d756d; asc supremum;;


        *** (2) TRANSACTION:
        TRANSACTION 57618, ACTIVE 0 sec inserting
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s)
        MySQL thread id 2, user 2 update
        /* POST /transfer */ INSERT INTO payments

        *** (2) HOLDS THE LOCK(S):
        RECORD LOCKS index payment_key of table `app`.`payments` trx id 57618 lock_mode X
        Record lock, heap no 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 73757072656d756d; asc supremum;;


        *** (2) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index payment_key of table `app`.`payments` trx id 57618 lock_mode X insert intention waiting
        Record lock, heap no 1 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 73757072656d756d; asc supremum;;

        *** WE ROLL BACK TRANSACTION (2)

        """)
  }

  @Test("two shared locks that both are to become exclusive")
  func upgrades() {
    #expect(
      InnoDBMonitorText.text(Deadlocks.upgrades) == """
        ------------------------
        LATEST DETECTED DEADLOCK
        ------------------------
        2000-01-01 00:00:01
        *** (1) TRANSACTION:
        TRANSACTION 10, ACTIVE 1 sec starting index read
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s), undo log entries 3
        MySQL thread id 1, user 1 updating
        /* POST /transfer */ UPDATE users WHERE id = 200

        *** (1) HOLDS THE LOCK(S):
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 10 lock mode S locks rec but not gap
        Record lock, row 200 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 80000000000000c8; asc         ;;


        *** (1) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 10 lock_mode X locks rec but not gap waiting
        Record lock, row 200 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 80000000000000c8; asc         ;;


        *** (2) TRANSACTION:
        TRANSACTION 11, ACTIVE 0 sec starting index read
        mysql tables in use 1, locked 1
        LOCK WAIT 2 lock struct(s), 2 row lock(s)
        MySQL thread id 2, user 2 updating
        /* POST /transfer */ UPDATE users WHERE id = 200

        *** (2) HOLDS THE LOCK(S):
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 11 lock mode S locks rec but not gap
        Record lock, row 200 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 80000000000000c8; asc         ;;


        *** (2) WAITING FOR THIS LOCK TO BE GRANTED:
        RECORD LOCKS index PRIMARY of table `app`.`users` trx id 11 lock_mode X locks rec but not gap waiting
        Record lock, row 200 PHYSICAL RECORD: n_fields 1; compact format; info bits 0
         0: len 8; hex 80000000000000c8; asc         ;;

        *** WE ROLL BACK TRANSACTION (2)

        """)
  }

  @Test(
    "modes and kinds of locks in InnoDB's words",
    arguments: [
      (DeadlockLock.Mode.shared, DeadlockLock.Kind.record, " lock mode S locks rec but not gap"),
      (.exclusive, .record, " lock_mode X locks rec but not gap"),
      (.shared, .gap, " lock mode S locks gap before rec"),
      (.exclusive, .gap, " lock_mode X locks gap before rec"),
      (.shared, .nextKey, " lock mode S"),
      (.exclusive, .nextKey, " lock_mode X"),
      (.exclusive, .insertIntention, " lock_mode X locks gap before rec insert intention"),
    ])
  func words(mode: DeadlockLock.Mode, kind: DeadlockLock.Kind, words: String) {
    let text = lines(
      holding: DeadlockLock(
        table: "users", index: "PRIMARY", record: .row(5), mode: mode, kind: kind))
    #expect(text.contains("RECORD LOCKS index PRIMARY of table `app`.`users` trx id 1" + words))
  }

  @Test("a key that spells text shows it beside the number")
  func letters() {
    let lock = Deadlocks.key(.key(0x4141), .gap)
    #expect(lines(holding: lock).contains(" 0: len 8; hex 8000000000004141; asc       AA;;"))
    #expect(
      lines(holding: lock).contains(
        "Record lock, key 16705 PHYSICAL RECORD: n_fields 1; compact format; info bits 0"))
  }

  @Test(
    "each statement with the states of its transaction and thread",
    arguments: [
      (
        DeadlockReport.Member.Statement.insert, "inserting", "update",
        "INSERT INTO users"
      ),
      (
        .insertOrUpdate, "inserting", "update",
        "INSERT INTO users ... ON DUPLICATE KEY UPDATE"
      ),
      (.update, "starting index read", "updating", "UPDATE users WHERE id = 2"),
      (
        .selectForUpdate, "starting index read", "statistics",
        "SELECT * FROM users WHERE id = 2 FOR UPDATE"
      ),
      (
        .selectForShare, "starting index read", "statistics",
        "SELECT * FROM users WHERE id = 2 FOR SHARE"
      ),
    ])
  func statements(
    statement: DeadlockReport.Member.Statement, state: String, thread: String, text: String
  ) {
    let lines = lines(holding: Deadlocks.row(1), in: statement)
    #expect(lines.contains("TRANSACTION 1, ACTIVE 0 sec " + state))
    #expect(lines.contains("MySQL thread id 3, user 3 " + thread))
    #expect(lines.contains("/* POST /transfer */ " + text))
  }

  /// Whole days since the start of 2000, seconds of the day, and the date.
  private static let dates: [(UInt64, UInt64, String)] = [
    (0, 86_399, "2000-01-01 23:59:59"),
    (59, 0, "2000-02-29 00:00:00"),
    (60, 3_661, "2000-03-01 01:01:01"),
    (365, 86_399, "2000-12-31 23:59:59"),
    (366, 0, "2001-01-01 00:00:00"),
    (36_525, 0, "2100-01-01 00:00:00"),
    // 2100 is no leap year: 31 + 28 days to March.
    (36_584, 0, "2100-03-01 00:00:00"),
  ]

  @Test("a date for every moment of a run", arguments: dates)
  func date(days: UInt64, seconds: UInt64, date: String) {
    var deadlock = Deadlocks.updates
    let whole = days * 86_400 + seconds
    deadlock.moment = VirtualTime(nanosecondsSinceStart: whole * 1_000_000_000 + 999_999_999)
    #expect(InnoDBMonitorText.text(deadlock).split(separator: "\n")[3] == date)
  }

  /// The lines about a member that holds a lock, in a deadlock with another like it.
  private func lines(
    holding lock: DeadlockLock, in statement: DeadlockReport.Member.Statement = .update
  ) -> [Substring] {
    let member = Deadlocks.member(
      3, 1, statement, .zero, rowChanges: 0, holds: lock, waitsFor: Deadlocks.row(2))
    let deadlock = DeadlockReport(moment: .start, members: [member, member], victim: 0)
    return InnoDBMonitorText.text(deadlock).split(separator: "\n")
  }
}

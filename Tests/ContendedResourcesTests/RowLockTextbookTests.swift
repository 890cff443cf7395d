import ContendedResources
import SimulationBasics
import Testing

/// The rules of the literature, which differ from InnoDB's of today in two places.
@Suite("Row locks by the textbook")
struct RowLockTextbookTests {
  private let first = transaction(0)
  private let second = transaction(1)
  private let third = transaction(2)
  private let recordA = record(0)
  private let recordB = record(1)

  private func table(_ rules: LockRules) -> RowLockTable {
    RowLockTable(recordCount: 2, expectedTransactions: 3, rules: rules)
  }

  /// Ends a victim's transaction, as the engine does, and tells whose waits end with it.
  private func rollBack(_ victim: TransactionID, in table: inout RowLockTable) -> [TransactionID] {
    _ = table.abandonWait(of: victim)
    while table.releaseNext(heldBy: victim) != nil {}
    var granted: [TransactionID] = []
    while let grant = table.nextGrant() { granted.append(grant.transaction) }
    return granted
  }

  /// First and second share A; third has B, and waits for A because of both. Then second asks for
  /// B.
  private func crossedBesideReader(_ rules: LockRules) -> RowLockTable {
    var table = table(rules)
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.shared, .record, on: recordA, for: second) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: third) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: third) == .queued(ahead: 0))
    #expect(table.nextVictim() == nil)
    #expect(table.acquire(.exclusive, .record, on: recordB, for: second) == .queued(ahead: 0))
    return table
  }

  @Test("a search of all conflicts finds a deadlock beside the first conflict at once")
  func allConflicts() {
    var table = crossedBesideReader(LockRules(deadlockSearch: .allConflicts, victim: .requester))
    #expect(table.nextVictim() == second)
    #expect(table.deadlock.count == 2)
    #expect(
      table.deadlock.member(0)
        == DeadlockMember(
          transaction: third,
          holds: LockRequest(record: recordB, mode: .exclusive, kind: .record),
          waitsFor: LockRequest(record: recordA, mode: .exclusive, kind: .record)))
    #expect(
      table.deadlock.member(1)
        == DeadlockMember(
          transaction: second,
          holds: LockRequest(record: recordA, mode: .shared, kind: .record),
          waitsFor: LockRequest(record: recordB, mode: .exclusive, kind: .record)))
    // Third goes on waiting for first alone.
    #expect(rollBack(second, in: &table).isEmpty)
    #expect(table.nextVictim() == nil)
  }

  @Test("a search along the edges finds it when the first reader has gone")
  func firstConflict() {
    var table = crossedBesideReader(LockRules(victim: .requester))
    #expect(table.nextVictim() == nil)
    while table.releaseNext(heldBy: first) != nil {}
    #expect(table.nextGrant() == nil)
    #expect(table.nextVictim() == second)
    #expect(rollBack(second, in: &table) == [third])
  }

  @Test("one wait that closes two cycles has two victims")
  func twoCycles() {
    var table = table(LockRules(deadlockSearch: .allConflicts, victim: .youngest))
    #expect(table.acquire(.exclusive, .record, on: recordB, for: third) == .granted)
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.shared, .record, on: recordA, for: second) == .granted)
    #expect(table.acquire(.shared, .record, on: recordB, for: first) == .queued(ahead: 0))
    #expect(table.acquire(.shared, .record, on: recordB, for: second) == .queued(ahead: 1))
    #expect(table.nextVictim() == nil)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: third) == .queued(ahead: 0))
    #expect(table.nextVictim() == first)
    #expect(rollBack(first, in: &table).isEmpty)
    #expect(table.nextVictim() == second)
    #expect(rollBack(second, in: &table) == [third])
    #expect(table.nextVictim() == nil)
  }

  @Test("an upgrade goes before who came first and holds nothing, if the rules say so")
  func upgradesFirst() {
    for putsUpgradesFirst in [false, true] {
      var table = table(LockRules(putsUpgradesFirst: putsUpgradesFirst, victim: .youngest))
      #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
      #expect(table.acquire(.shared, .record, on: recordA, for: second) == .granted)
      #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
      // A reader queues behind the upgrade; then the other reader raises its lock, too.
      #expect(table.acquire(.shared, .record, on: recordA, for: third) == .queued(ahead: 1))
      #expect(
        table.acquire(.exclusive, .record, on: recordA, for: first)
          == .queued(ahead: putsUpgradesFirst ? 1 : 2))
      #expect(table.nextVictim() == second)
      #expect(rollBack(second, in: &table) == [putsUpgradesFirst ? first : third])
      #expect(table.nextVictim() == nil)
    }
  }

  @Test("the only holder raises its lock at once, whoever waits, if upgrades go first")
  func upgradeAtOnce() {
    var table = table(LockRules(putsUpgradesFirst: true))
    #expect(table.acquire(.shared, .record, on: recordA, for: first) == .granted)
    #expect(table.acquire(.exclusive, .record, on: recordA, for: second) == .queued(ahead: 0))
    #expect(table.acquire(.shared, .record, on: recordA, for: third) == .queued(ahead: 1))
    #expect(table.acquire(.exclusive, .record, on: recordA, for: first) == .granted)
    #expect(table.nextVictim() == nil)
  }
}

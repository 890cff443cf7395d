import ContendedResources
import SimulationBasics
import Testing

/// The lock table against arrays in which the rules are written out.
@Suite("Row lock histories")
struct RowLockHistoryTests {
  // MARK: Every short history

  @Test("agree with arrays: three transactions, every kind of lock on one record")
  func everyKind() {
    let letters = letters(transactions: 3, records: 1, kinds: Self.kinds)
    checkEveryHistory(of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, length: 4)
    checkEveryHistory(of: LocksBesideNaive<MySQLLocks>.self, letters: letters, length: 4)
  }

  @Test("agree with arrays: three transactions, shared and exclusive locks on two records")
  func sharedAndExclusive() {
    let letters = letters(transactions: 3, records: 2, kinds: [.record])
    checkEveryHistory(of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, length: 5)
    checkEveryHistory(of: LocksBesideNaive<MySQLLocks>.self, letters: letters, length: 5)
    checkEveryHistory(of: LocksBesideNaive<TextbookLocks>.self, letters: letters, length: 5)
  }

  @Test("agree with arrays: exclusive locks on two records, released one by one")
  func exclusiveOnly() {
    var letters: [LockOperation] = []
    for owner in 0..<3 {
      letters += [
        .acquire(owner, .exclusive, .record, record: 0),
        .acquire(owner, .exclusive, .record, record: 1), .abandon(owner), .release(owner),
        .releaseRecord(owner, record: 1),
      ]
    }
    checkEveryHistory(of: LocksBesideNaive<MySQLLocks>.self, letters: letters, length: 5)
    checkEveryHistory(of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, length: 5)
  }

  @Test("agree with arrays: two transactions insert into a gap, records come and go")
  func insertsAndGaps() {
    var letters: [LockOperation] = []
    for owner in 0..<2 {
      letters += [
        .acquire(owner, .exclusive, .gap, record: 0),
        .acquire(owner, .shared, .nextKey, record: 1),
        .acquire(owner, .exclusive, .insertIntention, record: 0),
        .implicit(owner, record: 1), .end(owner),
      ]
    }
    letters += [.split(0, by: 1), .remove(1, heir: 0)]
    checkEveryHistory(of: LocksBesideNaive<MySQLLocks>.self, letters: letters, length: 5)
    checkEveryHistory(of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, length: 5)
  }

  // MARK: Long histories

  @Test("agree with arrays through long histories of eight transactions, under all rules")
  func longHistories() {
    let letters = everything
    checkLongHistories(
      of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, seeds: 0..<8, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<MySQLLocks>.self, letters: letters, seeds: 8..<16, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<EarlierLocks>.self, letters: letters, seeds: 16..<24, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<UndetectedLocks>.self, letters: letters, seeds: 24..<32, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<RequesterLocks>.self, letters: letters, seeds: 32..<40, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<MySQL57Locks>.self, letters: letters, seeds: 40..<48, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<TextbookLocks>.self, letters: letters, seeds: 48..<56, length: 2_000)
  }

  @Test("agree with arrays through long histories of exclusive record locks")
  func longPlainHistories() {
    var letters: [LockOperation] = []
    for owner in 0..<8 {
      for record in 0..<5 { letters.append(.acquire(owner, .exclusive, .record, record: record)) }
      letters += [.release(owner), .abandon(owner), .change(owner)]
    }
    checkLongHistories(
      of: LocksBesideNaive<MySQLLocks>.self, letters: letters, seeds: 0..<10, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<MariaDBLocks>.self, letters: letters, seeds: 10..<20, length: 2_000)
    checkLongHistories(
      of: LocksBesideNaive<UndetectedLocks>.self, letters: letters, seeds: 20..<30, length: 2_000)
  }

  // MARK: Letters

  private static let kinds: [LockKind] = [.record, .gap, .nextKey, .insertIntention]

  private func letters(
    transactions: Int, records: Int, kinds: [LockKind]
  ) -> [LockOperation] {
    var letters: [LockOperation] = []
    for owner in 0..<transactions {
      for record in 0..<records {
        for kind in kinds {
          if kind != .insertIntention {
            letters.append(.acquire(owner, .shared, kind, record: record))
          }
          letters.append(.acquire(owner, .exclusive, kind, record: record))
        }
      }
      letters += [.abandon(owner), .end(owner)]
    }
    return letters
  }

  /// Eight transactions on five records; every third letter acquires, so that locks pile up.
  private var everything: [LockOperation] {
    var letters = letters(transactions: 8, records: 4, kinds: Self.kinds)
    for owner in 0..<8 {
      for record in 0..<4 { letters.append(.releaseRecord(owner, record: record)) }
      for record in 0..<5 { letters.append(.implicit(owner, record: record)) }
      letters += [.change(owner), .release(owner), .end(owner), .end(owner)]
    }
    for record in 0..<4 {
      letters += [.split(record, by: 4), .remove(4, heir: record), .remove(record, heir: 4)]
    }
    return letters
  }
}

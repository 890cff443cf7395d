import ContendedResources
import SimulationBasics
import Testing

@Suite("Unique keys beside a sorted array")
struct UniqueKeyHistoryTests {
  @Test("agree on every history of four operations of three sessions")
  func everyHistory() {
    let letters = letters(sessions: 3, keys: [1, 2])
    checkEveryHistory(of: OrderedBesideArray.self, letters: letters, length: 4)
    checkEveryHistory(of: UnorderedBesideArray.self, letters: letters, length: 4)
  }

  @Test("agree on long histories")
  func longHistories() {
    let letters = letters(sessions: 6, keys: [1, 2, 3, 5, 8], endings: 4)
    checkLongHistories(of: OrderedBesideArray.self, letters: letters, seeds: 0..<15, length: 500)
    checkLongHistories(of: UnorderedBesideArray.self, letters: letters, seeds: 0..<15, length: 500)
    checkLongHistories(of: WeightedBesideArray.self, letters: letters, seeds: 0..<15, length: 500)
  }

  /// Keys are never deleted, so a long history of five keys would become one of duplicates; with
  /// many keys there are always gaps.
  @Test("agree on long histories of many keys")
  func manyKeys() {
    let letters = letters(sessions: 8, keys: Array(1...60), endings: 60)
    checkLongHistories(of: OrderedBesideArray.self, letters: letters, seeds: 0..<12, length: 500)
  }

  private func letters(sessions: Int, keys: [Int], endings: Int = 1) -> [KeyOperation] {
    var letters: [KeyOperation] = []
    for session in 0..<sessions {
      for key in keys {
        letters += [
          .run(.select(key, gapLocks: true), session), .run(.select(key, gapLocks: false), session),
          .run(.insert(key, onDuplicate: .shared), session),
          .run(.insert(key, onDuplicate: .exclusive), session),
          .run(.update(key, to: .failed), session),
        ]
      }
      letters += [.end(session, committed: true)]
      // Rollbacks leave gaps to lock and keys to insert again.
      for _ in 0..<endings { letters += [.end(session, committed: false), .timeOut(session)] }
    }
    return letters
  }
}

private enum KeyOperation: HistoryOperation {
  case run(KeyStatement, Int)
  case end(Int, committed: Bool)
  case timeOut(Int)

  var request: Int? {
    switch self {
    case .run(_, let session), .end(let session, _), .timeOut(let session): session
    }
  }
}

private struct BothKeys: ~Copyable {
  var table: KeySessions<UniqueKeyTable>
  var naive: KeySessions<NaiveKeys>
  /// Sessions that have inserted a row; they insert no second one (see `NaiveKeys`).
  var inserters: Set<Int> = []

  init(isOrdered: Bool, rules: LockRules) {
    table = sessions(
      UniqueIndexLayout(existingKeys: 4, order: .ascending, isOrdered: isOrdered), rules: rules)
    naive = KeySessions(NaiveKeys(isOrdered: isOrdered), rules: rules)
  }

  mutating func step(_ operation: KeyOperation) -> StepResult {
    switch operation {
    case .run(let statement, let session):
      if table.waiting[session] != nil { return .illegal }
      if case .insert = statement, !inserters.insert(session).inserted { return .illegal }
      table.run(statement, by: session)
      naive.run(statement, by: session)
    case .end(let session, let committed):
      if table.waiting[session] != nil { return .illegal }
      inserters.remove(session)
      if committed {
        table.commit(session)
        naive.commit(session)
      } else {
        table.rollBack(session)
        naive.rollBack(session)
      }
    case .timeOut(let session):
      if table.waiting[session] == nil { return .illegal }
      table.timeOut(session)
      naive.timeOut(session)
    }
    let seen = table.happened()
    let expected = naive.happened()
    for event in expected where event.hasSuffix("deadlock") {
      if let session = event.split(separator: " ").first.flatMap({ Int($0) }) {
        inserters.remove(session)
      }
    }
    return seen == expected ? .agreed : .differed("\(seen), not \(expected)")
  }

  func differenceInState() -> String? {
    for session in 0..<8 {
      if table.locks.isWaiting(transaction(session)) != naive.locks.isWaiting(transaction(session))
      {
        return "wait of \(session)"
      }
      if table.locks.heldCount(by: transaction(session))
        != naive.locks.heldCount(by: transaction(session))
      {
        return "locks of \(session)"
      }
    }
    for row in naive.rows.rows {
      for session in 0..<3 {
        let expected = row.writer == Int32(session) ? row.staged : row.committed
        let key = IdempotencyKey(number: row.key)
        if table.rows.lookup(key, in: 0, by: transaction(session)) != expected {
          return "lookup of \(row.key)"
        }
      }
    }
    let committed = naive.rows.rows.filter { $0.committed != nil }
    if table.rows.committedRows != committed.count { return "committed rows" }
    if table.rows.processingRows != committed.count(where: { $0.committed == .processing }) {
      return "rows in the state processing"
    }
    return nil
  }
}

private struct OrderedBesideArray: ~Copyable, SideBySide {
  var both = BothKeys(isOrdered: true, rules: LockRules())
  mutating func step(_ operation: KeyOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

private struct UnorderedBesideArray: ~Copyable, SideBySide {
  var both = BothKeys(isOrdered: false, rules: LockRules())
  mutating func step(_ operation: KeyOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

private struct WeightedBesideArray: ~Copyable, SideBySide {
  var both = BothKeys(
    isOrdered: true, rules: LockRules(grantOrder: .contentionAware, allowsUpgradeBypass: true))
  mutating func step(_ operation: KeyOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

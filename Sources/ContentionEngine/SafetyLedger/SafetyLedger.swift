import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// An observer of what clients intended and were told, and of what was committed; it never steers.
///
/// Each cell carries a tracer beside its value: the number of effects folded into it. A write that is computed from
/// what was read carries the tracer that was read, plus one. So the tracer of the final value counts the effects that
/// survived, whatever the amounts were, and the difference to the committed effects is what was lost.
struct SafetyLedger: ~Copyable {
  /// What a request has done, as the ledger saw it.
  struct Intention: BitwiseCopyable {
    /// The updates that were committed for it, as bits.
    var effects: UInt64 = 0
    var expectedEffects: UInt64 = 0
    /// The index of the shared intent; −1 when the intent is the request's own.
    var shared: Int32 = -1
    var readAt = VirtualTime.start
    var valueRead: Int64 = 0
  }

  /// The last commit of a row.
  struct LastCommit: BitwiseCopyable {
    var user = UserID(index: -1)
    var readAt = VirtualTime.start
    var valueRead: Int64 = 0
    var committedAt = VirtualTime.start
    var valueWritten: Int64 = 0
  }

  struct Column: BitwiseCopyable {
    var effects: UInt64 = 0
    var survivingEffects: Int64 = 0
    var intendedChange: Int128 = 0
    var actualChange: Int128 = 0
  }

  /// Who is inside a distributed lock, as far as they know.
  struct Inside: BitwiseCopyable {
    var count: Int32 = 0
    var overlapSince = VirtualTime.start
  }

  private var intentions: FixedTable<Intention>
  private var sharedEffects: FixedTable<UInt64>
  private var lastCommits: FixedTable<LastCommit>
  /// The value that each cell would have if no effect had been lost; only for columns with a floor.
  private var trueValues: FixedTable<Int64>
  private var columns: FixedTable<Column>
  private var insides: FixedTable<Inside>
  private var examined = InlineArray<9, UInt64>(repeating: 0)
  private var broken = InlineArray<9, Int64>(repeating: 0)
  private var longestOverlap = VirtualDuration.zero
  private var firstLostUpdate: LostUpdateWitness?
  private var arrived: UInt64 = 0
  private var answered: UInt64 = 0
  private var interrupted: UInt64 = 0

  private let tables: [Table]
  private let firstRows: [Int]
  private let firstColumns: [Int]

  init(scenario: Scenario, firstRows: [Int], lockCount: Int, expectedRequests: Int) {
    tables = scenario.tables
    self.firstRows = firstRows
    var firstColumns: [Int] = []
    var columnCount = 0
    var rowCount = 0
    for table in scenario.tables {
      firstColumns.append(columnCount)
      columnCount += table.columns.count
      rowCount += table.rows
    }
    self.firstColumns = firstColumns
    intentions = FixedTable(repeating: Intention(), count: expectedRequests)
    sharedEffects = FixedTable(repeating: 0, count: scenario.loads.count)
    lastCommits = FixedTable(repeating: LastCommit(), count: rowCount)
    trueValues = FixedTable(repeating: 0, count: rowCount)
    columns = FixedTable(repeating: Column(), count: columnCount)
    insides = FixedTable(repeating: Inside(), count: lockCount)
  }

  // MARK: What clients intend and are told

  /// A client sends a request; requests with one key share one intent.
  mutating func arrived(
    _ request: RequestID, expecting effects: UInt64, sharing intent: Int?
  ) {
    if Int(request.index) >= intentions.count {
      intentions.grow(toCount: max(16, intentions.count * 2), filledWith: Intention())
    }
    arrived += 1
    intentions[request.index] = Intention(
      expectedEffects: effects, shared: Int32(intent ?? -1))
  }

  /// A client hears the answer.
  mutating func answered(_ request: RequestID, succeeded: Bool, refused: Bool) {
    answered += 1
    let intention = intentions[request.index]
    guard intention.expectedEffects != 0 else { return }
    if succeeded {
      examine(.acknowledgedIsCommitted)
      var effects = intention.effects
      if intention.shared >= 0 { effects |= sharedEffects[intention.shared] }
      if effects != intention.expectedEffects { breach(.acknowledgedIsCommitted) }
    } else {
      examine(.failedHasNoEffect)
      if !refused && intention.effects != 0 { breach(.failedHasNoEffect) }
    }
  }

  /// A request is over whose client had gone.
  mutating func interrupted(_ request: RequestID) { interrupted += 1 }

  // MARK: What is read and committed

  /// A request reads a value that it may compute an update from.
  mutating func read(_ value: Int64, by request: RequestID, at now: VirtualTime) {
    intentions[request.index].readAt = now
    intentions[request.index].valueRead = value
  }

  /// A write of a column becomes visible; it carries this many effects, one as a rule.
  mutating func committed(
    _ write: CommittedWrite, of update: CompiledUpdate, effects: Int, by request: RequestID,
    user: UserID, at now: VirtualTime
  ) {
    let intention = intentions[request.index]
    let row = write.row
    let cell = firstColumns[update.table] + update.column
    columns[cell].actualChange += Int128(write.after.value) - Int128(write.before.value)
    let gained = Int64(write.after.effects) - Int64(write.before.effects)
    columns[cell].survivingEffects += gained
    let lost = Int64(effects) - gained
    broken[Int(SafetyPromise.noLostUpdate.rawValue)] += lost
    if lost > 0 && firstLostUpdate == nil {
      noteLostUpdate(write, update, by: user, intention, at: now)
    }
    lastCommits[row.index] = LastCommit(
      user: user, readAt: intention.readAt, valueRead: intention.valueRead, committedAt: now,
      valueWritten: write.after.value)
  }

  /// An update has had its effect: it is counted, and checked against the intent and the column's floor.
  mutating func effected(
    _ update: CompiledUpdate, on write: CommittedWrite, by request: RequestID
  ) {
    let intention = intentions[request.index]
    let intended =
      switch update.change {
      case .add(let amount): amount
      case .set(let value): value - write.before.value
      }
    let cell = firstColumns[update.table] + update.column
    columns[cell].effects += 1
    columns[cell].intendedChange += Int128(intended)
    examine(.noLostUpdate)
    examine(.oneEffectPerIntent)
    var earlier = intention.effects
    if intention.shared >= 0 { earlier |= sharedEffects[intention.shared] }
    if earlier & update.bit != 0 { breach(.oneEffectPerIntent) }
    intentions[request.index].effects |= update.bit
    if intention.shared >= 0 { sharedEffects[intention.shared] |= update.bit }
    guard let floor = update.atLeast else { return }
    examine(.neverOversold)
    let row = write.row.index
    trueValues[row] += intended
    let initial = tables[update.table].columns[update.column].initialValue
    if intended < 0 && initial + trueValues[row] < floor { breach(.neverOversold) }
  }

  private mutating func noteLostUpdate(
    _ write: CommittedWrite, _ update: CompiledUpdate, by user: UserID, _ intention: Intention,
    at now: VirtualTime
  ) {
    let last = lastCommits[write.row.index]
    firstLostUpdate = LostUpdateWitness(
      table: update.table, column: update.column,
      rowNumber: Int(write.row.index) - firstRows[update.table] + 1,
      overwritten: LostUpdateWitness.Part(
        user: last.user, readAt: last.readAt, valueRead: last.valueRead,
        committedAt: last.committedAt, valueWritten: last.valueWritten),
      overwriting: LostUpdateWitness.Part(
        user: user, readAt: intention.readAt, valueRead: intention.valueRead, committedAt: now,
        valueWritten: write.after.value),
      valueAfterFirst: write.before.value, valueAfterSecond: write.after.value)
  }

  // MARK: Distributed locks

  /// A request believes from now on that it holds the lock.
  mutating func entered(_ lock: LockID, at now: VirtualTime) {
    examine(.oneHolderPerLock)
    insides[lock.index].count += 1
    if insides[lock.index].count > 1 { breach(.oneHolderPerLock) }
    if insides[lock.index].count == 2 { insides[lock.index].overlapSince = now }
  }

  /// A request that believed to hold the lock is about to release it.
  mutating func left(_ lock: LockID, at now: VirtualTime) {
    if insides[lock.index].count == 2 {
      longestOverlap = max(longestOverlap, now - insides[lock.index].overlapSince)
    }
    insides[lock.index].count -= 1
  }

  // MARK: The end

  /// The report, with what only the end of the run can tell.
  consuming func report(
    inFlight: UInt64, held: UInt64, keysExamined: UInt64, keysStuck: UInt64, keyRows: UInt64
  ) -> SafetyReport {
    set(.noKeyStuck, examined: keysExamined, broken: keysStuck)
    set(.nothingHeldAtEnd, examined: 1, broken: held)
    let accounted = answered + interrupted + inFlight
    set(
      .everyRequestAccounted, examined: arrived,
      broken: arrived > accounted ? arrived - accounted : accounted - arrived)
    var findings: [SafetyReport.Finding] = []
    for promise in SafetyPromise.allCases {
      let index = Int(promise.rawValue)
      findings.append(
        SafetyReport.Finding(
          promise: promise, examined: examined[index], broken: UInt64(max(0, broken[index]))))
    }
    var audits: [SafetyReport.ColumnAudit] = []
    for (index, table) in tables.enumerated() {
      for column in table.columns.indices {
        let sums = columns[firstColumns[index] + column]
        let initial = Int128(table.columns[column].initialValue) * Int128(table.rows)
        audits.append(
          SafetyReport.ColumnAudit(
            table: index, column: column, effects: sums.effects,
            survivingEffects: sums.survivingEffects, initialSum: initial,
            finalSum: initial + sums.actualChange, intendedChange: sums.intendedChange))
      }
    }
    return SafetyReport(
      findings: findings, columns: audits, firstLostUpdate: firstLostUpdate,
      longestOverlap: longestOverlap, arrived: arrived, answered: answered,
      interrupted: interrupted, inFlight: inFlight, keyRows: keyRows)
  }

  private mutating func examine(_ promise: SafetyPromise) { examined[Int(promise.rawValue)] += 1 }
  private mutating func breach(_ promise: SafetyPromise) { broken[Int(promise.rawValue)] += 1 }
  private mutating func set(_ promise: SafetyPromise, examined: UInt64, broken: UInt64) {
    self.examined[Int(promise.rawValue)] = examined
    self.broken[Int(promise.rawValue)] = Int64(broken)
  }
}

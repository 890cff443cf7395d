import ContendedResources
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// An observer of what clients intended and were told, and of what was committed; it never steers.
///
/// Each cell carries a tracer beside its value: the number of effects folded into it. A write that
/// is computed from what was read carries the tracer that was read, plus one. So the tracer of the
/// final value counts the effects that survived, whatever the amounts were, and the difference to
/// the committed effects is what was lost.
struct SafetyLedger: ~Copyable {
  /// What a request has done, as the ledger saw it.
  struct Intention: BitwiseCopyable {
    /// The updates that were committed for it, as bits.
    var effects: UInt64 = 0
    /// The updates without which it has not succeeded.
    var expectedEffects: UInt64 = 0
    var hasUpdates = false
    /// Whether an earlier request had the same intent.
    var isRepeat = false
    /// The index of the shared intent; −1 when the intent is the request's own.
    var shared: Int32 = -1
  }

  /// The last commit of a cell.
  struct LastCommit: BitwiseCopyable {
    var user = UserID(index: -1)
    var read = LastRead()
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
  /// By shared intent: whether a request has been sent for it.
  private var sharedSent: FixedTable<Bool>
  /// The calls of clients that may send more than once.
  private var calls: CallIntents
  /// By cell: the cells of a row follow one another, and so do the rows of a table.
  private var lastCommits: FixedTable<LastCommit>
  /// By cell: what all effects, the lost ones included, have changed its value by.
  private var intendedChanges: FixedTable<Int64>
  private var columns: FixedTable<Column>
  private var insides: FixedTable<Inside>
  private var examined = InlineArray<10, UInt64>(repeating: 0)
  private var broken = InlineArray<10, Int64>(repeating: 0)
  /// The promises that have been broken, as bits, and those of them that nobody has asked about.
  private var everBroken: UInt16 = 0
  private var news: UInt16 = 0
  private var longestOverlap = VirtualDuration.zero
  private var firstLostUpdate: LostUpdateWitness?
  private var arrived: UInt64 = 0
  private var answered: UInt64 = 0
  private var interrupted: UInt64 = 0

  private let tables: [Table]
  private let firstRows: [Int]
  private let firstColumns: [Int]
  private let firstCells: [Int]

  init(scenario: Scenario, firstRows: [Int], lockCount: Int, expectedRequests: Int) {
    tables = scenario.tables
    self.firstRows = firstRows
    var firstColumns: [Int] = []
    var columnCount = 0
    var firstCells: [Int] = []
    var cellCount = 0
    for table in scenario.tables {
      firstColumns.append(columnCount)
      columnCount += table.columns.count
      firstCells.append(cellCount)
      cellCount += table.fixedRows * table.columns.count
    }
    self.firstColumns = firstColumns
    self.firstCells = firstCells
    intentions = FixedTable(repeating: Intention(), count: expectedRequests)
    sharedEffects = FixedTable(repeating: 0, count: scenario.loads.count)
    calls = CallIntents()
    sharedSent = FixedTable(repeating: false, count: scenario.loads.count)
    lastCommits = FixedTable(repeating: LastCommit(), count: cellCount)
    intendedChanges = FixedTable(repeating: 0, count: cellCount)
    columns = FixedTable(repeating: Column(), count: columnCount)
    insides = FixedTable(repeating: Inside(), count: lockCount)
  }

  // MARK: What clients intend and are told

  /// A client sends a request; requests with one key share one intent.
  mutating func arrived(
    _ request: RequestID, expecting effects: UInt64, hasUpdates: Bool, sharing intent: Int32?
  ) {
    makeRoom(for: request)
    arrived += 1
    intentions[request.index] = Intention(
      expectedEffects: effects, hasUpdates: hasUpdates, shared: intent ?? -1)
    if let intent {
      intentions[request.index].isRepeat = sharedSent[intent]
      sharedSent[intent] = true
    }
  }

  private mutating func makeRoom(for request: RequestID) {
    if Int(request.index) < intentions.count { return }
    // Second clicks that are yet to come have slots, too, so that indices may jump.
    intentions.grow(
      toCount: max(16, Int(request.index) + 1, intentions.count * 2), filledWith: Intention())
  }

  /// A request may be sent later; until then it has the intent, and nothing else.
  mutating func setAside(_ request: RequestID, sharing intent: Int32) {
    makeRoom(for: request)
    intentions[request.index] = Intention(shared: intent)
  }

  /// A shared intent begins anew: whoever had its number before has been forgotten.
  mutating func openIntent(_ intent: Int) {
    if intent >= sharedEffects.count {
      let count = max(intent + 1, sharedEffects.count * 2)
      sharedEffects.grow(toCount: count, filledWith: 0)
      sharedSent.grow(toCount: count, filledWith: false)
    }
    sharedEffects[intent] = 0
    sharedSent[intent] = false
  }

  /// A client hears the answer; to an attempt of a call it may not be the last word.
  ///
  /// - Parameter metDuplicate: Whether it is an error because the unique key was taken.
  mutating func answered(
    _ request: RequestID, succeeded: Bool, refused: Bool, metDuplicate: Bool = false
  ) {
    answered += 1
    let isAttempt = calls.contains(request)
    calls.leave(request)
    let intention = intentions[request.index]
    if intention.shared >= 0 { examineRepeat(intention, metDuplicate && !succeeded) }
    guard intention.hasUpdates else { return }
    if succeeded {
      if intention.expectedEffects == 0 { return }
      examine(.acknowledgedIsCommitted)
      var effects = intention.effects
      if intention.shared >= 0 { effects |= sharedEffects[intention.shared] }
      if ~effects & intention.expectedEffects != 0 { breach(.acknowledgedIsCommitted) }
    } else if !isAttempt {
      examine(.failedHasNoEffect)
      if !refused && intention.effects != 0 { breach(.failedHasNoEffect) }
    }
  }

  /// A repeat must not run into the unique key, nor must the first because a repeat has overtaken
  /// it.
  private mutating func examineRepeat(_ intention: Intention, _ metDuplicate: Bool) {
    if !intention.isRepeat && !metDuplicate { return }
    examine(.noDuplicateFails)
    if metDuplicate { breach(.noDuplicateFails) }
  }

  /// A request is over whose client had gone.
  mutating func interrupted(_ request: RequestID) {
    interrupted += 1
    calls.leave(request)
  }

  // MARK: Calls

  /// A client calls; a request is its first attempt.
  ///
  /// - Returns: The number of the call, for `attempted` and `callEnded`.
  mutating func called(by request: RequestID) -> Int32 {
    let call = calls.open(hasUpdates: intentions[request.index].hasUpdates)
    calls.join(call, request)
    return call
  }

  /// A request that has arrived is a further attempt of a call.
  mutating func attempted(_ call: Int32, by request: RequestID) { calls.join(call, request) }

  /// A request in flight shares its intent from now on, because it will be sent again.
  mutating func share(_ request: RequestID, as intent: Int32) {
    intentions[request.index].shared = intent
    sharedEffects[intent] |= intentions[request.index].effects
    sharedSent[intent] = true
  }

  /// The client has the last word of its call; a success is examined with its answer.
  ///
  /// A call has failed whose last attempt has, whatever the others did. One that changes something
  /// if it succeeds is examined once; should an attempt commit afterwards, that is the breach.
  mutating func callEnded(_ call: Int32, succeeded: Bool, failed: Bool) {
    if !succeeded && calls.hasUpdates(call) { examine(.failedHasNoEffect) }
    if calls.close(call, failed: failed) { breach(.failedHasNoEffect) }
  }

  /// The client is gone before its call came to anything.
  mutating func callAbandoned(_ call: Int32) { _ = calls.close(call, failed: false) }

  /// Whether a request has committed anything.
  func hasEffects(_ request: RequestID) -> Bool { intentions[request.index].effects != 0 }

  // MARK: What is read and committed

  /// A write of a column becomes visible; it carries this many effects, one as a rule.
  ///
  /// - Parameter read: What the write was computed from; `nil` when the statement that wrote has
  ///   read it itself.
  mutating func committed(
    _ write: CommittedWrite, of update: CompiledUpdate, effects: Int, by user: UserID,
    reading read: LastRead?, at now: VirtualTime
  ) {
    let column = firstColumns[update.table] + update.column
    columns[column].actualChange += Int128(write.after.value) - Int128(write.before.value)
    let gained = Int64(write.after.effects) - Int64(write.before.effects)
    columns[column].survivingEffects += gained
    let lost = Int64(effects) - gained
    broken[Int(SafetyPromise.noLostUpdate.rawValue)] += lost
    if lost > 0 { noteBroken(.noLostUpdate) }
    let commit = LastCommit(
      user: user, read: read ?? LastRead(value: write.before.value, at: now), committedAt: now,
      valueWritten: write.after.value)
    if lost > 0 && firstLostUpdate == nil { noteLostUpdate(write, update, commit) }
    lastCommits[cell(of: update, in: write.row)] = commit
  }

  @inline(__always)
  private func cell(of update: CompiledUpdate, in row: RowID) -> Int {
    let rowInTable = Int(row.index) - firstRows[update.table]
    return firstCells[update.table] + rowInTable * tables[update.table].columns.count
      + update.column
  }

  /// An update has had its effect: it is counted, and checked against the intent and the column's
  /// floor.
  mutating func effected(
    _ update: CompiledUpdate, on write: CommittedWrite, by request: RequestID
  ) {
    let intention = intentions[request.index]
    let intended =
      switch update.change {
      case .add(let amount): amount
      case .set(let value): value - write.before.value
      }
    let column = firstColumns[update.table] + update.column
    columns[column].effects += 1
    columns[column].intendedChange += Int128(intended)
    examine(.noLostUpdate)
    examine(.oneEffectPerIntent)
    var earlier = intention.effects
    if intention.shared >= 0 { earlier |= sharedEffects[intention.shared] }
    if earlier & update.bit != 0 { breach(.oneEffectPerIntent) }
    intentions[request.index].effects |= update.bit
    if intention.shared >= 0 { sharedEffects[intention.shared] |= update.bit }
    if calls.effected(by: request) { breach(.failedHasNoEffect) }
    let cell = cell(of: update, in: write.row)
    intendedChanges[cell] &+= intended
    guard let floor = update.atLeast else { return }
    examine(.neverOversold)
    let initial = tables[update.table].columns[update.column].initialValue
    if intended < 0 && initial &+ intendedChanges[cell] < floor { breach(.neverOversold) }
  }

  private mutating func noteLostUpdate(
    _ write: CommittedWrite, _ update: CompiledUpdate, _ commit: LastCommit
  ) {
    func part(_ commit: LastCommit) -> LostUpdateWitness.Part {
      LostUpdateWitness.Part(
        user: commit.user, readAt: commit.read.at, valueRead: commit.read.value,
        committedAt: commit.committedAt, valueWritten: commit.valueWritten)
    }
    firstLostUpdate = LostUpdateWitness(
      table: update.table, column: update.column,
      rowNumber: Int(write.row.index) - firstRows[update.table] + 1,
      overwritten: part(lastCommits[cell(of: update, in: write.row)]), overwriting: part(commit),
      valueAfterFirst: write.before.value, valueAfterSecond: write.after.value)
  }

  // MARK: Distributed locks

  /// Makes sure that there are as many locks.
  mutating func makeRoom(forLocks count: Int) {
    if count > insides.count { insides.grow(toCount: count, filledWith: Inside()) }
  }

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

  // MARK: Looking

  /// How many requests believe to be inside a lock.
  @inline(__always)
  func holders(of lock: LockID) -> Int32 { insides[lock.index].count }

  /// The updates that were committed for the intent of a request, as bits.
  @inline(__always)
  func effects(for request: RequestID) -> UInt64 {
    let intention = intentions[request.index]
    return intention.effects | (intention.shared >= 0 ? sharedEffects[intention.shared] : 0)
  }

  /// The updates that were committed for a shared intent, as bits.
  func effects(ofIntent intent: Int32) -> UInt64 { intent < 0 ? 0 : sharedEffects[intent] }

  /// Whether promises have been broken for the first time since they were last asked for.
  @inline(__always)
  var hasNews: Bool { news != 0 }

  /// One of these promises, in the order of `SafetyPromise.allCases`.
  mutating func takeNews() -> SafetyPromise? {
    let promise = SafetyPromise(rawValue: UInt8(news.trailingZeroBitCount))
    news &= news &- 1
    return promise
  }

  /// How often a promise has been broken up to now.
  func brokenSoFar(_ promise: SafetyPromise) -> UInt64 {
    UInt64(max(0, broken[Int(promise.rawValue)]))
  }

  /// What has been examined so far, as trials of a rate.
  func addingChecks(to own: RateResult) -> RateResult {
    own.adding(
      SafetyPromise.allCases.map { promise in
        SafetyReport.Finding(
          promise: promise, examined: examined[Int(promise.rawValue)],
          broken: brokenSoFar(promise))
      })
  }

  // MARK: The end

  /// The report, with what only the end of the run can tell.
  ///
  /// - Parameter held: What is still held; `nil` when the run was stopped before its end.
  mutating func report(
    inFlight: UInt64, held: UInt64?, keysExamined: UInt64, keysStuck: UInt64, keyRows: UInt64
  ) -> SafetyReport {
    set(.noKeyStuck, examined: keysExamined, broken: keysStuck)
    if let held { set(.nothingHeldAtEnd, examined: 1, broken: held) }
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
        let initial = Int128(table.columns[column].initialValue) * Int128(table.fixedRows)
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

  private mutating func breach(_ promise: SafetyPromise) {
    broken[Int(promise.rawValue)] += 1
    noteBroken(promise)
  }

  private mutating func noteBroken(_ promise: SafetyPromise) {
    let bit: UInt16 = 1 << UInt16(promise.rawValue)
    if everBroken & bit == 0 { news |= bit }
    everBroken |= bit
  }

  private mutating func set(_ promise: SafetyPromise, examined: UInt64, broken: UInt64) {
    self.examined[Int(promise.rawValue)] = examined
    self.broken[Int(promise.rawValue)] = Int64(broken)
  }
}

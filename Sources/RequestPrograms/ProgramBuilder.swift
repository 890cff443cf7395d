import ScenarioModel
import SimulationBasics

/// The programs as far as they have been written, with places that are still to be resolved.
struct ProgramBuilder {
  /// A place in the program that may be named before it is known; the index into `places`.
  struct Label: Equatable {
    let number: Int32
    static let none = Label(number: -1)
  }

  /// What surrounds the step that is being compiled.
  struct Surroundings {
    /// Whether a transaction is open; statements outside one commit by themselves.
    var isInTransaction = false
    /// How many transactions are open around the step, suspended ones included.
    var openTransactions = 0
    /// How the open transaction deals with conflicts.
    var control = TransactionStep.Control.locking
    /// Which row of a key each surrounding `forEach` is at, outermost first.
    var items: [(key: Int, item: Int)] = []
    /// The keys whose rows must stay as they are, because a surrounding `forEach` goes through them
    /// or the name of a lock that is held is made of them.
    var fixedKeys: [Int] = []
    /// Whether a connection is held already.
    var holdsConnection = false
    /// How many retries surround the step.
    var retryDepth = 0
    /// Whether a request may pass the step by without a failure: another branch, or no row for it.
    var isConditional = false
    /// The status with which the request answers when nothing fails from this step on.
    var status: UInt16 = 200
    /// The key that each outermost transaction marks as COMPLETED before its COMMIT.
    var keyToMark: KeyMark?

    /// Which row of a key the innermost `forEach` of it is at.
    func item(of key: Int) -> Int? { items.last { $0.key == key }?.item }
  }

  /// A key's table, and the status that is stored with the key.
  struct KeyMark {
    let table: UInt8
    let status: UInt16
  }

  let scenario: Scenario
  let defence: Defence
  /// Whether a request may end at any instruction, because its instance dies.
  let instancesDie: Bool
  /// Whether a request may fail at any instruction that asks the lock server for something.
  let lockServerFails: Bool
  /// Whether messages are written that take no time, because they may be late, or show where the
  /// part of a server begins and ends.
  let marksMessages: Bool
  let firstRows: [Int]
  private(set) var instructions: [Instruction] = []
  private var handlers: [Label] = []
  private var places: [Int32] = []
  /// By label: whether an instruction fails to it.
  private var isHandler: [Bool] = []
  private(set) var timings: [Timing] = []
  var updates: [CompiledUpdate] = []
  private var retries: [CompiledRetry] = []
  var lockSteps: [CompiledLockStep] = []
  private var idempotencySteps: [CompiledIdempotency] = []
  private(set) var cacheSteps: [CompiledCacheStep] = []
  /// Which entries of which cache stand for the rows of which table; −1 for one entry in all.
  private(set) var cacheRanges: [(cache: Int, table: Int, first: Int)] = []
  private(set) var cacheEntryCounts: [Int]
  var hasAgingKeys: [Bool]
  private(set) var refusals: [Refusal] = []
  var lockNames: [LockNameRange] = []
  private(set) var patiences: [LockStep.Patience] = [.wait]
  private var choices: [CompiledChoice] = []
  private(set) var occasions: [EveryNth] = []
  private(set) var barriers: [Int] = []
  var hasOrderedKeys: [Bool]
  var openTransactions = 1

  /// Where a failure of the instruction that is written next goes on.
  var handler = Label.none
  /// The request class that is being compiled, and the register of each column read so far.
  var request: RequestClass
  var keys: [CompiledKey] = []
  var registers: [(slot: Int, column: Int)] = []
  /// The slots whose rows have been read by the same attempt on every way to the place that is
  /// written next, so far as the request has them; each once.
  var readSlots: [Int] = []
  var requestUpdateCount = 0

  init(scenario: Scenario, defence: Defence) {
    self.scenario = scenario
    self.defence = defence
    instancesDie = scenario.instancesDie
    lockServerFails = scenario.has(.redisOutage)
    marksMessages = scenario.disturbsRequests
    self.hasOrderedKeys = scenario.tables.map { _ in false }
    self.hasAgingKeys = scenario.tables.map { $0.expiry != nil }
    self.cacheEntryCounts = scenario.system.caches.map { _ in 0 }
    self.request = RequestClass(identifier: "", name: "", keys: [], steps: [])
    var firstRows: [Int] = []
    var next = 0
    for table in scenario.tables {
      firstRows.append(next)
      next += table.fixedRows
    }
    self.firstRows = firstRows
  }

  /// Whether each instruction needs a handler.
  var mayEndAnywhere: Bool { instancesDie || lockServerFails }

  // MARK: Writing

  mutating func emit(_ instruction: Instruction) {
    instructions.append(instruction)
    let fails = (instruction.canFail || mayEndAnywhere) && handler != .none
    handlers.append(fails ? handler : .none)
    if fails { isHandler[Int(handler.number)] = true }
  }

  /// Whether anything that has been written fails to the label: else nobody comes to what a handler
  /// there does.
  func isReached(_ label: Label) -> Bool { isHandler[Int(label.number)] }

  mutating func newLabel() -> Label {
    places.append(-1)
    isHandler.append(false)
    return Label(number: Int32(places.count - 1))
  }

  /// Says that the label means the instruction that is written next.
  mutating func place(_ label: Label) { places[Int(label.number)] = Int32(instructions.count) }

  var position: Int32 { Int32(instructions.count) }

  /// The index of a timing; equal timings share one.
  mutating func timing(
    _ purpose: RandomPurpose, _ distribution: DurationDistribution
  ) -> TimingID {
    let wanted = Timing(purpose: purpose, distribution: distribution)
    if let index = timings.firstIndex(of: wanted) { return TimingID(index: index) }
    timings.append(wanted)
    return TimingID(index: timings.count - 1)
  }

  mutating func refusal(_ refusal: Refusal) -> RefusalID {
    if let index = refusals.firstIndex(of: refusal) { return RefusalID(index: index) }
    refusals.append(refusal)
    return RefusalID(index: refusals.count - 1)
  }

  /// Adds a retry whose next attempts begin at a place that may still be unknown.
  mutating func retry(
    _ policy: RetryPolicy, from again: Label, in surroundings: Surroundings
  ) -> RetryID {
    retries.append(
      CompiledRetry(
        policy: policy, ranges: policy.backoff.ranges(attempts: policy.attempts),
        depth: surroundings.retryDepth, redraws: mayRedraw(in: surroundings),
        nextAttempt: again.number))
    return RetryID(index: retries.count - 1)
  }

  /// The index of a patience; equal ones share one.
  mutating func patience(_ patience: LockStep.Patience) -> PatienceID {
    if let index = patiences.firstIndex(of: patience) { return PatienceID(index: index) }
    patiences.append(patience)
    return PatienceID(index: patiences.count - 1)
  }

  mutating func choice(_ branches: [(sum: UInt64, place: Int32)]) -> ChoiceID {
    choices.append(CompiledChoice(branches: branches))
    return ChoiceID(index: choices.count - 1)
  }

  mutating func occasion(_ occasion: EveryNth) -> OccasionID {
    occasions.append(occasion)
    return OccasionID(index: occasions.count - 1)
  }

  mutating func barrier(parties: Int) -> Int16 {
    barriers.append(parties)
    return Int16(barriers.count - 1)
  }

  mutating func idempotency(_ step: CompiledIdempotency) -> IdempotencyID {
    idempotencySteps.append(step)
    return IdempotencyID(index: idempotencySteps.count - 1)
  }

  mutating func cacheStep(_ step: CompiledCacheStep) -> CacheStepID {
    cacheSteps.append(step)
    return CacheStepID(index: cacheSteps.count - 1)
  }

  /// The number of the first entry of a cache for the rows of a table, or for all in one.
  mutating func firstEntry(of cache: Int, table: Int?) -> Int {
    let known = cacheRanges.first { $0.cache == cache && $0.table == table ?? -1 }
    if let known { return known.first }
    let first = cacheEntryCounts[cache]
    cacheRanges.append((cache, table ?? -1, first))
    cacheEntryCounts[cache] += table.map { scenario.tables[$0].rows } ?? 1
    return first
  }

  /// Lets time pass; nothing is written when it is always zero, but for messages that are marked.
  mutating func spend(
    _ purpose: RandomPurpose, _ distribution: DurationDistribution, _ activity: Activity
  ) {
    if distribution == .zero && !(marksMessages && purpose.isMessage) { return }
    emit(.spend(timing(purpose, distribution), activity))
  }

  /// Takes a core, is served, gives the core back; nothing is written when the service takes no
  /// time.
  mutating func serve(
    by owner: CoreOwner, count: Int?, _ purpose: RandomPurpose,
    _ distribution: DurationDistribution, _ activity: Activity
  ) {
    if distribution == .zero { return }
    if count != nil { emit(.takeCore(owner)) }
    spend(purpose, distribution, activity)
    if count != nil { emit(.releaseCore(owner)) }
  }

  // MARK: Resolving

  func resolved(_ label: Label) -> Int32 { label == .none ? -1 : places[Int(label.number)] }
  func resolved(_ target: Int32) -> Int32 { places[Int(target)] }

  func resolvedHandlers() -> [Int32] { handlers.map { resolved($0) } }

  func resolvedIdempotencySteps() -> [CompiledIdempotency] {
    idempotencySteps.map {
      CompiledIdempotency(
        completed: resolved($0.completed), processing: resolved($0.processing),
        failed: resolved($0.failed), overdue: resolved($0.overdue),
        takeOverAfter: $0.takeOverAfter)
    }
  }

  func resolvedCacheSteps() -> [CompiledCacheStep] {
    cacheSteps.map {
      CompiledCacheStep(
        cache: $0.cache, firstEntry: $0.firstEntry, slot: $0.slot, firstRow: $0.firstRow,
        cached: resolved($0.cached))
    }
  }

  func resolvedChoices() -> [CompiledChoice] {
    choices.map { choice in
      CompiledChoice(branches: choice.branches.map { ($0.sum, resolved($0.place)) })
    }
  }

  func resolvedRetries() -> [CompiledRetry] {
    retries.map {
      CompiledRetry(
        policy: $0.policy, ranges: $0.ranges, depth: $0.depth, redraws: $0.redraws,
        nextAttempt: resolved($0.nextAttempt))
    }
  }

  func resolvedInstructions() -> [Instruction] {
    instructions.map { instruction in
      switch instruction {
      case .jumpIfDuplicate(let target): .jumpIfDuplicate(resolved(target))
      case .jumpIfLocked(let target): .jumpIfLocked(resolved(target))
      case .awaitUnlock(let target): .awaitUnlock(resolved(target))
      case .jump(let target): .jump(resolved(target))
      case .jumpIfKeyExists(let target): .jumpIfKeyExists(resolved(target))
      case .jumpIfNoRow(let target, let slot): .jumpIfNoRow(resolved(target), slot: slot)
      case .everyNth(let target, let occasion): .everyNth(resolved(target), occasion)
      default: instruction
      }
    }
  }
}

extension RandomPurpose {
  /// Whether it is how long a message takes.
  fileprivate var isMessage: Bool {
    self == .clientNetwork || self == .databaseNetwork || self == .lockServerNetwork
  }
}

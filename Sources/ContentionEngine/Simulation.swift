import ContendedResources
import EventKernel
public import Measurements
public import RequestPrograms
import ScenarioModel
public import SimulationBasics

/// One run of a compiled scenario: users, requests and resources on a virtual clock.
///
/// The engine is the only place where events, programs and resources meet: a resource answers, and
/// the engine turns the answer into events. Run it to the end, or in slices to show progress and to
/// hand out the series:
///
///     var simulation = Simulation(compiled, seed: 1)
///     var moment = VirtualTime.start
///     while !simulation.isOver {
///       moment = moment + .seconds(1)
///       simulation.run(through: moment)
///       rows += simulation.takeClosedIntervals()
///     }
///     let result = simulation.finish()
///
/// The same scenario, seed and replication give the same events and the same result, on any
/// machine.
public struct Simulation: ~Copyable {
  /// How long requests whose clients have gone may go on after the last load is over.
  static let drainLimit = VirtualDuration.hours(1)

  private let compiledBox: Boxed<CompiledScenario>
  public let seed: UInt64
  public let replication: UInt32
  let watch: RunWatch
  let tellsStory: Bool

  // The clock and what drives it.
  private let queueBox: Boxed<EventQueue>
  var digest = RunDigest()
  /// The events that have happened so far.
  public internal(set) var eventCount: UInt64 = 0
  let samplers: DurationSamplerTable
  /// How many samples were drawn from the streams of the users.
  var drawn: DrawCounts

  // Programs, in tables that the hot path can index.
  let instructions: FixedTable<Instruction>
  let handlers: FixedTable<Int32>
  let timingPurposes: FixedTable<RandomPurpose>
  let retriedFailures: FixedTable<UInt32>
  let iterationInstructions: FixedTable<IterationInstruction>
  let iterationStarts: FixedTable<Int32>
  let programStarts: FixedTable<Int32>
  /// By program: the updates that every request makes, as bits.
  let expectedEffects: FixedTable<UInt64>
  /// By program: whether it has any updates.
  let hasUpdates: FixedTable<Bool>
  let updates: FixedTable<CompiledUpdate>
  /// The registers of all programs, one after another, and by program where its own begin; one more
  /// at the end.
  let registers: FixedTable<CompiledRegister>
  let firstRegisters: FixedTable<Int>
  let retryDepths: FixedTable<Int>
  private let rowPlansBox: Boxed<RowPlans>

  // Users and requests.
  var users: FixedTable<UserState>
  var loads: FixedTable<LoadState>
  var requests: RequestArena
  var nextKey: UInt64
  var instances: FixedTable<InstanceState>
  /// Where the next turn of the load balancer begins.
  var nextInstance: Int32 = 0
  let balance: LoadBalancing
  /// Whether events with which requests go on may be cancelled or put off.
  let keepsHandles: Bool
  /// With how many requests in it an instance lives.
  let mostInFlight: Int32
  var firstDeath: MemoryUse.Death?
  /// The largest number of requests that have been in one instance.
  var peakInFlight: Int32 = 0
  /// How many transactions have begun.
  var transactionCount: UInt64 = 0
  var activeUsers = 0
  /// The users that have been made: those of all loads, but of an executor by rate only as many as
  /// it has needed so far.
  var madeUsers: Int
  /// By load: when its iterations begin, where that does not depend on its users.
  var arrivals: [ArrivalSchedule?]
  /// By load: the users, by their numbers, that wait for an iteration to be due.
  var idleUsers: RequestQueues
  /// How many of the requests are yet to be sent: second clicks, and attempts after a backoff.
  var pendingClicks = 0
  /// Whether any load has a policy for its clients.
  let hasClients: Bool
  /// By load.
  var clients: InstanceGroup<LoadClients>
  /// By user; empty where no load has a policy.
  var calls: FixedTable<CallState>
  /// Whether a fault sends requests twice.
  let submitsTwice: Bool
  private let sharedKeysBox: Boxed<SharedKeys>
  var occasions: Occasions
  var barriers: Barriers
  let connectionBarging: Double
  var handOffs: HandOffs

  // What they contend for.
  var threads: InstanceGroup<RequestThreads>
  var cores: InstanceGroup<ServerGroup>
  var pools: InstanceGroup<ServerGroup>
  var databaseCores: ServerGroup
  var lockServerThread: ServerGroup
  private let modelServersBox: Boxed<ModelServers>
  private let cachesBox: Boxed<Caches>
  private let rowLocksBox: Boxed<RowLockTable>
  private let rowsBox: Boxed<VersionedRows>
  private let keysBox: Boxed<UniqueKeyTable>
  var commits: GroupCommit
  private let locksBox: Boxed<LockServer>
  private let subscriptionsBox: Boxed<LockSubscriptions>
  /// For fair locks: a channel for each request, which takes the place of the lock.
  private let privateChannelsBox: Boxed<LockSubscriptions>
  var transientLocks: TransientLocks
  var leases: FixedTable<LockLease>
  /// How many of the requests are commands to the lock server.
  var lockErrands = 0
  /// How many bits of a transaction's number tell the suspended levels of its request.
  let levelBits: Int
  /// Whether a write to a row that has changed since the snapshot fails.
  let usesSnapshotIsolation: Bool
  /// Records below this number are rows.
  let rowCount: Int

  // What goes wrong from outside.
  var faults: FaultTable
  /// Whether faults may hold requests up.
  let isDisturbed: Bool
  var disturbances: Disturbances
  let slowsSyncs: Bool
  let delaysMessages: Bool
  var goodput = Goodput()

  // What is measured.
  private let metersBox: Boxed<Meters>
  var ledger: SafetyLedger
  var responseTimes = ResponseTimes()
  /// Requests that gave up at the end of their load.
  var gaveUpAtEnd: UInt64 = 0
  var closedIntervals: [IntervalRow] = []
  /// When the measurements began; the start of the run unless there is a warm-up.
  var windowStart = VirtualTime.start
  /// When the last load was over, as soon as it is.
  var endOfLoads: VirtualTime?
  private let measuredBox = Boxed<MeasuredRun?>(nil)
  private let latestDeadlockBox = Boxed<DeadlockReport?>(nil)
  /// The threshold that has ended the run.
  private let stoppedByBox = Boxed<Threshold?>(nil)
  var hasSampledLedger = false

  // What somebody watches.
  var ties: TieBreaker
  var dangers = DangerCounts()
  var story: [StoryEvent] = []
  /// By request: which attempt of its user's call it is, as far as anybody has said; only of a run
  /// whose story is told.
  var attempts = FixedTable<Int32>(repeating: 1, count: 0)
  /// The first breach of each promise, in the order of the run.
  var breaches: [Breach] = []
  private let stoppingBreachBox = Boxed<Breach?>(nil)
  /// Whether the run stops behind the present event, and whether it has.
  var mustStop = false
  var isStopped = false

  var lastIntervalEnd = VirtualTime.start

  /// Prepares a run at virtual time 0.
  ///
  /// - Parameters:
  ///   - collectsSamples: Whether single samples are kept for `takeSamples()`. They are many: take
  ///     them often.
  ///   - watch: What else somebody wants of the run.
  /// - Complexity: O(users + rows + locks).
  public init(
    _ compiled: CompiledScenario, seed: UInt64, replication: UInt32 = 0,
    collectsSamples: Bool = false, watch: RunWatch = RunWatch()
  ) {
    self.watch = watch
    tellsStory = watch.tellsStory
    compiledBox = Boxed(compiled)
    self.seed = seed
    self.replication = replication
    let scenario = compiled.scenario
    let system = scenario.system

    samplers = DurationSamplerTable(compiled.timings.map { $0.distribution })
    timingPurposes = FixedTable(compiled.timings.map { $0.purpose })
    instructions = FixedTable(compiled.instructions)
    handlers = FixedTable(compiled.handlers)
    retriedFailures = FixedTable(
      compiled.retries.map { retry in retry.policy.on.reduce(0) { $0 | Failure($1).bit } })
    retryDepths = FixedTable(compiled.retries.map { $0.depth })
    updates = FixedTable(compiled.updates)
    programStarts = FixedTable(compiled.programs.map { $0.start })
    var registers: [CompiledRegister] = []
    var firstRegisters: [Int] = []
    for program in compiled.programs {
      firstRegisters.append(registers.count)
      registers += program.registers
    }
    firstRegisters.append(registers.count)
    self.registers = FixedTable(registers)
    self.firstRegisters = FixedTable(firstRegisters)
    expectedEffects = FixedTable(
      compiled.programs.map { program in
        program.updates.reduce(0) { bits, index in
          let update = compiled.updates[index]
          return update.isConditional ? bits : bits | update.bit
        }
      })
    hasUpdates = FixedTable(compiled.programs.map { !$0.updates.isEmpty })
    var starts: [Int32] = []
    var flattened: [IterationInstruction] = []
    for iteration in compiled.iterations {
      starts.append(Int32(flattened.count))
      flattened += iteration.instructions
    }
    iterationInstructions = FixedTable(flattened)
    iterationStarts = FixedTable(starts)

    var loadStates: [LoadState] = []
    var userStates: [UserState] = []
    for (index, load) in scenario.loads.enumerated() {
      let limit = load.executor.mostUsers
      loadStates.append(
        LoadState(
          firstUser: userStates.count, userLimit: limit,
          isByRate: load.executor.arrivalRate != nil))
      for place in 0..<limit { userStates.append(UserState(load: index, place: place)) }
    }
    let userCount = userStates.count
    ties = TieBreaker(watch.tieOrder, userCount: userCount, replication: replication)
    loads = FixedTable(loadStates)
    users = FixedTable(userStates)
    drawn = DrawCounts(users: userCount, purposes: compiled.purposes(drawing: samplers))
    let schedules = scenario.loads.map { ArrivalSchedule($0.executor) }
    arrivals = schedules
    idleUsers = RequestQueues(
      queueCount: scenario.loads.count,
      expectedRequests: schedules.contains { $0 != nil } ? userCount : 0)
    madeUsers = scenario.loads.reduce(0) { $0 + $1.executor.firstUsers }
    requests = RequestArena(for: compiled, expectedRequests: userCount)
    // Numbers below the count of loads are the keys that all requests of a load share.
    nextKey = UInt64(scenario.loads.count)

    let makesCalls = scenario.hasClients
    hasClients = makesCalls
    calls = FixedTable(repeating: CallState(), count: makesCalls ? userCount : 0)
    var nextLoad = 0
    clients = InstanceGroup(count: scenario.loads.count) {
      defer { nextLoad += 1 }
      return LoadClients(scenario.client(of: nextLoad))
    }
    submitsTwice = scenario.has(.doubleSubmit)
    rowPlansBox = Boxed(RowPlans(compiled))
    sharedKeysBox = Boxed(SharedKeys(compiled))
    occasions = Occasions(compiled)
    barriers = Barriers(compiled, userCount: userCount)
    connectionBarging = system.pool.barging
    handOffs = HandOffs(expectedRequests: system.pool.barging > 0 ? userCount : 0)

    queueBox = Boxed(EventQueue(expectedCount: userCount * 2 + 64))
    let instances = system.instances
    self.instances = FixedTable(repeating: InstanceState(), count: instances)
    balance = system.balance
    keepsHandles = scenario.instancesDie || scenario.disturbsRequests
    mostInFlight = Int32(clamping: system.memory?.mostRequests ?? .max)
    // Each grows to what it needs.
    let requestsOfOne = instances == 1 ? userCount : 0
    threads = InstanceGroup(count: instances) {
      RequestThreads(system.threads, expectedRequests: requestsOfOne)
    }
    cores = InstanceGroup(count: instances) {
      ServerGroup(size: system.cores, expectedRequests: requestsOfOne)
    }
    pools = InstanceGroup(count: instances) {
      ServerGroup(size: system.pool.size, expectedRequests: requestsOfOne)
    }
    databaseCores = ServerGroup(size: system.database.cores, expectedRequests: userCount)
    lockServerThread = ServerGroup(size: 1, expectedRequests: userCount)
    modelServersBox = Boxed(ModelServers(system, expectedRequests: userCount))
    cachesBox = Boxed(
      Caches(
        zip(system.caches, compiled.cacheEntryCounts).map { cache, entryCount in
          CacheLayout(
            entryCount: entryCount, timeToLive: cache.timeToLive, isShared: cache.store == .redis,
            hasSingleFlight: cache.singleFlight)
        }, instanceCount: instances, expectedRequests: userCount))
    rowCount = scenario.tables.reduce(0) { $0 + $1.fixedRows }
    var bits = 0
    while 1 << bits < compiled.openTransactions { bits += 1 }
    levelBits = bits
    usesSnapshotIsolation = system.database.snapshotIsolation
    rowLocksBox = Boxed(
      RowLockTable(
        recordCount: rowCount, expectedTransactions: userCount << bits,
        rules: LockRules(system.database)))
    rowsBox = Boxed(
      VersionedRows(
        layout: scenario.tables.map { table in
          TableLayout(
            rowCount: table.fixedRows, initialValues: table.columns.map { $0.initialValue })
        }, expectedTransactions: userCount << bits))
    keysBox = Boxed(
      UniqueKeyTable(
        indexes: scenario.tables.enumerated().map { index, table in
          UniqueIndexLayout(
            existingKeys: table.hasUniqueKey ? table.rows : 0,
            order: table.keyOrder == .ascending ? .ascending : .random,
            isOrdered: compiled.hasOrderedKeys[index], hasAges: compiled.hasAgingKeys[index],
            expiry: table.expiry)
        }, firstRecord: RecordID(index: rowCount), salt: seed ^ UInt64(replication) << 32,
        expectedKeys: userCount, expectedTransactions: userCount << bits))
    commits = GroupCommit(groups: system.database.groupCommit, expectedRequests: userCount)
    let lockCount = compiled.lockCount
    locksBox = Boxed(
      LockServer(expectedLocks: lockCount, remembers: scenario.longestLossOfFailover))
    subscriptionsBox = Boxed(
      LockSubscriptions(
        instanceCount: instances, expectedLocks: lockCount, expectedRequests: userCount))
    privateChannelsBox = Boxed(
      LockSubscriptions(
        instanceCount: 1, expectedLocks: 0, expectedRequests: 0))
    transientLocks = TransientLocks(firstNumber: lockCount)
    leases = FixedTable(repeating: LockLease(), count: lockCount)
    faults = FaultTable(scenario)
    isDisturbed = scenario.disturbsRequests
    disturbances = Disturbances(compiled)
    slowsSyncs = scenario.has(.slowCommit)
    delaysMessages = scenario.has(.networkDelay)
    metersBox = Boxed(
      Meters(
        tableCount: scenario.tables.count, rowCount: rowCount, lockCount: lockCount,
        compiled: compiled, collectsSamples: collectsSamples))
    ledger = SafetyLedger(
      scenario: scenario, firstRows: compiled.firstRows, lockCount: lockCount,
      expectedRequests: userCount)
    scheduleLoads()
    scheduleJudging()
    scheduleFaults()
  }

  var meters: Meters {
    _read { yield metersBox.value }
    nonmutating _modify { yield &metersBox.value }
  }
  var queue: EventQueue {
    _read { yield queueBox.value }
    nonmutating _modify { yield &queueBox.value }
  }
  var rowLocks: RowLockTable {
    _read { yield rowLocksBox.value }
    nonmutating _modify { yield &rowLocksBox.value }
  }
  var keys: UniqueKeyTable {
    _read { yield keysBox.value }
    nonmutating _modify { yield &keysBox.value }
  }
  var rows: VersionedRows {
    _read { yield rowsBox.value }
    nonmutating _modify { yield &rowsBox.value }
  }
  var sharedKeys: SharedKeys {
    _read { yield sharedKeysBox.value }
    nonmutating _modify { yield &sharedKeysBox.value }
  }
  var modelServers: ModelServers {
    _read { yield modelServersBox.value }
    nonmutating _modify { yield &modelServersBox.value }
  }
  var caches: Caches {
    _read { yield cachesBox.value }
    nonmutating _modify { yield &cachesBox.value }
  }
  var rowPlans: RowPlans {
    _read { yield rowPlansBox.value }
    nonmutating _modify { yield &rowPlansBox.value }
  }
  var locks: LockServer {
    _read { yield locksBox.value }
    nonmutating _modify { yield &locksBox.value }
  }
  var subscriptions: LockSubscriptions {
    _read { yield subscriptionsBox.value }
    nonmutating _modify { yield &subscriptionsBox.value }
  }
  var privateChannels: LockSubscriptions {
    _read { yield privateChannelsBox.value }
    nonmutating _modify { yield &privateChannelsBox.value }
  }
  /// What runs.
  public var compiled: CompiledScenario { _read { yield compiledBox.value } }
  var measured: MeasuredRun? {
    get { measuredBox.value }
    nonmutating set { measuredBox.value = newValue }
  }
  var latestDeadlock: DeadlockReport? {
    get { latestDeadlockBox.value }
    nonmutating set { latestDeadlockBox.value = newValue }
  }
  var stoppedBy: Threshold? {
    get { stoppedByBox.value }
    nonmutating set { stoppedByBox.value = newValue }
  }
  var stoppingBreach: Breach? {
    get { stoppingBreachBox.value }
    nonmutating set { stoppingBreachBox.value = newValue }
  }

  /// The virtual time of the event that ran last.
  public var now: VirtualTime { queue.now }

  /// Whether nothing is left to happen, or the run has stopped at a breach.
  public var isOver: Bool { queue.count == 0 || isDrainedOut }

  /// Whether the load is over and whatever still runs has run for as long as it may; also of a run
  /// that has stopped.
  private var isDrainedOut: Bool {
    guard let endOfLoads else { return false }
    return isStopped || now > endOfLoads + Self.drainLimit
  }

  /// Lets everything happen that is due at or before a moment, up to a breach that the run stops
  /// at.
  ///
  /// - Complexity: O(1) amortised an event; nothing is allocated once every user has made a
  ///   request.
  public mutating func run(through moment: VirtualTime) {
    if isStopped { return }
    while runNextEvent(through: moment) {
      if endOfLoads != nil && isDrainedOut { return }
    }
  }

  /// Lets the next event happen, if it is due at or before a moment.
  @inline(__always)
  mutating func runNextEvent(through moment: VirtualTime) -> Bool {
    guard let due = queue.popNext(through: moment) else { return false }
    eventCount &+= 1
    digest.record(time: due.time.nanosecondsSinceStart, word: due.word.bits)
    dispatch(Event(due.word))
    if mustStop { stopAtBreach() }
    return true
  }

  /// Lets everything happen that is left.
  public mutating func runToEnd() { run(through: .never) }

  /// The rows of the series whose intervals have closed since the last call.
  public mutating func takeClosedIntervals() -> [IntervalRow] {
    let taken = closedIntervals
    closedIntervals.removeAll(keepingCapacity: true)
    return taken
  }
}

import SimulationBasics

/// How a run of the load driver is simulated: a bundled model for its strategy, and what the run's
/// parameters and the measured step times change in it.
public struct DriverModel: Sendable {
  /// The name of the bundled model.
  public let name: String
  /// What is changed in it, in the order of the model.
  public let overrides: [ModelOverride]

  /// - Parameter steps: Every step that was timed with one user alone.
  public init(of setting: DriverSetting, steps: [MeasuredStep]) {
    name = "driver-" + setting.strategy.rawValue
    var builder = DriverOverrides(setting, steps: steps)
    overrides = builder.make()
  }
}

/// Writes the overrides of one run, one part of the model after another.
private struct DriverOverrides {
  private let setting: DriverSetting
  private let times: StepTimes
  /// Where a transaction of its own is not: what BEGIN and ROLLBACK take.
  private let explicitTimes: StepTimes
  /// The least median of BEGIN in all measurements, in nanoseconds.
  private let quickestRoundTrip: Double
  private var overrides: [ModelOverride] = []

  init(_ setting: DriverSetting, steps: [MeasuredStep]) {
    self.setting = setting
    quickestRoundTrip =
      steps.filter { $0.name == "begin" }.map { Double($0.median.inNanoseconds) }.min() ?? 0
    func times(hasTransaction: Bool) -> StepTimes {
      StepTimes(
        of: setting.strategy.rawValue, hasTransaction: hasTransaction, work: setting.work, in: steps
      )
    }
    explicitTimes = times(hasTransaction: true)
    let own = times(hasTransaction: setting.hasTransaction)
    self.times = own.has("update") ? own : explicitTimes
  }

  mutating func make() -> [ModelOverride] {
    setRows()
    setPool()
    setDatabase()
    setLockServer()
    setRetry()
    setTransaction()
    setIteration()
    setLoad()
    return overrides
  }

  private mutating func set(_ path: String, _ value: String) {
    overrides.append(ModelOverride(path: path, value: value))
  }

  // MARK: What is stored and what it runs on

  private mutating func setRows() {
    let hasHotRow = setting.rowChoice == .hot && setting.strategy != .deadlock
    let rows = hasHotRow ? setting.hotRows.max() ?? 1 : setting.rows
    set("tables.balances.rows", "\(rows)")
    switch (setting.strategy, setting.rowChoice) {
    // Its two rows are drawn for each request, whatever the choice says.
    case (.deadlock, _):
      set("requests.change.keys.pair.order", setting.sortsRows ? "sorted" : "drawn")
    case (_, .mod): break
    case (_, .rand): set("requests.change.keys.account.by", "uniform")
    case (_, .hot):
      let list = setting.hotRows.map { "\($0)" }.joined(separator: ", ")
      set("requests.change.keys.account.by", "{ list: [\(list)] }")
    }
  }

  private mutating func setPool() {
    guard let pool = setting.pool else { return }
    set("system.pool.size", "\(pool.size)")
    set("system.pool.timeout", text(pool.timeout))
  }

  /// BEGIN does next to nothing at the server: its median is the round trip, and what the other
  /// statements take beyond it is their service.
  private mutating func setDatabase() {
    let roundTrip = explicitTimes.median("begin")
    let database = "system.database"
    func service(_ steps: [String]) -> String {
      distribution(steps.flatMap { times.times($0, less: roundTrip) })
    }
    if setting.isolation == .repeatableRead { set("\(database).isolation", "repeatable-read") }
    set("\(database).lockWaitTimeout", text(setting.lockWaitTimeout))
    set("\(database).roundTrip", text(evenly: roundTrip))
    set("\(database).begin", distribution(explicitTimes.times("begin", less: roundTrip)))
    // Two statements of one kind in a transaction were timed apart; both are drawn from both.
    set("\(database).select", service(["select", "select2"]))
    set("\(database).update", service(["update", "update2"]))
    if times.has("idem_insert_ok") { set("\(database).insert", service(["idem_insert_ok"])) }
    // A statement of its own commits within its own time.
    set("\(database).commit", commitsEachStatement ? "0" : service(["commit"]))
    // A ROLLBACK of nothing, like a COMMIT that syncs nothing, was not timed apart.
    set("\(database).rollback", distribution(explicitTimes.times("commit", less: roundTrip)))
  }

  /// A command to Redis was timed as a whole. On its way it is as long as the quickest BEGIN was,
  /// for that is loopback, too; the rest is the work of the server's one thread.
  ///
  /// A release takes longer than a SET, because a server that nobody has asked for a while must
  /// wake up first: that comes before it takes effect, and keeps no other command waiting.
  private mutating func setLockServer() {
    guard let lock = setting.spinLock else { return }
    set("system.redis.roundTrip", text(evenly: quickestRoundTrip))
    set("system.redis.command", distribution(times.times("redis_set_rtt", less: quickestRoundTrip)))
    let wakingUp = times.times("redis_release", less: times.median("redis_set_rtt"))
    set("\(lockPath).steps[1].delay", distribution(wakingUp))
    set("\(lockPath).wait", text(lock.wait))
    set("\(lockPath).lease", text(lock.lease))
    set("\(lockPath).poll", text(lock.poll))
    if setting.strategy == .redis, setting.innerUpdate == .none { set("strategy", "none") }
  }

  // MARK: What a request does

  private var commitsEachStatement: Bool {
    !setting.hasTransaction && setting.strategy.mayCommitEachStatement
  }

  /// Where the steps of the model stand.
  private var lockPath: String { "requests.change.steps[0]" }
  private var retryPath: String { lockPath + (setting.spinLock == nil ? "" : ".steps[0]") }
  private var transactionPath: String {
    (setting.strategy.hasRetry ? retryPath + ".steps[0]" : lockPath) + ".transaction"
  }

  private mutating func setRetry() {
    guard setting.strategy.hasRetry else { return }
    set("system.sleepOvershoot", distribution(times.overshoots))
    let retry = "\(retryPath).retry"
    set("\(retry).attempts", "\(setting.maxRetries + 1)")
    guard let backoff = setting.backoff else { return }
    switch backoff.kind {
    case .fixed: set("\(retry).backoff", "{ fixed: \"\(text(backoff.base))\" }")
    case .exp, .fulljitter:
      let cap = backoff.cap.map { ", cap: \"\(text(max($0, backoff.base)))\"" } ?? ""
      let jitter = backoff.kind == .fulljitter ? ", jitter: \"full\"" : ""
      set(
        "\(retry).backoff",
        "{ exponential: { base: \"\(text(backoff.base))\", factor: 2\(cap) }\(jitter) }")
    }
  }

  private mutating func setTransaction() {
    if commitsEachStatement {
      let statements = separateStatements
      if setting.strategy.hasRetry {
        set("\(retryPath).steps", "[\(statements)]")
      } else {
        set("requests.change.steps", "[\(statements), { respond: 200 }]")
      }
      return
    }
    let place = setting.strategy.placeOfWork
    set("\(transactionPath)[\(place)]", work)
    setLateness(after: setting.longestWork, at: place + 1)
    switch setting.strategy {
    case .pessimistic: break
    case .none, .optimistic, .redis:
      setPause(setting.workAfterUpdate, at: place + 3)
    case .three:
      set("\(transactionPath)[\(place + 3)].delay", completion)
    case .deadlock:
      setPause(setting.workBetweenLocks, at: 1)
    case .dup:
      set("\(transactionPath)[1].delay", distribution(times.times("select")))
      set("\(transactionPath)[\(place + 4)].delay", completion)
      setRollback(at: place + 2)
    }
  }

  /// What a request does when each statement is a transaction of its own.
  private var separateStatements: String {
    func pauses(_ length: VirtualDuration, _ pause: String) -> String {
      length > .zero ? "\(pause), { delay: \(lateness) }" : "{ delay: 0 }"
    }
    let after = "{ delay: \(pause(setting.workAfterUpdate, isExponential: false)) }"
    return "{ read: \"balances[account]\" }, \(pauses(setting.longestWork, work)),"
      + " { update: \"balances[account].balance\", add: 1 },"
      + " \(pauses(setting.workAfterUpdate, after))"
  }

  /// The pause W; in some runs each n-th request of a user has a longer one in its first attempt.
  private var work: String {
    let usual = "{ delay: \(pause(setting.work, isExponential: setting.workIsExponential)) }"
    guard let long = setting.longWork else { return usual }
    return "{ everyNth: { every: \(long.every), firstAttempt: true },"
      + " steps: [{ delay: \(pause(long.work, isExponential: false)) }], otherwise: [\(usual)] }"
  }

  /// How much longer than asked a sleep takes.
  private var lateness: String { distribution(times.overshoots) }

  /// The update of the key's own row, which nobody else can touch.
  private var completion: String { distribution(times.times("idem_update")) }

  /// A constant pause in the transaction, and its lateness.
  private mutating func setPause(_ length: VirtualDuration, at place: Int) {
    set("\(transactionPath)[\(place)].delay", pause(length, isExponential: false))
    setLateness(after: length, at: place + 1)
  }

  private mutating func setLateness(after length: VirtualDuration, at place: Int) {
    set("\(transactionPath)[\(place)].delay", length > .zero ? lateness : "0")
  }

  /// In each m-th round whoever is done first rolls back, and one more comes there.
  private mutating func setRollback(at place: Int) {
    guard let rounds = setting.rollbackEvery, let size = setting.groupSize else {
      set("\(transactionPath)[\(place)]", "{ delay: 0 }")
      return
    }
    let occasions = "\(transactionPath)[\(place)].everyNth"
    // Alone in its group nobody comes after the one that rolls back.
    set("\(occasions).every", "\(rounds + (size > 1 ? 1 : 0))")
    set("\(occasions).first", "\(rounds)")
    set("\(occasions).of.group", "\(size)")
  }

  // MARK: Users

  private mutating func setIteration() {
    var think = 1
    if let size = setting.groupSize {
      set("iteration[0].barrier", "\(size)")
      set("iteration[1].key.group", "\(size)")
      set("iteration[2].barrier", "\(size)")
      think = 3
    }
    if let every = setting.sameKeyEvery {
      set(
        "iteration[0]",
        "{ everyNth: \(every), steps: [{ request: \"change\", key: \"previous\" }],"
          + " otherwise: [{ request: \"change\" }] }")
    }
    set(
      "iteration[\(think)].sleep", pause(setting.think, isExponential: setting.thinkIsExponential))
    set("iteration[\(think + 1)].sleep", setting.think > .zero ? lateness : "0")
  }

  private mutating func setLoad() {
    set("load.vus", "\(setting.users)")
    set("load.duration", text(setting.duration))
    set("load.warmUp", text(setting.warmUp))
  }

  // MARK: Times as text

  private func pause(_ length: VirtualDuration, isExponential: Bool) -> String {
    isExponential ? "{ exponential: \"\(text(length))\" }" : "\"\(text(length))\""
  }

  private func text(_ length: VirtualDuration) -> String { "\(length.inNanoseconds)ns" }

  /// A round trip, which has two equal legs.
  private func text(evenly nanoseconds: Double) -> String {
    "\(UInt64((nanoseconds / 2).rounded()) * 2)ns"
  }

  /// The measured times as a distribution; a single one is a constant.
  private func distribution(_ times: [Double]) -> String {
    guard let first = times.first else { return "0" }
    if times.count == 1 { return "\"\(UInt64(first.rounded()))ns\"" }
    var list = ""
    for time in times {
      if !list.isEmpty { list += "," }
      list += "\"\(UInt64(time.rounded()))ns\""
    }
    return "{ empirical: [\(list)] }"
  }
}

extension DriverSetting.Strategy {
  /// Whether an attempt that fails may be made again.
  fileprivate var hasRetry: Bool {
    switch self {
    case .optimistic, .redis, .three, .deadlock: true
    case .none, .pessimistic, .dup: false
    }
  }

  /// Whether the driver can do without BEGIN and COMMIT.
  fileprivate var mayCommitEachStatement: Bool {
    switch self {
    case .none, .optimistic, .redis: true
    case .pessimistic, .three, .deadlock, .dup: false
    }
  }

  /// Where the pause W stands in the transaction of the strategy's model.
  fileprivate var placeOfWork: Int {
    switch self {
    case .none, .optimistic, .pessimistic, .redis: 1
    case .three, .dup: 2
    case .deadlock: 4
    }
  }
}

extension DriverSetting {
  /// With one hot row: the row of each user. Every other user has the first row, the rest have rows
  /// of their own.
  fileprivate var hotRows: [Int] { (0..<users).map { $0 % 2 == 0 ? 1 : 2 + $0 / 2 } }

  fileprivate var longestWork: VirtualDuration { max(work, longWork?.work ?? .zero) }
}

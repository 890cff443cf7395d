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
  private var overrides: [ModelOverride] = []

  init(_ setting: DriverSetting, steps: [MeasuredStep]) {
    self.setting = setting
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
    set("tables.balances.rows", "\(setting.rows)")
    switch setting.rowChoice {
    case .mod, .hot: break
    case .rand: set("requests.change.keys.account.by", "uniform")
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
    if setting.isolation == .repeatableRead { set("\(database).isolation", "repeatable-read") }
    set("\(database).lockWaitTimeout", text(setting.lockWaitTimeout))
    set("\(database).roundTrip", text(evenly: roundTrip))
    set("\(database).begin", distribution(explicitTimes.times("begin", less: roundTrip)))
    set("\(database).select", distribution(times.times("select", less: roundTrip)))
    set("\(database).update", distribution(times.times("update", less: roundTrip)))
    // A statement of its own commits within its own time.
    set(
      "\(database).commit",
      setting.hasTransaction ? distribution(times.times("commit", less: roundTrip)) : "0")
    // A ROLLBACK of nothing, like a COMMIT that syncs nothing, was not timed apart.
    set("\(database).rollback", distribution(explicitTimes.times("commit", less: roundTrip)))
  }

  // MARK: What a request does

  private mutating func setRetry() {
    guard setting.strategy == .optimistic else { return }
    let retry = "requests.change.steps[0].retry"
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
    let around = "requests.change.steps[0]" + (setting.strategy == .optimistic ? ".steps" : "")
    let late = distribution(times.overshoots)
    let work = pause(setting.work, isExponential: setting.workIsExponential)
    if !setting.hasTransaction, setting.strategy == .optimistic {
      set(
        around,
        "[{ read: \"balances[account]\" }, { delay: \(work) }, { delay: \(late) },"
          + " { update: \"balances[account].balance\", add: 1 }]")
      return
    }
    let steps = around + (setting.strategy == .optimistic ? "[0]" : "") + ".transaction"
    set("\(steps)[1].delay", work)
    set("\(steps)[2].delay", setting.work > .zero ? late : "0")
    if setting.strategy == .pessimistic { return }
    set("\(steps)[4].delay", pause(setting.workAfterUpdate, isExponential: false))
    set("\(steps)[5].delay", setting.workAfterUpdate > .zero ? late : "0")
  }

  // MARK: Users

  private mutating func setIteration() {
    set("iteration[1].sleep", pause(setting.think, isExponential: setting.thinkIsExponential))
    set("iteration[2].sleep", setting.think > .zero ? distribution(times.overshoots) : "0")
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

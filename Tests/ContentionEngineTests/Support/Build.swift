import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Parts of small scenarios, written in code, so that a test shows everything that its arithmetic
/// needs.
enum Build {
  /// A table of accounts with one column, and after it a table of idempotency keys.
  static func tables(rows: Int = 1, balance: Int64 = 0) -> [Table] {
    [
      Table(
        name: "accounts", rows: rows,
        columns: [Table.Column(name: "balance", initialValue: balance)]),
      Table(name: "keys", rows: 0, columns: [], hasUniqueKey: true),
    ]
  }

  /// The row of the accounts that key `key` of the request has chosen.
  static func account(_ key: Int = 0) -> RowReference { RowReference(table: 0, key: key) }

  static func add(
    _ amount: Int64, to key: Int = 0, atLeast: Int64? = nil, column: Int = 0
  ) -> Step {
    .update(
      UpdateStep(row: account(key), column: column, change: .add(amount), atLeast: atLeast))
  }

  static func read(_ key: Int = 0) -> Step { .read(account(key)) }
  static func cpu(_ milliseconds: UInt64) -> Step { .cpu(.constant(.milliseconds(milliseconds))) }
  static func delay(_ milliseconds: UInt64) -> Step {
    .delay(.constant(.milliseconds(milliseconds)))
  }
  static func transaction(_ steps: Step...) -> Step { .transaction(TransactionStep(steps: steps)) }

  static func retry(
    on reasons: [FailureReason] = [.versionConflict, .deadlock], attempts: Int? = 10,
    _ backoff: Backoff = .none, _ steps: Step...
  ) -> Step {
    .retry(RetryPolicy(on: reasons, attempts: attempts, backoff: backoff), steps: steps)
  }

  static func lock(
    named text: String = "lock:{account}", keys: [Int] = [0], wait: VirtualDuration = .seconds(10),
    lease: VirtualDuration? = .seconds(30), client: LockClient? = nil, poll: Backoff? = nil,
    isPerRequest: Bool = false, layer: Layer? = nil, _ steps: Step...
  ) -> Step {
    .distributedLock(
      DistributedLockStep(
        name: LockName(text: text, keys: keys, isPerRequest: isPerRequest), wait: wait,
        lease: lease, client: client, poll: poll, layer: layer, steps: steps))
  }

  static func idempotent(
    onFailed: IdempotentStep.OnFailed = .retry, layer: Layer? = nil, _ steps: Step...
  ) -> Step {
    .idempotent(IdempotentStep(table: 1, onFailed: onFailed, layer: layer, steps: steps))
  }

  static func request(
    _ steps: [Step], keys: [RowChoice] = [.virtualUser], name: String = "work"
  ) -> RequestClass {
    RequestClass(
      identifier: name, name: name,
      keys: keys.enumerated().map { index, choice in
        RowKey(name: index == 0 ? "account" : "other\(index)", table: 0, choice: choice)
      }, steps: steps)
  }

  /// Every user makes one iteration, at once or staggered.
  static func once(
    _ users: Int, stagger: StartStagger = .none, key: IterationStep.KeyUse = .new,
    request: Int = 0, name: String = "once"
  ) -> Load {
    Load(
      name: name,
      executor: .perVUIterations(vus: users, iterations: 1, maxDuration: .minutes(10)),
      startStagger: stagger, iteration: [.request(request, key: key)])
  }

  /// User i of `count` starts i · `step` after the first.
  static func everyStep(_ milliseconds: UInt64, users: Int) -> StartStagger {
    .even(over: .milliseconds(milliseconds * UInt64(users)))
  }

  static func scenario(
    _ steps: [Step], load: Load, tables: [Table] = tables(), system: SystemModel = SystemModel(),
    keys: [RowChoice] = [.virtualUser]
  ) -> Scenario {
    scenario([request(steps, keys: keys)], loads: [load], tables: tables, system: system)
  }

  static func scenario(
    _ requests: [RequestClass], loads: [Load], tables: [Table] = tables(),
    system: SystemModel = SystemModel()
  ) -> Scenario {
    Scenario(
      name: "small", title: "Small", question: "What happens?", tables: tables, system: system,
      requests: requests, loads: loads, strategy: Strategy.builtIn[0])
  }
}

extension Scenario {
  func compiled(_ strategy: String) -> CompiledScenario {
    guard let strategy = strategies.first(where: { $0.name == strategy }) else {
      preconditionFailure("no such strategy")
    }
    return ProgramCompiler.compile(self, under: strategy)
  }

  func compiled(_ defence: Defence) -> CompiledScenario {
    ProgramCompiler.compile(self, under: Strategy(name: "own", defence: defence))
  }
}

import BundledModels
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Valid models")
struct ValidModelTests {
  @Test("are filled in with the defaults of k6, Tomcat and HikariCP")
  func defaults() throws {
    let scenario = try ModelText(system: "{ threads: {}, pool: {} }").read()
    #expect(scenario.title == "m")
    #expect(scenario.question == "")
    #expect(scenario.strategy == Strategy.builtIn[2])
    #expect(scenario.strategy.name == "optimistic")
    #expect(scenario.strategies == Strategy.builtIn)
    #expect(scenario.thresholds == [])
    var system = SystemModel()
    system.threads = RequestThreadsModel(size: nil, accepted: 8_192, backlog: 100)
    #expect(scenario.system == system)
    #expect(scenario.system.pool == ConnectionPoolModel(size: nil, timeout: .seconds(30)))
    let load = try #require(scenario.loads.first)
    #expect(scenario.loads.count == 1)
    #expect(load.name == "default")
    #expect(load.executor == .constantVUs(vus: 10, duration: .seconds(60)))
    #expect(load.startTime == .zero)
    #expect(load.gracefulStop == .seconds(30))
    #expect(load.startStagger == .none)
    #expect(load.warmUp == .zero)
    #expect(load.iteration == [.request(0, key: .new), .sleep(.constant(.seconds(1)))])
    #expect(scenario.requests[0].name == "charge")
    #expect(scenario.requests[0].keys == [RowKey(name: "user", table: 0, choice: .virtualUser)])
  }

  @Test("hold the balance charge of the design, value by value")
  func balanceCharge() throws {
    let model = try #require(BundledModels.all.first { $0.name == "balance-charge" })
    let scenario = try ScenarioReader.read(
      model.text, file: "models/balance-charge.json5", modelName: model.name)
    #expect(
      scenario.tables == [
        Table(name: "users", rows: 100, columns: [Table.Column(name: "balance", initialValue: 0)]),
        Table(name: "charge_idempotency", rows: 0, columns: [], hasUniqueKey: true),
      ])
    var system = SystemModel()
    system.network = .lognormal(median: .milliseconds(1), percentile95: .milliseconds(3))
    system.threads = RequestThreadsModel(size: 200, accepted: 8_192, backlog: 100)
    system.cores = 4
    system.pool = ConnectionPoolModel(size: 20, timeout: .seconds(30))
    system.database.cores = 8
    system.database.network = .constant(.microseconds(150))
    system.database.begin = .constant(.microseconds(200))
    system.database.select = .constant(.microseconds(200))
    system.database.insert = .constant(.microseconds(200))
    system.database.update = .constant(.microseconds(200))
    system.database.rollback = .constant(.microseconds(200))
    system.database.commit = .constant(.milliseconds(2))
    system.lockServer.network = .constant(.microseconds(150))
    system.lockServer.command = .constant(.microseconds(20))
    #expect(scenario.system == system)
    let row = RowReference(table: 0, key: 0)
    let transaction = Step.transaction(
      TransactionStep(steps: [
        .read(row), .cpu(.constant(.milliseconds(1))),
        .update(UpdateStep(row: row, column: 0, change: .add(10_000))),
      ]))
    let retry = Step.retry(
      RetryPolicy(
        on: [.versionConflict, .deadlock], attempts: 10,
        backoff: Backoff(base: .milliseconds(50), factor: 2, cap: .seconds(30))),
      steps: [transaction])
    #expect(
      scenario.requests == [
        RequestClass(
          identifier: "charge", name: "POST /api/users/{user}/balance/charge",
          keys: [RowKey(name: "user", table: 0, choice: .virtualUser)],
          steps: [
            .cpu(.constant(.microseconds(500))),
            .distributedLock(
              DistributedLockStep(
                name: LockName(text: "balance:user:{user}", keys: [0]), wait: .seconds(10),
                lease: .seconds(30), layer: .distributedLock,
                steps: [
                  .idempotent(
                    IdempotentStep(table: 1, layer: .idempotencyKey, steps: [retry]))
                ])),
            .respond(status: 200),
          ])
      ])
    let stages: [(UInt64, Int)] = [
      (30, 100), (60, 100), (30, 500), (60, 500), (30, 1_000), (60, 1_000), (30, 0),
    ]
    #expect(
      scenario.loads == [
        Load(
          name: "default",
          executor: .rampingVUs(
            startVUs: 1,
            stages: stages.map { Executor.Stage(duration: .seconds($0.0), target: $0.1) },
            gracefulRampDown: .seconds(30)),
          iteration: [.request(0, key: .new), .sleep(.constant(.seconds(1)))])
      ])
    #expect(scenario.thresholds.map(\.text) == ["p(95)<1000", "p(99)<2000", "rate<0.05"])
    #expect(scenario.strategy.name == "three-layer")
  }

  @Test("say a time as a constant or as any of seven distributions")
  func times() throws {
    let cases: [(String, DurationDistribution)] = [
      ("0", .zero), ("'0'", .zero), ("'5ms'", .constant(.milliseconds(5))),
      ("'1m30s'", .constant(.seconds(90))), ("'1.5us'", .constant(.nanoseconds(1_500))),
      ("{ uniform: [0, '2ms'] }", .uniform(least: .zero, most: .milliseconds(2))),
      ("{ exponential: '2ms' }", .exponential(mean: .milliseconds(2))),
      ("{ exponential: 0 }", .exponential(mean: .zero)),
      (
        "{ normal: { mean: '2ms', sd: '1ms' } }",
        .normal(mean: .milliseconds(2), standardDeviation: .milliseconds(1))
      ),
      (
        "{ lognormal: { median: '2ms', p95: '2ms' } }",
        .lognormal(median: .milliseconds(2), percentile95: .milliseconds(2))
      ),
      ("{ gamma: { mean: '2ms', shape: 0.5 } }", .gamma(mean: .milliseconds(2), shape: 0.5)),
      ("{ pareto: { minimum: '2ms', shape: 2 } }", .pareto(minimum: .milliseconds(2), shape: 2)),
      ("{ empirical: ['2ms', 0] }", .empirical([.milliseconds(2), .zero])),
    ]
    for (text, expected) in cases {
      let scenario = try ModelText(steps: "[{ cpu: \(text) }, { respond: 200 }]").read()
      #expect(scenario.requests[0].steps.first == .cpu(expected), "\(text)")
    }
  }

  @Test("give a leg half of a round trip, whatever the distribution")
  func halves() throws {
    let cases: [(String, DurationDistribution)] = [
      ("'3us'", .constant(.nanoseconds(1_500))),
      ("{ uniform: ['2us', '4us'] }", .uniform(least: .microseconds(1), most: .microseconds(2))),
      ("{ exponential: '2us' }", .exponential(mean: .microseconds(1))),
      (
        "{ normal: { mean: '4us', sd: '2us' } }",
        .normal(mean: .microseconds(2), standardDeviation: .microseconds(1))
      ),
      (
        "{ lognormal: { median: '2us', p95: '6us' } }",
        .lognormal(median: .microseconds(1), percentile95: .microseconds(3))
      ),
      ("{ gamma: { mean: '2us', shape: 3 } }", .gamma(mean: .microseconds(1), shape: 3)),
      ("{ pareto: { minimum: '2us', shape: 3 } }", .pareto(minimum: .microseconds(1), shape: 3)),
      ("{ empirical: ['2us', '4us'] }", .empirical([.microseconds(1), .microseconds(2)])),
    ]
    for (text, expected) in cases {
      let scenario = try ModelText(system: "{ redis: { roundTrip: \(text) } }").read()
      #expect(scenario.system.lockServer.network == expected, "\(text)")
    }
  }

  @Test("take 'statement' for each kind of statement that has no time of its own, commit included")
  func statement() throws {
    let scenario = try ModelText(
      system: "{ database: { statement: '2ms', select: '1ms', network: { oneWay: '4ms' } } }"
    ).read()
    let database = scenario.system.database
    #expect(database.select == .constant(.milliseconds(1)))
    for time in [
      database.begin, database.insert, database.update, database.rollback, database.commit,
    ] {
      #expect(time == .constant(.milliseconds(2)))
    }
    #expect(database.network == .constant(.milliseconds(4)))
  }

  @Test("name unlimited sizes, engines and isolation levels")
  func system() throws {
    let system = try ModelText(
      system: """
        { instances: 3, threads: { size: 'unlimited', accepted: 'unlimited', backlog: 0 }, \
        cores: 'unlimited', pool: { size: 7, timeout: '2s' }, \
        database: { engine: 'mariadb', isolation: 'read-committed', cores: 2, groupCommit: false, \
        lockWaitTimeout: '3s', deadlockDetection: false }, redis: { client: 'redisson' } }
        """
    ).read().system
    #expect(system.instances == 3)
    #expect(system.threads == RequestThreadsModel(size: nil, accepted: nil, backlog: 0))
    #expect(system.cores == nil)
    #expect(system.pool == ConnectionPoolModel(size: 7, timeout: .seconds(2)))
    #expect(system.database.engine == .mariaDB)
    #expect(system.database.isolation == .readCommitted)
    #expect(system.database.cores == 2)
    #expect(!system.database.groupCommit)
    #expect(system.database.lockWaitTimeout == .seconds(3))
    #expect(!system.database.deadlockDetection)
  }

  @Test("have every step of this version")
  func steps() throws {
    let scenario = try ModelText(
      steps: """
        [
          { delay: '1ms' },
          { distributedLock: "all", wait: 0, lease: '1s', steps: [{ cpu: 0 }] },
          { idempotent: "keys", onFailed: 'refuse', steps: [{ cpu: 0 }] },
          { connection: [{ read: "users[user]" }] },
          { transaction: [
            { lock: "users[user]" },
            { update: "users[user].balance", set: -3, guard: 'pessimistic' },
            { update: "users[user].balance", add: -2, atLeast: -5,
              refuse: { status: 410, counter: 'stock_depletions' } },
          ], isolation: 'read-committed' },
          { update: "users[user].balance", add: 1, guard: 'atomic', atLeast: 0 },
          { refuse: { counter: 'insufficient_balance' } },
        ]
        """
    ).read()
    let row = RowReference(table: 0, key: 0)
    #expect(
      scenario.requests[0].steps == [
        .delay(.constant(.milliseconds(1))),
        .distributedLock(
          DistributedLockStep(
            name: LockName(text: "all", keys: []), wait: .zero, lease: .seconds(1), layer: nil,
            steps: [.cpu(.zero)])),
        .idempotent(IdempotentStep(table: 1, onFailed: .refuse, layer: nil, steps: [.cpu(.zero)])),
        .connection(steps: [.read(row)]),
        .transaction(
          TransactionStep(
            isolation: .readCommitted,
            steps: [
              .lock(LockStep(row)),
              .update(
                UpdateStep(row: row, column: 0, change: .set(-3), writeGuard: .pessimistic)),
              .update(
                UpdateStep(
                  row: row, column: 0, change: .add(-2), atLeast: -5,
                  refusal: Refusal(status: 410, counter: .stockDepletions))),
            ])),
        .update(
          UpdateStep(row: row, column: 0, change: .add(1), atLeast: 0, writeGuard: .atomic)),
        .refuse(Refusal(status: 409, counter: .insufficientBalance)),
      ])
  }

  @Test("have every backoff of this version")
  func backoffs() throws {
    let cases: [(String, Backoff)] = [
      ("'none'", .none),
      ("'mean-response-time'", .meanResponseTime), ("0", .none), ("'0'", .none),
      ("'50ms'", Backoff(base: .milliseconds(50))),
      ("{ fixed: '50ms' }", Backoff(base: .milliseconds(50))),
      ("{ fixed: '50ms', jitter: 'equal' }", Backoff(base: .milliseconds(50), jitter: .equal)),
      ("{ exponential: { base: '50ms' } }", Backoff(base: .milliseconds(50), factor: 2)),
      (
        "{ exponential: { base: '5ms', factor: 1.001, cap: '5ms' }, jitter: 'decorrelated' }",
        Backoff(
          base: .milliseconds(5), factor: 1.001, cap: .milliseconds(5), jitter: .decorrelated)
      ),
    ]
    for (text, expected) in cases {
      let scenario = try ModelText(
        steps: """
          [{ retry: { on: ['lock-wait-timeout'], attempts: 'unlimited', backoff: \(text) }, \
          steps: [{ cpu: '1ms' }] }, { respond: 200 }]
          """
      ).read()
      let policy = RetryPolicy(on: [.lockWaitTimeout], attempts: nil, backoff: expected)
      #expect(
        scenario.requests[0].steps.first
          == .retry(policy, steps: [.cpu(.constant(.milliseconds(1)))]), "\(text)")
    }
  }

  @Test("have every closed executor of k6, by its name or by its short form")
  func executors() throws {
    let stages = [
      Executor.Stage(duration: .seconds(30), target: 100),
      Executor.Stage(duration: .zero, target: 0),
    ]
    let cases: [(String, Executor)] = [
      ("{ vus: 5, duration: '10s' }", .constantVUs(vus: 5, duration: .seconds(10))),
      ("{ duration: '10s' }", .constantVUs(vus: 1, duration: .seconds(10))),
      (
        "{ stages: ['30s:100', '0s:0'] }",
        .rampingVUs(startVUs: 1, stages: stages, gracefulRampDown: .seconds(30))
      ),
      (
        "{ executor: 'ramping-vus', startVUs: 0, gracefulRampDown: 0, "
          + "stages: [{ duration: '30s', target: 100 }, { duration: 0, target: 0 }] }",
        .rampingVUs(startVUs: 0, stages: stages, gracefulRampDown: .zero)
      ),
      (
        "{ vus: 5, iterations: 20 }",
        .sharedIterations(vus: 5, iterations: 20, maxDuration: .minutes(10))
      ),
      (
        "{ executor: 'shared-iterations', maxDuration: '1m' }",
        .sharedIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
      ),
      (
        "{ executor: 'per-vu-iterations', vus: 5, iterations: 2 }",
        .perVUIterations(vus: 5, iterations: 2, maxDuration: .minutes(10))
      ),
    ]
    for (text, expected) in cases {
      #expect(try ModelText(load: text).read().loads[0].executor == expected, "\(text)")
    }
  }

  @Test("spread starts not at all, evenly, over a length, or by a distribution")
  func staggers() throws {
    let cases: [(String, StartStagger)] = [
      ("'none'", .none), ("0", .none), ("'even'", .even(over: .seconds(1))),
      ("'10s'", .even(over: .seconds(10))),
      ("{ exponential: '1s' }", .drawn(.exponential(mean: .seconds(1)))),
    ]
    for (text, expected) in cases {
      let load = try ModelText(load: "{ duration: '60s', startStagger: \(text) }").read().loads[0]
      #expect(load.startStagger == expected, "\(text)")
    }
  }

  @Test("nest the steps of an iteration")
  func iterations() throws {
    let load = try ModelText(
      iteration: """
        [{ repeat: 3, steps: [{ request: 'charge', key: 'same' }, { check: 'ok', status: [200, 0] }] }, \
        { check: 'fine', status: 200 }, { sleep: { exponential: '1s' } }]
        """
    ).read().loads[0]
    #expect(
      load.iteration == [
        .repeated(
          3, steps: [.request(0, key: .same), .check(name: "ok", statuses: [200, 0])]),
        .check(name: "fine", statuses: [200]),
        .sleep(.exponential(mean: .seconds(1))),
      ])
  }

  @Test("have several scenarios, each with its own times")
  func scenarios() throws {
    let model = try #require(BundledModels.all.first { $0.name == "balance-mixed" })
    let scenario = try ScenarioReader.read(model.text, file: "a", modelName: "a")
    #expect(scenario.loads.map(\.name) == ["charges", "deductions"])
    #expect(
      scenario.loads.map(\.executor)
        == [Executor](
          repeating: .perVUIterations(vus: 10, iterations: 1, maxDuration: .minutes(10)), count: 2))
    #expect(
      scenario.loads.map(\.iteration) == [
        [.request(0, key: .new)], [.request(1, key: .new)],
      ])
    #expect(
      scenario.loads.allSatisfy {
        $0.startStagger == .drawn(.uniform(least: .zero, most: .milliseconds(6)))
      })
  }

  @Test("define strategies of their own behind the seven built in")
  func strategies() throws {
    let scenario = try ModelText(
      more: """
        strategies: { fenced: { layers: ['distributed-lock', 'fencing-token', 'atomic'] }, \
        bare: { layers: [] } }, strategy: 'fenced',
        """
    ).read()
    let fenced = Strategy(
      name: "fenced",
      defence: Defence(writeGuard: .atomic, distributedLock: true, fencingToken: true))
    #expect(scenario.strategy == fenced)
    #expect(
      scenario.strategies == Strategy.builtIn + [
        fenced, Strategy(name: "bare", defence: Defence()),
      ]
    )
  }
}

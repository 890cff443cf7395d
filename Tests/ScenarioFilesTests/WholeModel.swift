/// A model in which every word of a model file stands at least once.
enum WholeModel {
  static let text = """
    {
      "$schema": "./model.schema.json", title: "Everything", question: "Is every word read?", strategy: "own",
      strategies: { own: { layers: ["distributed-lock", "fencing-token", "idempotency-key"] } },
      tables: {
        items: { rows: 100, columns: { value: 7, other: -7 } },
        keys: { uniqueKey: true, rows: 1000, keyOrder: "ascending" },
        more_keys: { uniqueKey: true, keyOrder: "random", expiry: "24h" },
        people: { rows: 50 },
      },
      system: {
        instances: 2, network: { oneWay: "1ms" }, cores: 4,
        threads: { size: 10, accepted: 20, backlog: 5 },
        pool: { size: 3, timeout: "1s", barging: 0.25 },
        servers: { disk: { count: 2, queue: "each" }, robot: { count: "unlimited" } },
        gates: { mpl: { size: 5 }, door: { size: "unlimited" } }, sleepOvershoot: "50us",
        balance: "least-connections",
        memory: { size: "4GiB", base: "512MB", perRequest: "5MiB", restart: "30s" },
        caches: {
          near: { ttl: "60s", store: "instance", singleFlight: true },
          far: { ttl: "5m", store: "redis" },
        },
        database: {
          engine: "mysql-5.7", isolation: "read-committed", cores: 8, roundTrip: "2ms",
          statement: "200us", begin: 0, select: "1us", insert: "2us", update: "3us", commit: "1ms",
          rollback: "4us", groupCommit: false, lockWaitTimeout: "3s", deadlockDetection: true,
          deadlockVictim: "youngest", rollbackOnTimeout: true, snapshotIsolation: true,
          upgradeBypass: false, upgradesFirst: true,
        },
        redis: {
          client: "spin", roundTrip: "1ms", command: "20us", unlock: "30us", watchdogTimeout: "9s",
          poll: { exponential: { base: "1ms", factor: 2, cap: "128ms" }, jitter: "full" },
        },
      },
      requests: {
        change: {
          name: "POST /change",
          keys: {
            reads: {
              row: "items", by: "uniform", count: { from: 4, to: 12 }, order: "sorted",
              redrawOnRetry: true,
            },
            writes: { subsetOf: "reads", probability: 0.25, order: "drawn" },
            popular: { row: "items", by: { zipf: 0.99 } },
            hot: { row: "items", by: { hotSet: { rows: 10, probability: 0.9 } } },
            listed: { row: "items", by: { list: [3, 1, 2] }, count: 2 },
            own: { row: "items", by: "vu" },
            person: { row: "people", by: "uniform" },
          },
          steps: [
            { cpu: "1ms" }, { delay: { exponential: "1ms" } },
            { delay: { normal: { mean: "5ms", sd: "1ms" } } },
            { delay: { lognormal: { median: "5ms", p95: "9ms" } } },
            { delay: { gamma: { mean: "5ms", shape: 2 } } },
            { delay: { pareto: { minimum: "1ms", shape: 1.5 } } },
            { delay: { empirical: ["1ms", 0, "4ms"] } }, { use: "disk", time: "35ms" },
            { retry: { on: ["deadlock", "lock-not-available", "record-changed", "duplicate-key"],
                       attempts: 3, backoff: "mean-response-time" }, steps: [
              { gate: "mpl", steps: [
                { transaction: [
                  { forEach: "reads", steps: [
                    { lock: "items[reads]", mode: "share", wait: "5s" },
                    { use: "disk", time: { uniform: ["1ms", "2ms"] } },
                  ] },
                  { lock: "items[popular]", mode: "exclusive", wait: "skip-locked" },
                  { lock: { rows: "items", count: 2, by: "uniform", order: "sorted",
                    redrawOnRetry: false },
                    wait: "nowait" },
                  { lock: ["people[person]", "items[own]"], order: "written", mode: "share",
                    wait: "1s" },
                  { insert: "keys", ifDuplicate: "update" },
                  { update: "items[writes].value", add: 1 },
                  { update: { rows: "items", by: { list: [5] }, column: "other", count: 1,
                    order: "sorted", redrawOnRetry: true }, set: 0,
                    guard: "atomic" },
                  { idempotent: "more_keys", lookup: "for-update", insert: "same",
                    completion: "same", onProcessing: "insert", onFailed: "refuse",
                    steps: [{ read: "items[hot]" }] },
                  { transaction: [{ lock: "items[listed]" }], propagation: "requires-new",
                    isolation: "repeatable-read", control: "immediate-restart" },
                ], control: "locking", afterCommitPoint: [
                  { forEach: "writes", steps: [{ use: "disk", time: "35ms" }] },
                ] },
              ] },
            ] },
            { choose: [
              { weight: 3, steps: [{ connection: [{ read: "items[own]" }] }] },
              { weight: 0, steps: [] },
            ] },
            { everyNth: { every: 5, first: 2, of: { group: 10 }, firstAttempt: true },
              steps: [{ cpu: "1ms" }], otherwise: [{ cpu: "2ms" }] },
            { barrier: 10 },
            { distributedLock: "item:{own}", wait: "10s", client: "watchdog",
              layer: "distributed-lock", steps: [
              { idempotent: "keys", layer: "idempotency-key", steps: [
                { transaction: [
                  { read: "items[own]" },
                  { update: "items[own].value", add: -1, atLeast: 0,
                    refuse: { status: 410, counter: "stock_depletions" } },
                ] },
              ] },
            ] },
            { cache: "near:{own}", steps: [
              { cache: "far", steps: [{ read: "items[own]" }] },
            ] },
            { idempotent: "more_keys", completion: "with-effect",
              onProcessing: { takeOver: "60s" }, onFailed: "insert", steps: [
              { transaction: [
                { lock: ["items[own]", "people[person]"], order: "sorted" },
                { update: "items[own].other", add: 1, guard: "none" },
              ] },
            ] },
            { distributedLock: "polled", wait: "1s", lease: "2s", client: "spin",
              poll: { fixed: "50ms", jitter: "equal" }, steps: [{ cpu: "1ms" }] },
            { everyNth: 7, steps: [{ refuse: { counter: "missing_keys", status: 400 } }] },
            { respond: 201 },
          ],
        },
        look: { keys: { one: { row: "items" } }, steps: [{ respond: 200 }] },
      },
      scenarios: {
        changes: {
          executor: "constant-vus", vus: 20, duration: "60s", startTime: "1s", gracefulStop: "2s",
          startStagger: "even", warmUp: "3s", stopRetriesAtEnd: true,
          client: {
            timeout: "2s", attempts: 3, retryOn: [0, 503],
            backoff: { exponential: { base: "100ms" }, jitter: "full" },
            budget: { ratio: 0.1, minPerSecond: 10, limit: 100 },
            tokenBucket: { size: 100, cost: 7, timeoutCost: 14 },
            breaker: { failureRate: 0.25, window: 50, minimumCalls: 20, slowCall: "1s",
              slowCallRate: 0.75, openFor: "5s", halfOpenCalls: 3 },
          },
          iteration: [
            { request: "change", key: "previous" }, { check: "ok", status: [201, 0] },
            { everyNth: { every: 3, first: 2, of: "user" }, steps: [{ request: "look", key: { group: 5 } }],
              otherwise: [{ sleep: { exponential: "1s" } }] },
            { barrier: 5 }, { repeat: 2, steps: [{ request: "look", key: "same" }] },
            { request: "look", key: "new", doubleClick: "150ms" },
            { choose: [
              { weight: 9, steps: [
                { request: "look", doubleClick: { after: { exponential: "1s" }, probability: 0.1 } },
              ] },
              { weight: 1, steps: [] },
            ] },
            { ifStatus: 200, steps: [{ sleep: "1s" }] },
            { ifStatus: [409, 0], steps: [], otherwise: [{ request: "change" }] },
          ],
        },
        ramp: {
          executor: "ramping-vus", startVUs: 1, gracefulRampDown: "1s",
          stages: ["30s:10", { duration: "1m", target: 0 }],
          iteration: [{ request: "look" }, { sleep: "1s" }],
        },
        shared: {
          executor: "shared-iterations", vus: 2, iterations: 20, maxDuration: "1m",
          iteration: [{ request: "look" }],
        },
        each: {
          executor: "per-vu-iterations", vus: 2, iterations: 20, iteration: [{ request: "look" }],
        },
        steady: {
          executor: "constant-arrival-rate", rate: 100, timeUnit: "1s", duration: "1m",
          preAllocatedVUs: 10, maxVUs: 50, arrivals: "poisson", iteration: [{ request: "look" }],
        },
        rising: {
          executor: "ramping-arrival-rate", startRate: 5, timeUnit: "1m", preAllocatedVUs: 5,
          stages: ["1m:100", { duration: "1m", target: 0 }], iteration: [{ request: "look" }],
        },
        shaped: {
          profile: "spike", vus: 20, duration: "3m", startTime: "2m", iteration: [
            { request: "look" }, { sleep: "1s" },
          ],
        },
      },
      thresholds: {
        http_req_duration: [
          "p(95)<1000", { threshold: "p(99)<2000", abortOnFail: true, delayAbortEval: "10s" },
        ],
        "http_req_duration{scenario:changes,status:200}": ["avg<500"],
      },
      hazards: ["lock-key-per-request", "unordered-locks"],
      faults: [
        { pause: "35s", at: "10s", every: { exponential: "30s" }, times: 3, probability: 0.5,
          instance: 1 },
        { instanceCrash: "10s", at: { uniform: ["1s", "9s"] }, every: "20s", times: 2,
          probability: 1, instance: 2 },
        { redisFailover: "200ms", at: { exponential: "5s" }, every: "20s", times: 2,
          probability: 1 },
        { redisOutage: "5s", at: 0, every: { uniform: ["10s", "20s"] }, times: 2, probability: 0.1,
          timeout: "1s", policy: "fail-open" },
        { databaseStall: "2s", at: "3s", every: "1m", times: 9, probability: 0.9 },
        { clockJump: "10s", at: "5s", every: "1m", times: 2, probability: 1, direction: "back" },
        { responseLoss: 0.01, from: "1s", for: "5s", nth: [3, 7] },
        { doubleSubmit: 0, from: 0, for: "5s", nth: 3, probability: 0.1 },
        { slowCommit: "200ms", from: "1s", for: "5s", nth: [1], probability: 0.1 },
        { networkDelay: "500ms", on: "database", from: "1s", for: "5s", nth: [17],
          probability: 1 },
      ],
    }
    """

  static var bytes: [UInt8] { Array(text.utf8) }
}

import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

@Suite("The answer in words")
struct RunAnswerTests {
  /// The sentences of the answer, as if a line had no end.
  private func answer(_ run: SmallRun, _ strategy: String) -> String {
    let lines = RunScreen.answerText(run.result(strategy)).split(separator: "\n").dropFirst()
    return lines.map { $0.dropFirst(11) }.joined(separator: " ")
  }

  // MARK: What was lost

  @Test("says that nothing was lost, with charges, effects and balances")
  func nothingLost() {
    let text = answer(SmallRun(), "pessimistic")
    #expect(text.hasPrefix("No money was lost: 2 charges, 2 effects, balances exact. "))
  }

  @Test("counts one request in the singular")
  func oneRequest() {
    var run = SmallRun()
    run.executor = .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
    #expect(
      answer(run, "none").hasPrefix(
        "No money was lost: 1 charge, 1 effect, balances exact. 200 requests/s, p95 5.0 ms, "))
    #expect(RunScreen.answerText(run.result("none")).hasPrefix("small · none · 1 user · 5.0 ms · "))
  }

  @Test(
    "says why the strategy could lose it",
    arguments: [
      ("none", "Strategy none does not guard the write."),
      ("idempotency-key", "Strategy none does not guard the write."),
    ])
  func reasons(strategy: String, reason: String) {
    // The small model has no idempotency step, so that strategy guards as little as none.
    let expected = reason.replacing("none", with: strategy)
    #expect(answer(SmallRun(), strategy).contains(expected))
  }

  /// One request at a time, if it takes the lock, which costs no time.
  private func underLock(_ steps: [Step], lease: VirtualDuration = .seconds(100)) -> Step {
    .distributedLock(
      DistributedLockStep(
        name: LockName(text: "balance:user:{user}", keys: [0]), wait: .seconds(100), lease: lease,
        layer: .distributedLock, steps: steps))
  }

  @Test("blames who does not take the lock, when no lease ended too soon")
  func writtenWithoutLock() {
    let row = RowReference(table: 0, key: 0)
    let update = UpdateStep(row: row, column: 0, change: .add(10_000))
    let charge = Step.transaction(TransactionStep(steps: [.read(row), .update(update)]))
    var run = SmallRun()
    // The first of the two users takes the lock, the other does not; both have read by 1 ms.
    run.steps = [
      .everyNth(
        EveryNth(every: 2, first: 1, counting: .ofGroup(size: 2)), steps: [underLock([charge])],
        otherwise: [charge])
    ]
    let text = answer(run, "distributed-lock")
    #expect(text.hasPrefix("MONEY WAS LOST: 1 of 2 updates vanished (50.0 %). "))
    #expect(
      text.contains(
        " Under strategy distributed-lock the lock guards only who takes it; rows of users are also"
          + " written without it. "))
    // The lock is around something else: they have it one after the other, until 1 and 2 ms, and
    // the second has read by 3 ms, when the first has not committed.
    run.steps = [underLock([.delay(.constant(.milliseconds(1)))]), charge]
    #expect(
      answer(run, "distributed-lock").contains("; rows of users are written without it. "))
  }

  @Test("blames the lease when everybody takes the lock")
  func leaseEnded() {
    let row = RowReference(table: 0, key: 0)
    let update = UpdateStep(row: row, column: 0, change: .add(10_000))
    let charge = Step.transaction(TransactionStep(steps: [.read(row), .update(update)]))
    var run = SmallRun()
    // The first is inside from 0 to 5 ms; the other comes in at 2 ms and has read by 3 ms.
    run.steps = [underLock([charge], lease: .milliseconds(2))]
    let text = answer(run, "distributed-lock")
    #expect(text.hasPrefix("MONEY WAS LOST: 1 of 2 charges vanished (50.0 %). "))
    #expect(
      text.contains(
        " Under strategy distributed-lock only the lock guards the write, and only while its lease"
          + " lasts. "))
  }

  @Test("does not call it money when the values are none, and takes the words from the request")
  func otherWords() {
    var run = SmallRun()
    run.identifier = "order"
    run.column = Table.Column(name: "stock", initialValue: 5)
    run.change = -1
    let bad = answer(run, "none")
    #expect(bad.hasPrefix("UPDATES WERE LOST: 1 of 2 orders vanished (50.0 %). "))
    #expect(bad.contains(" The sum of all stock is 1 too high. "))
    #expect(
      answer(run, "atomic").hasPrefix("No update was lost: 2 orders, 2 effects, stock exact."))
    run.identifier = "doSomething"
    #expect(answer(run, "atomic").hasPrefix("No update was lost: 2 requests, 2 effects,"))
    run.identifier = "deduct"
    #expect(answer(run, "atomic").hasPrefix("No update was lost: 2 deductions, 2 effects,"))
  }

  @Test("speaks of requests when there are several classes")
  func severalClasses() {
    var run = SmallRun()
    run.moreRequests = [RequestClass(identifier: "deduct", name: "", keys: [], steps: [])]
    #expect(answer(run, "atomic").hasPrefix("No money was lost: 2 requests, 2 effects,"))
  }

  @Test("says when a repeat of one intent had its effect again")
  func duplicates() {
    var run = SmallRun()
    run.key = .same
    #expect(
      answer(run, "atomic").hasPrefix(
        "DONE TWICE: 1 of 2 charges repeated one that was made already. "
          + "No idempotency key tells a repeat from a new charge. "))
  }

  @Test("says how often an unguarded write went below the floor")
  func oversold() {
    var run = SmallRun()
    run.identifier = "order"
    run.column = Table.Column(name: "stock", initialValue: 1)
    run.change = -1
    run.atLeast = 0
    let text = answer(run, "none")
    #expect(text.hasPrefix("UPDATES WERE LOST: 1 of 2 orders vanished"))
    #expect(text.contains(" 1 order went below the floor. "))
  }

  @Test("says that everything was refused")
  func refused() {
    var run = SmallRun()
    run.change = -10_000
    run.atLeast = 0
    let text = answer(run, "none")
    #expect(text.hasPrefix("No charge was made: all 2 requests were refused. "))
    #expect(text.contains("0.00 % errors, 100.0 % refused."))
    #expect(text.contains(" 2 charges were refused: insufficient balance (409). "))
  }

  @Test("says that no request had an effect where there is no word for what requests do")
  func refusedWithoutAName() {
    var run = SmallRun()
    run.identifier = "issue"
    run.column = Table.Column(name: "remaining", initialValue: 0)
    run.change = -1
    run.atLeast = 0
    #expect(
      answer(run, "none").hasPrefix("No request had an effect: all 2 requests were refused. "))
    run.executor = .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
    #expect(answer(run, "none").hasPrefix("No request had an effect: 1 request was refused. "))
  }

  @Test("says that nothing was changed when everything was refused before any change")
  func refusedBeforeAnyChange() {
    var run = SmallRun()
    let row = RowReference(table: 0, key: 0)
    let update = UpdateStep(row: row, column: 0, change: .add(10_000))
    run.steps = [
      .idempotent(
        IdempotentStep(
          table: 1, layer: .idempotencyKey,
          steps: [.transaction(TransactionStep(steps: [.read(row), .update(update)]))]))
    ]
    run.hazards = [.missingKey]
    // The mistake puts the refusal where the key and the change stand.
    let text = answer(run, "idempotency-key")
    #expect(text.hasPrefix("Nothing was changed: all 2 requests were refused. "))
    #expect(text.contains(" 2 charges were refused: no idempotency key (400). "))
    // One of two is answered.
    run.hazards = []
    run.steps = [
      .everyNth(
        EveryNth(every: 2, first: 1, counting: .ofGroup(size: 2)),
        steps: [.refuse(Refusal(status: 400, counter: .missingKeys))], otherwise: [])
    ]
    #expect(
      answer(run, "none").hasPrefix(
        "Nothing can be lost: requests change no stored value. 2 requests were answered. "))
  }

  @Test("says that none failed where the steps that have effects were never done")
  func neverTheOccasion() {
    #expect(
      answer(runWithEveryNth(first: 2), "none").hasPrefix(
        "No charge was made: none was refused, and none failed. "))
  }

  @Test("counts refusals of several kinds together, each with its status if it has one alone")
  func severalRefusals() {
    var run = SmallRun()
    run.identifier = "order"
    run.executor = .perVUIterations(vus: 4, iterations: 1, maxDuration: .minutes(1))
    let gone = Step.refuse(Refusal(status: 409, counter: .stockDepletions))
    let absent = Step.refuse(Refusal(status: 404, counter: .stockDepletions))
    let noKey = Step.refuse(Refusal(status: 400, counter: .missingKeys))
    // The first two of the four users' requests are each refused another way.
    run.steps = [
      .everyNth(
        EveryNth(every: 4, first: 1, counting: .ofGroup(size: 4)), steps: [gone], otherwise: []),
      .everyNth(
        EveryNth(every: 4, first: 1, counting: .ofGroup(size: 4)), steps: [noKey], otherwise: []),
    ]
    let text = answer(run, "none")
    #expect(
      text.contains(
        " 2 orders were refused: 1 stock gone (409), 1 no idempotency key (400). "), "\(text)")
    run.steps = [
      .everyNth(
        EveryNth(every: 4, first: 1, counting: .ofGroup(size: 4)), steps: [gone], otherwise: []),
      .everyNth(
        EveryNth(every: 4, first: 1, counting: .ofGroup(size: 4)), steps: [absent], otherwise: []),
    ]
    #expect(answer(run, "none").contains(" 2 orders were refused: stock gone. "))
  }

  @Test("says that nobody was answered")
  func nobodyFinished() {
    var run = SmallRun()
    run.steps = [.delay(.constant(.hours(2)))]
    run.executor = .constantVUs(vus: 3, duration: .seconds(1))
    run.gracefulStop = .seconds(1)
    run.thresholds = [.slowerThan(1)]
    #expect(
      answer(run, "none")
        == "Nothing was done: 3 requests were sent, none was answered. The threshold holds. "
        + "No request was answered before its user was gone: 3 interrupted.")
  }

  @Test("says that nobody sent anything")
  func nobodyCame() {
    var run = SmallRun()
    run.executor = .constantVUs(vus: 0, duration: .seconds(1))
    #expect(answer(run, "none").hasPrefix("Nothing happened: no user sent a request."))
  }

  @Test("says that nothing can be lost where nothing is changed")
  func noColumns() {
    var run = SmallRun()
    run.steps = [.delay(.constant(.milliseconds(1)))]
    #expect(
      answer(run, "none").hasPrefix(
        "Nothing can be lost: requests change no stored value. 2 requests were answered. "))
    #expect(
      answer(run, "none").hasSuffix(
        "Nothing is scarce in this model: no number of users would bind."))
  }

  @Test("says whose effects they were when users went before the answer came")
  func gone() {
    var run = SmallRun()
    run.executor = .constantVUs(vus: 1, duration: .milliseconds(2))
    run.gracefulStop = .zero
    #expect(
      answer(run, "none").hasPrefix(
        "1 charge was made, but not acknowledged: its user had gone. "
          + "No money was lost: balances exact. "))
  }

  @Test("says in the verdict that nobody was told of what was done")
  func unacknowledged() {
    var run = SmallRun()
    run.executor = .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
    // The lease runs out long before the commit, so that the release fails and with it the answer.
    let row = RowReference(table: 0, key: 0)
    let update = UpdateStep(row: row, column: 0, change: .add(10_000))
    run.steps = [
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "balance:user:{user}", keys: [0]), wait: .seconds(1),
          lease: .milliseconds(1), layer: .distributedLock,
          steps: [.transaction(TransactionStep(steps: [.read(row), .update(update)]))]))
    ]
    #expect(
      answer(run, "distributed-lock").hasPrefix(
        "1 charge was made, but not acknowledged: the client was told that it failed. "
          + "No money was lost: balances exact. "))
    let text = RunScreen.answerText(
      run.result("distributed-lock"), options: RunScreenOptions(isColored: true))
    #expect(text.contains("\u{1B}[31m1 charge was made, but not acknowledged\u{1B}[0m"))
  }

  /// A charge that every second request of a user makes; the ledger expects none of any.
  private func runWithEveryNth(first: Int) -> SmallRun {
    var run = SmallRun()
    let row = RowReference(table: 0, key: 0)
    let update = UpdateStep(row: row, column: 0, change: .add(10_000))
    run.steps = [
      .everyNth(
        EveryNth(every: 2, first: first),
        steps: [.transaction(TransactionStep(steps: [.read(row), .update(update)]))],
        otherwise: [])
    ]
    return run
  }

  @Test("counts successes and effects apart where a success need not have one")
  func someHaveEffects() {
    var run = runWithEveryNth(first: 1)
    run.executor = .perVUIterations(vus: 1, iterations: 3, maxDuration: .minutes(1))
    // The first and the third.
    #expect(
      answer(run, "none").hasPrefix(
        "No money was lost: 3 charges answered with success, 2 effects, balances exact. "))
    run.executor = .perVUIterations(vus: 1, iterations: 1, maxDuration: .minutes(1))
    #expect(
      answer(run, "none").hasPrefix(
        "No money was lost: 1 charge answered with success, 1 effect, balances exact. "))
    // What answers to requests were that change nothing is not told apart.
    run.moreRequests = [RequestClass(identifier: "look", name: "", keys: [], steps: [])]
    #expect(answer(run, "none").hasPrefix("No money was lost: 1 update, balances exact. "))
  }

  @Test("says that nobody heard of it only when there was no success")
  func someHaveEffectsUnheard() {
    var run = runWithEveryNth(first: 1)
    run.executor = .constantVUs(vus: 1, duration: .milliseconds(2))
    run.gracefulStop = .zero
    #expect(
      answer(run, "none").hasPrefix(
        "1 update was made, but not acknowledged: its user had gone. "
          + "No money was lost: balances exact. "))
    // The first is answered at 5 ms. The second has no effect and takes no time, so that a pause of
    // 1 ms follows it. The third takes from 6 to 11 ms.
    run.executor = .constantVUs(vus: 1, duration: .milliseconds(9))
    #expect(
      answer(run, "none").hasPrefix(
        "No money was lost: 2 charges answered with success, 2 effects, balances exact. "))
  }

  @Test("counts the requests that were acknowledged where each has several effects")
  func severalEffects() {
    var run = SmallRun()
    let row = RowReference(table: 0, key: 0)
    let update = Step.update(UpdateStep(row: row, column: 0, change: .add(10_000)))
    run.steps = [.transaction(TransactionStep(steps: [.read(row), update, update]))]
    #expect(
      answer(run, "atomic").hasPrefix("No money was lost: 2 charges, 4 effects, balances exact. "))
    // A class that changes nothing hides nothing here.
    run.moreRequests = [RequestClass(identifier: "look", name: "", keys: [], steps: [])]
    #expect(
      answer(run, "atomic").hasPrefix("No money was lost: 2 requests, 4 effects, balances exact. "))
  }

  @Test(
    "names the values of a column by its plural, if its name is a noun that has one",
    arguments: [
      ("balance", "balances"), ("quantity", "quantities"), ("points", "points"),
      ("stock", "stock"), ("v", "values of v"), ("remaining", "values of remaining"),
      ("status", "values of status"), ("reserved_seats", "values of reserved_seats"),
    ])
  func columnNames(name: String, values: String) {
    var run = SmallRun()
    run.column = Table.Column(name: name, initialValue: 0)
    #expect(answer(run, "atomic").contains(": 2 charges, 2 effects, \(values) exact. "))
    #expect(answer(run, "none").contains(" The sum of all \(values) is 10 000 too low. "))
  }

  // MARK: How well

  @Test("names the thresholds that fail")
  func thresholds() {
    var run = SmallRun()
    run.thresholds = [.slowerThan(8), .slowerThan(9), .slowerThan(10)]
    #expect(
      answer(run, "none").contains(
        "errors. 1 of 3 thresholds fails: http_req_duration p(95)<8. "))
    run.thresholds = [.slowerThan(7), .slowerThan(8)]
    #expect(
      answer(run, "none").contains(
        "Both thresholds fail: http_req_duration p(95)<7, http_req_duration p(95)<8. "))
    run.thresholds = [.slowerThan(9), .slowerThan(10)]
    #expect(answer(run, "none").contains("errors. Both thresholds hold. "))
    run.thresholds = []
    #expect(!answer(run, "none").contains("threshold"))
  }

  @Test("tells how many iterations of a count were not begun in time")
  func notBegun() {
    var run = SmallRun()
    run.steps = [.delay(.constant(.milliseconds(10)))]
    // Each user begins one at 0, 10 and 20 ms; the time is over at 25 ms.
    run.executor = .perVUIterations(vus: 2, iterations: 250, maxDuration: .milliseconds(25))
    #expect(answer(run, "none").contains(" errors. 494 of 500 iterations were not begun in time. "))
    run.executor = .perVUIterations(vus: 2, iterations: 3, maxDuration: .milliseconds(25))
    #expect(!answer(run, "none").contains("not begun"))
    run.executor = .sharedIterations(vus: 2, iterations: 7, maxDuration: .milliseconds(25))
    #expect(answer(run, "none").contains(" 1 of 7 iterations was not begun in time. "))
    // Those who iterate until a time is over drop nothing.
    run.executor = .constantVUs(vus: 2, duration: .milliseconds(25))
    #expect(!answer(run, "none").contains("not begun"))
  }

  @Test("counts conflicts by attempts, and says how many retries were needed of how many")
  func conflicts() {
    // Both read at 1 ms; the second finds the version moved at 6 ms, and needs one retry: 1 of 3
    // writes.
    #expect(
      answer(SmallRun(), "optimistic").contains(
        "33.3 % of attempts to write met a version conflict; nobody needed more than 1 of 9 retries. "
      ))
    var run = SmallRun()
    run.executor = .perVUIterations(vus: 1, iterations: 3, maxDuration: .minutes(1))
    #expect(answer(run, "optimistic").contains(" No attempt met a version conflict. "))
  }

  @Test("counts conflicts of requests that were never answered, and says whom retries are told of")
  func conflictsOfTheGone() {
    var run = SmallRun()
    // Three read at 1 ms and write at 5, 9 and 13 ms: the commit of the first makes the other two
    // conflict, and these try again; after 11 ms all have gone but the first.
    run.executor = .constantVUs(vus: 3, duration: .milliseconds(6))
    run.gracefulStop = .milliseconds(5)
    let result = run.result("optimistic")
    #expect(result.safety.answered < result.safety.arrived)
    #expect(result.versionChecks >= result.count(.optimisticLockConflicts))
    #expect(answer(run, "optimistic").contains("; of those answered, nobody needed "))
  }

  @Test("says that no attempt came to its check when everybody was refused before")
  func noChecks() {
    var run = SmallRun()
    run.change = -10_000
    run.atLeast = 0
    #expect(run.result("optimistic").versionChecks == 0)
    #expect(answer(run, "optimistic").contains(" No attempt came as far as its version check. "))
  }

  @Test("says how many gave up, and how an error counts")
  func exhausted() {
    var run = SmallRun()
    // Of eleven who start together one wins each round, all read again at once, and the last has
    // used ten attempts.
    run.executor = .perVUIterations(vus: 11, iterations: 1, maxDuration: .minutes(1))
    let text = answer(run, "optimistic")
    #expect(
      text.contains(
        "% of attempts to write met a version conflict; 1 request gave up after 10 attempts."))
    #expect(text.contains(" 9.09 % errors."))
    #expect(text.hasPrefix("No money was lost: 10 charges, 10 effects, balances exact. "))
  }

  @Test("says what most of the response time is")
  func mostly() {
    var run = SmallRun()
    run.backoff = Backoff(base: .seconds(1))
    #expect(answer(run, "optimistic").contains("% of the response time is backoff. "))
    #expect(!answer(SmallRun(), "none").contains("of the response time"))
  }

  // MARK: What binds

  @Test("names a saturated row with its ceiling: one over the mean hold")
  func saturatedRow() {
    var run = SmallRun()
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    // The row is held for 5 ms of each request, from the locking read on, and passed on at once.
    #expect(
      answer(run, "pessimistic").hasSuffix(
        "Saturated: row users[1], busy 100.0 %; one row allows 200 requests/s "
          + "(hold 5.0 ms)."))
  }

  @Test("names the row as the cause when connections fill up behind it")
  func cause() {
    var run = SmallRun()
    run.system.pool.size = 4
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    #expect(
      answer(run, "pessimistic").hasSuffix(
        "(hold 5.0 ms). The connection pool (4) fills up behind it."))
  }

  @Test("names a saturated pool where rows are many")
  func saturatedPool() {
    var run = SmallRun()
    run.rows = 10
    run.system.pool.size = 2
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    // Two connections, 5 ms each, unless a commit joins a sync that has begun: at most 400 requests
    // a second.
    #expect(
      answer(run, "atomic").contains("Saturated: the connection pool (2), busy 2.0 of 2 at "))
  }

  @Test("names saturated servers of the model's own, and the gate that fills up before them")
  func saturatedServers() {
    var run = SmallRun()
    run.system.serverPools = [ServerPoolModel(name: "disk", count: 1)]
    run.system.gates = [GateModel(name: "mpl", size: 4)]
    run.steps = [.gate(0, steps: [.use(server: 0, .constant(.milliseconds(10)))])]
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    // One disk, 10 ms each; 4 requests are inside the gate, 3 of them before the disk.
    let text = answer(run, "none")
    #expect(
      text.contains(
        "Saturated: the servers 'disk' (1), busy 1.0 of 1 at 100 requests/s; 3.0 wait on average."))
    #expect(text.contains("The gate 'mpl' (4) fills up behind it."))
  }

  @Test("names a saturated distributed lock, with the row's number in its name")
  func saturatedLock() {
    var run = SmallRun()
    run.lock = LockName(text: "balance:user:{user}", keys: [0])
    run.system.lockServer.network = .constant(.microseconds(100))
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    let text = answer(run, "distributed-lock")
    #expect(text.contains("Saturated: distributed lock balance:user:1, busy 9"))
    #expect(text.contains(" waits for a distributed lock: mean "))
    #expect(text.contains(" Nobody waited for a row. "))
  }

  @Test("says what the threads do when they are what is missing")
  func threads() {
    var run = SmallRun()
    run.steps = [.delay(.constant(.milliseconds(10)))]
    run.system.threads.size = 2
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    let text = answer(run, "none")
    #expect(
      text.contains("Saturated: the thread pool (2), busy 2.0 of 2 at 200 requests/s; 8.0 wait"))
    #expect(text.hasSuffix("Threads spend 100.0 % of their time in external delay."))
  }

  @Test("forecasts the users at which the busiest thing binds")
  func forecast() {
    var run = SmallRun()
    run.rows = 10
    run.system.database.update = .constant(.milliseconds(4))
    run.system.database.commit = .zero
    run.thinkTime = .milliseconds(96)
    run.executor = .constantVUs(vus: 10, duration: .seconds(10))
    // Each user has a row to itself: 4 ms of each 100 ms, so the row would be busy with 25 users on
    // it, 250 in all.
    let text = answer(run, "atomic")
    #expect(text.contains("Nothing is saturated. First to bind: the hottest row users["))
    #expect(text.hasSuffix("at about 250 users."))
  }

  @Test("forecasts nothing where users do not come back, or where hardly anything is busy")
  func noForecast() {
    // Two holds of 4 ms in 9 ms, each user once.
    #expect(
      answer(SmallRun(), "none").hasSuffix(
        "Nothing is saturated; the busiest is the hottest row users[1], 88.9 %."))
    var run = SmallRun()
    run.system.database.commit = .zero
    run.thinkTime = .seconds(1)
    run.executor = .constantVUs(vus: 1, duration: .seconds(10))
    // 1 ms of each 1.002 s.
    #expect(answer(run, "none").hasSuffix("the busiest is the hottest row users[1], 0.1 %."))
  }

  @Test("says that threads turned requests away, and forecasts nothing")
  func turnedAway() {
    var run = SmallRun()
    run.system.threads.size = 1
    run.system.threads.accepted = 1
    run.system.threads.backlog = 0
    run.thinkTime = .seconds(1)
    run.executor = .constantVUs(vus: 5, duration: .seconds(3))
    let result = run.result("atomic")
    let refused = result.count(.threadsRefused)
    #expect(refused > 1)
    #expect(
      answer(run, "atomic").hasSuffix(" The thread pool (1) turned away \(refused) requests."))
  }

  @Test("says how many waited in vain for a connection")
  func waitedInVain() {
    var run = SmallRun()
    run.system.pool.size = 1
    run.system.pool.timeout = .milliseconds(1)
    // One has the only connection for 4 ms; the other may wait for 1 ms.
    #expect(
      answer(run, "atomic").hasSuffix(
        " 1 request waited in vain for a connection (pool of 1)."))
  }

  @Test("says when a ramp passes the point at which something binds")
  func ramp() {
    var run = SmallRun()
    run.thinkTime = .milliseconds(45)
    run.executor = .rampingVUs(
      startVUs: 0, stages: [.init(duration: .seconds(20), target: 15)],
      gracefulRampDown: .seconds(1))
    let result = run.result("pessimistic")
    let text = RunScreen.answerText(result)
    #expect(text.hasPrefix("small · pessimistic · up to 15 users · 20 s · seed 1\n"))
    #expect(text.contains("The hottest row users[1] binds at about 1"))
    #expect(text.hasSuffix("before the load's peak of 15.\n"))
  }

  // MARK: Text

  @Test(
    "writes lengths of time in the unit that suits them",
    arguments: [
      (0, "0 ms"), (400, "0 µs"), (20_000, "20 µs"), (99_499, "99 µs"), (99_500, "0.1 ms"),
      (12_400_000, "12.4 ms"), (999_940_000, "999.9 ms"), (999_950_000, "1.00 s"),
      (61_240_000_000, "61.24 s"), (3_600_000_000_000, "3 600.00 s"),
    ])
  func times(nanoseconds: Double, text: String) {
    #expect(ScreenText.time(nanoseconds) == text)
  }

  @Test("never writes a share as 0 that is more")
  func percentages() {
    #expect(ScreenText.percent(0) == "0.0 %")
    #expect(ScreenText.percent(0.0001) == "<0.1 %")
    #expect(ScreenText.percent(0.00001, decimals: 2) == "<0.01 %")
    #expect(ScreenText.percent(0.0325) == "3.3 %")
    #expect(ScreenText.percent(1) == "100.0 %")
  }

  @Test(
    "groups digits by three on both sides of the point",
    arguments: [
      ("1", "1"), ("1234", "1 234"), ("-123", "-123"), ("-123456", "-123 456"),
      ("1203.481250", "1 203.481 250"),
    ])
  func groups(decimal: String, text: String) {
    #expect(ScreenText.grouped(decimal) == text)
  }

  @Test("rounds a forecast to two digits")
  func about() {
    #expect(
      [0.4, 2.25, 99.4, 99.6, 1744, 98_765].map { ScreenText.about($0) }
        == ["0", "2", "99", "100", "1 700", "99 000"])
  }

  @Test("draws bars to an eighth of a column, and the least that is not nothing")
  func bars() {
    #expect(
      [0, 0.001, 0.5, 1, 1.99, 2.125].map { ScreenText.bar($0) }
        == ["", "▏", "▌", "█", "██", "██▏"])
  }

  @Test("puts whole sentences on lines, and breaks a long one between words but not within numbers")
  func sentences() {
    #expect(ScreenText.lines(of: ["One.", "Two."], within: 9) == ["One. Two."])
    #expect(ScreenText.lines(of: ["One.", "Two."], within: 8) == ["One.", "Two."])
    #expect(
      ScreenText.lines(of: ["A", "and 1 000 % of it"], within: 11) == ["A", "and 1 000 %", "of it"])
    #expect(
      ScreenText.lines(of: ["and 1 000 % of it", "B"], within: 10) == ["and", "1 000 % of", "it B"])
    #expect(ScreenText.lines(of: [], within: 10) == [])
    // A first line of its own width.
    #expect(ScreenText.lines(of: ["A and B"], within: 3, first: 5) == ["A and", "B"])
    #expect(ScreenText.lines(of: ["A and B"], within: 5, first: 3) == ["A", "and B"])
  }
}

import ContentionEngine
import Reports
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Timelines of breaches whose moments were worked out by hand; see `TimelineRuns` for what takes
/// how long.
@Suite("Timeline")
struct TimelineTests {
  private typealias Runs = TimelineRuns

  private func lines(of timeline: Timeline?) -> String {
    timeline?.lines.joined(separator: "\n") ?? "no breach"
  }

  @Test("shows a lost update: who read and wrote what, and what the row then held")
  func lostUpdate() {
    let charge = [Runs.work(.read(Runs.row), Runs.charge)]
    let timeline = Runs.inTurn(charge, charge).timeline(of: .noLostUpdate)
    #expect(
      lines(of: timeline) == """
        users[3].balance
        time (s)    user 1 charge1   user 2 charge2   row
        0.001 000   read 30 000                       30 000 v0
        0.002 000                    read 30 000
        0.002 000   write 40 000
        0.005 000   commit                            40 000 v1
        0.005 000   reply 200
        0.006 000                    write 40 000
        0.009 000                    commit           40 000 v2
                    ✗ no lost update: user 1's 10 000 is gone
        """)
    #expect(timeline?.lineCount == 8)
  }

  @Test("shows a lease that ends during the work, and who comes in")
  func expiredLease() {
    // User 1 has the lock until 4 ms, reads at 1 ms and writes at 12 ms.
    let timeline = Runs.inTurn(
      [
        Runs.lock(
          lease: .milliseconds(4), Runs.work(.read(Runs.row), Runs.delay(10), Runs.charge))
      ],
      [Runs.lock(Runs.work(.read(Runs.row), Runs.charge))]
    ).timeline(of: .noLostUpdate)
    #expect(
      lines(of: timeline) == """
        users[3].balance · lock balance:user:3
        time (s)    user 1 charge1   user 2 charge2   row         lock
        0.000 000   lock                                          user 1
        0.001 000   read 30 000                       30 000 v0
        0.004 000                                                 lease of user 1 ends
        0.004 000                    lock                         user 2
        0.005 000                    read 30 000
        0.006 000                    write 40 000
        0.009 000                    commit           40 000 v1
        0.009 000                    unlock                       free
        0.009 000                    reply 200
        0.012 000   write 40 000
        0.015 000   commit                            40 000 v2
                    ✗ no lost update: user 2's 10 000 is gone
        """)
  }

  @Test("shows two inside one lock, and who they are")
  func twoInside() {
    let timeline = Runs.inTurn(
      [Runs.lock(lease: .milliseconds(4), Runs.delay(10))], [Runs.lock(Runs.delay(10))]
    ).timeline(of: .oneHolderPerLock)
    #expect(
      lines(of: timeline) == """
        lock balance:user:3
        time (s)    user 1 charge1   user 2 charge2   lock
        0.000 000   lock                              user 1
        0.004 000                                     lease of user 1 ends
        0.004 000                    lock             user 2
                    ✗ one holder per distributed lock: user 1 and user 2 are inside balance:user:3
        """)
  }

  @Test("names each of the locks that exclude nobody")
  func lockPerRequest() {
    let charge = [Runs.lock(isPerRequest: true, Runs.work(.read(Runs.row), Runs.charge))]
    let timeline = Runs.inTurn(charge, charge).timeline(of: .noLostUpdate)
    // The loads have keys 0 and 1.
    #expect(
      lines(of: timeline) == """
        users[3].balance · locks
        time (s)    user 1 charge1   user 2 charge2   row         lock
        0.000 000   lock                                          balance:user:key-2: user 1
        0.001 000                    lock                         balance:user:key-3: user 2
        0.001 000   read 30 000                       30 000 v0
        0.002 000                    read 30 000
        0.002 000   write 40 000
        0.005 000   commit                            40 000 v1
        0.005 000   unlock                                        balance:user:key-2: free
        0.005 000   reply 200
        0.006 000                    write 40 000
        0.009 000                    commit           40 000 v2
                    ✗ no lost update: user 1's 10 000 is gone
        """)
  }

  @Test("shows a duplicate that meets an error of the unique key")
  func duplicate() {
    // The look-up takes 1 ms, the INSERT nothing, its COMMIT 3 ms.
    let step = Step.idempotent(
      IdempotentStep(
        table: 1, onProcessing: .insert, layer: nil, steps: [Runs.work(Runs.charge)]))
    let timeline = Runs.twice(after: 5, step, strategy: "atomic")
      .timeline(of: .noDuplicateFails)
    #expect(
      lines(of: timeline) == """
        users[3].balance · key 1
        time (s)    user 1                  row         key
        0.001 000   #1 key is absent                    absent
        0.004 000   #1 insert key, commit               PROCESSING
        0.005 000   #1b sent again
        0.005 000   #1 write 40 000         30 000 v0
        0.006 000   #1b key is PROCESSING               PROCESSING
        0.006 000   #1b insert key: 1062
        0.006 000   #1b reply 500
                    ✗ no duplicate meets an error: user 1's repeat is told 500
        """)
  }

  @Test("shows one request's effect twice, in the lane of its user")
  func twice() {
    let timeline = Runs.twice(after: 10, Runs.work(Runs.charge), strategy: "atomic")
      .timeline(of: .oneEffectPerIntent)
    #expect(
      lines(of: timeline) == """
        users[3].balance
        time (s)    user 1             row
        0.001 000   #1 write 40 000    30 000 v0
        0.004 000   #1 commit          40 000 v1
        0.004 000   #1 reply 200
        0.010 000   #1b sent again
        0.011 000   #1b write 50 000
        0.014 000   #1b commit         50 000 v2
                    ✗ one effect per request: user 1's request has had its effect twice
        """)
  }

  @Test("shows a success that is told as a failure")
  func maskedSuccess() {
    let timeline = Runs.inTurn([Runs.lock(lease: .milliseconds(3), Runs.work(Runs.charge))])
      .timeline(of: .failedHasNoEffect)
    #expect(
      lines(of: timeline) == """
        users[3].balance · lock balance:user:3
        time (s)    user 1           row         lock
        0.000 000   lock                         user 1
        0.001 000   read 30 000      30 000 v0
        0.002 000   write 40 000
        0.003 000                                lease of user 1 ends
        0.005 000   commit           40 000 v1
        0.005 000   unlock refused
        0.005 000   reply 500
                    ✗ every failure left no effect: user 1 was told 500, and its effect is there
        """)
  }

  // MARK: Faults

  private func request(
    _ user: Int, call: Int64 = 1, attempt: Int = 1, key: UInt64
  ) -> StoryEvent.Teller {
    .request(
      StoryEvent.RequestTeller(
        user: UserID(index: user), program: 0, call: call, attempt: attempt, key: key,
        instance: InstanceID(index: 0)))
  }

  private func story(
    _ facts: (UInt64, StoryEvent.Teller, StoryEvent.Fact)...
  ) -> [StoryEvent] {
    story(facts)
  }

  private func story(_ facts: [(UInt64, StoryEvent.Teller, StoryEvent.Fact)]) -> [StoryEvent] {
    facts.enumerated().map { index, fact in
      StoryEvent(
        at: .start + .milliseconds(fact.0), event: UInt64(index), teller: fact.1, fact: fact.2)
    }
  }

  private let balance = RowID(index: 2)

  @Test("shows faults across the lanes, also one that has begun before")
  func faults() {
    let compiled = TimelineRuns.scenario(
      [[TimelineRuns.work(TimelineRuns.charge)]],
      loads: [
        Load(
          name: "two", executor: .constantVUs(vus: 2, duration: .seconds(1)),
          iteration: [.request(0, key: .new)])
      ],
      faults: [
        .event(.databaseStall(.seconds(2)), FaultMoments(at: .zero)),
        .event(.instanceCrash(restart: .seconds(10), instance: nil), FaultMoments(at: .zero)),
        .condition(.responseLoss, FaultOccasions()),
      ])
    let told = story(
      (0, .fault, .faultBegan(0)),
      (1, request(0, key: 7), .sent),
      (3, request(0, key: 7), .wrote(balance, column: 0, value: 40_000)),
      (3, .fault, .faultEnded(0)),
      (4, request(0, key: 7), .committed(balance, column: 0, value: 40_000)),
      (5, request(0, key: 7), .faultStruck(2)),
      (5, request(0, key: 7), .replyLost(status: 200)),
      (9, request(0, key: 7), .timedOut),
      (10, request(0, attempt: 2, key: 7), .sent),
      (12, request(0, attempt: 2, key: 7), .wrote(balance, column: 0, value: 50_000)),
      (14, request(0, attempt: 2, key: 7), .committed(balance, column: 0, value: 50_000)),
      (14, request(0, attempt: 2, key: 7), .broke(.oneEffectPerIntent)),
      (15, request(0, attempt: 2, key: 7), .replied(status: 200)))
    let breach = Breach(
      promise: .oneEffectPerIntent, at: .start + .milliseconds(14), event: 11,
      user: UserID(index: 0), row: balance, key: 7)
    #expect(
      Timeline(story: told, breach: breach, of: compiled).text() == """
        users[3].balance
        time (s)    user 1              row
        0.000 000   ── database stall of 2s begins
        0.003 000   #1 write 40 000     30 000 v0
        0.003 000   ── database stall of 2s ends
        0.004 000   #1 commit           40 000 v1
        0.005 000   #1 reply 200 lost
        0.009 000   #1 time-out
        0.010 000   #1b sent again
        0.012 000   #1b write 50 000
        0.014 000   #1b commit          50 000 v2
                    ✗ one effect per request: user 1's request has had its effect twice

        """)
  }

  @Test("shows who left a key behind that only the end can tell")
  func stuckKey() {
    let compiled = TimelineRuns.scenario(
      [[TimelineRuns.work(TimelineRuns.charge)]],
      loads: [
        Load(
          name: "two", executor: .constantVUs(vus: 2, duration: .seconds(1)),
          iteration: [.request(0, key: .new)])
      ],
      faults: [
        .event(.instanceCrash(restart: .seconds(10), instance: 0), FaultMoments(at: .zero))
      ])
    let told = story(
      (1, request(0, key: 7), .sent),
      (2, request(0, key: 7), .keyFound(table: 1, .absent)),
      (2, request(1, key: 8), .keyInserted(table: 1, .processing)),
      (3, request(0, key: 7), .keyInserted(table: 1, .processing)),
      (4, request(0, key: 7), .keyCommitted(table: 1, .processing)),
      (5, .fault, .faultBegan(0)),
      (5, .fault, .died(InstanceID(index: 0))),
      (5, request(0, key: 7), .replied(status: 0)),
      (20, request(0, attempt: 2, key: 7), .sent),
      (21, request(0, attempt: 2, key: 7), .keyFound(table: 1, .processing)),
      (21, request(0, attempt: 2, key: 7), .replied(status: 409)))
    let breach = Breach(
      promise: .noKeyStuck, at: .start + .milliseconds(90), event: 50, key: 7)
    #expect(
      Timeline(story: told, breach: breach, of: compiled).lines.joined(separator: "\n") == """
        key 7
        time (s)    user 1                  key
        0.002 000   #1 key is absent        absent
        0.004 000   #1 insert key, commit   PROCESSING
        0.005 000   ── instance crash
        0.005 000   ── instance 1 dies
        0.005 000   #1 connection broke
        0.020 000   #1b sent again
        0.021 000   #1b key is PROCESSING   PROCESSING
        0.021 000   #1b reply 409
                    ✗ no key stuck in PROCESSING: key 7 stays so, and nobody can finish it
        """)
  }

  /// Two users who charge users[3], without a fault but for those given.
  private func charges(_ faults: [Fault] = []) -> CompiledScenario {
    TimelineRuns.scenario(
      [[TimelineRuns.work(TimelineRuns.charge)]],
      loads: [
        Load(
          name: "two", executor: .constantVUs(vus: 2, duration: .seconds(1)),
          iteration: [.request(0, key: .new)])
      ], faults: faults)
  }

  private func lost(by user: Int, at milliseconds: UInt64, event: UInt64) -> Breach {
    Breach(
      promise: .noLostUpdate, at: .start + .milliseconds(milliseconds), event: event,
      user: UserID(index: user), row: balance)
  }

  @Test("tells a user's next request from one that is sent again, and says whose lock it is")
  func nextRequest() {
    let lock = LockID(index: 0)
    let until = VirtualTime.start + .milliseconds(3)
    let first = request(0, key: 7)
    let second = request(0, call: 2, key: 8)
    let told = story(
      (0, first, .sent),
      (1, first, .locked(lock, token: 1, until: until)),
      (2, first, .timedOut),
      (2, second, .sent),
      (3, .lockServer, .leaseExpired(lock)),
      (3, second, .locked(lock, token: 2, until: until)),
      (4, first, .read(balance, column: 0, value: 30_000, version: 0)),
      (5, second, .read(balance, column: 0, value: 30_000, version: 0)),
      (6, first, .committed(balance, column: 0, value: 40_000)),
      (7, second, .committed(balance, column: 0, value: 40_000)),
      (7, second, .broke(.noLostUpdate)))
    let compiled = TimelineRuns.scenario(
      [[TimelineRuns.lock(TimelineRuns.work(TimelineRuns.charge))]],
      loads: [
        Load(
          name: "one", executor: .constantVUs(vus: 1, duration: .seconds(1)),
          iteration: [.request(0, key: .new)])
      ])
    #expect(
      Timeline(story: told, breach: lost(by: 0, at: 7, event: 10), of: compiled).text() == """
        users[3].balance · lock balance:user:1
        time (s)    user 1            row         lock
        0.001 000   #1 lock                       user 1 #1
        0.002 000   #1 time-out
        0.002 000   #2 next request
        0.003 000                                 lease of user 1 #1 ends
        0.003 000   #2 lock                       user 1 #2
        0.004 000   #1 read 30 000    30 000 v0
        0.005 000   #2 read 30 000
        0.006 000   #1 commit         40 000 v1
        0.007 000   #2 commit         40 000 v2
                    ✗ no lost update: user 1's #1, 10 000, is overwritten by #2

        """)
  }

  @Test("tells a script that sends its key again from one that has a new one")
  func sameKey() {
    for (key, text) in [(7, "#2 same key again"), (8, "#2 next request")] as [(UInt64, String)] {
      let first = request(0, key: 7)
      let second = request(0, call: 2, key: key)
      let told = story(
        (1, first, .read(balance, column: 0, value: 30_000, version: 0)),
        (2, second, .sent),
        (3, second, .committed(balance, column: 0, value: 40_000)),
        (4, first, .committed(balance, column: 0, value: 40_000)),
        (4, first, .broke(.noLostUpdate)))
      let lines = Timeline(story: told, breach: lost(by: 0, at: 4, event: 4), of: charges()).lines
      #expect(lines.contains { $0.hasSuffix(text) }, "\(lines)")
    }
  }

  @Test("tells a call that a script makes again from a second attempt, and who asks for a key")
  func repeatedCall() {
    let first = request(0, key: 7)
    let cases: [(second: StoryEvent.Teller, answer: StoryEvent.Fact, isRepeated: Bool)] = [
      (request(0, call: 2, key: 7), .replied(status: 200), true),
      (request(1, key: 7), .replied(status: 200), true),
      // Its client had reason to ask again.
      (request(0, call: 2, key: 7), .replied(status: 500), false),
      (request(0, call: 2, key: 7), .replyLost(status: 200), false),
      (request(0, call: 2, key: 7), .timedOut, false),
      (request(0, attempt: 2, key: 7), .replied(status: 200), false),
    ]
    for (second, answer, isRepeated) in cases {
      for looksUp in [false, true] {
        var facts: [(UInt64, StoryEvent.Teller, StoryEvent.Fact)] = [
          (1, first, .committed(balance, column: 0, value: 40_000)),
          (2, first, answer),
          (3, second, .sent),
        ]
        if looksUp { facts.append((4, second, .keyFound(table: 1, .absent))) }
        facts.append((5, second, .committed(balance, column: 0, value: 50_000)))
        facts.append((5, second, .broke(.oneEffectPerIntent)))
        let breach = Breach(
          promise: .oneEffectPerIntent, at: .start + .milliseconds(5),
          event: UInt64(facts.count - 1), row: balance, key: 7)
        let timeline = Timeline(story: story(facts), breach: breach, of: charges())
        #expect(timeline.repeatsCall == isRepeated, "\(facts)")
        #expect(timeline.usesKey == looksUp)
      }
    }
  }

  @Test("says what others have done to the row meanwhile, and how much of all that is gone")
  func further() {
    func committed(_ value: Int64) -> StoryEvent.Fact {
      .committed(balance, column: 0, value: value)
    }
    let told = story(
      (1, request(0, key: 1), .read(balance, column: 0, value: 30_000, version: 0)),
      (2, request(2, key: 2), committed(40_000)),
      (3, request(3, key: 3), committed(50_000)),
      (4, request(2, call: 2, key: 4), committed(60_000)),
      (5, request(1, key: 5), .read(balance, column: 0, value: 60_000, version: 3)),
      (6, request(1, key: 5), committed(70_000)),
      (7, request(0, key: 1), committed(40_000)),
      (7, request(0, key: 1), .broke(.noLostUpdate)))
    #expect(
      Timeline(story: told, breach: lost(by: 0, at: 7, event: 7), of: charges()).text() == """
        users[3].balance
        time (s)    user 1        user 2        row
        0.001 000   read 30 000                 30 000 v0
        0.004 000                               60 000 v3 (3 further)
        0.005 000                 read 60 000
        0.006 000                 commit        70 000 v4
        0.007 000   commit                      40 000 v5
                    ✗ no lost update: 40 000 of 4 changes is gone: v1 to v4 are overwritten

        """)
  }

  @Test("leaves it to the database to commit what a dead instance has sent")
  func orphans() {
    let crash = Fault.event(
      .instanceCrash(restart: .seconds(10), instance: 0), FaultMoments(at: .zero))
    let owner = request(0, key: 7)
    let told = story(
      (2, owner, .keyFound(table: 1, .absent)),
      (3, owner, .keyInserted(table: 1, .processing)),
      (4, .fault, .faultBegan(0)),
      (4, .fault, .died(InstanceID(index: 0))),
      (4, owner, .replied(status: 0)),
      (6, owner, .keyCommitted(table: 1, .processing)))
    let stuck = Breach(promise: .noKeyStuck, at: .start + .milliseconds(90), event: 50, key: 7)
    #expect(
      Timeline(story: told, breach: stuck, of: charges([crash])).text() == """
        key 7
        time (s)    user 1             key
        0.002 000   key is absent      absent
        0.003 000   insert key         (PROCESSING)
        0.004 000   ── instance crash
        0.004 000   ── instance 1 dies
        0.004 000   connection broke
        0.006 000                      PROCESSING: the database commits it
                    ✗ no key stuck in PROCESSING: key 7 stays so, and nobody can finish it

        """)
    let charge = story(
      (2, owner, .wrote(balance, column: 0, value: 40_000)),
      (4, owner, .replied(status: 0)),
      (6, owner, .committed(balance, column: 0, value: 40_000)),
      (6, owner, .broke(.failedHasNoEffect)))
    let told0 = Breach(
      promise: .failedHasNoEffect, at: .start + .milliseconds(6), event: 3,
      user: UserID(index: 0), row: balance, key: 7)
    let lines = Timeline(story: charge, breach: told0, of: charges()).lines
    #expect(lines.contains { $0.hasSuffix("   the database commits: 40 000 v1") })
    #expect(!lines.contains { $0.contains("   commit") })
  }

  // MARK: Whatever happens

  @Test("stays within a screen and has the breach last, whatever breaks")
  func anything() {
    var seen = 0
    var longest = 0
    withEverySeed(1...150) { seed, random in
      let compiled = anyScenario(&random)
      for promise in SafetyPromise.allCases {
        guard let timeline = compiled.timeline(of: promise, seed: seed) else { continue }
        seen += 1
        longest = max(longest, timeline.lineCount)
        let lines = timeline.lines
        for line in lines where line.unicodeScalars.count > 100 {
          throw Mismatch("\(line.unicodeScalars.count) columns: \(line)")
        }
        if timeline.lineCount > 16 { throw Mismatch("\(timeline.lineCount) lines") }
        guard let last = lines.last(where: { $0.contains("✗") }), last.contains(promise.text)
        else { throw Mismatch("\(promise) is not named") }
        let times = lines.dropFirst(2).map { String($0.prefix(9)) }.filter { !$0.hasPrefix(" ") }
        if times != times.sorted() { throw Mismatch("the times are out of order") }
        if let problem = MermaidGrammar.problem(in: timeline.mermaid) {
          throw Mismatch(problem + "\n" + timeline.mermaid)
        }
      }
    }
    #expect(seen > 100)
    #expect(longest >= 12)
  }

  private func anyScenario(_ random: inout TestRandom) -> CompiledScenario {
    let takes = random.oneIn(2)
    let change = Step.update(
      UpdateStep(
        row: Runs.row, column: 0, change: .add(takes ? -10_000 : 10_000),
        atLeast: takes ? 0 : nil, refusal: .insufficientBalance))
    var step = Runs.work(
      .read(Runs.row), .delay(.uniform(least: .zero, most: .milliseconds(12))), change)
    if random.oneIn(2) {
      step = .retry(
        RetryPolicy(
          on: [.versionConflict], attempts: 10, backoff: Backoff(base: .milliseconds(1))),
        steps: [step])
    }
    if random.oneIn(2) {
      step = .idempotent(
        IdempotentStep(
          table: 1, onProcessing: random.oneIn(2) ? .insert : .refuse, layer: nil,
          steps: [step]))
    }
    if random.oneIn(2) {
      step = Runs.lock(lease: .milliseconds(10), isPerRequest: random.oneIn(3), step)
    }
    let click = DoubleClick(
      after: .uniform(least: .zero, most: .milliseconds(20)), probability: 0.5)
    return Runs.scenario(
      [[step]],
      loads: [
        Load(
          name: "some",
          executor: .perVUIterations(
            vus: 2 + random.below(6), iterations: 1 + random.below(3), maxDuration: .minutes(1)),
          startStagger: .drawn(.uniform(least: .zero, most: .milliseconds(10))),
          iteration: [.request(0, key: .new, doubleClick: random.oneIn(2) ? click : nil)])
      ], strategy: random.oneIn(3) ? "optimistic" : "none")
  }
}

import ContentionEngine
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// Reports made by hand: what is written does not depend on what the engine finds.
@Suite("Faults on the run screen")
struct FaultScreenTests {
  private static let pause = Fault.event(
    .pause(.seconds(35), instance: 0), FaultMoments(at: .constant(.seconds(10))))
  private static let loss = Fault.condition(.responseLoss, FaultOccasions(probability: 0.01))
  private static let failover = Fault.event(
    .redisFailover(losing: .milliseconds(200)), FaultMoments(at: .constant(.seconds(12))))

  private static func use(
    _ fault: Fault, _ count: UInt64, first: UInt64? = nil, end: UInt64? = nil
  ) -> FaultReport.Use {
    FaultReport.Use(
      fault: fault, count: count, first: first.map { .start + .milliseconds($0) },
      lastEnd: end.map { .start + .milliseconds($0) })
  }

  /// A run of a minute, so that there is time after the faults.
  private static func result(
    _ uses: [FaultReport.Use], leftovers: [(what: FaultReport.Leftover, count: UInt64)] = [],
    before: Double? = 430, after: Double? = nil, recovered: UInt64? = nil,
    dangers: [Danger] = []
  ) -> RunResult {
    var run = SmallRun()
    run.executor = .constantVUs(vus: 1, duration: .minutes(1))
    run.thinkTime = .seconds(1)
    var result = run.result("none")
    let ends = uses.compactMap(\.lastEnd)
    result.faults = FaultReport(
      uses: uses, leftovers: leftovers, lastEnd: ends.max(), goodputBefore: before,
      goodputAfter: after, recoveredAt: recovered.map { .start + .milliseconds($0) })
    for danger in dangers { result.dangers.note(danger) }
    return result
  }

  private func screen(_ result: RunResult) -> [String] {
    RunScreen.text(result).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The lines of the section, its title first.
  private func section(_ result: RunResult) -> [String] {
    Array(screen(result).drop { !$0.hasPrefix("  FAULTS") }.prefix { !$0.isEmpty })
  }

  /// The answer's sentences on one line.
  private func answer(_ result: RunResult) -> String {
    let lines = RunScreen.answerText(result).split(separator: "\n").dropFirst()
    return lines.map { $0.dropFirst(11) }.joined(separator: " ")
  }

  @Test("have a section of their own: how often, first and over, recovery and what is stuck")
  func section() {
    let result = Self.result(
      [
        Self.use(Self.pause, 1, first: 10_000, end: 45_000),
        Self.use(Self.loss, 1_024, first: 130, end: 44_000), Self.use(Self.failover, 0),
      ], leftovers: [(.processingKey, 2), (.distributedLock, 1)], recovered: 48_000)
    #expect(
      section(result) == [
        "  FAULTS       fault                                              happened       first"
          + "        over",
        "               pause=35s@10s,instance=1                                  1     10.00 s"
          + "     45.00 s",
        "               response-loss=0.01                                    1 024    130.0 ms"
          + "     44.00 s",
        "               redis-failover=200ms@12s                                  0"
          + "  nothing here to befall",
        "               recovery          goodput was back 3.00 s after the last fault",
        "               stuck             2 keys in PROCESSING, 1 lease of a distributed lock",
      ])
    for line in screen(result) { #expect(line.unicodeScalars.count <= 100, "\(line)") }
  }

  @Test("say what became of goodput")
  func recovery() {
    func line(_ result: RunResult) -> String? {
      section(result).first { $0.contains("recovery") }.map { String($0.dropFirst(33)) }
    }
    let pause = Self.use(Self.pause, 1, first: 10_000, end: 45_000)
    #expect(
      line(Self.result([pause], after: 12))
        == "goodput has not come back: 12 of 430 a second")
    #expect(line(Self.result([pause])) == "goodput has not come back to 430 a second")
    #expect(
      line(Self.result([pause], before: nil))
        == "not known: the first fault came within the first second")
    #expect(line(Self.result([pause], before: 0)) == "nothing succeeded before the first fault")
    let late = Self.use(Self.loss, 9, first: 10_000, end: 56_000)
    #expect(line(Self.result([late])) == "the run was over before goodput could come back")
    let lasting = Self.use(Self.loss, 9, first: 10_000, end: 60_000)
    #expect(line(Self.result([lasting])) == "the last fault went on to the end of the load")
    #expect(line(Self.result([Self.use(Self.failover, 0)])) == nil)
  }

  @Test("say why one did not happen")
  func nothing() {
    let late = Fault.event(
      .databaseStall(.seconds(1)), FaultMoments(at: .constant(.minutes(2))))
    let chance = Fault.event(
      .databaseStall(.seconds(1)),
      FaultMoments(at: .constant(.seconds(2)), probability: 0.5))
    let lines = section(Self.result([Self.use(late, 0), Self.use(chance, 0)]))
    #expect(lines[1].hasSuffix("0       the load was over"))
    #expect(lines[2].hasSuffix("0                   never"))
  }

  @Test("put figures below a text that is long, and cut one that is longer than a line")
  func longText() {
    let fault = Fault.condition(
      .networkDelay(by: .milliseconds(500), on: .database),
      FaultOccasions(numbers: (1...40).map { UInt64($0 * 1_000) }))
    let lines = section(Self.result([Self.use(fault, 40, first: 1_000, end: 2_000)]))
    #expect(lines[1].hasPrefix("               network-delay=500ms,on=database,nth=1000+2000+"))
    #expect(lines[1].hasSuffix("…"))
    #expect(lines[1].unicodeScalars.count == 100)
    #expect(lines[2].hasSuffix("40      1.00 s      2.00 s"))
  }

  @Test("are told in the answer after the verdict: what happened, what it led to, what is left")
  func sentences() {
    let text = answer(
      Self.result(
        [
          Self.use(Self.pause, 1, first: 10_000, end: 45_000),
          Self.use(Self.loss, 1, first: 130, end: 44_000),
          Self.use(Self.loss, 2, first: 130, end: 44_000),
        ], leftovers: [(.rowLock, 1)], after: 12,
        dangers: [.leaseExpiredWhileHeld, .leaseExpiredWhileHeld, .versionMoved]))
    #expect(text.hasPrefix("No money was lost: "))
    #expect(
      text.contains(
        " 3 answers were lost; an instance stood still once. Met on the way: lease expired while "
          + "held (2). Goodput has not come back: 12 of 430 a second. STUCK at the end: 1 row lock."
      ), "\(text)")
    #expect(
      answer(Self.result([Self.use(Self.pause, 0)])).contains(" The fault did not happen. "))
    #expect(!answer(SmallRun().result("none")).contains("fault"))
  }

  @Test("count what a crash dropped, and what came while no instance was up")
  func crash() {
    var run = SmallRun()
    run.steps = [.delay(.constant(.seconds(1)))]
    run.faults = [
      .event(
        .instanceCrash(restart: .milliseconds(1_500), instance: nil),
        FaultMoments(at: .constant(.milliseconds(500))))
    ]
    // Both requests of the start are dropped.
    run.executor = .perVUIterations(vus: 2, iterations: 1, maxDuration: .minutes(1))
    #expect(
      answer(run.result("none")).contains(" An instance crashed once. 2 requests were dropped."))
    // One user's next ones, at once and a second later, find nobody; that of 2 500 ms does.
    run.executor = .perVUIterations(vus: 1, iterations: 4, maxDuration: .minutes(1))
    run.thinkTime = .seconds(1)
    #expect(
      answer(run.result("none")).contains(" 1 request was dropped, 1 found no instance up. "))
  }

  @Test("of every kind have words, for once and for more")
  func kinds() {
    for kind in FaultKind.allCases {
      let fault = Self.example(of: kind)
      let once = FaultWords(
        FaultReport(
          uses: [Self.use(fault, 1, first: 1, end: 2)], leftovers: [], lastEnd: nil,
          goodputBefore: nil, recoveredAt: nil), end: .start)
      let often = FaultWords(
        FaultReport(
          uses: [Self.use(fault, 1_000, first: 1, end: 2)], leftovers: [], lastEnd: nil,
          goodputBefore: nil, recoveredAt: nil), end: .start)
      #expect(once.happenings.count == 1)
      #expect(once.happenings != often.happenings)
      #expect(often.happenings[0].contains("1 000"))
    }
    for leftover in FaultReport.Leftover.allCases {
      let words = FaultWords(
        FaultReport(
          uses: [], leftovers: [(leftover, 1), (leftover, 2)], lastEnd: nil, goodputBefore: nil,
          recoveredAt: nil), end: .start)
      #expect(words.stuck[0] == "1 \(leftover.text)")
      #expect(words.stuck[1].hasPrefix("2 "))
      #expect(words.stuck[1].dropFirst(2) != leftover.text.prefix(leftover.text.count))
    }
  }

  private static func example(of kind: FaultKind) -> Fault {
    let moments = FaultMoments(at: .constant(.seconds(1)))
    let occasions = FaultOccasions()
    let second = VirtualDuration.seconds(1)
    return switch kind {
    case .responseLoss: .condition(.responseLoss, occasions)
    case .doubleSubmit: .condition(.doubleSubmit(after: second), occasions)
    case .pause: .event(.pause(second, instance: nil), moments)
    case .instanceCrash: .event(.instanceCrash(restart: second, instance: nil), moments)
    case .redisFailover: .event(.redisFailover(losing: second), moments)
    case .redisOutage:
      .event(.redisOutage(second, timeout: second, policy: .failClosed), moments)
    case .databaseStall: .event(.databaseStall(second), moments)
    case .slowCommit: .condition(.slowCommit(by: second), occasions)
    case .networkDelay: .condition(.networkDelay(by: second, on: .all), occasions)
    case .clockJump: .event(.clockJump(by: second, .ahead), moments)
    }
  }

  @Test("are named in the first line, unless they are many")
  func headline() {
    var run = SmallRun()
    // None of them comes before the load is over.
    run.faults = [
      .event(.databaseStall(.seconds(1)), FaultMoments(at: .constant(.hours(1)))),
      .event(.databaseStall(.seconds(2)), FaultMoments(at: .constant(.hours(1)))),
    ]
    let text = RunScreen.answerText(run.result("none"))
    #expect(
      text.hasPrefix("small · none · fault database-stall=1s@1h · fault database-stall=2s@1h · "))
    run.faults += run.faults
    #expect(RunScreen.answerText(run.result("none")).hasPrefix("small · none · 4 faults · "))
  }

  @Test("leave the witness its place, unless somebody asked for a timeline")
  func timeline() {
    let result = SmallRun().result("none")
    #expect(screen(result).contains { $0.hasPrefix("  WITNESS  ") })
    var options = RunScreenOptions()
    options.toldBreach = .held(nil)
    let text = RunScreen.text(result, options: options)
    #expect(text.contains("\n\n  TIMELINE  nothing to tell: every promise was held\n\n"))
    #expect(!text.contains("WITNESS"))
  }
}

@Suite("Clients on the run screen")
struct ClientScreenTests {
  @Test("have a line on attempts, and a sentence on calls")
  func line() {
    var run = SmallRun()
    run.client = ClientPolicy(timeout: .seconds(1))
    let text = RunScreen.text(run.result("none"))
    #expect(text.contains("\n               clients           1.00 attempts a call\n"))
    #expect(text.contains("100.00 % of calls succeeded, with one attempt each."))
    #expect(!RunScreen.text(SmallRun().result("none")).contains("attempts a call"))
  }
}

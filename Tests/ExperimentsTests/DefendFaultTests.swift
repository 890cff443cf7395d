import Experiments
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Dangerous faults")
struct DefendFaultTests {
  private func event(_ fault: DefendedFault) -> FaultEvent? {
    switch fault {
    case .atWorst(let event, _, _), .asWritten(.event(let event, _)): event
    case .none, .asWritten(.condition): nil
    }
  }

  @Test("outlive the longest lease, and leave as much of the load behind them")
  func lease() {
    let dangers = DangerousFaults(
      for: defendedScenario(lease: .seconds(30), length: .seconds(70)))
    #expect(dangers.longestLease == .seconds(30))
    #expect(dangers.pause == .seconds(31))
    #expect(dangers.shortestLoad == .seconds(70))
    #expect(event(dangers.fault(.pause)) == .pause(.seconds(31), instance: nil))
    #expect(event(dangers.fault(.clockJump)) == .clockJump(by: .seconds(30), .ahead))
    guard case .atWorst(_, let from, let to) = dangers.fault(.pause) else {
      Issue.record("a pause strikes at the worst moment")
      return
    }
    #expect(to == from + .seconds(5))
    #expect(to + .seconds(31) < .seconds(70))
  }

  @Test("take ten seconds where there is no lease, and thirty of load")
  func noLease() {
    let dangers = DangerousFaults(for: defendedScenario(hasLock: false))
    #expect(dangers.longestLease == nil)
    #expect(dangers.pause == .seconds(11))
    #expect(dangers.shortestLoad == .seconds(30))
  }

  @Test("count from the end of the warm-up, and the usual load comes on top of it")
  func warmUp() {
    var scenario = defendedScenario(lease: .seconds(3), length: .seconds(140))
    scenario.loads[0].warmUp = .seconds(20)
    let dangers = DangerousFaults(for: scenario)
    #expect(dangers.begin == .seconds(20))
    #expect(dangers.shortestLoad == .seconds(50))
    guard case .atWorst(_, let from, let to) = dangers.fault(.pause) else {
      Issue.record("a pause strikes at the worst moment")
      return
    }
    // A third of the 120 s behind the warm-up.
    #expect(from == .seconds(60))
    #expect(to == .seconds(65))
    guard case .asWritten(.event(_, let moments)) = dangers.fault(.databaseStall) else {
      Issue.record("a stall begins at a moment")
      return
    }
    #expect(moments == FaultMoments(at: .constant(.seconds(60))))
  }

  @Test("are those that can befall the model: without Redis nothing of Redis fails")
  func kinds() {
    #expect(DangerousFaults(for: defendedScenario()).kinds == FaultKind.allCases)
    let bare = DangerousFaults(for: defendedScenario(hasLock: false)).kinds
    #expect(
      bare
        == FaultKind.allCases.filter { ![.redisFailover, .redisOutage, .clockJump].contains($0) }
    )
  }

  @Test("take the watchdog's time-out for the lease where it renews locks")
  func watchdog() {
    var scenario = defendedScenario(lease: .seconds(3))
    scenario.system.lockServer.client = .watchdog
    scenario.system.lockServer.watchdogTimeout = .seconds(12)
    #expect(DangerousFaults(for: scenario).longestLease == .seconds(12))
  }

  @Test("stall the database for longer than clients wait")
  func stall() {
    var scenario = defendedScenario()
    scenario.loads[0].client = ClientPolicy(timeout: .seconds(4))
    #expect(
      event(DangerousFaults(for: scenario).fault(.databaseStall)) == .databaseStall(.seconds(7)))
  }

  @Test("come while users are there, also where a load ends with its iterations")
  func countedIterations() {
    var scenario = defendedScenario()
    // Ten iterations of about 10.6 ms, and 100 ms after each.
    scenario.loads[0].executor = .perVUIterations(
      vus: 1, iterations: 10, maxDuration: .seconds(600))
    let end = DangerousFaults(for: scenario).end
    #expect(end > .seconds(1))
    #expect(end < .milliseconds(1_300))
  }
}

@Suite("Worst moment")
struct DefendWorstMomentTests {
  private func compiled(_ scenario: Scenario, _ defence: Defence) -> CompiledScenario {
    ProgramCompiler.compile(scenario, under: Strategy(name: "", defence: defence))
  }

  @Test("of a pause is the first at which most requests of one instance have read and not written")
  func pause() {
    // Three users at once on two instances: two of them are on the first. All read within the first
    // millisecond and write behind the tenth.
    let worst = WorstMoment(
      for: .pause(.seconds(4), instance: nil), in: compiled(defendedScenario(users: 3), Defence()),
      seed: 1, from: .zero, to: .milliseconds(50))
    #expect(worst.at == .milliseconds(1))
    #expect(worst.instance == 0)
    #expect(worst.stakes == 2)
  }

  @Test("of a crash is when most requests of an instance have had an effect and are not answered")
  func crash() {
    var scenario = defendedScenario(users: 3)
    // From the commit to the answer it takes 5 ms and more.
    scenario.system.network = .constant(.milliseconds(5))
    let worst = WorstMoment(
      for: .instanceCrash(restart: .seconds(1), instance: nil),
      in: compiled(scenario, Defence()), seed: 1, from: .zero, to: .milliseconds(50))
    #expect(worst.instance == 0)
    #expect(worst.stakes == 2)
    #expect(worst.at > .milliseconds(15))
    #expect(worst.at < .milliseconds(21))
  }

  @Test(
    "of a failover is when somebody is about to ask for the lock of a row that is being changed")
  func failover() {
    var scenario = defendedScenario(users: 2)
    scenario.loads[0].startStagger = .even(over: .milliseconds(8))
    scenario.system.lockServer.network = .constant(.milliseconds(1))
    // The second user begins 4 ms after the first, and asks a millisecond later.
    let worst = WorstMoment(
      for: .redisFailover(losing: .milliseconds(200)),
      in: compiled(scenario, Defence(distributedLock: true)), seed: 1, from: .milliseconds(3),
      to: .milliseconds(9))
    #expect(worst.at == .milliseconds(4))
    #expect(worst.instance == nil)
    #expect(worst.stakes == 1)
  }

  @Test("is the beginning where nothing is at stake")
  func nothing() {
    let worst = WorstMoment(
      for: .redisFailover(losing: .milliseconds(200)),
      in: compiled(defendedScenario(), Defence()), seed: 1, from: .milliseconds(60),
      to: .milliseconds(70))
    #expect(worst.at == .milliseconds(60))
    #expect(worst.stakes == 0)
  }
}

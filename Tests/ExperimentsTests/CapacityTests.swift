import ContentionEngine
import Experiments
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Capacity")
struct CapacityTests {
  /// One core of the database that serves statements of 10 ms, and users who think for a second.
  ///
  /// The machine repairman with constant times: the core allows 100 a second, and 101 users keep it
  /// busy when nobody waits.
  private func scenario(byRate: Bool = false, cores: Int = 4) -> Scenario {
    var system = SystemModel()
    system.database.cores = 1
    system.database.select = .exponential(mean: .milliseconds(10))
    system.cores = cores
    var scenario = Scenario(
      name: "capacity", title: "Capacity", question: "How much?",
      tables: [Table(name: "items", rows: 1_000, columns: [.init(name: "count", initialValue: 0)])],
      system: system,
      requests: [
        RequestClass(
          identifier: "look", name: "look",
          keys: [RowKey(name: "item", table: 0, choice: .uniform)],
          steps: [
            .cpu(.constant(.milliseconds(4))), .read(RowReference(table: 0, key: 0)),
            .respond(status: 200),
          ])
      ],
      loads: [
        Load(
          name: "default", executor: .constantVUs(vus: 1_000, duration: .seconds(60)),
          iteration: [.request(0, key: .new), .sleep(.exponential(mean: .seconds(1)))])
      ], strategy: Strategy.builtIn[0],
      thresholds: [
        Threshold(
          metric: "http_req_duration", method: .percentile(95), comparison: .less, bound: 100,
          text: "p(95)<100")
      ])
    if byRate {
      scenario.loads[0].executor = .constantArrivalRate(
        rate: ArrivalRate(iterations: 20), duration: .seconds(60),
        users: UserPool(preAllocated: 10, maximum: 2_000))
      scenario.loads[0].arrivals = .poisson
      scenario.loads[0].iteration = [.request(0, key: .new)]
    }
    return scenario
  }

  private func pilot(_ scenario: Scenario, length: VirtualDuration = .seconds(60)) -> CapacityPilot
  {
    var search = PilotSearch(from: scenario.loads[0].executor.amount, in: 1...100_000)
    while let request = search.next() {
      search.take(CapacityRound(scenario, [request], length: length, seed: 1).runAll()[0][0])
    }
    return search.pilot
  }

  @Test("knows from a light run what each resource allows, the lowest first")
  func pilot() throws {
    let pilot = pilot(scenario())
    #expect(
      pilot.ceilings.map(\.resource).prefix(2) == [
        .servers(.databaseCores, size: 1), .servers(.cores, size: 4),
      ])
    // 10 ms and 4 ms of work: 100 a second of one core, 1000 a second of four.
    #expect(abs(pilot.ceilings[0].requestsPerSecond - 100) < 15)
    #expect(abs(pilot.ceilings[1].requestsPerSecond - 1_000) < 10)
    #expect(
      pilot.next(after: .servers(.databaseCores, size: 1))?.resource == .servers(.cores, size: 4))
    #expect(abs(pilot.guess - 101) < 20)
  }

  @Test(
    "tries four times as much until something is busy, and stops before anything is crowded",
    arguments: [
      // What is busy at each user, the most that is answered in a second, the loads that are tried.
      (busyAtOne: 0.1, most: 1e9, tried: [1], found: 1), (0.5, 1e9, [1], 1),
      (0.05, 1e9, [1, 4], 4), (0.063, 1e9, [1], 1), (0.02, 1e9, [1, 4], 4),
      (0.001, 1e9, [1, 4, 16, 64], 64), (0, 1e9, [1, 4, 16, 64, 256, 1_024], 1_024),
      (0, 9, [1, 4, 16, 64], 16), (0, 5, [1, 4, 16], 4),
    ])
  func lightLoad(busyAtOne: Double, most: Double, tried: [Int], found: Int) {
    var search = PilotSearch(from: 200, in: 1...50_000)
    var loads: [Int] = []
    while let request = search.next() {
      loads.append(request.load)
      let use = ResourceUse(
        .hottestRow(table: "t"), utilisation: min(1, busyAtOne * Double(request.load)),
        isSaturated: false)
      search.take(
        CapacityRun(
          requestsPerSecond: min(Double(request.load), most), successesPerSecond: 1, errorShare: 0,
          meanLatency: 1, latency95: 1, lockTimeouts: 0, droppedShare: 0, readings: [], uses: [use])
      )
    }
    #expect(loads == tried)
    #expect(search.pilot.load == found)
  }

  @Test("does not hold at a load at which nobody is answered, whatever the thresholds read")
  func nobodyAnswered() {
    let run = CapacityRun(
      requestsPerSecond: 0, successesPerSecond: 0, errorShare: 0, meanLatency: 0, latency95: 0,
      lockTimeouts: 0, droppedShare: 0, readings: [nil], uses: [])
    let criteria = CapacityCriteria(scenario().thresholds, isByRate: false, looks: 3)
    #expect(criteria.verdict(of: [run, run]) == .breaks)
  }

  @Test("lies where queueing theory says the threshold is met, for arrivals at M/M/1")
  func theory() {
    // Without the 4 ms: sojourn of M/M/1 is exponential, p95 = 10 ms · ln 20 / (1 − ρ).
    // 100 ms − 4 ms ≈ 30 ms / (1 − ρ): ρ ≈ 0.69 of 100 a second. The least certain part is the
    // light noise of 60 s; the bound errs to the safe side.
    let scenario = scenario(byRate: true)
    let pilot = pilot(scenario)
    let criteria = CapacityCriteria(scenario.thresholds, isByRate: true, looks: 3)
    var search = CapacitySearch(
      for: criteria, from: pilot.guess, in: 1...1_000, replications: 5, precision: 0.02)
    while let request = search.next() {
      search.take(
        CapacityRound(scenario, [request], length: .seconds(60), seed: 1).runAll()[0])
    }
    guard case .found(let held, _) = search.outcome else {
      Issue.record("\(String(describing: search.outcome))")
      return
    }
    #expect(held >= 55)
    #expect(held <= 72)
  }

  @Test("names what binds, in the order of cause and effect, and what would be next")
  func binding() {
    let scenario = scenario()
    let pilot = pilot(scenario, length: .seconds(30))
    let loads = [20, 50, 80, 100, 150, 300, 600]
    let runs = CapacityRound(
      scenario, loads.map { CapacityRound.Request(load: $0, replications: 0..<2) },
      length: .seconds(30), seed: 1
    ).runAll()
    let study = CapacityStudy(
      criteria: nil, outcome: nil,
      points: zip(loads, runs).map { CapacityPoint(load: $0, runs: $1) }, pilot: pilot,
      isByRate: false)
    guard case .nothing(let busiest?) = study.points[0].binding else {
      Issue.record("\(study.points[0].binding)")
      return
    }
    #expect(busiest.resource == .servers(.databaseCores, size: 1))
    guard case .saturated(let use) = study.points[6].binding else {
      Issue.record("\(study.points[6].binding)")
      return
    }
    #expect(use.resource == .servers(.databaseCores, size: 1))
    #expect(study.next(after: study.points[6].binding)?.resource == .servers(.cores, size: 4))
    // Users minus their think time: 20 of them ask about 20 times a second, 600 a hundred times.
    #expect(abs(study.points[0].requestsPerSecond.mean - 20) < 3)
    #expect(abs(study.points[6].requestsPerSecond.mean - 100) < 6)
    // The corner lies at about 101 users; the loads next to it are 100 and 150.
    #expect([100, 150].contains(study.knee?.load ?? 0))
  }

  @Test("believes a heavier load that shows a higher ceiling, if its requests succeed")
  func raisedCeilings() {
    let row = ScarceResource.hottestRow(table: "t")
    let pool = ScarceResource.servers(.pool, size: 5)
    func point(_ load: Int, _ perSecond: Double, _ use: Double, errors: Double = 0) -> CapacityPoint
    {
      let run = CapacityRun(
        requestsPerSecond: perSecond, successesPerSecond: perSecond, errorShare: errors,
        meanLatency: 1, latency95: 1, lockTimeouts: 0, droppedShare: 0, readings: [],
        uses: [
          ResourceUse(row, utilisation: use, isSaturated: false),
          ResourceUse(pool, utilisation: 0.9, isSaturated: false),
        ])
      return CapacityPoint(load: load, runs: [run])
    }
    let pilot = CapacityPilot(
      load: 10, ceilings: [.init(resource: row, requestsPerSecond: 100, load: 100)])
    func ceilings(_ points: [CapacityPoint]) -> [Double] {
      CapacityStudy(criteria: nil, outcome: nil, points: points, pilot: pilot, isByRate: false)
        .pilot.ceilings.map(\.requestsPerSecond)
    }
    // 60 a second keep the row busy half of the time: it allows 120. The pool was not needed.
    #expect(ceilings([point(60, 60, 0.5)]) == [120])
    #expect(ceilings([point(60, 60, 0.75)]) == [100], "who waits keeps it busy for longer")
    #expect(ceilings([point(5, 60, 0.5)]) == [100], "a lighter load has fewer requests")
    #expect(ceilings([point(60, 60, 0.5, errors: 0.2)]) == [100])
  }

  @Test("has its knee where successes bend, however many failures are repeated beyond it")
  func failures() {
    let points = [10, 20, 30, 40, 50, 60].map { load -> CapacityPoint in
      let good = Double(min(load, 30))
      let run = CapacityRun(
        requestsPerSecond: load > 30 ? Double(10 * load) : good, successesPerSecond: good,
        errorShare: 0, meanLatency: 1, latency95: 1, lockTimeouts: 0, droppedShare: 0,
        readings: [], uses: [])
      return CapacityPoint(load: load, runs: [run, run])
    }
    let study = CapacityStudy(
      criteria: nil, outcome: nil, points: points, pilot: CapacityPilot(load: 1, ceilings: []),
      isByRate: false)
    #expect(study.knee?.load == 30)
  }

  @Test("does not depend on the order of the runs, and repeats them with other loads beside them")
  func anyOrder() {
    let round = CapacityRound(
      scenario(),
      [
        CapacityRound.Request(load: 5, replications: 0..<2),
        CapacityRound.Request(load: 9, replications: 1..<3),
      ], length: .seconds(6), seed: 3)
    #expect(round.runCount == 4)
    var parts: [CapacityRun?] = Array(repeating: nil, count: 4)
    for index in (0..<4).reversed() { parts[index] = round.run(index) }
    let all = round.merge(parts.compactMap { $0 })
    #expect(all == round.runAll())
    let alone = CapacityRound(
      scenario(), [CapacityRound.Request(load: 9, replications: 1..<2)], length: .seconds(6),
      seed: 3
    ).runAll()
    #expect(alone[0][0] == all[1][0])
    #expect(all[0][0].digest != all[0][1].digest)
  }

  @Test("measures after the model's warm-up, or after a third where it has none that fits")
  func warmUp() {
    var scenario = scenario()
    #expect(CapacityRound.warmUp(of: scenario, in: .seconds(90)) == .seconds(30))
    scenario.loads[0].warmUp = .seconds(10)
    #expect(CapacityRound.warmUp(of: scenario, in: .seconds(90)) == .seconds(10))
    #expect(CapacityRound.warmUp(of: scenario, in: .seconds(15)) == .seconds(5))
  }

  @Test("tells when a larger load holds what a smaller one breaks")
  func contradiction() {
    func point(_ load: Int, _ reading: Double) -> CapacityPoint {
      let run = CapacityRun(
        requestsPerSecond: 1, successesPerSecond: 1, errorShare: 0, meanLatency: 1, latency95: 1,
        lockTimeouts: 0, droppedShare: 0, readings: [reading], uses: [])
      return CapacityPoint(load: load, runs: [run, run])
    }
    let criteria = CapacityCriteria(scenario().thresholds, isByRate: false, looks: 1)
    func study(_ points: [CapacityPoint]) -> CapacityStudy {
      CapacityStudy(
        criteria: criteria, outcome: nil, points: points,
        pilot: CapacityPilot(load: 1, ceilings: []), isByRate: false)
    }
    #expect(study([point(1, 50), point(2, 200), point(3, 300)]).contradiction == nil)
    let odd = study([point(3, 50), point(1, 50), point(2, 200)]).contradiction
    #expect(odd?.broken == 2)
    #expect(odd?.holds == 3)
  }

  @Test("has loads about a capacity, rising, none twice and none outside the range")
  func loads() {
    #expect(
      CapacityStudy.loads(about: 200, in: 1...100_000)
        == [50, 100, 150, 180, 200, 220, 250, 300, 400, 600])
    #expect(CapacityStudy.loads(about: 1, in: 1...2) == [1, 2])
    #expect(CapacityStudy.loads(about: 5, in: 1...10) == [1, 2, 4, 8])
    #expect(CapacityStudy.loads(asked: [7, 3], after: nil, guess: 90, in: 1...9) == [7, 3])
  }
}

import ContentionEngine
import Experiments
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Cases of a hunt")
struct HuntCaseTests {
  /// A model with two tables, a lock and a floor, on one instance.
  private static let model: Scenario = {
    var scenario = smallScenario()
    scenario.tables[0].rows = 50
    let steps = scenario.requests[0].steps
    scenario.requests[0].steps = [
      .distributedLock(
        DistributedLockStep(
          name: LockName(text: "item:{item}", keys: [0]), wait: .seconds(10), lease: .seconds(30),
          layer: .distributedLock, steps: steps))
    ]
    return scenario
  }()

  private static let locked = Strategy(name: "lock", defence: Defence(distributedLock: true))

  private static func space(
    kinds: [FaultKind] = FaultKind.allCases, client: ClientPolicy? = nil
  ) -> HuntSpace {
    HuntSpace(
      base: model, strategy: locked, kinds: kinds,
      variations: HuntSpace.proposedVariations(for: model), client: client)
  }

  private static let landmarks = HuntLandmarks(
    moments: [1, 5, 9, 200].map { .start + .milliseconds($0) }, answers: 7, requests: 8,
    commits: 6, events: 300)

  private static func cases(_ groups: Range<Int>, in space: HuntSpace, seed: UInt64 = 3)
    -> [HuntCase]
  {
    groups.flatMap { group in
      let shape = HuntShape(of: group, in: space, seed: seed)
      return [shape.plain]
        + (1..<HuntShape.groupSize).map { place in
          shape.hunted(
            group * HuntShape.groupSize + place, in: space, seed: seed, landmarks: landmarks)
        }
    }
  }

  @Test("depend on the seed of the hunt and on their number, and on nothing else")
  func pure() {
    let space = Self.space(client: ClientPolicy(timeout: .seconds(2), attempts: 3))
    let all = Self.cases(0..<40, in: space)
    #expect(Self.cases(0..<40, in: space) == all)
    #expect(Self.cases(17..<18, in: space) == Array(all[(17 * 16)..<(18 * 16)]))
    #expect(Self.cases(0..<40, in: space, seed: 4) != all)
    var distinct: [HuntCase] = []
    for hunted in all where !distinct.contains(hunted) { distinct.append(hunted) }
    // A few may be drawn twice.
    #expect(distinct.count > all.count * 9 / 10)
  }

  @Test("stay within what may be tried")
  func bounds() {
    let space = Self.space(kinds: [.pause, .responseLoss, .networkDelay])
    for hunted in Self.cases(0..<100, in: space) {
      #expect((2...6).contains(hunted.users))
      #expect(hunted.iterations >= hunted.users)
      #expect(hunted.iterations <= 3 * hunted.users)
      #expect(hunted.faults.count <= 3)
      #expect(hunted.client == nil)
      #expect(hunted.isPossible(in: space))
      for fault in hunted.faults { #expect(space.kinds.contains(fault.kind)) }
      for (index, variation) in hunted.variations.enumerated() {
        #expect(space.variations.contains(variation))
        #expect(!hunted.variations[..<index].contains { $0.replacesSame(as: variation) })
      }
    }
  }

  @Test("leave each kind of fault, variation and policy out of some groups, and have it in others")
  func swarm() {
    let space = Self.space(client: ClientPolicy(timeout: .seconds(2), attempts: 3))
    let shapes = (0..<100).map { HuntShape(of: $0, in: space, seed: 1) }
    for kind in FaultKind.allCases {
      let count = shapes.count { $0.kinds.contains(kind) }
      // A coin of a hundred throws is outside of 25 to 75 once in a million times.
      #expect((25...75).contains(count), "\(kind)")
    }
    for variation in space.variations {
      let count = shapes.count { $0.plain.variations.contains(variation) }
      #expect(count > 0 && count < 100, "\(variation)")
    }
    let clients = shapes.count { $0.plain.client != nil }
    #expect((50...95).contains(clients))
  }

  @Test("have as many users as the model needs")
  func leastUsers() {
    let space = HuntSpace(base: Self.model, strategy: Self.locked, leastUsers: 4)
    let all = Self.cases(0..<50, in: space)
    #expect(all.allSatisfy { (4...6).contains($0.users) && $0.iterations >= $0.users })
    #expect(!HuntCase(users: 3, iterations: 3).isPossible(in: space))
    #expect(HuntCase(users: 4, iterations: 4).isPossible(in: space))
    let large = HuntSpace(base: Self.model, strategy: Self.locked, leastUsers: 9)
    #expect(Self.cases(0..<5, in: large).allSatisfy { $0.users == 9 })
  }

  @Test("have their faults right behind what happens, or later by what delays it")
  func moments() {
    let space = Self.space(kinds: [.pause])
    var isNear = 0
    var all = 0
    for hunted in Self.cases(0..<100, in: space) {
      guard case .event(.pause, let moments)? = hunted.faults.first,
        case .constant(let at) = moments.at
      else { continue }
      all += 1
      // Behind the first moment, and not later than the last but for 1 ns.
      #expect(at > .milliseconds(1))
      #expect(at <= .milliseconds(200) + .nanoseconds(1))
      if at < .milliseconds(10) { isNear += 1 }
    }
    // Half of the moments begin gaps that end at 9 ms or before.
    #expect(isNear * 3 > all)
  }

  @Test("take amounts from the model: around its lease, its wait and its clients' patience")
  func amounts() {
    let space = Self.space(client: ClientPolicy(timeout: .seconds(2), attempts: 3))
    #expect(
      space.scales == [.seconds(2), .seconds(10), .seconds(30), .seconds(50)],
      "client, wait, pool and lease, innodb_lock_wait_timeout")
    var lengths: [VirtualDuration] = []
    for hunted in Self.cases(0..<100, in: Self.space(kinds: [.pause])) {
      for case .event(.pause(let length, _), _) in hunted.faults { lengths.append(length) }
    }
    #expect(lengths.contains(.seconds(35)), "longer than the lease")
    #expect(lengths.contains(.seconds(15)), "shorter than the lease")
    #expect(lengths.contains { $0 < .milliseconds(5) })
  }

  @Test("without kinds of fault differ in their ties")
  func noFaults() {
    let all = Self.cases(0..<20, in: Self.space(kinds: []))
    #expect(all.allSatisfy { $0.faults.isEmpty })
    #expect(all.contains { if case .drawn = $0.tieOrder { true } else { false } })
    #expect(all.contains { if case .priorities = $0.tieOrder { true } else { false } })
  }

  // MARK: What becomes of the model

  @Test("change the model as their flags do")
  func scenario() {
    let fault = Fault.event(
      .databaseStall(.seconds(1)), FaultMoments(at: .constant(.seconds(2))))
    var base = Self.model
    base.faults = [.condition(.responseLoss, FaultOccasions(numbers: [1]))]
    let hunted = HuntCase(
      users: 3, iterations: 8, seed: 5, faults: [fault],
      variations: [
        .instances(2), .rows(table: 0, 1), .sleep(step: 1, .milliseconds(10)),
        .network(.milliseconds(1)), .initialValue(table: 0, column: 0, 7),
      ], client: ClientPolicy(timeout: .seconds(2), attempts: 2))
    var expected = base
    expected.loads[0].executor = .sharedIterations(
      vus: 3, iterations: 8, maxDuration: .minutes(10))
    expected.loads[0].client = ClientPolicy(timeout: .seconds(2), attempts: 2)
    expected.loads[0].iteration[1] = .sleep(.constant(.milliseconds(10)))
    expected.system.instances = 2
    expected.system.network = .constant(.milliseconds(1))
    expected.tables[0].rows = 1
    expected.tables[0].columns[0].initialValue = 7
    expected.faults.append(fault)
    #expect(hunted.scenario(from: base) == expected)
    let plain = HuntCase(users: 2, iterations: 2)
    #expect(plain.scenario(from: base).system == base.system)
    #expect(plain.scenario(from: base).faults == base.faults)
  }

  @Test("propose what a model can be without its defence being another")
  func proposals() {
    let proposed = HuntSpace.proposedVariations(for: Self.model)
    #expect(
      proposed == [
        .instances(2), .instances(3), .rows(table: 0, 1), .rows(table: 0, 2),
        .sleep(step: 1, .zero), .sleep(step: 1, .milliseconds(10)),
        .network(.milliseconds(1)),
      ])
  }

  @Test("spare a model what cannot befall it")
  func kinds() {
    let withLock = HuntSpace.kinds(for: Self.model, under: Self.locked)
    #expect(withLock == FaultKind.allCases)
    let without = HuntSpace.kinds(for: Self.model, under: Strategy.builtIn[0])
    #expect(!without.contains(.redisFailover))
    #expect(!without.contains(.clockJump))
    #expect(!without.contains(.redisOutage))
    #expect(without.contains(.pause))
    var idle = Self.model
    idle.requests[0].steps = [.respond(status: 200)]
    let rest = FaultKind.allCases.filter {
      ![.redisFailover, .redisOutage, .clockJump, .databaseStall, .slowCommit].contains($0)
    }
    #expect(HuntSpace.kinds(for: idle, under: Self.locked) == rest)
    #expect(DangerousFaults(for: idle).kinds == rest, "a comparison asks the same")
  }

  @Test("last about as long as the watchdog keeps a lock, where it does so whatever the lease is")
  func watchdog() {
    var model = Self.model
    model.system.pool.timeout = .seconds(20)
    #expect(HuntSpace(base: model, strategy: Self.locked).scales.contains(.seconds(30)))
    model.system.lockServer.client = .watchdog
    model.system.lockServer.watchdogTimeout = .seconds(12)
    let scales = HuntSpace(base: model, strategy: Self.locked).scales
    #expect(scales.contains(.seconds(12)))
    #expect(!scales.contains(.seconds(30)))
  }
}

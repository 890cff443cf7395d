import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// Models of everything that can be contended, with all faults at once.
///
/// The engine stops the program when a law is broken: the shares of a request's time sum to it, all
/// requests are accounted for, Little's law holds for each queue.
@Suite("Whole runs with faults")
struct FaultRunTests {
  // MARK: Random models

  private func time(_ random: inout TestRandom, upTo most: Int) -> DurationDistribution {
    let length = VirtualDuration.microseconds(UInt64(random.below(most * 1_000) + 1))
    switch random.below(4) {
    case 0: return .zero
    case 1: return .constant(length)
    case 2: return .uniform(least: .zero, most: length)
    default: return .exponential(mean: length)
    }
  }

  private func system(_ random: inout TestRandom) -> SystemModel {
    var system = SystemModel()
    system.instances = 1 + random.below(3)
    system.balance = LoadBalancing.allCases[random.below(3)]
    system.network = time(&random, upTo: 2)
    if random.oneIn(2) {
      system.threads = RequestThreadsModel(size: 3 + random.below(5), accepted: 50, backlog: 5)
    }
    if random.oneIn(2) { system.cores = 1 + random.below(2) }
    if random.oneIn(2) {
      system.pool = ConnectionPoolModel(
        size: 2 + random.below(4), timeout: .milliseconds(UInt64(20 + random.below(200))),
        barging: random.oneIn(2) ? 0.5 : 0)
    }
    system.database.engine = DatabaseEngine.allCases[random.below(3)]
    system.database.isolation = random.oneIn(2) ? .readCommitted : .repeatableRead
    system.database.cores = random.oneIn(2) ? 1 + random.below(3) : nil
    system.database.network = time(&random, upTo: 1)
    system.database.begin = time(&random, upTo: 1)
    system.database.select = time(&random, upTo: 1)
    system.database.insert = time(&random, upTo: 1)
    system.database.update = time(&random, upTo: 2)
    system.database.rollback = time(&random, upTo: 1)
    system.database.commit = time(&random, upTo: 4)
    system.database.groupCommit = random.oneIn(2)
    system.database.lockWaitTimeout = .milliseconds(UInt64(20 + random.below(300)))
    system.lockServer.client = LockClient.allCases[random.below(LockClient.allCases.count)]
    system.lockServer.network = time(&random, upTo: 1)
    system.lockServer.command = time(&random, upTo: 1)
    system.lockServer.watchdogTimeout = .milliseconds(UInt64(60 + random.below(300)))
    if random.oneIn(4) { system.sleepOvershoot = time(&random, upTo: 2) }
    system.serverPools = [
      ServerPoolModel(name: "disk", count: 1 + random.below(3), queue: .each)
    ]
    system.gates = [GateModel(name: "gate", size: 2 + random.below(4))]
    system.caches = [
      CacheModel(
        name: "near", timeToLive: .milliseconds(UInt64(random.below(100) + 1)), store: .instance,
        singleFlight: random.oneIn(2)),
      CacheModel(
        name: "far", timeToLive: .milliseconds(UInt64(random.below(100) + 1)), store: .redis,
        singleFlight: random.oneIn(2)),
    ]
    if random.oneIn(4) {
      system.memory = MemoryModel(
        size: 6 + Int64(random.below(6)), base: 0, perRequest: 1, restart: .milliseconds(40))
    }
    return system
  }

  /// The read, the work and the write, in layers that are drawn; the locks are taken in one order.
  private func steps(_ random: inout TestRandom) -> [Step] {
    var inner: [Step] = [
      .transaction(
        TransactionStep(
          steps: [
            Build.read(), random.oneIn(2) ? .cpu(time(&random, upTo: 3)) : Build.delay(2),
            Build.add(1),
          ]))
    ]
    if random.oneIn(3) { inner.insert(.use(server: 0, time(&random, upTo: 3)), at: 0) }
    if random.oneIn(2) {
      inner = [
        .retry(
          RetryPolicy(
            on: [.versionConflict, .deadlock, .lockWaitTimeout], attempts: 4,
            backoff: Backoff(base: .milliseconds(10), factor: 2, jitter: .full)), steps: inner)
      ]
    }
    if random.oneIn(2) {
      inner = [
        .idempotent(
          IdempotentStep(
            table: 1, takeOverAfter: random.oneIn(2) ? .milliseconds(100) : nil, layer: nil,
            steps: inner))
      ]
    }
    if random.oneIn(4) { inner = [.gate(0, steps: inner)] }
    if random.oneIn(3) {
      inner = [.cache(CacheStep(cache: random.below(2), key: nil, steps: [Build.delay(3)]))] + inner
    }
    let isPerRequest = random.oneIn(4)
    if !random.oneIn(4) {
      inner = [
        .distributedLock(
          DistributedLockStep(
            name: LockName(text: "lock:{account}", keys: [0], isPerRequest: isPerRequest),
            wait: .milliseconds(UInt64(20 + random.below(400))),
            lease: .milliseconds(UInt64(30 + random.below(300))), client: nil, poll: nil,
            layer: nil, steps: inner))
      ]
    }
    if random.oneIn(4) { inner = [.connection(steps: inner)] }
    return [.cpu(time(&random, upTo: 1))] + inner
  }

  private func scenario(_ random: inout TestRandom) -> Scenario {
    var load = Build.once(6 + random.below(15))
    load.executor = .constantVUs(vus: 6 + random.below(15), duration: .milliseconds(1_500))
    load.gracefulStop = .milliseconds(UInt64(random.below(500)))
    load.iteration = [
      .request(0, key: random.oneIn(3) ? .previous : .new),
      .sleep(.exponential(mean: .milliseconds(20))),
    ]
    return Build.scenario(
      steps(&random), load: load, tables: Build.tables(rows: 3), system: system(&random))
  }

  private func length(_ random: inout TestRandom) -> VirtualDuration {
    .milliseconds(UInt64(random.below(150)))
  }

  private func faults(_ random: inout TestRandom, instances: Int) -> [Fault] {
    func event(_ random: inout TestRandom, _ kind: Int) -> FaultEvent {
      let length = length(&random)
      let instance = random.oneIn(2) ? random.below(instances) : nil
      switch kind {
      case 0: return .pause(length, instance: instance)
      case 1: return .instanceCrash(restart: length, instance: instance)
      case 2: return .redisFailover(losing: length)
      case 3:
        return .redisOutage(
          length, timeout: .milliseconds(UInt64(random.below(100))),
          policy: random.oneIn(2) ? .failOpen : .failClosed)
      case 4: return .databaseStall(length)
      default: return .clockJump(by: length, random.oneIn(2) ? .ahead : .back)
      }
    }
    var faults: [Fault] = []
    for kind in 0..<6 where !random.oneIn(3) {
      faults.append(
        .event(
          event(&random, kind),
          FaultMoments(
            at: .constant(length(&random)),
            every: random.oneIn(4)
              ? nil : .exponential(mean: .milliseconds(UInt64(100 + random.below(300)))),
            probability: random.oneIn(2) ? 1 : 0.5)))
    }
    let links = FaultCondition.Link.allCases
    faults.append(
      .condition(
        .networkDelay(by: length(&random), on: links[random.below(links.count)]),
        FaultOccasions(probability: 0.01)))
    if random.oneIn(2) {
      faults.append(
        .condition(.slowCommit(by: length(&random)), FaultOccasions(probability: 0.05)))
    }
    return faults
  }

  private static let strategies = ["none", "atomic", "optimistic", "pessimistic"]

  @Test("let go of everything in the end, and are the same again for the same seed")
  func everything() {
    withEverySeed(1...150) { seed, random in
      var scenario = scenario(&random)
      scenario.faults = faults(&random, instances: scenario.system.instances)
      let compiled = scenario.compiled(Self.strategies[random.below(4)])
      let result = compiled.run(seed: seed)
      if result.broken(.nothingHeldAtEnd) > 0 {
        throw Mismatch("\(result.faults?.leftovers ?? []) left")
      }
      if result.broken(.acknowledgedIsCommitted) > 0 {
        throw Mismatch("acknowledged and not committed")
      }
      if result.safety.inFlight > 0 { throw Mismatch("\(result.safety.inFlight) hang") }
      if compiled.run(seed: seed).digest != result.digest { throw Mismatch("another digest") }
    }
  }

  @Test("whose faults never happen are as without faults, event by event")
  func nothing() {
    withEverySeed(1...60) { seed, random in
      var scenario = scenario(&random)
      // A limit is no fault, and what dies of it may stand at a server between two messages.
      scenario.system.memory = nil
      let strategy = Self.strategies[random.below(4)]
      let without = scenario.compiled(strategy).run(seed: seed)
      let never = FaultMoments(at: .constant(.hours(1)))
      let nowhere = FaultOccasions(numbers: [1_000_000_000])
      scenario.faults = [
        .event(.pause(.seconds(1), instance: nil), never),
        .event(.instanceCrash(restart: .seconds(1), instance: nil), never),
        .event(.redisFailover(losing: .seconds(1)), never),
        .event(.redisOutage(.seconds(1), timeout: .seconds(1), policy: .failOpen), never),
        .event(.databaseStall(.seconds(1)), never),
        .event(.clockJump(by: .seconds(1), .ahead), never),
        .condition(.networkDelay(by: .seconds(1), on: .all), nowhere),
        .condition(.slowCommit(by: .seconds(1)), nowhere),
      ]
      let with = scenario.compiled(strategy).run(seed: seed)
      if with.digest != without.digest { throw Mismatch("another digest") }
      if with.faults?.uses.allSatisfy({ $0.count == 0 }) != true { throw Mismatch("a fault") }
      if with.timeSplit != without.timeSplit { throw Mismatch("another time split") }
    }
  }
}

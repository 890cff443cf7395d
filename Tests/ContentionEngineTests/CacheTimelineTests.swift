import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Caches, each in a run that is small enough to check by hand.
///
/// A load takes 20 ms of something outside; nothing else takes time but what a test names.
@Suite("Cache timelines")
struct CacheTimelineTests {
  private func system(
    timeToLive: UInt64 = 50, store: CacheModel.Store = .instance, singleFlight: Bool = false
  ) -> SystemModel {
    var system = SystemModel()
    system.caches = [
      CacheModel(
        name: "popular", timeToLive: .milliseconds(timeToLive), store: store,
        singleFlight: singleFlight)
    ]
    return system
  }

  private func cached(key: Int? = nil, _ steps: Step...) -> Step {
    .cache(CacheStep(cache: 0, key: key, steps: steps))
  }

  private func users(_ count: Int, apart milliseconds: UInt64) -> Load {
    Build.once(count, stagger: Build.everyStep(milliseconds, users: count))
  }

  @Test("everybody who comes before the first is through loads, too: a stampede")
  func stampede() {
    // u1 at 0 loads until 20, fresh until 70. u2 at 15 loads until 35, fresh until 85. u3 to u6 at
    // 30, 45, 60 and 75 find it, in no time and so in no line. u7 at 90 loads until 110.
    let compiled = Build.scenario(
      [cached(Build.delay(20))], load: users(7, apart: 15), system: system()
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "15ms u2 external delay", "20ms u1 answer 200",
        "35ms u2 answer 200", "90ms u7 external delay", "110ms u7 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.cacheHits) == 4)
    #expect(result.count(.cacheMisses) == 3)
    let use = result.resources.caches[0]
    #expect(use.name == "popular")
    #expect(use.hits == 4)
    #expect(use.misses == 3)
    #expect(use.mostLoadsAtOnce == 2)
    #expect(use.waits.entries == 0)
  }

  @Test("with single flight one loads, and who comes meanwhile waits for it and is a hit")
  func singleFlight() {
    // u2 at 15 waits for u1 until 20; fresh until 70. u6 at 75 loads until 95, u7 at 90 waits.
    let compiled = Build.scenario(
      [cached(Build.delay(20))], load: users(7, apart: 15), system: system(singleFlight: true)
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "15ms u2 cache wait", "20ms u1 answer 200", "20ms u2 answer 200",
        "75ms u6 external delay", "90ms u7 cache wait", "95ms u6 answer 200",
        "95ms u7 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.cacheHits) == 5)
    #expect(result.count(.cacheMisses) == 2)
    #expect(result.resources.caches[0].mostLoadsAtOnce == 1)
    #expect(result.resources.caches[0].waits.waitCount == 2)
    #expect(result.resources.caches[0].waits.totalWait == 10_000_000)
    #expect(result.timeSplit.total(.cacheWait) == 10_000_000)
    #expect(result.safety.isSafe)
  }

  @Test("when the load fails the longest waiter loads instead, and the others wait on")
  func failure() {
    // u1 is refused after 20 ms and has put nothing; u2, who waits since 5, loads from 20 to 40,
    // and u3 gets what u2 has loaded.
    let load = Build.inTurn(
      [Build.delay(20), Build.refuse], [Build.delay(20)], [Build.delay(20)])
    let compiled = Build.scenario(
      [cached(load)], load: users(3, apart: 5), system: system(singleFlight: true)
    ).compiled("none")
    #expect(
      compiled.timeline() == [
        "0 u1 external delay", "5ms u2 cache wait", "10ms u3 cache wait", "20ms u1 answer 422",
        "20ms u2 external delay", "40ms u2 answer 200", "40ms u3 answer 200",
      ])
    let result = compiled.run()
    #expect(result.count(.cacheMisses) == 2)
    #expect(result.count(.cacheHits) == 1)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }

  @Test("a look-up in Redis is a GET and a put is a SET, each with its legs and the one thread")
  func redis() {
    // Legs of 1 ms, commands of 2 ms. u1: GET 0–4, load until 24, SET 24–28, at the server until
    // 27: fresh until 77. u2 at 30: GET, 34. u3 at 60: GET, served until 63. u4 at 90 loads.
    var system = system(store: .redis)
    system.lockServer.network = .constant(.milliseconds(1))
    system.lockServer.command = .constant(.milliseconds(2))
    let compiled = Build.scenario(
      [cached(Build.delay(20))], load: users(4, apart: 30), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("answer") || $0.contains("delay") } == [
        "4ms u1 external delay", "28ms u1 answer 200", "34ms u2 answer 200", "64ms u3 answer 200",
        "94ms u4 external delay", "118ms u4 answer 200",
      ])
    let result = compiled.run()
    // Two commands of 4 ms for each load, one for each hit.
    #expect(result.timeSplit.total(.redisCommand) == 24_000_000)
    #expect(result.resources.servers(.lockServer)?.busy.integral == 12_000_000)
  }

  @Test("GETs queue for the one thread of Redis")
  func oneThread() {
    // u1 is served until 3 and back at 4. u2, 1 ms behind, is served from 3 to 5 and back at 6.
    var system = system(store: .redis)
    system.lockServer.network = .constant(.milliseconds(1))
    system.lockServer.command = .constant(.milliseconds(2))
    let compiled = Build.scenario(
      [cached(Build.delay(20))], load: users(2, apart: 1), system: system
    ).compiled("none")
    #expect(
      compiled.timeline().filter { $0.contains("delay") } == [
        "4ms u1 external delay", "6ms u2 external delay",
      ])
  }

  @Test("instances share what is in Redis, and not what is in their memory")
  func stores() {
    // Users go to the two instances in turn; all come after the first load, before it is stale.
    func misses(_ store: CacheModel.Store) -> UInt64 {
      var system = system(timeToLive: 1_000, store: store)
      system.instances = 2
      let compiled = Build.scenario(
        [cached(Build.delay(20))], load: users(6, apart: 50), system: system
      ).compiled("none")
      return compiled.run().count(.cacheMisses)
    }
    #expect(misses(.redis) == 1)
    #expect(misses(.instance) == 2)
  }

  @Test("each row of a key has an entry of its own, and so has each table")
  func keys() {
    // Three users a row of their own, twice each: one miss and one hit.
    let load = Load(
      name: "twice",
      executor: .perVUIterations(vus: 3, iterations: 2, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .new)])
    let scenario = Build.scenario(
      [cached(key: 0, Build.delay(20))], load: load, tables: Build.tables(rows: 3),
      system: system())
    let result = scenario.compiled("none").run()
    #expect(result.count(.cacheMisses) == 3)
    #expect(result.count(.cacheHits) == 3)
    #expect(result.resources.caches[0].mostLoadsAtOnce == 1)
  }

  @Test("who finds the entry has not read what its load reads, and reads before it writes")
  func readAfterHit() {
    // The write is computed from what was read: without a read of its own, a hit would write what
    // the register holds from the request before in its slot.
    let scenario = Build.scenario(
      [cached(Build.read()), Build.transaction(Build.add(10))], load: users(5, apart: 10),
      system: system(timeToLive: 1_000))
    let result = scenario.compiled("none").run()
    #expect(result.count(.cacheHits) == 4)
    #expect(result.safety.columns[0].finalSum == 50)
    #expect(result.safety.isSafe)
  }

  @Test("two requests that each load what the other waits for stay so, as two threads would")
  func embrace() {
    // Entries of two caches, each loaded inside the load of the other one.
    var system = system(singleFlight: true)
    system.caches.append(
      CacheModel(name: "other", timeToLive: .seconds(1), singleFlight: true))
    func cache(_ index: Int, _ steps: Step...) -> Step {
      .cache(CacheStep(cache: index, steps: steps))
    }
    let roles = Build.roles(
      Build.Role(at: 0, cache(0, Build.delay(20), cache(1, Build.delay(20)))),
      Build.Role(at: 1, cache(1, Build.delay(20), cache(0, Build.delay(20)))), system: system)
    #expect(
      roles.compiled("none").timeline().prefix(4) == [
        "0 u1 external delay", "1ms u2 external delay", "20ms u1 cache wait", "21ms u2 cache wait",
      ])
  }

  @Test("an instance that dies takes its entries, its loads and who waits for them along")
  func death() {
    // Room for two requests; the third, at 10, is one too many. The instance is up again at 110.
    // u4 at 200 loads anew: neither the load of u1 nor the wait of u2 is left.
    var system = system(singleFlight: true)
    system.memory = MemoryModel(
      size: 2, base: 0, perRequest: 1, restart: .milliseconds(100))
    let steps = [cached(Build.delay(20))]
    let scenario = Build.roles(
      Build.Role(at: 0, steps[0]), Build.Role(at: 5, steps[0]), Build.Role(at: 10, steps[0]),
      Build.Role(at: 200, steps[0]), Build.Role(at: 205, steps[0]), system: system)
    let result = scenario.compiled("none").run()
    #expect(result.count(.instanceCrashes) == 1)
    #expect(result.count(.cacheMisses) == 2)
    #expect(result.count(.cacheHits) == 1)
    #expect(result.resources.caches[0].waits.entries == 2)
    #expect(result.broken(.nothingHeldAtEnd) == 0)
  }
}

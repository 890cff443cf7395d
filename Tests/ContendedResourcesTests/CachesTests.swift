import ContendedResources
import SimulationBasics
import TestSupport
import Testing

private let here = InstanceID(index: 0)
private let there = InstanceID(index: 1)

private func milliseconds(_ count: UInt64) -> VirtualTime { .start + .milliseconds(count) }

private func entry(
  _ number: Int = 0, of cache: Int = 0, on instance: InstanceID = here
) -> CacheEntry {
  CacheEntry(cache: cache, number: number, instance: instance)
}

private func caches(
  entries: Int = 1, shared: Bool = false, singleFlight: Bool = true, instances: Int = 1
) -> Caches {
  Caches(
    [
      CacheLayout(
        entryCount: entries, timeToLive: .milliseconds(10), isShared: shared,
        hasSingleFlight: singleFlight)
    ], instanceCount: instances, expectedRequests: 0)
}

@Suite("Caches")
struct CachesTests {
  @Test("keep an entry fresh from when it is put until its time to live is over")
  func freshness() {
    var caches = caches(entries: 2)
    #expect(caches.isFresh(entry(), at: .start) == false)
    caches.put(entry(), at: milliseconds(5))
    #expect(caches.isFresh(entry(), at: milliseconds(14)) == true)
    #expect(caches.isFresh(entry(1), at: milliseconds(14)) == false)
    #expect(caches.isFresh(entry(), at: milliseconds(15)) == false)
  }

  @Test("let everybody load at once without single flight")
  func stampede() {
    var caches = caches(singleFlight: false)
    for request in [first, second, third] {
      #expect(caches.beginLoad(of: entry(), by: request) == .loads)
    }
    #expect(caches.loadCount(of: entry()) == 3)
    caches.endLoad(of: entry(), by: second)
    #expect(caches.nextWaiter() == nil)
    #expect(caches.failLoad(of: entry(), by: first) == nil)
    #expect(caches.loadCount(of: entry()) == 1)
  }

  @Test("let one load with single flight, and tell the others in the order in which they came")
  func singleFlight() {
    var caches = caches()
    #expect(caches.beginLoad(of: entry(), by: second) == .loads)
    #expect(caches.beginLoad(of: entry(), by: third) == .waits)
    #expect(caches.beginLoad(of: entry(), by: first) == .waits)
    #expect(caches.loadCount(of: entry()) == 1)
    caches.put(entry(), at: milliseconds(1))
    caches.endLoad(of: entry(), by: second)
    #expect(caches.nextWaiter() == third)
    #expect(caches.nextWaiter() == first)
    #expect(caches.nextWaiter() == nil)
    #expect(caches.loadCount == 0)
  }

  @Test("let the longest waiter load when the load fails, and the others wait on")
  func failure() {
    var caches = caches()
    _ = caches.beginLoad(of: entry(), by: first)
    _ = caches.beginLoad(of: entry(), by: second)
    _ = caches.beginLoad(of: entry(), by: third)
    #expect(caches.failLoad(of: entry(), by: first) == second)
    #expect(caches.isWaiting(third) == true)
    #expect(caches.failLoad(of: entry(), by: second) == third)
    #expect(caches.failLoad(of: entry(), by: third) == nil)
    #expect(caches.isFresh(entry(), at: .start) == false)
  }

  @Test("pass the load of a request that is gone on, and forget a waiter that is gone")
  func abandon() {
    var caches = caches()
    _ = caches.beginLoad(of: entry(), by: first)
    _ = caches.beginLoad(of: entry(), by: second)
    _ = caches.beginLoad(of: entry(), by: third)
    #expect(caches.abandon(second) == nil)
    #expect(caches.abandon(first) == third)
    #expect(caches.abandon(first) == nil)
    #expect(caches.abandon(RequestID(index: 9)) == nil)
    #expect(caches.loadDepth(of: third) == 1)
  }

  @Test("pass each of the loads of a request on that is gone, the innermost first")
  func abandonNested() {
    var caches = caches(entries: 2)
    _ = caches.beginLoad(of: entry(0), by: first)
    _ = caches.beginLoad(of: entry(1), by: first)
    _ = caches.beginLoad(of: entry(0), by: second)
    _ = caches.beginLoad(of: entry(1), by: third)
    #expect(caches.abandon(first) == third)
    #expect(caches.abandon(first) == second)
    #expect(caches.abandon(first) == nil)
  }

  @Test("let a request look up what it is loading itself, once more inside")
  func ownEntry() {
    var caches = caches()
    #expect(caches.beginLoad(of: entry(), by: first) == .loads)
    #expect(caches.beginLoad(of: entry(), by: second) == .waits)
    #expect(caches.beginLoad(of: entry(), by: first) == .loads)
    caches.endLoad(of: entry(), by: first)
    #expect(caches.nextWaiter() == nil)
    caches.endLoad(of: entry(), by: first)
    #expect(caches.nextWaiter() == second)
  }

  @Test("share entries, but not the loads, when instances share a store")
  func shared() {
    var caches = caches(shared: true, instances: 2)
    #expect(caches.beginLoad(of: entry(on: here), by: first) == .loads)
    #expect(caches.beginLoad(of: entry(on: there), by: second) == .loads)
    #expect(caches.beginLoad(of: entry(on: there), by: third) == .waits)
    #expect(caches.loadCount(of: entry(on: there)) == 2)
    caches.put(entry(on: here), at: .start)
    #expect(caches.isFresh(entry(on: there), at: .start) == true)
    caches.clear(there)
    #expect(caches.isFresh(entry(on: there), at: .start) == true)
    #expect(caches.loadCount == 1)
    #expect(caches.isWaiting(third) == false)
  }

  @Test("lose what is in the memory of an instance that dies, and nothing of another")
  func death() {
    var caches = caches(instances: 2)
    caches.put(entry(on: here), at: .start)
    caches.put(entry(on: there), at: .start)
    caches.clear(here)
    #expect(caches.isFresh(entry(on: here), at: .start) == false)
    #expect(caches.isFresh(entry(on: there), at: .start) == true)
  }

  // MARK: Every short history

  private enum Letter: CaseIterable {
    case lookFirst, lookSecond, lookThird, succeed, fail, firstIsGone, secondIsGone, timePasses
  }

  @Test(
    "do what naive lists do in every history of up to six operations", arguments: [true, false])
  func everyHistory(singleFlight: Bool) throws {
    let layout = CacheLayout(
      entryCount: 1, timeToLive: .milliseconds(1), hasSingleFlight: singleFlight)
    try forEveryWord(upTo: 6, over: Letter.allCases) { word in
      var both = CachesBesideNaive([layout], requests: 4)
      do {
        for letter in word {
          let oldest = both.naive.loads.first?.request ?? first
          switch letter {
          case .lookFirst: try both.look(entry(), by: first)
          case .lookSecond: try both.look(entry(), by: second)
          case .lookThird: try both.look(entry(), by: third)
          case .succeed: try both.succeed(oldest)
          case .fail: try both.fail(oldest)
          case .firstIsGone: try both.abandon(first)
          case .secondIsGone: try both.abandon(second)
          case .timePasses: both.pass(.milliseconds(1))
          }
        }
      } catch {
        throw Mismatch("\(word): \(error)")
      }
    }
  }

  @Test("do what naive lists do in long histories of nested loads at several instances")
  func longHistories() {
    withEverySeed(1...60) { _, random in
      let layouts = (0..<3).map { _ in
        CacheLayout(
          entryCount: 1 + random.below(3), timeToLive: .milliseconds(UInt64(random.below(6))),
          isShared: random.oneIn(2), hasSingleFlight: !random.oneIn(3))
      }
      var both = CachesBesideNaive(layouts, instances: 2, requests: 8)
      for _ in 0..<300 {
        // A request is at one instance for all its life.
        let request = RequestID(index: random.below(8))
        let instance = InstanceID(index: Int(request.index) % 2)
        switch random.below(12) {
        case 0...4:
          let cache = random.below(3)
          try both.look(
            entry(random.below(layouts[cache].entryCount), of: cache, on: instance), by: request)
        case 5...7: try both.succeed(request)
        case 8: try both.fail(request)
        case 9: try both.abandon(request)
        case 10: if random.oneIn(10) { try both.clear(InstanceID(index: random.below(2))) }
        default: both.pass(.milliseconds(UInt64(random.below(4))))
        }
      }
    }
  }

  // MARK: Misuse

  @Test("stop the run when a request that waits begins a load")
  func beginWhileWaiting() async {
    await #expect(processExitsWith: .failure) {
      var caches = Caches(
        [CacheLayout(entryCount: 1, timeToLive: .seconds(1), hasSingleFlight: true)],
        instanceCount: 1, expectedRequests: 0)
      let entry = CacheEntry(cache: 0, number: 0, instance: InstanceID(index: 0))
      _ = caches.beginLoad(of: entry, by: RequestID(index: 1))
      _ = caches.beginLoad(of: entry, by: RequestID(index: 2))
      _ = caches.beginLoad(of: entry, by: RequestID(index: 2))
    }
  }

  @Test("stop the run when a load ends that had not begun")
  func endWithoutBegin() async {
    await #expect(processExitsWith: .failure) {
      var caches = Caches(
        [CacheLayout(entryCount: 1, timeToLive: .seconds(1))], instanceCount: 1,
        expectedRequests: 0)
      caches.endLoad(
        of: CacheEntry(cache: 0, number: 0, instance: InstanceID(index: 0)),
        by: RequestID(index: 1))
    }
  }

  @Test("stop the run when an outer load ends before one inside it")
  func wrongOrder() async {
    await #expect(processExitsWith: .failure) {
      var caches = Caches(
        [CacheLayout(entryCount: 2, timeToLive: .seconds(1))], instanceCount: 1,
        expectedRequests: 0)
      let outer = CacheEntry(cache: 0, number: 0, instance: InstanceID(index: 0))
      let inner = CacheEntry(cache: 0, number: 1, instance: InstanceID(index: 0))
      _ = caches.beginLoad(of: outer, by: RequestID(index: 1))
      _ = caches.beginLoad(of: inner, by: RequestID(index: 1))
      _ = caches.failLoad(of: outer, by: RequestID(index: 1))
    }
  }

  @Test("stop the run when a load begins while others hear of one that has ended")
  func beginWhileTelling() async {
    await #expect(processExitsWith: .failure) {
      var caches = Caches(
        [CacheLayout(entryCount: 1, timeToLive: .seconds(1), hasSingleFlight: true)],
        instanceCount: 1, expectedRequests: 0)
      let entry = CacheEntry(cache: 0, number: 0, instance: InstanceID(index: 0))
      _ = caches.beginLoad(of: entry, by: RequestID(index: 1))
      caches.endLoad(of: entry, by: RequestID(index: 1))
      _ = caches.beginLoad(of: entry, by: RequestID(index: 2))
    }
  }

  @Test("stop the run when an entry is named that the cache does not have")
  func unknownEntry() async {
    await #expect(processExitsWith: .failure) {
      let caches = Caches(
        [CacheLayout(entryCount: 1, timeToLive: .seconds(1))], instanceCount: 1,
        expectedRequests: 0)
      _ = caches.isFresh(
        CacheEntry(cache: 0, number: 1, instance: InstanceID(index: 0)), at: .start)
    }
  }
}

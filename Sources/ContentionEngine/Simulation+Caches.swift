import ContendedResources
import Measurements
import RequestPrograms
import SimulationBasics

/// Caches: look up, load, wait for who loads.
///
/// A request that misses an entry and loads it is a miss. One that finds it, or gets what another
/// has loaded while it waited, is a hit: it does none of the steps.
extension Simulation {
  /// The entry that a step of a request is about.
  @inline(__always)
  private func entry(_ step: CompiledCacheStep, of request: RequestID) -> CacheEntry {
    var number = step.firstEntry
    if step.slot >= 0 {
      number += Int(requests.row(step.slot, of: request).index) - step.firstRow
    }
    return CacheEntry(
      cache: step.cache, number: number, instance: requests[request].instance)
  }

  /// GET, where the entry is.
  mutating func lookUpCache(_ step: CompiledCacheStep, for request: RequestID) {
    let isFresh = caches.isFresh(entry(step, of: request), at: now)
    requests[request].statement = isFresh ? .done : .missed
  }

  mutating func loadUnlessCached(_ step: CompiledCacheStep, for request: RequestID) -> Turn {
    if requests[request].statement == .done {
      hit(step, by: request)
      return .goesOn
    }
    switch caches.beginLoad(of: entry(step, of: request), by: request) {
    case .loads:
      missed(step, by: request)
      return .goesOn
    case .waits:
      meters.caches[step.cache].waits.entered(at: now)
      block(request, on: .cache, as: .cacheWait)
      return .ends
    }
  }

  /// SET, where the entry is.
  mutating func putInCache(_ step: CompiledCacheStep, for request: RequestID) {
    caches.put(entry(step, of: request), at: now)
  }

  mutating func endLoad(_ step: CompiledCacheStep, by request: RequestID) {
    caches.endLoad(of: entry(step, of: request), by: request)
    while let waiter = caches.nextWaiter() {
      let awaited = endCacheWait(of: waiter)
      hit(awaited, by: waiter)
      wake(waiter)
    }
  }

  mutating func failLoad(_ step: CompiledCacheStep, by request: RequestID) {
    if let next = caches.failLoad(of: entry(step, of: request), by: request) { loadInstead(next) }
  }

  /// A waiter finds that the load has failed, and loads the entry itself.
  private mutating func loadInstead(_ waiter: RequestID) {
    missed(endCacheWait(of: waiter), by: waiter)
    wake(waiter)
  }

  /// Measures the end of a wait for another's load.
  ///
  /// - Returns: What the request has waited for.
  mutating func endCacheWait(of waiter: RequestID) -> CompiledCacheStep {
    let instruction = instructions[requests[waiter].programCounter - 1]
    guard case .loadUnlessCached(let step) = instruction else {
      broken("a request waits for a load that it has not asked for")
    }
    let awaited = compiled.cacheSteps[Int(step.index)]
    meters.caches[awaited.cache].waits.left(at: now, since: requests[waiter].since)
    return awaited
  }

  private mutating func hit(_ step: CompiledCacheStep, by request: RequestID) {
    count(.cacheHits, for: request)
    meters.caches[step.cache].hits += 1
    requests[request].programCounter = step.cached
  }

  private mutating func missed(_ step: CompiledCacheStep, by request: RequestID) {
    count(.cacheMisses, for: request)
    meters.caches[step.cache].loadBegan(
      atOnce: caches.loadCount(of: entry(step, of: request)))
  }
}

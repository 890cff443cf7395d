import ScenarioModel
import SimulationBasics

/// Looking entries of caches up, and loading them.
extension ProgramBuilder {
  /// Look the entry up; when it is missing or stale do the steps, and put it.
  ///
  /// In an instance's memory both take no time; in Redis they are a GET and a SET. A failure of the
  /// steps leaves the entry as it was, and somebody else to load it.
  mutating func compile(_ cache: CacheStep, in surroundings: Surroundings) {
    let isRemote = scenario.system.caches[cache.cache].store == .redis
    let outer = handler
    let before = readSlots
    let cached = newLabel()
    let failed = newLabel()
    let table = cache.key.map { request.keys[$0].table }
    let step = cacheStep(
      CompiledCacheStep(
        cache: cache.cache, firstEntry: firstEntry(of: cache.cache, table: table),
        slot: cache.key.map { keys[$0].firstSlot } ?? -1,
        firstRow: table.map { firstRows[$0] } ?? 0, cached: cached.number))
    func command(_ effect: Instruction) {
      if isRemote { lockCommand { $0.emit(effect) } } else { emit(effect) }
    }
    command(.lookUpCache(step))
    emit(.loadUnlessCached(step))
    handler = failed
    var inner = surroundings
    inner.isConditional = true
    if let key = cache.key { inner.fixedKeys.append(key) }
    compile(cache.steps, in: inner)
    if !lockServerFails { handler = outer }
    command(.putInCache(step))
    handler = outer
    emit(.endLoad(step))
    if isReached(failed) {
      emit(.jump(cached.number))
      place(failed)
      emit(.failLoad(step))
      emit(.fail)
    }
    place(cached)
    // Who finds the entry comes past without the steps.
    readSlots = before
  }
}

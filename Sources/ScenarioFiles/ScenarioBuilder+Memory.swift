import ScenarioModel
import SimulationBasics

// What is kept in memory: what instances need, and caches.
extension ScenarioBuilder {
  /// What an instance needs and has of memory.
  mutating func memory(_ node: ModelNode) -> MemoryModel? {
    guard let object = object(node, keys: ["size", "base", "perRequest", "restart"]) else {
      return nil
    }
    let size = required("size", in: object, .byteCount).flatMap { node in
      let size = byteCount(node)
      if size == 0 { noteUnexpected(node, .positiveByteCount) }
      return size
    }
    var base: Int64 = 0
    if let node = object["base"], let value = byteCount(node) {
      base = value
      if let size, size > 0, base >= size {
        note(.notLess(node.value.found, than: "size"), at: node)
      }
    }
    let perRequest = required("perRequest", in: object, .byteCount).flatMap { byteCount($0) }
    let restart = required("restart", in: object, .positiveTime).flatMap { positiveTime($0) }
    guard let size, let perRequest, let restart else { return nil }
    return MemoryModel(size: size, base: base, perRequest: perRequest, restart: restart)
  }

  private mutating func byteCount(_ node: ModelNode) -> Int64? {
    switch node.value.kind {
    case .number(let literal):
      if literal.whole == .exactly(0) { return 0 }
      note(ByteCountParser.problem(with: literal), at: node)
    case .text(let text):
      do throws(Problem) {
        return try ByteCountParser.parse(text)
      } catch {
        note(error, at: node)
      }
    case .null, .truth, .list, .object, .malformed: noteUnexpected(node, .byteCount)
    }
    return nil
  }

  // MARK: - Caches

  mutating func caches(_ node: ModelNode) -> [CacheModel] {
    let members = namedMembers(node, of: .caches, limit: ModelLimits.serverPools, each: "cache")
    return members.map { name, node in
      var cache = CacheModel(name: name, timeToLive: .seconds(1))
      guard let object = object(node, keys: ["ttl", "store", "singleFlight"]) else { return cache }
      if let node = required("ttl", in: object, .positiveTime), let time = positiveTime(node) {
        cache.timeToLive = time
      }
      if let node = object["store"], let store = word(node, of: CacheModel.Store.allCases) {
        cache.store = store
      }
      if let node = object["singleFlight"], let value = truth(node) { cache.singleFlight = value }
      return cache
    }
  }

  /// A step that loads what is not in a cache.
  ///
  /// Whoever finds the entry skips the inner steps, so that no row counts as read because of them.
  mutating func cache(
    _ node: ModelNode, _ object: ModelObject, in scope: inout StepScope
  ) -> Step? {
    noteInside("cache", ["transaction", "connection"], at: node, in: scope)
    let entry = cacheEntry(node, in: &scope)
    if let cache = entry?.cache {
      let name = system.caches[cache].name
      if scope.heldCaches.contains(cache) {
        note(.step(.notInside(step: name, outer: name)), at: node)
      }
      scope.heldCaches.append(cache)
    }
    let before = scope.reads
    let steps = innerSteps(object, of: "cache", in: &scope)
    scope.reads = before
    guard let entry else { return nil }
    scope.heldCaches.removeLast()
    return .cache(CacheStep(cache: entry.cache, key: entry.key, steps: steps))
  }

  /// The cache that a step names, and the key whose row the entry is about: `"products:{product}"`,
  /// or `"products"` for one entry in all.
  private mutating func cacheEntry(
    _ node: ModelNode, in scope: inout StepScope
  ) -> (cache: Int, key: Int?)? {
    guard let text = node.text, !text.isEmpty else {
      noteUnexpected(node, .cacheEntry)
      return nil
    }
    let bytes = Array(text.utf8)
    let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    let name = String(decoding: bytes[..<(colon ?? bytes.count)], as: UTF8.self)
    var keyName: String?
    if let colon {
      let rest = bytes[(colon + 1)...]
      guard rest.count > 2, rest.first == UInt8(ascii: "{"), rest.last == UInt8(ascii: "}") else {
        noteUnexpected(node, .cacheEntry)
        return nil
      }
      keyName = String(decoding: rest.dropFirst().dropLast(), as: UTF8.self)
    }
    let names = system.caches.map { $0.name }
    guard let cache = index(of: name, in: names, .cache, at: node) else { return nil }
    guard let keyName else {
      return countEntries(of: cache, table: nil, at: node) ? (cache, nil) : nil
    }
    let keys = scope.keys.map { $0.name }
    guard let key = index(of: keyName, in: keys, .key, at: node) else { return nil }
    if scope.keys[key].isPlural {
      note(.rows(.severalRowsOfEntry(key: keyName)), at: node)
      return nil
    }
    scope.namedKeys.append((key, node))
    let table = scope.keys[key].table
    if table == Self.unknownTable { return nil }
    return countEntries(of: cache, table: table, at: node) ? (cache, key) : nil
  }

  /// Adds the entries of a cache to those of the model when it is used for the first time.
  ///
  /// - Parameter table: What the entries are about; `nil` when there is one in all.
  /// - Returns: Whether the cache is used for that everywhere.
  private mutating func countEntries(of cache: Int, table: Int?, at node: ModelNode) -> Bool {
    for use in cacheUses where use.cache == cache {
      if use.table == table { return true }
      let name = system.caches[cache].name
      let other = use.table.map { tables[$0].name }
      note(.step(.cacheOfOtherEntries(cache: name, table: other)), at: node)
      return false
    }
    cacheUses.append((cache, table))
    let copies = system.caches[cache].store == .instance ? system.instances : 1
    let before = cacheEntryCount
    cacheEntryCount += (table.map { tables[$0].rows } ?? 1) * copies
    if before <= ModelLimits.cacheEntries && cacheEntryCount > ModelLimits.cacheEntries {
      note(.tooMany(.cacheEntries, limit: ModelLimits.cacheEntries), at: node)
    }
    return true
  }
}

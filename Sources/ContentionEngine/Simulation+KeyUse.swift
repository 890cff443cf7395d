import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Which idempotency key a request carries, and until when anybody can name it.
///
/// A key that can be named once goes with its request. The others are held: by each request in
/// flight that carries it, by a user whose iteration may say `previous`, and by a group until all
/// of its users have begun a later iteration. Users who are not there (not started, ramped down,
/// stopped) hold nothing: one who comes back to an iteration that the others have left has a fresh
/// key for it.
extension Simulation {
  /// The slot of the key for a new request of a user; `nil` for a fresh key that only this request
  /// can carry.
  ///
  /// The slot is held for the request.
  mutating func keySlot(for use: IterationStep.KeyUse, of user: UserID) -> Int32? {
    let load = Int(users[user.index].load)
    let slot: Int32
    switch use {
    case .same:
      slot = Int32(load)
    case .new:
      if !sharedKeys.remembersKeys(load) { return nil }
      slot = openKey()
    case .previous:
      let last = users[user.index].lastKey
      slot = last >= 0 ? last : openKey()
    case .ofGroup(let size):
      slot = groupKey(ofSize: size, for: user)
    }
    sharedKeys.hold(slot)
    if sharedKeys.remembersKeys(load) { remember(slot, by: user) }
    return slot
  }

  /// A key that nobody has used, as the requests of load `load` would number it.
  mutating func freshKey() -> IdempotencyKey {
    defer { nextKey += 1 }
    return IdempotencyKey(number: nextKey)
  }

  private mutating func openKey() -> Int32 {
    let slot = sharedKeys.open(freshKey())
    ledger.openIntent(Int(slot))
    return slot
  }

  /// The slot of the key that a request carries; opened for the request if only it could carry the
  /// key so far.
  mutating func shareKey(of request: RequestID) -> Int32 {
    let known = requests[request].keySlot
    if known >= 0 { return known }
    let slot = sharedKeys.open(requests[request].key)
    ledger.openIntent(Int(slot))
    sharedKeys.hold(slot)
    requests[request].keySlot = slot
    return slot
  }

  private mutating func remember(_ slot: Int32, by user: UserID) {
    let last = users[user.index].lastKey
    if last == slot { return }
    sharedKeys.hold(slot)
    users[user.index].lastKey = slot
    if last >= 0 { releaseKey(last) }
  }

  private mutating func groupKey(ofSize size: Int32, for user: UserID) -> Int32 {
    let group = sharedKeys.group(
      ofSize: size, load: Int(users[user.index].load), place: place(of: user))
    let iteration = users[user.index].iterations
    if let known = sharedKeys.slot(of: group, iteration: iteration) { return known }
    let slot = openKey()
    sharedKeys.give(slot, to: group, iteration: iteration)
    return slot
  }

  // MARK: Forgetting

  /// A request is over: unless somebody else can name its key, the key is forgotten.
  mutating func forgetKeys(of request: RequestID) {
    let slot = requests[request].keySlot
    if slot >= 0 { releaseKey(slot) } else { forget(requests[request].key) }
  }

  private mutating func releaseKey(_ slot: Int32) {
    if let key = sharedKeys.release(slot) { forget(key) }
  }

  /// A user has begun an iteration or has stopped: its groups forget the keys of the iterations
  /// that all their users have left.
  ///
  /// - Complexity: O(1), and O(users of a group) when the user is not the first of it to go on.
  mutating func leaveGroupKeys(_ user: UserID) {
    let load = Int(users[user.index].load)
    for index in sharedKeys.families(of: load) {
      let family = sharedKeys.family(index)
      let place = place(of: user)
      let group = family.firstGroup + place / family.size
      guard let oldest = sharedKeys.oldestIteration(of: group) else { continue }
      let first = place / family.size * family.size
      let end = min(first + family.size, loads[load].userLimit)
      var needed = Int64.max
      for member in (loads[load].firstUser + first)..<(loads[load].firstUser + end) {
        if users[member].activity != .idle { needed = min(needed, users[member].iterations) }
      }
      if needed <= oldest { continue }
      while let oldest = sharedKeys.oldestIteration(of: group), oldest < needed {
        releaseKey(sharedKeys.takeOldest(of: group))
      }
    }
  }
}

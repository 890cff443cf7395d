import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Idempotency keys that more than one request may carry, each with the number of those who may
/// still name it: requests in flight, users who may send it again, and a group that is not past it.
///
/// A key whose last holder has gone is forgotten, and its slot is used again, so memory follows the
/// number of keys in use and not the length of the run. The slots from 0 up to the number of loads
/// are the keys that all requests of a load share: they stay. A slot is also the number of the
/// intent in the safety ledger.
struct SharedKeys: ~Copyable {
  struct Slot: BitwiseCopyable {
    var key = IdempotencyKey(number: 0)
    var holders: Int32 = 0
    /// The neighbours in the list of a group, whose keys follow one another by iteration; in a free
    /// slot, `next` is the next free one.
    var previous: Int32 = -1
    var next: Int32 = -1
    var iteration: Int64 = 0
  }
  /// The keys of a group of users that some of them may still name.
  struct Group: BitwiseCopyable {
    var first: Int32 = -1
    var last: Int32 = -1
  }
  /// Equally large groups of the users of one load.
  struct Family: BitwiseCopyable {
    let size: Int
    let firstGroup: Int
  }

  private var slots: FixedTable<Slot>
  private var firstFree: Int32 = -1
  private var used: Int32
  private var groups: FixedTable<Group>
  private let families: FixedTable<Family>
  /// By load: its first family; one more at the end.
  private let firstFamilies: FixedTable<Int>
  /// By load: whether its users may send a key once more.
  private let remembers: FixedTable<Bool>

  init(_ compiled: borrowing CompiledScenario) {
    var families: [Family] = []
    var firstFamilies: [Int] = []
    var remembers: [Bool] = []
    var groupCount = 0
    for (index, load) in compiled.scenario.loads.enumerated() {
      let first = families.count
      firstFamilies.append(first)
      var isRemembering = false
      for instruction in compiled.iterations[index].instructions {
        guard let key = instruction.keyUse else { continue }
        switch key {
        case .new, .same: break
        case .previous: isRemembering = true
        case .ofGroup(let users):
          let size = Int(users)
          if families[first...].contains(where: { $0.size == size }) { continue }
          families.append(Family(size: size, firstGroup: groupCount))
          groupCount += (load.executor.mostUsers + size - 1) / size
        }
      }
      remembers.append(isRemembering)
    }
    firstFamilies.append(families.count)
    let loadCount = compiled.scenario.loads.count
    slots = FixedTable(repeating: Slot(), count: loadCount)
    for load in 0..<loadCount {
      slots[load] = Slot(key: IdempotencyKey(number: UInt64(load)), holders: 1)
    }
    used = Int32(loadCount)
    groups = FixedTable(repeating: Group(), count: groupCount)
    self.families = FixedTable(families)
    self.firstFamilies = FixedTable(firstFamilies)
    self.remembers = FixedTable(remembers)
  }

  // MARK: Looking

  /// Whether a user of the load may send the key of its last request again.
  func remembersKeys(_ load: Int) -> Bool { remembers[load] }

  /// The families of a load.
  @inline(__always)
  func families(of load: Int) -> Range<Int> { firstFamilies[load]..<firstFamilies[load + 1] }

  func family(_ family: Int) -> Family { families[family] }

  func key(in slot: Int32) -> IdempotencyKey { slots[slot].key }

  /// How many slots hold a key, those of the loads included.
  ///
  /// - Complexity: O(slots).
  var keyCount: Int {
    var count = 0
    for slot in 0..<used where slots[slot].holders > 0 { count += 1 }
    return count
  }

  // MARK: Holding

  /// Takes a slot for a key that nobody holds yet.
  ///
  /// - Complexity: O(1) amortised.
  mutating func open(_ key: IdempotencyKey) -> Int32 {
    let slot: Int32
    if firstFree >= 0 {
      slot = firstFree
      firstFree = slots[slot].next
    } else {
      if Int(used) == slots.count {
        slots.grow(toCount: max(16, slots.count * 2), filledWith: Slot())
      }
      slot = used
      used += 1
    }
    slots[slot] = Slot(key: key)
    return slot
  }

  mutating func hold(_ slot: Int32) { slots[slot].holders += 1 }

  /// One who could name the key no longer can.
  ///
  /// - Returns: The key, when that was the last one; its slot is free then.
  mutating func release(_ slot: Int32) -> IdempotencyKey? {
    precondition(slots[slot].holders > 0, "a key was released that nobody held")
    slots[slot].holders -= 1
    if slots[slot].holders > 0 { return nil }
    slots[slot].next = firstFree
    firstFree = slot
    return slots[slot].key
  }

  // MARK: The keys of groups

  /// The index of the group of a user who sends the key of its group.
  ///
  /// - Precondition: The load's iteration has a request with a key of groups of this size.
  func group(ofSize size: Int32, load: Int, place: Int) -> Int {
    for index in families(of: load) where families[index].size == Int(size) {
      return families[index].firstGroup + place / Int(size)
    }
    preconditionFailure("a key of groups of a size that the load does not have")
  }

  /// The slot of a group's key for an iteration; `nil` when nobody has used it yet.
  ///
  /// - Complexity: O(keys of later iterations).
  func slot(of group: Int, iteration: Int64) -> Int32? {
    let slot = lastSlot(of: group, upTo: iteration)
    return slot >= 0 && slots[slot].iteration == iteration ? slot : nil
  }

  /// Makes the key in a slot that of an iteration of a group, which holds it from now on.
  ///
  /// - Precondition: The group has no key for this iteration.
  mutating func give(_ slot: Int32, to group: Int, iteration: Int64) {
    let before = lastSlot(of: group, upTo: iteration)
    let after = before >= 0 ? slots[before].next : groups[group].first
    slots[slot].iteration = iteration
    slots[slot].previous = before
    slots[slot].next = after
    slots[slot].holders += 1
    if before >= 0 { slots[before].next = slot } else { groups[group].first = slot }
    if after >= 0 { slots[after].previous = slot } else { groups[group].last = slot }
  }

  /// The iteration of the oldest key of a group; `nil` when it has none.
  func oldestIteration(of group: Int) -> Int64? {
    let first = groups[group].first
    return first >= 0 ? slots[first].iteration : nil
  }

  /// Takes the oldest key from a group; the caller releases it.
  ///
  /// - Precondition: The group has a key.
  mutating func takeOldest(of group: Int) -> Int32 {
    let first = groups[group].first
    let next = slots[first].next
    groups[group].first = next
    if next >= 0 { slots[next].previous = -1 } else { groups[group].last = -1 }
    return first
  }

  private func lastSlot(of group: Int, upTo iteration: Int64) -> Int32 {
    var slot = groups[group].last
    while slot >= 0, slots[slot].iteration > iteration { slot = slots[slot].previous }
    return slot
  }
}

extension IterationInstruction {
  /// Which key it sends, if it sends a request.
  fileprivate var keyUse: IterationStep.KeyUse? {
    switch self {
    case .request(_, let key), .requestTwice(_, let key): key
    default: nil
    }
  }
}

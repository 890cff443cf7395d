import ContentionEngine
import ScenarioModel
package import SimulationBasics

/// What is smaller than a case, in passes from the boldest to the finest.
extension HuntCase {
  /// The passes of a shrink.
  ///
  /// - Parameter space: What the case was drawn from: what takes delays away is from there.
  public static func passes(in space: HuntSpace) -> [ShrinkPass<HuntCase>] {
    let all: [(HuntCase) -> [HuntCase]] = [
      { $0.withFewerFaults }, { $0.withFewerUsers(in: space) }, { $0.withFewerIterations },
      { $0.withFewerOccasions }, { $0.withoutDelays(in: space) },
      { $0.withFewerVariations(in: space) }, { $0.withSimplerClients }, { $0.withPlainerTies },
      { $0.withSmallerSeed }, { $0.withOtherInstances },
      { $0.withPlainerAmounts(in: space) }, { $0.withSimplerMoments }, { $0.withEarlierOccasions },
    ]
    return all.map { pass in
      ShrinkPass<HuntCase>({ hunted in pass(hunted).filter { $0.isPossible(in: space) } })
    }
  }

  /// Whether there are as many users as the model needs, and every instance that a fault names.
  public func isPossible(in space: HuntSpace) -> Bool {
    if users < space.leastUsers { return false }
    let count = instances(in: space)
    return faults.allSatisfy { $0.instance ?? 0 < count }
  }

  /// How many instances there are.
  func instances(in space: HuntSpace) -> Int {
    for case .instances(let count) in variations { return count }
    return space.base.system.instances
  }

  // MARK: Less of everything

  /// None, one alone, or one less.
  var withFewerFaults: [HuntCase] {
    if faults.isEmpty { return [] }
    var smaller = [with(faults: [])]
    if faults.count > 2 { smaller += faults.map { with(faults: [$0]) } }
    for index in faults.indices {
      var rest = faults
      rest.remove(at: index)
      if !rest.isEmpty { smaller.append(with(faults: rest)) }
    }
    return smaller
  }

  /// Fewer users, each number with few iterations and with as many as before, and also with a
  /// single row in a table: those who are left may have had rows of their own.
  func withFewerUsers(in space: HuntSpace) -> [HuntCase] {
    var smaller: [HuntCase] = []
    let singleRows = space.variations.filter { variation in
      if case .rows(_, 1) = variation { !variations.contains(variation) } else { false }
    }
    for fewer in 1..<max(1, users) {
      var counts = [iterations]
      for count in [fewer, fewer + 1, 2 * fewer] where !counts.contains(count) && count < iterations
      {
        counts.append(count)
      }
      for count in counts {
        var changed = self
        changed.users = fewer
        changed.iterations = count
        smaller.append(changed)
        smaller += singleRows.map { changed.with($0) }
      }
    }
    return smaller
  }

  var withFewerIterations: [HuntCase] {
    (users..<max(users, iterations)).map { fewer in
      var changed = self
      changed.iterations = fewer
      return changed
    }
  }

  var withFewerOccasions: [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, fault) in faults.enumerated() where fault.numbers.count > 1 {
      for place in fault.numbers.indices {
        var rest = fault.numbers
        rest.remove(at: place)
        smaller.append(with(fault.with(numbers: rest), at: index))
      }
    }
    return smaller
  }

  // MARK: The model's values

  /// All delays away, or one more.
  func withoutDelays(in space: HuntSpace) -> [HuntCase] {
    let missing = space.variations.filter { $0.isNoDelay && !variations.contains($0) }
    if missing.isEmpty { return [] }
    var bare = self
    for variation in missing { bare = bare.with(variation) }
    return [bare] + missing.map { with($0) }
  }

  /// One value less that is not the model's own, or a smaller one.
  func withFewerVariations(in space: HuntSpace) -> [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, variation) in variations.enumerated() {
      var changed = self
      changed.variations.remove(at: index)
      smaller.append(changed)
      for other in space.variations
      where other.replacesSame(as: variation) && other.digits < variation.digits {
        smaller.append(with(other))
      }
    }
    return smaller
  }

  /// The model's own clients, or ones that try less often.
  var withSimplerClients: [HuntCase] {
    guard let client else { return [] }
    var own = self
    own.client = nil
    return [own]
      + (1..<max(1, client.attempts)).map { attempts in
        var changed = self
        changed.client?.attempts = attempts
        return changed
      }
  }

  // MARK: Chance

  var withPlainerTies: [HuntCase] {
    var orders: [TieOrder] = []
    switch tieOrder {
    case .scheduling: return []
    case .drawn(let seed):
      orders = [.scheduling] + (1..<min(seed, 10)).map { .drawn(seed: $0) }
    case .priorities(let seed, let changes, let events):
      orders = [.scheduling] + (1...5).map { .drawn(seed: $0) }
      for fewer in 0..<max(0, changes) {
        orders.append(.priorities(seed: seed, changes: fewer, events: events))
        orders.append(.priorities(seed: 1, changes: fewer, events: events))
      }
    }
    return orders.map { order in
      var changed = self
      changed.tieOrder = order
      return changed
    }
  }

  var withSmallerSeed: [HuntCase] {
    (1..<max(1, min(seed, 10))).map { smaller in
      var changed = self
      changed.seed = smaller
      return changed
    }
  }

  // MARK: How much, when and where

  /// The fewest instances first: one that strikes elsewhere often does as well.
  var withOtherInstances: [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, fault) in faults.enumerated() {
      for instance in 0..<(fault.instance ?? 0) {
        smaller.append(with(fault.with(instance: instance), at: index))
      }
    }
    return smaller
  }

  /// The least plain amount first that is less, and where an amount is odd, also more of it.
  func withPlainerAmounts(in space: HuntSpace) -> [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, fault) in faults.enumerated() {
      let plain = space.plainAmounts(of: fault.kind)
      func plainer(_ amount: VirtualDuration) -> [VirtualDuration] {
        plain.contains(amount) ? plain.filter { $0 < amount } : plain
      }
      if let amount = fault.amount {
        for other in plainer(amount) { smaller.append(with(fault.with(amount: other), at: index)) }
      }
      if case .event(.redisOutage(let length, let timeout, let policy), let moments) = fault {
        for other in plainer(timeout) {
          smaller.append(
            with(.event(.redisOutage(length, timeout: other, policy: policy), moments), at: index))
        }
      }
    }
    return smaller
  }

  var withSimplerMoments: [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, fault) in faults.enumerated() {
      guard let moment = fault.moment else { continue }
      for simpler in moment.simpler { smaller.append(with(fault.with(moment: simpler), at: index)) }
    }
    return smaller
  }

  /// Each number of an occasion lower, as far as it stays above the one before.
  var withEarlierOccasions: [HuntCase] {
    var smaller: [HuntCase] = []
    for (index, fault) in faults.enumerated() {
      for (place, number) in fault.numbers.enumerated() {
        let least = place == 0 ? 1 : fault.numbers[place - 1] + 1
        var earlier: [UInt64] = []
        for candidate in [least, least + 1, least + 2, number / 2, number - 1]
        where candidate >= least && candidate < number && !earlier.contains(candidate) {
          earlier.append(candidate)
        }
        for candidate in earlier {
          var numbers = fault.numbers
          numbers[place] = candidate
          smaller.append(with(fault.with(numbers: numbers), at: index))
        }
      }
    }
    return smaller
  }

  // MARK: Replacing

  func with(faults: [Fault]) -> HuntCase {
    var changed = self
    changed.faults = faults
    return changed
  }

  func with(_ fault: Fault, at index: Int) -> HuntCase {
    var changed = self
    changed.faults[index] = fault
    return changed
  }

  /// With a variation in the place of what replaces the same.
  func with(_ variation: HuntVariation) -> HuntCase {
    var changed = self
    changed.variations.removeAll { $0.replacesSame(as: variation) }
    changed.variations.append(variation)
    return changed
  }
}

extension VirtualDuration {
  /// Lengths with fewer digits, then shorter ones: nothing, round ones below and above it, the
  /// roundest first, and its half.
  package var simpler: [VirtualDuration] {
    var found: [VirtualDuration] = []
    func note(_ nanoseconds: UInt64) {
      let length = VirtualDuration.nanoseconds(nanoseconds)
      if length != self, length.digits < digits || length < self, !found.contains(length) {
        found.append(length)
      }
    }
    note(0)
    var unit: UInt64 = 1
    while unit <= inNanoseconds / 10 { unit *= 10 }
    while unit > 1 {
      let below = inNanoseconds / unit * unit
      note(below)
      note(below + unit)
      if unit >= 10 { note((inNanoseconds / (unit / 2)) * (unit / 2)) }
      unit /= 10
    }
    note(inNanoseconds / 2)
    return found
  }
}

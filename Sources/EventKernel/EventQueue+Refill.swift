import SimulationBasics

/// How events come from the wheel into the near list, and back when the list is full.
extension EventQueue {
  /// The largest number of events that is sorted instead of spread over lower levels.
  ///
  /// On the hold model 16 was slower by up to a quarter, and 48 no different.
  private static var sortingLimit: Int { 32 }
  /// With so few events in the whole wheel, the near list takes them all and covers all time.
  private static var smallCount: Int { 16 }

  /// Brings the earliest events from the wheel into `near` or `present`, which are both empty.
  ///
  /// - Returns: `false` when nothing is due at or before `limit`; then nothing that a caller could
  ///   see has changed.
  /// - Complexity: O(*k*) for the *k* events of the first slot; each event takes part at most
  ///   eleven times.
  @inline(never)
  mutating func refill(through limit: VirtualTime) -> Bool {
    while !wheel.isEmpty {
      if wheel.count <= Self.smallCount {
        gatherEverything()
        return true
      }
      let slot = wheel.firstSlot
      let chain = wheel.chain(of: slot)
      let isSmall = Int(chain.count) <= Self.sortingLimit
      // The base may move only where the clock is about to follow: else an event could be scheduled
      // before it.
      if limit < slot.end, earliestTime(in: chain) > limit { return false }
      if slot.level == 0 {
        enterMoment(of: slot)
        return true
      }
      if isSmall {
        sort(slot)
        return true
      }
      spread(slot)
    }
    return false
  }

  /// The earliest time in a chain.
  ///
  /// - Complexity: O(`chain.count`).
  func earliestTime(in chain: EventChain) -> VirtualTime {
    var earliest = VirtualTime.never
    var slot = chain.first
    while slot >= 0 {
      let time = pool[slot].time
      if time < earliest { earliest = time }
      slot = pool[slot].next
    }
    return earliest
  }

  /// Makes the events of one nanosecond the present ones, in their order; the near list covers
  /// nothing then.
  private mutating func enterMoment(of slot: TimingWheel.Slot) {
    present = wheel.takeChain(of: slot)
    var index = present.first
    while index >= 0 {
      pool[index].place = .present
      index = pool[index].next
    }
    wheel.rebase(to: slot.start)
    near.end = slot.end
  }

  /// Sorts the few events of a slot into the near list, which then covers the slot's span.
  private mutating func sort(_ slot: TimingWheel.Slot) {
    takeIntoNear(slot)
    near.end = slot.end
  }

  /// Sorts all events of a small wheel into the near list, which then covers all time.
  private mutating func gatherEverything() {
    while !wheel.isEmpty { takeIntoNear(wheel.firstSlot) }
    near.end = .never
  }

  private mutating func takeIntoNear(_ slot: TimingWheel.Slot) {
    // From the end: where delays are constant a chain is in the order of time, and its last event
    // is the latest.
    var index = wheel.takeChain(of: slot).last
    while index >= 0 {
      pool[index].place = .near
      near.insert(pool.key(of: index))
      index = pool[index].previous
    }
  }

  /// Moves the base into a slot and spreads the slot's events over the levels below.
  private mutating func spread(_ slot: TimingWheel.Slot) {
    let chain = wheel.takeChain(of: slot)
    // Where many events share one time, moving the base right there spares them a walk down every
    // level. Looking for that time is a walk too, so it is done only where the outermost events
    // suggest that it pays.
    let isLikelyTied = pool[chain.first].time == pool[chain.last].time
    wheel.rebase(to: isLikelyTied ? earliestTime(in: chain) : slot.start)
    var index = chain.first
    while index >= 0 {
      let next = pool[index].next
      wheel.add(index, in: &pool)
      index = next
    }
  }

  /// Moves a full near list into the wheel, all but what is due at this very moment.
  ///
  /// That part stays, since it comes before everything in `present`. The clock is inside the list's
  /// span, whose levels of the wheel are empty, or the whole wheel is empty: so the base may follow
  /// the clock.
  @inline(never)
  mutating func spillNearEvents() {
    wheel.rebase(to: now)
    let laterCount = near.count(after: now)
    for index in stride(from: laterCount - 1, through: 0, by: -1) {
      wheel.add(near[index].handle.slot, in: &pool)
    }
    near.removeLatest(laterCount)
    near.end = now
  }
}

import SimulationBasics

extension EventQueue {
  #if SIMULATION_CHECKS
    /// Checks the whole structure; only in builds with `SIMULATION_CHECKS`, where every mutation
    /// calls it last.
    ///
    /// - Complexity: O(*n*) for *n* pending events.
    func checkInvariants() {
      var seen = 0
      var previousKey = EventKey(time: now, handle: .none)
      var slot = present.first
      while slot >= 0 {
        precondition(pool[slot].place == .present, "a present event has another place noted")
        precondition(pool[slot].time == now, "a present event is of another moment")
        precondition(previousKey < pool.key(of: slot), "present events are out of order")
        previousKey = pool.key(of: slot)
        slot = pool[slot].next
        seen += 1
      }
      precondition(seen == Int(present.count), "the present chain has miscounted")
      seen += near.checkInvariants(now: now, in: pool)
      seen += wheel.checkInvariants(after: near.end, now: now, in: pool)
      precondition(seen == count, "an event is in no structure or in two")
    }
  #else
    @inline(__always)
    func checkInvariants() {}
  #endif
}

#if SIMULATION_CHECKS
  extension NearEvents {
    /// Checks order, span and places; returns the number of events.
    func checkInvariants(now: VirtualTime, in pool: borrowing EventPool) -> Int {
      var earlier = EventKey(time: now, handle: .none)
      for index in stride(from: count - 1, through: 0, by: -1) {
        let key = self[index]
        precondition(earlier < key, "near events are out of order")
        precondition(key.time <= end, "a near event is beyond the near span")
        precondition(pool.isPending(key.handle), "a near event is not in the pool")
        precondition(pool[key.handle.slot].place == .near, "a near event has another place noted")
        earlier = key
      }
      return count
    }
  }

  extension TimingWheel {
    /// Checks base, slots, bitmaps and the order of equal times; returns the number of events.
    func checkInvariants(after end: VirtualTime, now: VirtualTime, in pool: borrowing EventPool)
      -> Int
    {
      precondition(base <= now.nanosecondsSinceStart, "the base is ahead of the clock")
      // Only the slots that the bitmaps name are walked: an event in another one is missed in the
      // count.
      var seen = 0
      for level in 0..<Self.levelCount {
        var rest = marks(ofLevel: level)
        while rest != 0 {
          let number = level * Self.slotsPerLevel + rest.trailingZeroBitCount
          seen += checkChain(at: number, after: Swift.max(end, now), in: pool)
          rest &= rest - 1
        }
      }
      precondition(seen == count, "the wheel has miscounted")
      return seen
    }

    /// Checks the events of one slot; returns their number.
    private func checkChain(
      at number: Int, after past: VirtualTime, in pool: borrowing EventPool
    ) -> Int {
      let chain = chain(at: number)
      precondition(!chain.isEmpty, "a bitmap names an empty slot")
      var seen = 0
      var slot = chain.first
      while slot >= 0 {
        let key = pool.key(of: slot)
        precondition(Int(pool[slot].place.number) == number, "an event has another place noted")
        precondition(placeNumber(of: key.time) == number, "an event is in the wrong slot")
        precondition(key.time > past, "an event of the wheel belongs to the near span or is past")
        let next = pool[slot].next
        if next >= 0, pool[next].time == key.time {
          precondition(key < pool.key(of: next), "equal times are out of order")
        }
        slot = next
        seen += 1
      }
      precondition(seen == Int(chain.count), "a chain has miscounted")
      return seen
    }
  }
#endif

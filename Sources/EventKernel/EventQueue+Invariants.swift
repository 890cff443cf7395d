import SimulationBasics

extension EventQueue {
  #if SIMULATION_CHECKS
    /// Checks the whole structure; only in builds with `SIMULATION_CHECKS`, where every mutation calls it last.
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
      var seen = 0
      for number in 0..<Self.slotCount {
        let chain = self.chain(at: number)
        precondition(marksUsed(number) != chain.isEmpty, "a bitmap is wrong")
        var slot = chain.first
        var inChain = 0
        while slot >= 0 {
          let key = pool.key(of: slot)
          precondition(Int(pool[slot].place.number) == number, "an event has another place noted")
          precondition(
            placeNumber(of: key.time) == number,
            "an event is in the wrong slot")
          precondition(key.time > end, "an event of the near span is in the wheel")
          precondition(key.time > now, "an event of the wheel is past")
          let next = pool[slot].next
          if next >= 0, pool[next].time == key.time {
            precondition(key < pool.key(of: next), "equal times are out of order")
          }
          slot = next
          inChain += 1
        }
        precondition(inChain == Int(chain.count), "a chain has miscounted")
        seen += inChain
      }
      precondition(seen == count, "the wheel has miscounted")
      return seen
    }
  }
#endif

import SimulationBasics

extension Caches {
  /// Stops the program unless loads, counts, flights and queues tell the same story.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(entries + requests + loads).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var counted = 0
      for request in 0..<innermostLoads.count {
        var load = innermostLoads[request]
        while load >= 0 {
          counted += 1
          precondition(counted <= loadCount, "the loads of a request are a circle")
          precondition(Int(loads[load].request) == request, "a load lies on a stranger's list")
          load = loads[load].outer
        }
      }
      precondition(counted == loadCount, "a load is nobody's")
      var loading = 0
      var queued = 0
      for slot in 0..<slots.count {
        precondition(slots[slot].loading >= 0, "fewer than no loads of an entry")
        loading += Int(slots[slot].loading)
        queued += waits.count(of: Int32(slot))
        if slots[slot].flight >= 0 {
          precondition(Int(loads[slots[slot].flight].slot) == slot, "a flight of another entry")
        }
      }
      precondition(loading == loadCount, "the loads of the entries are not those that go on")
      precondition(queued == waiting, "somebody waits nowhere")
    #endif
  }
}

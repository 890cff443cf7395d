import SimulationBasics

extension WaitQueues {
  /// Stops the program unless every queue reads the same from both ends and its count is right.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(queues + members).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var linked = 0
      for queue in 0..<Int32(queues.count) {
        var previous: Int32 = -1
        var current = queues[queue].first
        var found: Int32 = 0
        while current >= 0 {
          precondition(links[current].queue == queue, "a link names another queue")
          precondition(links[current].previous == previous, "a link's way back is wrong")
          found += 1
          precondition(
            found <= queues[queue].count, "a queue is longer than its count, or a circle")
          previous = current
          current = links[current].next
        }
        precondition(found == queues[queue].count, "a queue's count is wrong")
        precondition(previous == queues[queue].last, "a queue's end is wrong")
        linked += Int(found)
      }
      var standing = 0
      for member in 0..<links.count where links[member].queue >= 0 { standing += 1 }
      precondition(standing == linked, "a member claims a place that no queue knows")
      precondition(standing == totalCount, "the total count is wrong")
    #endif
  }
}

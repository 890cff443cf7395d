import SimulationBasics

extension OrderedKeyIndex {
  /// Stops the program unless the positions of each index ascend, all leaves lie equally deep and
  /// no node is lost.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(positions of all indexes).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var nodes = 0
      for index in 0..<trees.count {
        var last: UInt64?
        var count = 0
        let tree = trees[index]
        check(tree.root, level: tree.height, isRoot: true, after: &last, &count, &nodes)
        precondition(count == tree.count, "the number of positions is wrong")
      }
      var free = firstFreeNode
      while free >= 0 {
        nodes += 1
        precondition(nodes <= Int(usedNodes), "the list of free nodes is a circle")
        free = counts[free]
      }
      precondition(nodes == Int(usedNodes), "a node is lost")
    #endif
  }

  #if SIMULATION_CHECKS
    private func check(
      _ node: Int32, level: Int32, isRoot: Bool, after last: inout UInt64?, _ count: inout Int,
      _ nodes: inout Int
    ) {
      nodes += 1
      precondition(counts[node] <= Self.fanout, "a node has too many entries")
      precondition(isRoot || counts[node] > 0, "an empty node was kept")
      precondition(!isRoot || level == 0 || counts[node] > 1, "a root has but one child")
      for entry in (node * Self.fanout)..<endOfEntries(node) {
        let isBounded = level == 0 || entry > node * Self.fanout
        if isBounded, let last {
          precondition(last < positions[entry], "the positions do not ascend")
        }
        if level == 0 {
          last = positions[entry]
          count += 1
        } else {
          check(links[entry], level: level - 1, isRoot: false, after: &last, &count, &nodes)
          if entry + 1 < endOfEntries(node), let last {
            precondition(last < positions[entry + 1], "a child reaches into the next one")
          }
        }
      }
    }
  #endif
}

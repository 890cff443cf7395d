import SimulationBasics

/// The order of unique indexes: which record follows a position, so that a gap has a name.
///
/// Each index is a B-tree of 64-bit positions; the trees of all indexes share one arena of nodes. A
/// node that gets full is split on the way down, so an insert never turns back. A node is given
/// back when it is empty and is not merged before: what is removed is an insert that was rolled
/// back, which is rare and comes soon after.
package struct OrderedKeyIndex: ~Copyable {
  /// The root node of an index and how many levels of inner nodes it has above the leaves.
  struct Tree: BitwiseCopyable {
    var root: Int32
    var height: Int32
    var count: Int
  }

  /// Entries of a node: 32 positions of 8 bytes are four lines of the processor's cache.
  static var fanout: Int32 { 32 }
  /// Levels that a path may have. A level more takes at least 16 times the inserts, so 2⁶³ inserts
  /// make no more than 17.
  static var depthLimit: Int { 32 }

  /// By index.
  var trees: FixedTable<Tree>
  /// By entry, `fanout` for each node, in ascending order: in a leaf the position of a record, in
  /// an inner node the lower bound of a child, except that the first child has none.
  var positions: FixedTable<UInt64>
  /// By entry: in a leaf the record, in an inner node the child.
  var links: FixedTable<Int32>
  /// By node: its entries; in a free one, the next free node or a negative number.
  var counts: FixedTable<Int32>
  var firstFreeNode: Int32 = -1
  var usedNodes: Int32 = 0
  /// By level: the entry by which a removal came down.
  private var path: FixedTable<Int32>

  package init(indexCount: Int, expectedKeys: Int) {
    let expectedNodes = indexCount + expectedKeys / Int(Self.fanout / 2)
    self.trees = FixedTable(repeating: Tree(root: -1, height: 0, count: 0), count: indexCount)
    self.positions = FixedTable(repeating: 0, count: expectedNodes * Int(Self.fanout))
    self.links = FixedTable(repeating: -1, count: expectedNodes * Int(Self.fanout))
    self.counts = FixedTable(repeating: 0, count: expectedNodes)
    self.path = FixedTable(repeating: -1, count: Self.depthLimit)
    for index in 0..<indexCount { trees[index].root = takeFreeNode() }
  }

  /// The number of positions in an index.
  package func count(in index: Int) -> Int { trees[index].count }

  /// The record with the least position above this one; nil if it would be the last.
  ///
  /// - Complexity: O(log *n*) for *n* positions in the index.
  package func successor(of position: UInt64, in index: Int) -> Int32? {
    var node = trees[index].root
    var level = trees[index].height
    // Where the nearest subtree begins that lies wholly above the position, and its level.
    var above: Int32 = -1
    var levelAbove: Int32 = 0
    while level > 0 {
      let entry = entryOfChild(holding: position, in: node)
      if entry + 1 < endOfEntries(node) {
        above = links[entry + 1]
        levelAbove = level - 1
      }
      node = links[entry]
      level -= 1
    }
    let entry = firstEntry(above: position, in: node)
    if entry < endOfEntries(node) { return links[entry] }
    guard above >= 0 else { return nil }
    node = above
    for _ in 0..<levelAbove { node = links[node * Self.fanout] }
    return links[node * Self.fanout]
  }

  /// Adds a position with its record.
  ///
  /// - Complexity: O(log *n*), amortised over growth.
  /// - Precondition: The position is not there; `record` is not negative.
  package mutating func insert(_ position: UInt64, record: Int32, in index: Int) {
    defer { checkInvariants() }
    precondition(record >= 0, "a position cannot stand for a negative record")
    if counts[trees[index].root] == Self.fanout { addRoot(of: index) }
    var node = trees[index].root
    for _ in 0..<trees[index].height {
      var entry = entryOfChild(holding: position, in: node)
      if counts[links[entry]] == Self.fanout {
        split(childAt: entry, of: node, for: position)
        entry = entryOfChild(holding: position, in: node)
      }
      node = links[entry]
    }
    let entry = firstEntry(above: position, in: node)
    let isTaken = entry > node * Self.fanout && positions[entry - 1] == position
    precondition(!isTaken, "a position was inserted twice")
    open(entry, in: node)
    positions[entry] = position
    links[entry] = record
    trees[index].count += 1
  }

  /// Removes a position.
  ///
  /// - Complexity: O(log *n*).
  /// - Precondition: The position is there.
  package mutating func remove(_ position: UInt64, from index: Int) {
    defer { checkInvariants() }
    var node = trees[index].root
    var level = Int(trees[index].height)
    while level > 0 {
      let entry = entryOfChild(holding: position, in: node)
      path[level] = entry
      node = links[entry]
      level -= 1
    }
    var entry = firstEntry(above: position, in: node) - 1
    let isThere = entry >= node * Self.fanout && positions[entry] == position
    precondition(isThere, "a position that is not there was removed")
    close(entry, in: node)
    trees[index].count -= 1
    while counts[node] == 0, level < trees[index].height {
      giveBack(node)
      level += 1
      entry = path[level]
      node = entry / Self.fanout
      close(entry, in: node)
    }
    while trees[index].height > 0, counts[trees[index].root] == 1 {
      let root = trees[index].root
      trees[index].root = links[root * Self.fanout]
      trees[index].height -= 1
      giveBack(root)
    }
  }

  // MARK: Entries of a node

  func endOfEntries(_ node: Int32) -> Int32 { node * Self.fanout + counts[node] }

  /// The first entry of a node with a position above this one, or the end of its entries.
  private func firstEntry(above position: UInt64, in node: Int32) -> Int32 {
    var low = node * Self.fanout
    var high = endOfEntries(node)
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] > position { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The entry of an inner node below which a position lies or would lie.
  private func entryOfChild(holding position: UInt64, in node: Int32) -> Int32 {
    max(firstEntry(above: position, in: node) - 1, node * Self.fanout)
  }

  /// Moves the entries of a node from `entry` on one place up.
  private mutating func open(_ entry: Int32, in node: Int32) {
    var place = endOfEntries(node)
    while place > entry {
      positions[place] = positions[place - 1]
      links[place] = links[place - 1]
      place -= 1
    }
    counts[node] += 1
  }

  /// Overwrites an entry by those that follow it in its node.
  private mutating func close(_ entry: Int32, in node: Int32) {
    counts[node] -= 1
    for place in entry..<endOfEntries(node) {
      positions[place] = positions[place + 1]
      links[place] = links[place + 1]
    }
  }

  // MARK: Nodes

  /// Puts a new root above a full one, which becomes its only child.
  private mutating func addRoot(of index: Int) {
    let root = takeFreeNode()
    positions[root * Self.fanout] = positions[trees[index].root * Self.fanout]
    links[root * Self.fanout] = trees[index].root
    counts[root] = 1
    trees[index].root = root
    trees[index].height += 1
  }

  /// Moves the upper half of a full child into a new one next to it.
  ///
  /// When the position that is to come lies above all of them, only the last entry moves:
  /// ascending keys leave full nodes behind.
  private mutating func split(childAt entry: Int32, of node: Int32, for position: UInt64) {
    let child = links[entry]
    let isAscending = position > positions[endOfEntries(child) - 1]
    let kept = isAscending ? Self.fanout - 1 : Self.fanout / 2
    let upper = takeFreeNode()
    for moved in kept..<Self.fanout {
      positions[upper * Self.fanout + moved - kept] = positions[child * Self.fanout + moved]
      links[upper * Self.fanout + moved - kept] = links[child * Self.fanout + moved]
    }
    counts[child] = kept
    counts[upper] = Self.fanout - kept
    open(entry + 1, in: node)
    positions[entry + 1] = positions[upper * Self.fanout]
    links[entry + 1] = upper
  }

  private mutating func takeFreeNode() -> Int32 {
    if firstFreeNode >= 0 {
      let node = firstFreeNode
      firstFreeNode = counts[node]
      counts[node] = 0
      return node
    }
    counts.makeRoom(for: usedNodes, filledWith: 0)
    let lastEntry = (usedNodes + 1) * Self.fanout - 1
    positions.makeRoom(for: lastEntry, filledWith: 0)
    links.makeRoom(for: lastEntry, filledWith: -1)
    usedNodes += 1
    return usedNodes - 1
  }

  private mutating func giveBack(_ node: Int32) {
    counts[node] = firstFreeNode
    firstFreeNode = node
  }
}

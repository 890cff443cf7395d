import ContendedResources
import Testing

@Suite("Ordered key index")
struct OrderedKeyIndexTests {
  @Test("names the next record above a position, and none above the last")
  func successor() {
    var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
    #expect(index.successor(of: 0, in: 0) == nil)
    index.insert(20, record: 2, in: 0)
    index.insert(10, record: 1, in: 0)
    #expect(index.successor(of: 0, in: 0) == 1)
    #expect(index.successor(of: 10, in: 0) == 2)
    #expect(index.successor(of: 11, in: 0) == 2)
    #expect(index.successor(of: 20, in: 0) == nil)
    index.remove(10, from: 0)
    #expect(index.successor(of: 0, in: 0) == 2)
    #expect(index.count(in: 0) == 1)
  }

  @Test("keeps several indexes apart")
  func severalIndexes() {
    var index = OrderedKeyIndex(indexCount: 3, expectedKeys: 0)
    for position in 0..<UInt64(300) {
      index.insert(position, record: Int32(position), in: Int(position) % 3)
    }
    #expect(index.successor(of: 0, in: 0) == 3)
    #expect(index.successor(of: 0, in: 1) == 1)
    #expect(index.successor(of: 0, in: 2) == 2)
    for position in 0..<UInt64(300) where position % 3 == 1 { index.remove(position, from: 1) }
    #expect(index.successor(of: 0, in: 1) == nil)
    #expect(index.count(in: 0) == 100)
    #expect(index.count(in: 1) == 0)
  }

  @Test("takes the ends of the range of positions")
  func ends() {
    var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
    index.insert(.max, record: 1, in: 0)
    index.insert(0, record: 0, in: 0)
    #expect(index.successor(of: 0, in: 0) == 1)
    #expect(index.successor(of: .max, in: 0) == nil)
    #expect(index.successor(of: .max - 1, in: 0) == 1)
  }

  /// Three shapes of growth, each with several levels of nodes; then everything is removed from the
  /// front, from the back or criss-cross, so that whole nodes become empty.
  @Test("agrees with a sorted array however it grows and shrinks", arguments: 0..<3, 0..<3)
  func shapes(growth: Int, shrinking: Int) {
    let count = 1_500
    func place(_ step: Int, _ shape: Int) -> Int {
      switch shape {
      case 0: step
      case 1: count - 1 - step
      default: step * 1_009 % count
      }
    }
    var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
    var isThere = [Bool](repeating: false, count: count)
    func agrees() -> Bool {
      var expected: Int32?
      for place in stride(from: count - 1, through: 0, by: -1) {
        if index.successor(of: UInt64(place) * 2, in: 0) != expected { return false }
        if isThere[place] { expected = Int32(place) }
        if index.successor(of: UInt64(place) * 2 &- 1, in: 0) != expected, place > 0 {
          return false
        }
      }
      return true
    }
    for step in 0..<count {
      let place = place(step, growth)
      index.insert(UInt64(place) * 2, record: Int32(place), in: 0)
      isThere[place] = true
      if step % 500 == 0 { #expect(agrees()) }
    }
    #expect(agrees())
    for step in 0..<count {
      let place = place(step, shrinking)
      index.remove(UInt64(place) * 2, from: 0)
      isThere[place] = false
      if step % 500 == 0 { #expect(agrees()) }
    }
    #expect(index.count(in: 0) == 0)
    #expect(agrees())
  }

  @Test("agrees with a sorted array on long histories of two indexes")
  func longHistories() {
    let letters = (0..<400).flatMap { place -> [OrderBesideArray.Operation] in
      [.insert(place), .insert(place), .remove(place)]
    }
    checkLongHistories(of: OrderBesideArray.self, letters: letters, seeds: 0..<6, length: 2_000)
  }

  @Test("agrees with a sorted array on every history of seven operations")
  func everyHistory() {
    let letters = (0..<4).flatMap { place -> [OrderBesideArray.Operation] in
      [.insert(place * 2), .remove(place * 2)]
    }
    checkEveryHistory(of: OrderBesideArray.self, letters: letters, length: 7)
  }

  // MARK: Preconditions

  @Test("stops the run when a position is inserted twice")
  func insertTwice() async {
    await #expect(processExitsWith: .failure) {
      var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
      index.insert(1, record: 1, in: 0)
      index.insert(1, record: 2, in: 0)
    }
  }

  @Test("stops the run when a position is removed that is not there")
  func removeAbsent() async {
    await #expect(processExitsWith: .failure) {
      var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
      index.insert(1, record: 1, in: 0)
      index.remove(2, from: 0)
    }
  }

  @Test("stops the run when a position stands for a negative record")
  func negative() async {
    await #expect(processExitsWith: .failure) {
      var index = OrderedKeyIndex(indexCount: 1, expectedKeys: 0)
      index.insert(1, record: -1, in: 0)
    }
  }
}

/// Positions are even, so that the places between them can be asked for too.
private struct OrderBesideArray: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case insert(Int)
    case remove(Int)

    var request: Int? { nil }
  }

  var index = OrderedKeyIndex(indexCount: 2, expectedKeys: 0)
  /// By index: the places that are there, in ascending order.
  var sorted: [[Int]] = [[], []]
  var asked = 0

  mutating func step(_ operation: Operation) -> StepResult {
    asked += 7
    switch operation {
    case .insert(let place):
      let tree = place % 2
      if sorted[tree].contains(place) { return .illegal }
      index.insert(UInt64(place) * 2, record: Int32(place), in: tree)
      sorted[tree].append(place)
      sorted[tree].sort()
    case .remove(let place):
      let tree = place % 2
      guard let there = sorted[tree].firstIndex(of: place) else { return .illegal }
      index.remove(UInt64(place) * 2, from: tree)
      sorted[tree].remove(at: there)
    }
    return .agreed
  }

  func differenceInState() -> String? {
    for tree in 0..<2 {
      if index.count(in: tree) != sorted[tree].count { return "count of \(tree)" }
      for step in 0..<20 {
        let position = (asked + step * 41) % 802
        let expected = sorted[tree].first { $0 * 2 > position }
        let found = index.successor(of: UInt64(position), in: tree)
        if found.map({ Int($0) }) != expected { return "successor of \(position) in \(tree)" }
      }
    }
    return nil
  }
}

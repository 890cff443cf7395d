import SimulationBasics
import Testing

@Suite("Fixed table")
struct FixedTableTests {
  /// The elements of a table, since `#expect` cannot look into a value that is not copyable.
  private func elements(_ table: borrowing FixedTable<Int>) -> [Int] {
    var elements: [Int] = []
    for index in 0..<table.count { elements.append(table[index]) }
    return elements
  }

  @Test("holds what was put in, under either kind of index")
  func subscripts() {
    var table = FixedTable(repeating: 7, count: 4)
    #expect(elements(table) == [7, 7, 7, 7])
    table[1] = 8
    table[Int32(2)] += 2
    #expect(elements(table) == [7, 8, 9, 7])
    let third = table[Int32(3)]
    #expect(third == 7)
  }

  @Test("holds the elements of an array in its order")
  func fromArray() {
    #expect(elements(FixedTable([3, 1, 2])) == [3, 1, 2])
    #expect(elements(FixedTable([])) == [])
  }

  @Test("keeps its elements and their indices when it grows")
  func growth() {
    var table = FixedTable(repeating: 0, count: 3)
    for index in 0..<3 { table[index] = index + 10 }
    table.grow(toCount: 6, filledWith: 5)
    #expect(elements(table) == [10, 11, 12, 5, 5, 5])
    table.grow(toCount: 6, filledWith: 9)
    #expect(elements(table) == [10, 11, 12, 5, 5, 5])
  }

  @Test("grows from nothing")
  func empty() {
    var table = FixedTable(repeating: 1, count: 0)
    #expect(elements(table) == [])
    table.grow(toCount: 2, filledWith: 4)
    #expect(elements(table) == [4, 4])
  }

  @Test("stops the run at an index out of the table")
  func outOfTable() async {
    await #expect(processExitsWith: .failure) {
      let table = FixedTable(repeating: 0, count: 3)
      _ = table[table.count]
    }
    await #expect(processExitsWith: .failure) {
      let table = FixedTable(repeating: 0, count: 3)
      _ = table[2 - table.count]
    }
    await #expect(processExitsWith: .failure) {
      var table = FixedTable(repeating: 0, count: 3)
      table[Int32(3)] = 1
    }
    await #expect(processExitsWith: .failure) {
      let table = FixedTable(repeating: 0, count: 0)
      _ = table[0]
    }
  }

  @Test("refuses a negative count, and to shrink")
  func counts() async {
    await #expect(processExitsWith: .failure) {
      let table = FixedTable(repeating: 0, count: Int("-1") ?? 0)
      _ = table.count
    }
    await #expect(processExitsWith: .failure) {
      var table = FixedTable(repeating: 0, count: 3)
      table.grow(toCount: 2, filledWith: 0)
    }
  }
}

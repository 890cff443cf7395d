import ContendedResources
import SimulationBasics
import Testing

@Suite("Key index")
struct KeyIndexTests {
  @Test("finds what was inserted, and nothing else")
  func finding() {
    var index = KeyIndex(expectedKeys: 0)
    index.insert(IdempotencyKey(number: 0), in: 0, number: 7)
    index.insert(IdempotencyKey(number: .max), in: 0, number: 0)
    #expect(index.number(of: IdempotencyKey(number: 0), in: 0) == 7)
    #expect(index.number(of: IdempotencyKey(number: .max), in: 0) == 0)
    #expect(index.number(of: IdempotencyKey(number: 1), in: 0) == nil)
    index.remove(IdempotencyKey(number: 0), from: 0)
    #expect(index.number(of: IdempotencyKey(number: 0), in: 0) == nil)
    #expect(index.count == 1)
  }

  @Test("keeps all keys when it grows")
  func growth() {
    var index = KeyIndex(expectedKeys: 0)
    for number in 0..<Int32(10_000) {
      index.insert(IdempotencyKey(number: UInt64(number) << 32), in: 0, number: number)
    }
    for number in 0..<Int32(10_000) where number % 3 == 0 {
      index.remove(IdempotencyKey(number: UInt64(number) << 32), from: 0)
    }
    for number in 0..<Int32(10_000) {
      let expected = number % 3 == 0 ? nil : number
      #expect(index.number(of: IdempotencyKey(number: UInt64(number) << 32), in: 0) == expected)
    }
    #expect(index.count == 6_666)
  }

  @Test("agrees with a dictionary on every history of seven operations")
  func everyHistory() {
    let letters = (0..<4).flatMap { key -> [IndexBesideDictionary.Operation] in
      [.insert(key), .remove(key)]
    }
    checkEveryHistory(of: IndexBesideDictionary.self, letters: letters, length: 7)
  }

  /// At most eight keys at a time in sixteen slots, from a hundred: runs that touch, wrap around
  /// the end and lose entries from their middle.
  @Test("agrees with a dictionary on long histories in a crowded table")
  func longHistories() {
    let letters = (0..<100).flatMap { key -> [IndexBesideDictionary.Operation] in
      [.insert(key), .remove(key), .remove(key)]
    }
    checkLongHistories(
      of: IndexBesideDictionary.self, letters: letters, seeds: 0..<20, length: 3_000)
  }

  @Test("stops the run when a key is inserted twice")
  func insertTwice() async {
    await #expect(processExitsWith: .failure) {
      var index = KeyIndex(expectedKeys: 4)
      index.insert(IdempotencyKey(number: 1), in: 0, number: 1)
      index.insert(IdempotencyKey(number: 1), in: 0, number: 2)
    }
  }

  @Test("stops the run when a key is removed that is not there")
  func removeAbsent() async {
    await #expect(processExitsWith: .failure) {
      var index = KeyIndex(expectedKeys: 4)
      index.remove(IdempotencyKey(number: 1), from: 0)
    }
  }

  @Test("stops the run when a key stands for a negative number")
  func negative() async {
    await #expect(processExitsWith: .failure) {
      var index = KeyIndex(expectedKeys: 4)
      index.insert(IdempotencyKey(number: 1), in: 0, number: -1)
    }
  }
}

private struct IndexBesideDictionary: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case insert(Int)
    case remove(Int)

    var request: Int? { nil }
  }

  var index = KeyIndex(expectedKeys: 0)
  var dictionary: [Int: Int32] = [:]
  var lastNumber: Int32 = 0

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .insert(let key):
      if dictionary[key] != nil || dictionary.count == 8 { return .illegal }
      lastNumber += 1
      index.insert(name(key), in: table(key), number: lastNumber)
      dictionary[key] = lastNumber
    case .remove(let key):
      if dictionary[key] == nil { return .illegal }
      index.remove(name(key), from: table(key))
      dictionary[key] = nil
    }
    return .agreed
  }

  /// Two tables with the same keys.
  private func name(_ key: Int) -> IdempotencyKey { IdempotencyKey(number: UInt64(key / 2)) }
  private func table(_ key: Int) -> UInt8 { UInt8(key % 2) }

  func differenceInState() -> String? {
    for key in 0..<100
    where index.number(of: name(key), in: table(key)) != dictionary[key] {
      return "wrong number of \(key)"
    }
    return index.count == dictionary.count ? nil : "wrong count"
  }
}

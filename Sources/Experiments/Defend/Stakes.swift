import RequestPrograms

/// Where in its program a request has something to lose.
struct Stakes {
  /// By instruction: whether a request that comes to it next has read what it is going to write,
  /// and has not written it: whoever writes now is overwritten.
  private(set) var hasRead: [Bool]
  /// By instruction: whether a request that comes to it next may have had an effect, or has said
  /// that it is at work on its key, and is not answered.
  private(set) var isHalfDone: [Bool]
  /// By instruction: whether a request that comes to it next is still to ask for its lock.
  private(set) var isBeforeLock: [Bool]
  /// By instruction: the key whose row its program writes first; −1 where it writes none.
  private(set) var rowKeys: [Int]

  /// - Complexity: O(instructions²) at most.
  init(_ compiled: CompiledScenario) {
    let count = compiled.instructions.count
    hasRead = Array(repeating: false, count: count)
    isHalfDone = Array(repeating: false, count: count)
    isBeforeLock = Array(repeating: false, count: count)
    rowKeys = Array(repeating: -1, count: count)
    for program in compiled.programs {
      let range = Int(program.start)..<Int(program.end)
      let key = mark(range, of: compiled)
      for place in range { rowKeys[place] = key }
    }
  }

  /// - Returns: The key whose row the program writes first; −1 where it writes none.
  private mutating func mark(_ range: Range<Int>, of compiled: CompiledScenario) -> Int {
    var rowKey = -1
    var firstMark: Int?
    for index in range {
      switch compiled.instructions[index] {
      case .write(let id), .deferWrite(let id):
        let update = compiled.updates[Int(id.index)]
        if rowKey < 0 { rowKey = update.key }
        firstMark = firstMark ?? index
        let read = (range.lowerBound..<index).last { place in
          if case .read(_, _, let register, _) = compiled.instructions[place] {
            return Int(register) == update.register
          }
          return false
        }
        guard let read else { continue }
        for place in (read + 1)...index { hasRead[place] = true }
      case .insertKey:
        firstMark = firstMark ?? index
      case .tryLock:
        for place in range.lowerBound...index { isBeforeLock[place] = true }
      default:
        continue
      }
    }
    if let firstMark {
      for place in (firstMark + 1)..<max(range.upperBound, firstMark + 1) {
        isHalfDone[place] = true
      }
    }
    return rowKey
  }
}

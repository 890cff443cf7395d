import Testing

/// What one operation of a history did to the type under test and to its naive oracle.
enum StepResult {
  /// The operation may not be asked for in this state; nothing was done.
  case illegal
  case agreed
  /// The two differ: what was seen.
  case differed(String)
}

/// The type under test beside its oracle, driven by operations.
protocol SideBySide: ~Copyable {
  associatedtype Operation: HistoryOperation
  init()
  /// Does the operation on both and compares the answers.
  mutating func step(_ operation: Operation) -> StepResult
  /// Compares everything that can be seen of the state; nil if nothing differs.
  func differenceInState() -> String?
}

/// A letter of a history.
protocol HistoryOperation: Sendable {
  /// The request that acts, where requests are interchangeable: histories that differ only by
  /// renaming requests are tried once, with first uses in the order of their numbers.
  var request: Int? { get }
}

/// Tries every legal history of up to `length` operations.
///
/// An illegal operation prunes all histories that begin with it. The state after a prefix is
/// compared once, not again for each history that begins with it.
func checkEveryHistory<Pair: SideBySide & ~Copyable>(
  of _: Pair.Type, letters: [Pair.Operation], length: Int
) {
  var word = [Int](repeating: 0, count: length)
  var turning = 0
  while true {
    var pair = Pair()
    var newcomer = 0
    var position = 0
    walk: while position < length {
      let operation = letters[word[position]]
      if let request = operation.request {
        if request > newcomer { break walk }
        newcomer = max(newcomer, request + 1)
      }
      var difference: String?
      switch pair.step(operation) {
      case .illegal: break walk
      case .agreed: difference = position >= turning ? pair.differenceInState() : nil
      case .differed(let what): difference = what
      }
      if let difference {
        let history = word[...position].map { "\(letters[$0])" }
        Issue.record("\(difference) after \(history.joined(separator: ", "))")
        return
      }
      position += 1
    }
    // The next word that does not begin with the illegal prefix.
    turning = min(position, length - 1)
    for later in (turning + 1)..<max(length, turning + 1) { word[later] = 0 }
    while word[turning] == letters.count - 1 {
      word[turning] = 0
      if turning == 0 { return }
      turning -= 1
    }
    word[turning] += 1
  }
}

/// Tries long histories of letters drawn with each of these seeds; illegal operations are skipped.
func checkLongHistories<Pair: SideBySide & ~Copyable>(
  of _: Pair.Type, letters: [Pair.Operation], seeds: Range<UInt64>, length: Int
) {
  for seed in seeds {
    var choices = SeededChoices(seed: seed)
    var pair = Pair()
    for position in 0..<length {
      let operation = letters[choices.next(below: letters.count)]
      var difference: String?
      switch pair.step(operation) {
      case .illegal: continue
      case .agreed: difference = pair.differenceInState()
      case .differed(let what): difference = what
      }
      if let difference {
        Issue.record("\(difference) after operation \(position), \(operation), of seed \(seed)")
        return
      }
    }
  }
}

/// A small fixed sequence of choices (SplitMix64), for histories.
struct SeededChoices {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}

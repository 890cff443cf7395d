/// Finds the word that somebody probably meant.
public enum SpellingSuggestion {
  /// Words longer than this get no suggestion, so that the cost is bounded.
  private static let longestWord = 64

  /// The closest of the known words, or `nil` when none is close.
  ///
  /// Close is at most one slip of the pen for every three letters of the written word, and at most
  /// three: a letter too many, a letter missing, a wrong letter, two neighbours swapped (optimal
  /// string alignment distance). Upper and lower case count as the same. Of equally close words the
  /// first wins.
  ///
  /// - Complexity: O(*n* · *m*) for each known word of *m* letters, with *n* ≤ 64 the letters of
  ///   the written one.
  public static func closest(to written: String, in known: [String]) -> String? {
    let word = letters(written)
    if word.isEmpty || word.count > longestWord { return nil }
    var best: String?
    var leastDistance = min(3, max(1, word.count / 3)) + 1
    for candidate in known {
      let letters = letters(candidate)
      if letters.count > longestWord { continue }
      let distance = distance(word, letters)
      if distance < leastDistance && distance < letters.count {
        best = candidate
        leastDistance = distance
      }
    }
    return best
  }

  /// The scalars of a word, ASCII letters in lower case.
  private static func letters(_ word: String) -> [UInt32] {
    word.unicodeScalars.map { scalar in
      let isUpper = scalar >= "A" && scalar <= "Z"
      return isUpper ? scalar.value | 0x20 : scalar.value
    }
  }

  /// The number of slips that turn one word into the other.
  private static func distance(_ first: [UInt32], _ second: [UInt32]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...second.count)
    for row in 0..<first.count {
      var current = [row + 1]
      for column in 0..<second.count {
        let isSame = first[row] == second[column]
        var cost = min(
          previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[second.count]
  }
}

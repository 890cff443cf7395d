/// The known word that somebody who mistyped most likely meant.
enum CloseSpelling {
  /// The closest word within a third of the typed length, the first of equals; `nil` when none is
  /// close.
  static func closest(to typed: String, among known: [String]) -> String? {
    let typedBytes = Array(typed.utf8)
    guard typedBytes.count > 1, typedBytes.count <= 60 else { return nil }
    var best: (word: String, distance: Int)?
    for word in known {
      let distance = distance(typedBytes, Array(word.utf8))
      guard distance <= max(1, typedBytes.count / 3), distance < best?.distance ?? .max else {
        continue
      }
      best = (word, distance)
    }
    return best?.word
  }

  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (leftIndex, leftByte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = leftIndex + 1
      for (rightIndex, rightByte) in right.enumerated() {
        let replaced = diagonal + (leftByte == rightByte ? 0 : 1)
        diagonal = row[rightIndex + 1]
        row[rightIndex + 1] = min(replaced, min(row[rightIndex], diagonal) + 1)
      }
    }
    return row[right.count]
  }
}

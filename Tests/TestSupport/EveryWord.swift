/// Calls `body` with every word of at most `longest` letters, the shorter words first; the empty
/// word is the first.
///
/// It makes "every short history" a plain loop: a letter stands for an operation, a word for a
/// history.
///
/// - Complexity: O(*a*ⁿ) calls for *a* letters and words of up to *n*; 5 letters and 6 operations
///   are 19 531 words.
public func forEveryWord<Letter>(
  upTo longest: Int, over alphabet: [Letter], _ body: ([Letter]) throws -> Void
) rethrows {
  precondition(!alphabet.isEmpty, "words need an alphabet")
  for length in 0...longest {
    try forEveryWord(of: length, over: alphabet, body)
  }
}

/// Calls `body` with every word of exactly `length` letters, in the order of the alphabet.
public func forEveryWord<Letter>(
  of length: Int, over alphabet: [Letter], _ body: ([Letter]) throws -> Void
) rethrows {
  var places = [Int](repeating: 0, count: length)
  while true {
    try body(places.map { alphabet[$0] })
    var position = length - 1
    while position >= 0, places[position] == alphabet.count - 1 {
      places[position] = 0
      position -= 1
    }
    if position < 0 { return }
    places[position] += 1
  }
}

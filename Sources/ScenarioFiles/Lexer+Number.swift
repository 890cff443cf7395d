extension Lexer {
  /// Reads a number.
  ///
  /// What begins like a number and does not end like one, such as `5ms`, `012` or `1.2.3`, is read
  /// as a whole and called malformed, so that reading goes on behind it.
  mutating func number() throws(SyntaxFailure) -> Token.Kind {
    let start = offset
    let isWellFormed = skipNumber()
    let end = offset
    skipRestOfRun()
    let text = source.text(start..<offset)
    if isWellFormed && offset == end { return .number(NumberLiteral(text: text)) }
    if text.utf8.allSatisfy({ $0 == ASCII.plus || $0 == ASCII.minus || $0 == ASCII.dot }) {
      throw failure(.unexpectedToken(found: .text(text), expected: .value), at: start)
    }
    return .malformed(
      looksLikeNumber(start..<offset) ? .malformedNumber(text) : .unquotedText(text))
  }

  /// Moves over what a number can consist of; answers whether it was a whole one.
  private mutating func skipNumber() -> Bool {
    if byte() == ASCII.plus || byte() == ASCII.minus { offset += 1 }
    if skip(word: "Infinity") || skip(word: "NaN") { return true }
    if byte() == ASCII.zero, let next = byte(ahead: 1), next | 0x20 == UInt8(ascii: "x") {
      offset += 2
      return skipDigits { ASCII.hexadecimalValue($0) != nil } > 0
    }
    let startsWithZero = byte() == ASCII.zero
    let wholeDigits = skipDigits(ASCII.isDigit)
    var digits = wholeDigits
    if byte() == ASCII.dot {
      offset += 1
      digits += skipDigits(ASCII.isDigit)
    }
    guard digits > 0, !(startsWithZero && wholeDigits > 1) else { return false }
    guard let next = byte(), next | 0x20 == UInt8(ascii: "e") else { return true }
    offset += 1
    if byte() == ASCII.plus || byte() == ASCII.minus { offset += 1 }
    return skipDigits(ASCII.isDigit) > 0
  }

  private mutating func skipDigits(_ isDigit: (UInt8) -> Bool) -> Int {
    let start = offset
    while let byte = byte(), isDigit(byte) { offset += 1 }
    return offset - start
  }

  private mutating func skip(word: String) -> Bool {
    for (distance, expected) in word.utf8.enumerated() where byte(ahead: distance) != expected {
      return false
    }
    offset += word.utf8.count
    return true
  }

  /// Moves over what cannot stand directly behind a number: letters, digits, signs, dots.
  private mutating func skipRestOfRun() {
    while let byte = byte() {
      if byte == ASCII.dot || byte == ASCII.plus || byte == ASCII.minus {
        offset += 1
        continue
      }
      let (scalar, width) = source.scalar(at: offset)
      if !scalar.canContinueIdentifier { return }
      offset += width
    }
  }

  private func looksLikeNumber(_ range: Range<Int>) -> Bool {
    let bytes = source.bytes[range]
    let digits = bytes.drop { $0 == ASCII.plus || $0 == ASCII.minus }
    if digits.count > 1, digits.first == ASCII.zero,
      digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x")
    {
      return true
    }
    return bytes.allSatisfy { byte in
      ASCII.isDigit(byte) || byte == ASCII.dot || byte == ASCII.plus || byte == ASCII.minus
        || byte | 0x20 == UInt8(ascii: "e")
    }
  }
}

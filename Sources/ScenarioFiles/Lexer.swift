/// Cuts the bytes of a model file into the tokens of JSON5 (spec.json5.org, version 1.0.0).
///
/// The bytes must be valid UTF-8. Every call of `next` moves forward or answers the end, so reading
/// always ends.
struct Lexer {
  let source: SourceText
  /// The offset of the first byte that is not yet read.
  var offset = 0

  init(_ source: SourceText) { self.source = source }

  /// Reads the next token; at the end, the end again and again.
  mutating func next() throws(SyntaxFailure) -> Token {
    try skipSpaceAndComments()
    let start = offset
    guard let byte = byte() else { return Token(kind: .endOfFile, range: start..<start) }
    let kind: Token.Kind
    switch byte {
    case UInt8(ascii: "{"): kind = single(.leftBrace)
    case UInt8(ascii: "}"): kind = single(.rightBrace)
    case UInt8(ascii: "["): kind = single(.leftBracket)
    case UInt8(ascii: "]"): kind = single(.rightBracket)
    case UInt8(ascii: ":"): kind = single(.colon)
    case UInt8(ascii: ","): kind = single(.comma)
    case ASCII.quote, ASCII.apostrophe: kind = try text()
    case ASCII.plus, ASCII.minus, ASCII.dot, ASCII.zero...UInt8(ascii: "9"): kind = try number()
    default: kind = try word()
    }
    return Token(kind: kind, range: start..<offset)
  }

  // MARK: - Bytes

  func byte(ahead distance: Int = 0) -> UInt8? {
    let index = offset + distance
    return index < source.bytes.count ? source.bytes[index] : nil
  }

  private mutating func single(_ kind: Token.Kind) -> Token.Kind {
    offset += 1
    return kind
  }

  func failure(_ problem: Problem, at offset: Int) -> SyntaxFailure {
    SyntaxFailure(problem: problem, offset: offset)
  }

  // MARK: - Space and comments

  private mutating func skipSpaceAndComments() throws(SyntaxFailure) {
    while let byte = byte() {
      if byte == ASCII.slash {
        try skipComment()
        continue
      }
      let (scalar, width) = source.scalar(at: offset)
      if !scalar.isWhiteSpaceInJSON5 { return }
      offset += width
    }
  }

  private mutating func skipComment() throws(SyntaxFailure) {
    let start = offset
    switch byte(ahead: 1) {
    case ASCII.slash:
      offset += 2
      while offset < source.bytes.count {
        let (scalar, width) = source.scalar(at: offset)
        if scalar.isLineTerminatorInJSON5 { return }
        offset += width
      }
    case ASCII.star:
      offset += 2
      while let byte = byte() {
        if byte == ASCII.star, self.byte(ahead: 1) == ASCII.slash {
          offset += 2
          return
        }
        offset += 1
      }
      throw failure(.unfinished(.comment), at: start)
    default:
      throw failure(.unexpectedToken(found: .text("/"), expected: .comment), at: start)
    }
  }

  // MARK: - Words

  /// Reads an identifier, in which `\u0061` stands for a letter.
  private mutating func word() throws(SyntaxFailure) -> Token.Kind {
    let start = offset
    var letters = String.UnicodeScalarView()
    while offset < source.bytes.count {
      let isEscape = source.bytes[offset] == ASCII.backslash
      let scalar: Unicode.Scalar
      let width: Int
      if isEscape {
        guard byte(ahead: 1) == UInt8(ascii: "u"), let value = hexadecimal(digits: 4, from: 2),
          let escaped = Unicode.Scalar(value)
        else { throw failure(.unexpectedToken(found: .text("\\"), expected: .token), at: offset) }
        (scalar, width) = (escaped, 6)
      } else {
        (scalar, width) = source.scalar(at: offset)
      }
      let fits = letters.isEmpty ? scalar.canStartIdentifier : scalar.canContinueIdentifier
      if !fits {
        if !isEscape && !letters.isEmpty { break }
        let found = source.text(offset..<offset + width)
        throw failure(.unexpectedToken(found: .text(found), expected: .token), at: offset)
      }
      letters.append(scalar)
      offset += width
    }
    precondition(offset > start, "a word has at least one letter")
    return .word(String(letters))
  }

  /// The value of a number of hexadecimal digits, or `nil` when one of them is something else.
  func hexadecimal(digits: Int, from distance: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in distance..<distance + digits {
      guard let byte = byte(ahead: index), let digit = ASCII.hexadecimalValue(byte) else {
        return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

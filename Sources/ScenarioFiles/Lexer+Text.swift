extension Lexer {
  /// Reads text in single or double quotes.
  ///
  /// A wrong escape is remembered, and reading goes on to the closing quote, so that one mistake
  /// hides no other.
  mutating func text() throws(SyntaxFailure) -> Token.Kind {
    let start = offset
    let quote = source.bytes[start]
    var content: [UInt8] = []
    var problem: Problem?
    offset += 1
    while let byte = byte() {
      switch byte {
      case quote:
        offset += 1
        if let problem { return .malformed(problem) }
        return .text(String(decoding: content, as: UTF8.self))
      case ASCII.backslash:
        if let mistake = escape(into: &content) { problem = problem ?? mistake }
      case ASCII.lineFeed, ASCII.carriageReturn:
        throw failure(.unfinished(.text), at: start)
      default:
        content.append(byte)
        offset += 1
      }
    }
    throw failure(.unfinished(.text), at: start)
  }

  /// Reads what follows a backslash; the answer is what is wrong with it.
  private mutating func escape(into content: inout [UInt8]) -> Problem? {
    let start = offset
    offset += 1
    guard offset < source.bytes.count else { return nil }
    let (scalar, width) = source.scalar(at: offset)
    offset += width
    switch scalar {
    case "b": content.append(0x08)
    case "t": content.append(ASCII.tab)
    case "n": content.append(ASCII.lineFeed)
    case "v": content.append(ASCII.verticalTab)
    case "f": content.append(ASCII.formFeed)
    case "r": content.append(ASCII.carriageReturn)
    case "0":
      if let next = byte(), ASCII.isDigit(next) {
        return .unknownEscape(source.text(start..<offset))
      }
      content.append(0)
    case "1"..."9":
      return .unknownEscape(source.text(start..<offset))
    case "x":
      guard let value = hexadecimal(digits: 2, from: 0) else {
        return .unknownEscape(source.text(start..<offset))
      }
      offset += 2
      append(value, to: &content)
    case "u":
      return unicodeEscape(from: start, into: &content)
    case "\r":
      if byte() == ASCII.lineFeed { offset += 1 }
    case "\n", "\u{2028}", "\u{2029}":
      break
    default:
      content.append(contentsOf: source.bytes[offset - width..<offset])
    }
    return nil
  }

  /// Reads the four digits after `\u`, and the second half of a surrogate pair.
  private mutating func unicodeEscape(from start: Int, into content: inout [UInt8]) -> Problem? {
    guard let value = hexadecimal(digits: 4, from: 0) else {
      return .unknownEscape(source.text(start..<offset))
    }
    offset += 4
    guard value & 0xF800 == 0xD800 else {
      append(value, to: &content)
      return nil
    }
    guard value < 0xDC00, byte() == ASCII.backslash, byte(ahead: 1) == UInt8(ascii: "u"),
      let second = hexadecimal(digits: 4, from: 2), second & 0xFC00 == 0xDC00
    else { return .loneSurrogate(source.text(start..<offset)) }
    offset += 6
    append(0x10000 + (value & 0x3FF) << 10 + (second & 0x3FF), to: &content)
    return nil
  }

  private func append(_ value: UInt32, to content: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(value) else { return }
    content.append(contentsOf: String(Character(scalar)).utf8)
  }
}

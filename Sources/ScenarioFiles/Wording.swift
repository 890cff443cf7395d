/// How evidence is written in messages: quoted, cut when long, joined into lists.
enum Wording {
  /// Text that is longer than this many scalars is cut.
  private static let longestQuote = 60

  /// Text in single quotes, on one line, cut when long.
  static func quoted(_ text: String) -> String { "'\(escaped(text))'" }

  /// Text on one line and cut when long.
  static func escaped(_ text: String) -> String {
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == longestQuote { return result + "…" }
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{200B}"..."\u{200F}", "\u{2028}"..."\u{202E}",
        "\u{FEFF}":
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Words in quotes: `'a', 'b' or 'c'`.
  static func choice(_ words: [String]) -> String { joined(words.map(quoted), by: " or ") }

  /// Words in quotes: `'a', 'b' and 'c'`.
  static func all(_ words: [String]) -> String { joined(words.map(quoted), by: " and ") }

  /// What is known, a few examples when it is much.
  static func known(_ words: [String]) -> String {
    if words.isEmpty { return "there is none" }
    if words.count <= 12 { return "known: \(all(words))" }
    return "\(words.count) are known, such as \(all(Array(words.prefix(3))))"
  }

  static func suggestion(_ word: String?) -> String {
    guard let word else { return "" }
    return "; did you mean \(quoted(word))?"
  }

  /// A count and its noun, which gets an `s` unless the count is one.
  static func counted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  private static func joined(_ parts: [String], by lastSeparator: String) -> String {
    var text = ""
    for (index, part) in parts.enumerated() {
      if index > 0 { text += index == parts.count - 1 ? lastSeparator : ", " }
      text += part
    }
    return text
  }
}

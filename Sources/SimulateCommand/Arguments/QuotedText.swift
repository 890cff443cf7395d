/// Text of the user's in quotes, made harmless for a terminal.
enum QuotedText {
  /// The most characters of a value that are shown, so that a message stays on its line.
  static let mostOfAValue = 30

  /// The text in single quotes; control characters are spelled out, and a long text is cut.
  static func text(of found: String, atMost longest: Int = mostOfAValue) -> String {
    var result = "'"
    var shown = 0
    for scalar in found.unicodeScalars {
      if shown == longest {
        result += "…"
        break
      }
      shown += 1
      if isPrintable(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result + "'"
  }

  /// Whether the text may be shown as it is.
  static func isHarmless(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isPrintable) }

  /// Whether a terminal shows the scalar and does nothing else.
  ///
  /// Control characters move the cursor; direction marks (U+200E … U+202E, U+2066 … U+2069) turn
  /// text around.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      false
    default:
      true
    }
  }
}

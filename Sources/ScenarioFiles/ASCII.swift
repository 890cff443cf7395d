/// The bytes that have a meaning in JSON5.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let verticalTab: UInt8 = 0x0B
  static let formFeed: UInt8 = 0x0C
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote = UInt8(ascii: "\"")
  static let apostrophe = UInt8(ascii: "'")
  static let backslash = UInt8(ascii: "\\")
  static let slash = UInt8(ascii: "/")
  static let star = UInt8(ascii: "*")
  static let plus = UInt8(ascii: "+")
  static let minus = UInt8(ascii: "-")
  static let dot = UInt8(ascii: ".")
  static let zero = UInt8(ascii: "0")

  static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  /// The value of a hexadecimal digit, or `nil` when the byte is none.
  static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Unicode.Scalar {
  /// Whether JSON5 skips this scalar between tokens: its WhiteSpace and LineTerminator.
  var isWhiteSpaceInJSON5: Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0xA0, 0x2028, 0x2029, 0xFEFF: true
    case ..<0x80: false
    default: properties.generalCategory == .spaceSeparator
    }
  }

  /// Whether this scalar ends a line in JSON5: LF, CR, LS, PS.
  var isLineTerminatorInJSON5: Bool {
    value == 0x0A || value == 0x0D || value == 0x2028 || value == 0x2029
  }

  /// Whether an identifier can begin with this scalar (ECMAScript 5.1, section 7.6).
  var canStartIdentifier: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "$", "_": return true
    default: break
    }
    if value < 0x80 { return false }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      return true
    default: return false
    }
  }

  /// Whether an identifier can go on with this scalar.
  var canContinueIdentifier: Bool {
    if canStartIdentifier { return true }
    switch self {
    case "0"..."9", "\u{200C}", "\u{200D}": return true
    default: break
    }
    if value < 0x80 { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}

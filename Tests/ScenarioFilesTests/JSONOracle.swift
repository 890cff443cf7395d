import Foundation
import ScenarioFiles

/// The meaning of a JSON5 text with object members in sorted order, as Foundation's decoder and our
/// parser both tell it.
enum JSONMeaning: Equatable, Decodable {
  case null
  case truth(Bool)
  /// The bits of the number, so that NaN equals NaN, of whatever sign, and −0 differs from 0.
  case number(UInt64)
  case text(String)
  case list([JSONMeaning])
  case object([String: JSONMeaning])

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      var members: [String: JSONMeaning] = [:]
      for key in object.allKeys {
        members[key.stringValue] = try object.decode(JSONMeaning.self, forKey: key)
      }
      self = .object(members)
    } else if var list = try? decoder.unkeyedContainer() {
      var items: [JSONMeaning] = []
      while !list.isAtEnd { items.append(try list.decode(JSONMeaning.self)) }
      self = .list(items)
    } else {
      let single = try decoder.singleValueContainer()
      if single.decodeNil() {
        self = .null
      } else if let value = try? single.decode(Bool.self) {
        self = .truth(value)
      } else if let value = try? single.decode(String.self) {
        self = .text(value)
      } else {
        self = .number(Self.bits(try single.decode(Double.self)))
      }
    }
  }

  /// What Foundation makes of a text; `nil` when it is no JSON5 for it.
  static func byFoundation(_ bytes: [UInt8]) -> JSONMeaning? {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try? decoder.decode(JSONMeaning.self, from: Data(bytes))
  }

  /// What our parser makes of a text; `nil` when something is wrong with it.
  static func byParser(_ bytes: [UInt8]) -> JSONMeaning? {
    var findings = FindingList()
    guard let tree = SyntaxParser.parse(SourceText(bytes), findings: &findings),
      findings.problems.allSatisfy({ if case .duplicateKey = $0 { true } else { false } })
    else { return nil }
    return JSONMeaning(tree)
  }

  private static func bits(_ value: Double) -> UInt64 {
    value.isNaN ? Double.nan.bitPattern : value.bitPattern
  }

  private init(_ value: SyntaxValue) {
    switch value.kind {
    case .null: self = .null
    case .truth(let value): self = .truth(value)
    case .number(let literal):
      let notFinite: Double =
        literal.text.hasSuffix("NaN") ? .nan : literal.text.hasPrefix("-") ? -.infinity : .infinity
      self = .number(Self.bits(literal.floatingPoint ?? notFinite))
    case .text(let text): self = .text(text)
    case .list(let items): self = .list(items.map { JSONMeaning($0) })
    case .object(let members):
      // Of duplicate keys the first counts, as it does for Foundation.
      self = .object(
        Dictionary(
          members.map { ($0.name, JSONMeaning($0.value)) }, uniquingKeysWith: { first, _ in first })
      )
    case .malformed: self = .null
    }
  }
}

/// Where Foundation's reader (swift-foundation, JSON5Scanner.swift of Swift 6.3) is known to differ
/// from JSON5 1.0.0.
///
/// Texts for which one of these holds are left to the tests of our own reader.
enum KnownDifference: CaseIterable {
  /// It traps on a number that ends with the sign of an exponent: `1e+`.
  case trapsOnSignOfExponent
  /// It refuses `0e5`, which the grammar allows (DecimalIntegerLiteral ExponentPart).
  case refusesExponentOfZero
  /// It knows only the escapes of JSON, `\x` and `\u`, and `\'`; JSON5 lets any other character
  /// stand for itself and has `\v` and `\0`.
  case refusesOtherEscapes
  /// It keeps the line end after a backslash, which JSON5 drops.
  case keepsContinuedLineEnd
  /// It refuses control characters in text, which JSON5 allows but for LF and CR.
  case refusesControlCharacters
  /// It refuses the spaces of Unicode between tokens, and LS and PS.
  case refusesUnicodeSpaces
  /// It lets any escaped character begin a key without quotes: `\u0031b`.
  case allowsEscapedDigitFirst
  /// It refuses numbers beyond the range of the type that is asked for; we judge that by the
  /// model's rules.
  case refusesLargeNumbers
  /// It allows 512 levels of nesting, we allow 64.
  case allowsDeeperNesting

  func holds(of bytes: [UInt8]) -> Bool {
    let next = { (index: Int) in index < bytes.count ? bytes[index] : 0 }
    switch self {
    case .trapsOnSignOfExponent:
      return bytes.indices.contains {
        next($0) | 0x20 == UInt8(ascii: "e")
          && (next($0 + 1) == UInt8(ascii: "+") || next($0 + 1) == UInt8(ascii: "-"))
          && !isDigit(next($0 + 2))
      }
    case .refusesExponentOfZero:
      return bytes.indices.contains {
        next($0) == UInt8(ascii: "0") && next($0 + 1) | 0x20 == UInt8(ascii: "e")
      }
    case .refusesOtherEscapes:
      let known = Array("\"'\\/bfnrtux\n".utf8)
      return bytes.indices.contains {
        next($0) == UInt8(ascii: "\\") && !known.contains(next($0 + 1))
      }
    case .keepsContinuedLineEnd:
      return bytes.indices.contains {
        next($0) == UInt8(ascii: "\\") && next($0 + 1) == 0x0A
      }
    case .refusesControlCharacters: return bytes.contains { $0 < 0x20 && $0 != 0x0A }
    case .refusesUnicodeSpaces: return bytes.contains { $0 >= 0x80 }
    case .allowsEscapedDigitFirst: return String(decoding: bytes, as: UTF8.self).contains(#"\u00"#)
    case .refusesLargeNumbers:
      return bytes.indices.contains { index in
        let isMark =
          next(index) | 0x20 == UInt8(ascii: "e") || next(index) | 0x20 == UInt8(ascii: "x")
        return isMark && index > 0 && isDigit(bytes[index - 1])
          && bytes[(index + 1)...].prefix(5).filter { isDigit($0) }.count > 2
      }
    case .allowsDeeperNesting:
      return bytes.filter { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }.count > 64
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

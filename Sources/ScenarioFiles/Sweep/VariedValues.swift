import SimulationBasics

/// The values that a sweep gives one thing, as `--vary NAME=VALUES` writes them.
///
///     values = item { "," item } | range
///     range  = end ".." end [ ":" [ "log" ] [ count ] ]
///
/// Spaces around an item do not belong to it. A comma within brackets, braces or quotes does, so
/// that an item may be any JSON5 value: `"none"`, `{fixed:"50ms"}`.
public enum VariedValues: Hashable, Sendable {
  /// Each as written; none twice.
  case list([String])
  case range(VariedRange)

  /// The largest number of values of one axis of a grid.
  public static let mostValues = 10_000

  /// Reads what stands behind `=`.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  public init(text: String) throws(VariedProblem) {
    let items = Self.items(of: text).map(Self.trimmed)
    for item in items {
      if item.isEmpty { throw .emptyItem }
      // A line of a file has one row: no value may end it.
      let isPlain = item.unicodeScalars.allSatisfy {
        $0.properties.generalCategory != .control && $0.value != 0x2028 && $0.value != 0x2029
      }
      if !isPlain { throw .controlCharacter(item) }
    }
    if items.count == 1, let range = try VariedRange(text: items[0]) {
      self = .range(range)
      return
    }
    guard items.count <= Self.mostValues else { throw .tooManyValues(items.count) }
    var meanings: [String: String] = [:]
    for item in items {
      if try VariedRange(text: item) != nil { throw Self.rangeProblem(item, in: items) }
      if let first = meanings.updateValue(item, forKey: Self.meaning(of: item)) {
        throw first == item ? .repeatedValue(item) : .equalValues(first, item)
      }
    }
    self = .list(items)
  }

  /// The values of a grid, in order.
  public func values() throws(VariedProblem) -> [String] {
    switch self {
    case .list(let items): return items
    case .range(let range):
      let values = try range.values()
      for (index, value) in values.enumerated() where index > 0 {
        if value == values[index - 1] { throw .tooFine(range.text, value: value) }
      }
      return values
    }
  }

  /// One value for each of so many equal parts of the whole, in order; some may be equal.
  ///
  /// Of a range it is the middle of the part, of a list the item that the middle falls on.
  ///
  /// - Precondition: `count` is at least 1.
  public func strata(_ count: Int) -> [String] {
    precondition(count >= 1, "a sweep has a point")
    return (0..<count).map { part in
      switch self {
      case .list(let items): items[(2 * part + 1) * items.count / (2 * count)]
      case .range(let range): range.value(at: 2 * UInt64(part) + 1, of: 2 * UInt64(count))
      }
    }
  }

  private static func trimmed(_ item: String) -> String {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") }
    let bytes = item.utf8.drop(while: isSpace)
    guard let last = bytes.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(decoding: bytes[...last], as: UTF8.self)
  }

  /// A text that is the same for values that mean the same: of a time its nanoseconds, of a decimal
  /// number its digits without zeros that change nothing.
  private static func meaning(of item: String) -> String {
    var bytes = Array(item.utf8)
    let isNumber =
      bytes.allSatisfy { ASCII.isDigit($0) || $0 == ASCII.dot }
      && bytes.count(where: { $0 == ASCII.dot }) <= 1
      && bytes.contains(where: ASCII.isDigit)
    if isNumber {
      if bytes.contains(ASCII.dot) {
        while bytes.last == ASCII.zero { bytes.removeLast() }
        if bytes.last == ASCII.dot { bytes.removeLast() }
      }
      let digits = bytes.drop { $0 == ASCII.zero }
      return digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
    }
    do throws(DurationTextFailure) {
      return "\(try VirtualDuration(text: item).inNanoseconds) ns"
    } catch {
      return item
    }
  }

  /// What to say of a range among other items: where they are few whole numbers, which.
  private static func rangeProblem(_ range: String, in items: [String]) -> VariedProblem {
    var all: [String] = []
    for item in items {
      do throws(VariedProblem) {
        all += try VariedRange(text: item)?.values() ?? [item]
      } catch {
        return .rangeInList(range, all: nil)
      }
    }
    return .rangeInList(range, all: all.count > 12 ? nil : all.joined(separator: ","))
  }

  /// The text in pieces at the commas that stand in no bracket, brace or quotes.
  private static func items(of text: String) -> [String] {
    var items: [String] = []
    var item: [UInt8] = []
    var depth = 0
    var quote: UInt8?
    var isEscaped = false
    for byte in text.utf8 {
      if let open = quote {
        if !isEscaped, byte == open { quote = nil }
        isEscaped = !isEscaped && byte == ASCII.backslash
      } else {
        switch byte {
        case ASCII.quote, ASCII.apostrophe: quote = byte
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ",") where depth <= 0:
          items.append(String(decoding: item, as: UTF8.self))
          item = []
          continue
        default: break
        }
      }
      item.append(byte)
    }
    items.append(String(decoding: item, as: UTF8.self))
    return items
  }
}

/// What is wrong with the values of a sweep.
public enum VariedProblem: Error, Hashable, Sendable {
  /// Nothing stands before, after or between commas.
  case emptyItem
  case controlCharacter(String)
  case repeatedValue(String)
  /// Two values that are written differently and mean the same.
  case equalValues(String, String)
  /// A range stands among other items; all values, where they are few.
  case rangeInList(String, all: String?)
  case tooManyValues(Int)
  /// An end of a range is neither a number nor a time of at least 0.
  case notAnEnd(String, of: String)
  /// An end of a range has more digits than are read.
  case tooManyDigits(String, of: String)
  /// A range lacks an end; the other one.
  case missingEnd(String, other: String)
  /// A range with three dots, or with a dash in place of its dots; how it would be right.
  case threeDots(String, right: String)
  case dash(String, right: String)
  /// One end is a time and the other is not.
  case mixedEnds(String)
  /// The first end is not below the second.
  case notRising(String)
  /// What stands behind the colon is no number of values.
  case badCount(String, of: String)
  /// Only whole numbers need no count; how it would be right.
  case missingCount(String, right: String)
  /// A logarithm has no zero.
  case logOfZero(String)
  /// Two values that follow one another are the same when rounded.
  case tooFine(String, value: String)
}

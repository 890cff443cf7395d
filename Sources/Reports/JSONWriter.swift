/// Writes JSON text piece by piece, members in the order in which they are given.
///
/// Text, escapes and layout are those of ECMAScript's `JSON.stringify`, indented or compact, so an
/// export looks as k6's does. A value that is misplaced, such as a second one without a key, is a
/// programmer's mistake and traps.
public struct JSONWriter: Sendable {
  private enum Level: Sendable {
    case object
    case array
  }

  private let indent: Int?
  private var levels: [Level] = []
  private var isFirst = true
  private var hasKey = false
  /// The text so far; it is complete when every object and array has ended.
  public private(set) var text = ""

  /// A writer that begins each member on a line of its own with `indent` spaces a level, or writes
  /// one line.
  public init(indent: Int?) { self.indent = indent }

  public mutating func beginObject() { begin(.object, "{") }
  public mutating func endObject() { end(.object, "}") }
  public mutating func beginArray() { begin(.array, "[") }
  public mutating func endArray() { end(.array, "]") }

  /// Names the next value of an object.
  public mutating func key(_ name: String) {
    precondition(levels.last == .object, "a key outside of an object")
    precondition(!hasKey, "a key after a key")
    separate()
    appendQuoted(name)
    text += indent == nil ? ":" : ": "
    hasKey = true
  }

  public mutating func string(_ value: String) {
    place()
    appendQuoted(value)
  }

  /// A number in its shortest form; what is not finite becomes `null`, as JSON has no word for it.
  public mutating func number(_ value: Double) {
    place()
    text += value.isFinite ? NumberText.shortest(value) : "null"
  }

  public mutating func integer(_ value: some BinaryInteger) {
    place()
    text += String(value)
  }

  public mutating func bool(_ value: Bool) {
    place()
    text += value ? "true" : "false"
  }

  public mutating func null() {
    place()
    text += "null"
  }

  private mutating func begin(_ level: Level, _ bracket: String) {
    place()
    text += bracket
    levels.append(level)
    isFirst = true
  }

  private mutating func end(_ level: Level, _ bracket: String) {
    precondition(levels.last == level, "an end without its beginning")
    precondition(!hasKey, "a key without a value")
    levels.removeLast()
    if !isFirst { breakLine() }
    text += bracket
    isFirst = false
  }

  /// Makes ready for a value: after its key, after a comma, or at the start.
  private mutating func place() {
    if hasKey {
      hasKey = false
      return
    }
    switch levels.last {
    case .object: preconditionFailure("a value without a key")
    case .array: separate()
    case nil: precondition(text.isEmpty, "a second value after the whole")
    }
  }

  private mutating func separate() {
    if !isFirst { text += "," }
    isFirst = false
    breakLine()
  }

  private mutating func breakLine() {
    if let indent { text += "\n" + String(repeating: " ", count: indent * levels.count) }
  }

  private mutating func appendQuoted(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// A run in a part file: its index in the whole sweep, a tab, its row, a tab, and the check of what
/// stands before that.
public struct SweepPartLine: Equatable, Sendable {
  public let index: Int
  /// As `SweepColumns` writes it, without its line end.
  public let row: String

  public init(index: Int, row: String) {
    self.index = index
    self.row = row
  }

  /// Reads a line without its end.
  ///
  /// - Parameter number: The line's number in its file, from 1.
  public init(text: String, _ check: SweepPartCheck, number: Int) throws(SweepPartProblem) {
    let bytes = text.utf8
    guard let tab = bytes.firstIndex(of: UInt8(ascii: "\t")),
      let last = bytes.lastIndex(of: UInt8(ascii: "\t")), tab < last
    else { throw .damagedRow(line: number) }
    let (found, expected) = (text[text.index(after: last)...], check.text(of: text[..<last]))
    guard found == expected else {
      throw .changedRow(line: number, found: String(found), expected: expected)
    }
    guard let index = Int(text[..<tab]), index >= 0, "\(index)" == text[..<tab] else {
      throw .damagedRow(line: number)
    }
    self.init(index: index, row: String(text[text.index(after: tab)..<last]))
  }

  /// With the line's end.
  public func text(_ check: SweepPartCheck) -> String {
    let text = "\(index)\t\(row)"
    return text + "\t\(check.text(of: text[...]))\n"
  }
}

/// What tells whether a line of a part was changed since it was written: 64 bits of FNV-1a
/// (Fowler, Noll and Vo) over the fingerprint of the sweep and the line.
public struct SweepPartCheck: Equatable, Sendable {
  private let start: UInt64

  /// - Parameter fingerprint: That of the sweep, so that no line of another one passes.
  public init(_ fingerprint: String) {
    start = Self.word(of: fingerprint.utf8, from: 0xCBF2_9CE4_8422_2325)
  }

  /// Sixteen hexadecimal digits.
  public func text(of line: Substring) -> String {
    let digits = String(Self.word(of: line.utf8, from: start), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// The word of some bytes; they begin where the word of others ended.
  static func word(of bytes: some Sequence<UInt8>, from start: UInt64) -> UInt64 {
    var word = start
    for byte in bytes { word = (word ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return word
  }
}

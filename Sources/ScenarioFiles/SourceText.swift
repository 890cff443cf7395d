/// The text of a model file as bytes, with the way from a byte to its line and column.
///
/// Lines end with LF, CR or CR LF, as editors count them. A column counts Unicode scalars from 1.
package struct SourceText: Sendable {
  let bytes: [UInt8]
  /// What is known before each 1024th byte, so that a very long line costs no more than a short
  /// one.
  private let marks: [Mark]

  private static let distanceOfMarks = 1_024

  /// A line and a column while bytes are walked over.
  private struct Mark {
    var line: Int32 = 1
    var column: Int32 = 1
    var isAfterCarriageReturn = false

    mutating func pass(_ byte: UInt8) {
      switch byte {
      case ASCII.lineFeed where isAfterCarriageReturn: break
      case ASCII.lineFeed, ASCII.carriageReturn: (line, column) = (line + 1, 1)
      default: if byte & 0xC0 != 0x80 { column += 1 }
      }
      isAfterCarriageReturn = byte == ASCII.carriageReturn
    }
  }

  /// - Precondition: Fewer than 2³¹ bytes.
  /// - Complexity: O(*n*) in the number of bytes.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var marks: [Mark] = []
    var mark = Mark()
    for (offset, byte) in bytes.enumerated() {
      if offset % Self.distanceOfMarks == 0 { marks.append(mark) }
      mark.pass(byte)
    }
    marks.append(mark)
    self.marks = marks
  }

  /// The line and column of a byte, or of the end, both counted from 1.
  ///
  /// - Complexity: O(1); at most 1024 bytes are walked over.
  func position(of offset: Int) -> (line: Int, column: Int) {
    let index = min(offset / Self.distanceOfMarks, marks.count - 1)
    var mark = marks[index]
    if offset < bytes.count || index < marks.count - 1 {
      for byte in bytes[(index * Self.distanceOfMarks)..<min(offset, bytes.count)] {
        mark.pass(byte)
      }
    }
    return (Int(mark.line), Int(mark.column))
  }

  /// The text between two offsets, which must lie on borders of scalars.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The scalar that begins at an offset, and how many bytes it has; the bytes must be valid UTF-8.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar, width: Int) {
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0x7F >> UInt32(width))
    for index in offset + 1..<offset + width {
      value = value << 6 | UInt32(bytes[index] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
  }

  /// The offset of the first byte that cannot stand there in UTF-8, or `nil` when all is well.
  ///
  /// The allowed sequences are those of table 3-7 of the Unicode Standard: nothing overlong, no
  /// surrogates, nothing beyond U+10FFFF.
  ///
  /// - Complexity: O(*n*) in the number of bytes.
  func firstInvalidByte() -> Int? {
    var offset = 0
    while offset < bytes.count {
      let first = bytes[offset]
      if first < 0x80 {
        offset += 1
        continue
      }
      let width: Int
      let second: ClosedRange<UInt8>
      switch first {
      case 0xC2...0xDF: (width, second) = (2, 0x80...0xBF)
      case 0xE0: (width, second) = (3, 0xA0...0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: (width, second) = (3, 0x80...0xBF)
      case 0xED: (width, second) = (3, 0x80...0x9F)
      case 0xF0: (width, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (width, second) = (4, 0x80...0xBF)
      case 0xF4: (width, second) = (4, 0x80...0x8F)
      default: return offset
      }
      for index in offset + 1..<offset + width {
        if index >= bytes.count { return offset }
        let isAllowed =
          index == offset + 1 ? second.contains(bytes[index]) : isContinuation(bytes[index])
        if !isAllowed { return offset }
      }
      offset += width
    }
    return nil
  }

  private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

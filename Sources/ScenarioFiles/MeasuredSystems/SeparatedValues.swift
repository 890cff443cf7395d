/// A text of comma-separated values, read by RFC 4180: a line of column names, then the rows.
///
/// Lines end with LF or CR LF. A field in quotes may hold commas, line ends and, doubled, quotes.
struct SeparatedValues {
  /// The text of one field, and the place of its first byte.
  struct Field {
    var text: String
    var offset: Int
  }

  /// The names of the columns.
  var columns: [Field]
  /// The rows below them; each has a field for each column.
  var rows: [[Field]]

  /// Reads a text, noting everything that is wrong with it.
  ///
  /// A row with more or fewer fields than there are columns is noted and left out.
  ///
  /// - Returns: `nil` when there is not even a line of column names.
  /// - Complexity: O(*n*) in the length of the text.
  init?(_ source: SourceText, findings: inout FindingList) {
    if let offset = source.firstInvalidByte() {
      findings.note(
        .notUTF8(byte: source.bytes[offset]), at: .file(offset: offset), path: .top)
      return nil
    }
    var scanner = Scanner(source: source)
    guard let header = scanner.nextRow(findings: &findings) else {
      findings.note(.table(.noColumns), at: .file(offset: 0), path: .top)
      return nil
    }
    columns = header
    rows = []
    for (index, column) in header.enumerated()
    where header[..<index].contains(where: { $0.text == column.text }) {
      findings.note(
        .table(.duplicateColumn(column.text)), at: .file(offset: column.offset), path: .top)
    }
    while let row = scanner.nextRow(findings: &findings) {
      if row.count == columns.count {
        rows.append(row)
      } else {
        findings.note(
          .table(.fieldCount(row.count, expected: columns.count)),
          at: .file(offset: row[0].offset), path: .top)
      }
    }
  }
}

/// Takes a text apart, a row at a time.
private struct Scanner {
  private let source: SourceText
  private var offset: Int

  init(source: SourceText) {
    self.source = source
    // The mark of byte order that some programs put before UTF-8 is no part of the first name.
    offset = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The fields of the next line that is not empty; `nil` behind the last.
  mutating func nextRow(findings: inout FindingList) -> [SeparatedValues.Field]? {
    while isAtLineEnd { passLineEnd() }
    if offset == source.bytes.count { return nil }
    var fields: [SeparatedValues.Field] = []
    // Ends: each round takes a field and the comma before the next.
    while true {
      fields.append(field(findings: &findings))
      guard offset < source.bytes.count, source.bytes[offset] == UInt8(ascii: ",") else { break }
      offset += 1
    }
    passLineEnd()
    return fields
  }

  private var isAtLineEnd: Bool {
    guard offset < source.bytes.count else { return false }
    return source.bytes[offset] == ASCII.lineFeed || source.bytes[offset] == ASCII.carriageReturn
  }

  private mutating func passLineEnd() {
    if offset < source.bytes.count, source.bytes[offset] == ASCII.carriageReturn { offset += 1 }
    if offset < source.bytes.count, source.bytes[offset] == ASCII.lineFeed { offset += 1 }
  }

  private mutating func field(findings: inout FindingList) -> SeparatedValues.Field {
    let start = offset
    let isQuoted = offset < source.bytes.count && source.bytes[offset] == ASCII.quote
    return isQuoted ? quoted(from: start, findings: &findings) : bare(from: start, &findings)
  }

  private mutating func bare(
    from start: Int, _ findings: inout FindingList
  ) -> SeparatedValues.Field {
    while offset < source.bytes.count, source.bytes[offset] != UInt8(ascii: ","), !isAtLineEnd {
      if source.bytes[offset] == ASCII.quote {
        findings.note(.table(.strayQuote), at: .file(offset: offset), path: .top)
      }
      offset += 1
    }
    return SeparatedValues.Field(text: source.text(start..<offset), offset: start)
  }

  private mutating func quoted(
    from start: Int, findings: inout FindingList
  ) -> SeparatedValues.Field {
    var bytes: [UInt8] = []
    offset += 1
    while offset < source.bytes.count {
      let byte = source.bytes[offset]
      offset += 1
      if byte != ASCII.quote {
        bytes.append(byte)
      } else if offset < source.bytes.count, source.bytes[offset] == ASCII.quote {
        bytes.append(byte)
        offset += 1
      } else {
        let text = String(decoding: bytes, as: UTF8.self)
        let behind = offset
        _ = bare(from: behind, &findings)
        if offset > behind {
          findings.note(.table(.textAfterQuote), at: .file(offset: behind), path: .top)
        }
        return SeparatedValues.Field(text: text, offset: start)
      }
    }
    findings.note(.table(.unclosedQuote), at: .file(offset: start), path: .top)
    return SeparatedValues.Field(text: String(decoding: bytes, as: UTF8.self), offset: start)
  }
}

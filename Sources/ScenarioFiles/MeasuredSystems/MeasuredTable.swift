import ScenarioModel
import SimulationBasics

/// A table of measurements whose columns are looked up by name, row by row.
///
/// Columns that nobody asks for are ignored: the table may say more than is compared. A column that
/// is missing is told once.
struct MeasuredTable {
  private let values: SeparatedValues
  private var missingColumns: [String] = []
  /// The row that is being read.
  private var row = 0
  private(set) var findings: FindingList

  /// - Returns: `nil` when there is no table, which has then been noted in `findings`.
  init?(_ source: SourceText, findings: inout FindingList) {
    guard let values = SeparatedValues(source, findings: &findings) else { return nil }
    self.values = values
    self.findings = findings
  }

  var rowCount: Int { values.rows.count }

  /// Where a row begins.
  func origin(ofRow row: Int) -> Origin { .file(offset: values.rows[row].first?.offset ?? 0) }

  mutating func goToRow(_ row: Int) { self.row = row }

  /// What stands in a column; `nil` when the column is missing or the field empty.
  private mutating func field(_ column: String) -> SeparatedValues.Field? {
    guard let index = values.columns.firstIndex(where: { $0.text == column }) else {
      if !missingColumns.contains(column) {
        missingColumns.append(column)
        findings.note(.table(.missingColumn(column)), at: .file(offset: 0), path: .top)
      }
      return nil
    }
    let field = values.rows[row][index]
    return field.text.isEmpty ? nil : field
  }

  private mutating func note(
    _ field: SeparatedValues.Field, of column: String, _ expected: Expectation
  ) {
    let found: Found = field.text.isEmpty ? .emptyText : .text(field.text)
    findings.note(
      .unexpected(found: found, expected: expected), at: .file(offset: field.offset),
      path: ModelPath.top.key(column))
  }

  /// Notes that a field is empty where the row needs one.
  private mutating func noteMissing(_ column: String, _ expected: Expectation) {
    guard !missingColumns.contains(column) else { return }
    findings.note(
      .missingKey(expected: expected), at: origin(ofRow: row), path: ModelPath.top.key(column))
  }

  // MARK: Values

  mutating func text(_ column: String) -> String { field(column)?.text ?? "" }

  /// A number of at least 0; `nil` when the field is empty.
  mutating func optionalNumber(_ column: String) -> Double? {
    guard let field = field(column) else { return nil }
    guard let value = Self.number(field.text) else {
      note(field, of: column, .number(from: "0", to: "1e15"))
      return nil
    }
    return value
  }

  mutating func number(_ column: String) -> Double {
    if let value = optionalNumber(column) { return value }
    if field(column) == nil { noteMissing(column, .number(from: "0", to: "1e15")) }
    return 0
  }

  /// A length of time in a unit of so many nanoseconds; `nil` when the field is empty.
  mutating func optionalTime(
    _ column: String, unit nanoseconds: Double = 1e6
  ) -> VirtualDuration? {
    guard let field = field(column), let value = optionalNumber(column) else { return nil }
    let most = Double(VirtualDuration.longestInAModel.inNanoseconds) / nanoseconds
    if value > most {
      note(field, of: column, .number(from: "0", to: "\(UInt64(most))"))
      return nil
    }
    return .nanoseconds(UInt64(value * nanoseconds + 0.5))
  }

  mutating func time(_ column: String, unit nanoseconds: Double = 1e6) -> VirtualDuration {
    if let value = optionalTime(column, unit: nanoseconds) { return value }
    if field(column) == nil { noteMissing(column, .number(from: "0", to: "1e15")) }
    return .zero
  }

  /// A whole number in a range; `nil` when the field is empty.
  mutating func optionalCount(_ column: String, in range: ClosedRange<Int>) -> Int? {
    guard let field = field(column) else { return nil }
    guard case .exactly(let value) = NumberLiteral(text: field.text).wholeOfDigits,
      let count = Int(exactly: value), range.contains(count)
    else {
      note(
        field, of: column, .wholeNumber(from: Int64(range.lowerBound), to: Int64(range.upperBound)))
      return nil
    }
    return count
  }

  mutating func count(_ column: String, in range: ClosedRange<Int>) -> Int {
    if let value = optionalCount(column, in: range) { return value }
    if field(column) == nil {
      noteMissing(
        column, .wholeNumber(from: Int64(range.lowerBound), to: Int64(range.upperBound)))
    }
    return range.lowerBound
  }

  /// Whether a field says 1 and not 0; an empty one says 0.
  mutating func flag(_ column: String) -> Bool { optionalCount(column, in: 0...1) == 1 }

  /// One of some words; `nil` when the field is empty.
  mutating func optionalWord<Word: RawRepresentable & CaseIterable>(
    _ column: String, of type: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let field = field(column) else { return nil }
    if let word = Word(rawValue: field.text) { return word }
    let words = Word.allCases.map { $0.rawValue }
    findings.note(
      .unknownWord(
        found: field.text, allowed: words,
        suggestion: SpellingSuggestion.closest(to: field.text, in: words)),
      at: .file(offset: field.offset), path: ModelPath.top.key(column))
    return nil
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ column: String, of type: Word.Type, else fallback: Word
  ) -> Word where Word.RawValue == String {
    if let word = optionalWord(column, of: type) { return word }
    if field(column) == nil {
      noteMissing(column, .oneOf(Word.allCases.map { $0.rawValue }))
    }
    return fallback
  }

  /// A decimal number of at least 0 and at most 10¹⁵.
  private static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, ASCII.isDigit(first) || first == ASCII.dot,
      !text.utf8.contains(UInt8(ascii: "x")), !text.utf8.contains(UInt8(ascii: "X")),
      let value = NumberLiteral(text: text).floatingPoint, value <= 1e15
    else { return nil }
    return value
  }
}

extension NumberLiteral {
  /// The number as a whole one, when it is written in digits alone.
  fileprivate var wholeOfDigits: Whole {
    text.utf8.allSatisfy(ASCII.isDigit) && !text.isEmpty ? whole : .notWhole
  }
}

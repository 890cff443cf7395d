/// A table as comma-separated values: RFC 4180, but lines end with a line feed alone.
///
/// Lines are handed out one by one, so that rows can go to a file as they arise.
public struct CSVTable: Sendable {
  /// The names of the columns, in fixed order.
  public let columns: [String]

  public init(columns: [String]) { self.columns = columns }

  /// The first line: the names of the columns.
  public var header: String { line(columns) }

  /// One row, quoted where it must be, with its line end.
  ///
  /// - Precondition: There is a field for each column.
  public func line(_ fields: [String]) -> String {
    precondition(fields.count == columns.count, "a row with more or fewer fields than columns")
    return Self.fields(fields) + "\n"
  }

  /// Fields beside one another, quoted where they must be, without a line end.
  static func fields(_ fields: [String]) -> String {
    fields.map(escaped).joined(separator: ",")
  }

  /// A field that holds a comma, a quote or a line end stands in quotes, and a quote in it is
  /// doubled.
  private static func escaped(_ field: String) -> String {
    let special = field.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
        || $0 == UInt8(ascii: "\r")
    }
    if !special { return field }
    var quoted = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

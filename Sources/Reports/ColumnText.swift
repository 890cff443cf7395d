/// Tables on a screen: names to the left, numbers to the right, each column as wide as its widest
/// cell.
enum ColumnText {
  /// - Parameters:
  ///   - rows: The headings first.
  ///   - words: How many of the last columns are words, and stand to the left.
  ///   - firstIsNumber: Whether the first column is a number, and no name.
  ///   - gap: How many spaces stand between columns.
  static func lines(
    _ rows: [[String]], words: Int = 0, firstIsNumber: Bool = false, gap: Int = 3
  ) -> String {
    var widths = [Int](repeating: 0, count: rows.first?.count ?? 0)
    for row in rows {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], ScreenText.width(of: cell))
      }
    }
    var text = ""
    for row in rows {
      var line = "  "
      for (index, cell) in row.enumerated() {
        if index > 0 { line += String(repeating: " ", count: gap) }
        line +=
          index == 0 && !firstIsNumber || index >= row.count - words
          ? ScreenText.left(cell, widths[index]) : ScreenText.right(cell, widths[index])
      }
      text += ScreenText.trimmed(line) + "\n"
    }
    return text
  }

  /// The same as Markdown.
  static func markdown(
    _ rows: [[String]], words: Int = 0, firstIsNumber: Bool = false
  ) -> String {
    guard let first = rows.first else { return "" }
    func line(_ cells: [String]) -> String {
      "| "
        + cells.map {
          $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        }
        .joined(separator: " | ") + " |\n"
    }
    var text = line(first) + "|"
    for index in first.indices {
      text += index == 0 && !firstIsNumber || index >= first.count - words ? "---|" : "--:|"
    }
    text += "\n"
    for row in rows.dropFirst() { text += line(row) }
    return text
  }
}

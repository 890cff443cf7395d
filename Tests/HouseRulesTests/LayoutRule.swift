/// How files look: line length, names, and nothing left unfinished.
enum LayoutRule {
  private static let longestLine = 100

  /// Marks of unfinished work, and tests that are switched off; put together so that this file has
  /// none.
  private static let marks =
    ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
    + [".dis" + "abled(", "withKnown" + "Issue", "XCT" + "Skip"]

  /// Lines that are longer than the limit, but for those whose literal reaches it: its text is what
  /// it must be, and with its quote and a comma behind it the line may be longer still.
  static func longLines(in source: SwiftSource) -> [Violation] {
    source.lines.enumerated().compactMap { index, line in
      guard line.count > longestLine, source.literalEnds[index] < longestLine - 2 else {
        return nil
      }
      return Violation(
        path: source.path, line: index + 1,
        rule: "\(line.count) columns, at most \(longestLine)")
    }
  }

  static func unfinishedWork(path: String, text: String) -> [Violation] {
    var found: [Violation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for mark in marks where line.contains(mark) {
        found.append(Violation(path: path, line: index + 1, rule: "unfinished: '\(mark)'"))
      }
    }
    return found
  }

  /// A name that a shell would take apart.
  static func badNames(in paths: [String]) -> [Violation] {
    paths.filter { $0.contains(where: \.isWhitespace) }.map {
      Violation(path: $0, line: 1, rule: "a space in the name")
    }
  }
}

import Experiments

/// Sentences, commands and figures as all reports write them.
enum ReportText {
  // MARK: Words

  /// The words with commas between them, and a conjunction before the last: "a, b and c".
  static func list(_ words: [String], _ conjunction: String = "and") -> String {
    guard let last = words.last else { return "" }
    if words.count == 1 { return last }
    return words.dropLast().joined(separator: ", ") + " " + conjunction + " " + last
  }

  /// The text with a capital at its beginning.
  static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// The text with a capital at its beginning and a full stop at its end.
  static func sentence(_ text: String) -> String { capitalized(text) + "." }

  // MARK: Lines

  /// A text on as many lines as it needs, each with its margin and its line feed.
  ///
  /// - Parameters:
  ///   - first: The margin of the first line.
  ///   - further: That of all others.
  ///   - width: The columns within which lines stay, their margins included.
  static func filled(
    _ text: String, first: String = "", further: String, within width: Int = ScreenText.width
  ) -> String {
    let lines = ScreenText.lines(
      of: [text], within: width - ScreenText.width(of: further),
      first: width - ScreenText.width(of: first))
    var filled = ""
    for (index, line) in lines.enumerated() {
      filled += (index == 0 ? first : further) + line + "\n"
    }
    return filled
  }

  /// A command on as many lines as it needs, each but the last with a backslash at its end; a word
  /// is never broken.
  static func command(_ words: [String]) -> String {
    var lines: [String] = []
    var line = "    $"
    for word in words {
      if ScreenText.width(of: line) + ScreenText.width(of: word) + 3 > ScreenText.width {
        lines.append(line + " \\")
        line = "      " + word
      } else {
        line += " " + word
      }
    }
    lines.append(line)
    return lines.map { $0 + "\n" }.joined()
  }

  /// What a command has found, in words: the first sentence behind the word that people look for.
  static func answer(_ sentences: [String]) -> String {
    var text = ""
    for (index, sentence) in sentences.enumerated() {
      text += filled(
        sentence, first: index == 0 ? "  ANSWER   " : "           ", further: "           ")
    }
    return text
  }

  // MARK: Figures

  /// A mean and half of its interval; the mean alone where a single run tells no interval.
  static func spread(
    _ interval: ConfidenceInterval, by factor: Double = 1, decimals: Int
  ) -> String {
    let mean = NumberText.fixed(interval.mean * factor, decimals: decimals)
    guard interval.halfWidth.isFinite else { return mean }
    return mean + "±" + NumberText.fixed(interval.halfWidth * factor, decimals: decimals)
  }

  /// The two fields of an interval in CSV: its mean, and half of it; empty where there is none, or
  /// where a single run tells none.
  static func csvFields(of interval: ConfidenceInterval?, by factor: Double = 1) -> [String] {
    guard let interval else { return ["", ""] }
    return [
      NumberText.shortest(interval.mean * factor),
      interval.halfWidth.isFinite ? NumberText.shortest(interval.halfWidth * factor) : "",
    ]
  }
}

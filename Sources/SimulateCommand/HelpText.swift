import SimulationBasics

/// What `--help` and `help` print, made from the tables of verbs, flags and exit codes.
enum HelpText {
  /// The help of the whole program: every verb, then what the default verb takes.
  static var ofProgram: String {
    """
    simulate \(ProductVersion.text): which lock keeps the money right under load, and what it costs

    \(section("commands", rows: Verb.allCases.map { ($0.rawValue, $0.summary) }))
    \(body(of: .run))
    """
  }

  /// The help of one verb.
  static func text(of verb: Verb) -> String {
    """
    simulate \(verb.rawValue): \(verb.summary)

    \(body(of: verb))
    """
  }

  private static func body(of verb: Verb) -> String {
    let sections = [
      verb.usage + "\n",
      section("flags", rows: verb.flags.map { (left(of: $0), verb.summary(of: $0)) }),
      section("examples", rows: verb.examples.map { ($0.command, $0.purpose) }),
      section("exit codes", rows: ExitCode.allCases.map { (number(of: $0), $0.meaning) }),
    ]
    return sections.joined(separator: "\n")
  }

  /// A heading and two columns; the right one starts where the longest left one ends.
  private static func section(_ heading: String, rows: [(left: String, right: String)]) -> String {
    let width = rows.map(\.left.count).max() ?? 0
    let lines = rows.map { row in
      "  \(row.left)\(String(repeating: " ", count: width - row.left.count))   \(row.right)\n"
    }
    return "\(heading)\n\(lines.joined())"
  }

  private static func left(of flag: Flag) -> String {
    let letter = flag.letter.map { "-\($0), " } ?? "    "
    let value = flag.valueName.map { " \($0)" } ?? ""
    return "\(letter)\(flag.spelling)\(value)"
  }

  private static func number(of code: ExitCode) -> String {
    let digits = String(code.rawValue)
    return String(repeating: " ", count: 3 - digits.count) + digits
  }
}

import ContentionEngine
import ScenarioFiles
import ScenarioModel
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
      faults(of: verb), promises(of: verb),
      section("examples", rows: verb.examples.map { ($0.command, $0.purpose) }),
      section("exit codes", rows: ExitCode.allCases.map { (number(of: $0), $0.meaning) }),
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// What `--fault` may say, where the verb has it.
  private static func faults(of verb: Verb) -> String {
    guard verb.flags.contains(.fault) else { return "" }
    return section("faults", rows: FaultKind.allCases.map { ($0.example, $0.meaning) })
  }

  /// The names of the promises, where the verb asks for one.
  private static func promises(of verb: Verb) -> String {
    guard verb.flags.contains(.promise) || verb.flags.contains(.timeline) else { return "" }
    return section("promises", rows: SafetyPromise.allCases.map { ($0.name, $0.text) })
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

extension FaultKind {
  /// What happens, in a few words.
  fileprivate var meaning: String {
    switch self {
    case .responseLoss: "1 % of the answers do not arrive"
    case .doubleSubmit: "a tenth of the requests come again 50 ms later"
    case .pause: "an instance stands still 10 s after the start, for 35 s"
    case .instanceCrash: "an instance dies, and is up again after 10 s"
    case .redisFailover: "a replica takes over that has not heard of the last 200 ms"
    case .redisOutage: "Redis answers nothing for 5 s; also policy=fail-open"
    case .databaseStall: "the database does nothing for 2 s"
    case .slowCommit: "the third sync of the log takes 200 ms more"
    case .networkDelay: "messages from and to the database take 500 ms more"
    case .clockJump: "the clock of Redis jumps ahead by 10 s, which ends leases"
    }
  }
}

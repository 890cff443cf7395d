/// What no source may say, because the result would then depend on the day, the process or the
/// machine.
struct DeterminismRule {
  /// A pattern over code, where it is banned, and why.
  private struct Ban {
    var pattern: Regex<AnyRegexOutput>
    var areas: [String]
    var rule: String
  }

  private let bans: [Ban]

  /// The modules that must give the same bytes and compile as Embedded Swift.
  static let core = [
    "SimulationBasics", "ScenarioModel", "EventKernel", "ContendedResources", "Measurements",
    "RequestPrograms", "ContentionEngine", "Experiments",
  ].map { "Sources/\($0)" }
  /// The modules around the core that turn text into models and results into text.
  static let text = ["Sources/ScenarioFiles", "Sources/Reports"]
  static let command = ["Sources/SimulateCommand"]

  init() throws {
    let everywhere = Self.core + Self.text + Self.command
    let belowCommand = Self.core + Self.text
    let specification: [(pattern: String, areas: [String], rule: String)] = [
      (
        #"\b(Date|ContinuousClock|SuspendingClock|DispatchTime|clock_gettime|gettimeofday)\b"#,
        everywhere, "no wall clock"
      ),
      (#"\bUUID\b"#, everywhere, "no UUID"),
      (
        #"\b(SystemRandomNumberGenerator|arc4random\w*|getrandom|drand48)\b"#, everywhere,
        "no unseeded random numbers"
      ),
      (
        #"\.(random|randomElement|shuffled|shuffle)\s*\((?![^)]*\busing\s*:)"#, everywhere,
        "no random numbers without 'using:'"
      ),
      (#"\b(hashValue|Hasher)\b"#, everywhere, "no hash values: they differ in every process"),
      (#"\bObjectIdentifier\b"#, everywhere, "no order by address"),
      (#"\b(Task|TaskGroup|async|await|actor)\b"#, belowCommand, "no concurrency: runs are serial"),
      (#"\b(print|debugPrint|dump)\s*\("#, everywhere, "no printing but through CommandIO"),
      (#"\b(Dictionary|Set)\b"#, Self.core, "no hashed collections in the core"),
      (#"\[\s*[A-Z]\w*\s*:\s*[A-Z\[(]|\[\s*:\s*\]"#, Self.core, "no dictionaries in the core"),
      (
        #"(?:^|[^.\w])any\s+[A-Za-z(~]"#, belowCommand,
        "no existentials: they are not Embedded Swift"
      ),
      (#"\bthrows\b(?!\s*\()"#, everywhere, "throws must name its type"),
      (#"\brethrows\b"#, belowCommand, "rethrows is untyped: name the type"),
    ]
    bans = try specification.map {
      // Unicode's own boundaries see none in `clock.now`.
      Ban(
        pattern: try Regex($0.pattern).wordBoundaryKind(.simple), areas: $0.areas, rule: $0.rule)
    }
  }

  func violations(in source: SwiftSource) -> [Violation] {
    let relevant = bans.filter { $0.areas.contains(source.area) }
    var found: [Violation] = []
    for (index, code) in source.codeLines.enumerated() {
      for ban in relevant where code.contains(ban.pattern) {
        found.append(Violation(path: source.path, line: index + 1, rule: ban.rule))
      }
    }
    return found
  }
}

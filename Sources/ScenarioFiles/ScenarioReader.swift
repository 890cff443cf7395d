public import ScenarioModel

/// Reads model files.
public enum ScenarioReader {
  /// The longest text that is read: 4 MiB, some hundred times the longest model that a person
  /// writes.
  public static let longestText = 4 << 20

  /// Reads a model: text to syntax tree, overrides, then the validated scenario.
  ///
  /// Never traps, whatever the bytes are. Every problem is reported, not just the first; only a
  /// mistake that makes the rest of the text unreadable, such as a missing bracket, hides what
  /// comes after it.
  ///
  /// - Parameters:
  ///   - text: The bytes of the file, UTF-8.
  ///   - file: The name of the file as diagnostics print it.
  ///   - modelName: The short name of the model, such as `balance-charge`.
  ///   - overrides: What the command line changes, in its order; a later one meets the work of the
  ///     earlier ones.
  ///   - executor: What takes the place of the executor of every load, as `--vus` and `--stage`
  ///     say; the rules for loads hold for it too.
  ///   - hazards: What the command line switches on, which allows what the hazards of the model
  ///     itself allow; the scenario has only its own.
  /// - Throws: Everything that is wrong, in the order of the file, then in the order of the
  ///   overrides.
  /// - Complexity: O(*n* log *n*) in the length of the text.
  public static func read(
    _ text: [UInt8], file: String, modelName: String, overrides: [ModelOverride] = [],
    executor: Executor? = nil, hazards: [Hazard] = []
  ) throws(ReadingFailure) -> Scenario {
    let source = SourceText(text.count > longestText ? [] : text)
    var findings = FindingList()
    if text.count > longestText {
      findings.note(.textTooLong(limit: longestText), at: .file(offset: 0), path: .top)
      throw ReadingFailure(findings, source: source, file: file, overrides: overrides)
    }
    guard var tree = SyntaxParser.parse(source, findings: &findings) else {
      throw ReadingFailure(findings, source: source, file: file, overrides: overrides)
    }
    for (index, override) in overrides.enumerated() {
      tree.apply(override, index: index, findings: &findings)
    }
    var builder = ScenarioBuilder(findings: findings, executor: executor, hazards: hazards)
    let scenario = builder.scenario(tree, name: modelName)
    guard let scenario, builder.findings.isEmpty else {
      throw ReadingFailure(builder.findings, source: source, file: file, overrides: overrides)
    }
    return scenario
  }
}

extension ReadingFailure {
  /// The findings of a text as diagnostics, in its order.
  init(
    _ findings: FindingList, source: SourceText, file: String, overrides: [ModelOverride] = []
  ) {
    func place(_ origin: Origin) -> Diagnostic.Place {
      switch origin {
      case .file(let offset):
        let (line, column) = source.position(of: offset)
        return .file(file, line: line, column: column)
      case .override(let index): return .override(overrides[index].text)
      }
    }
    let ordered = findings.inFileOrder
    var diagnostics = ordered.map { finding in
      Diagnostic(
        place: place(finding.origin), path: finding.path.text, problem: finding.problem)
    }
    if findings.unlisted > 0, let last = ordered.last {
      diagnostics.append(
        Diagnostic(
          place: place(last.origin), path: "",
          problem: .furtherProblems(count: findings.unlisted)))
    }
    self.init(diagnostics: diagnostics)
  }
}

/// The numbers of an end-of-test summary of k6, by metric and member.
public struct K6SummaryFile: Equatable, Sendable {
  /// A metric and its members that are numbers.
  public struct Metric: Equatable, Sendable {
    public let name: String
    public let members: [Member]
  }

  public struct Member: Equatable, Sendable {
    public let name: String
    public let value: Double
  }

  /// Where a number stands that somebody means to use.
  public struct Place: Equatable, Sendable {
    /// The name of the metric.
    public let metric: String
    /// The member of the metric's object.
    public let member: String
    /// Whether it is a part of one; anything else is at least 0.
    public let isShare: Bool

    public init(metric: String, member: String, isShare: Bool) {
      self.metric = metric
      self.member = member
      self.isShare = isShare
    }
  }

  /// Where the metrics stand.
  public let place: Diagnostic.Place
  /// In the order of the file.
  public let metrics: [Metric]
  /// The model and the strategy, where the summary is one of a simulation.
  public let model: String?
  public let strategy: String?

  /// A member of a metric; `nil` where the summary does not have it.
  ///
  /// The `value` of a rate is called `rate` in the data of `handleSummary`.
  public func value(_ metric: String, _ member: String) -> Double? {
    guard let metric = metrics.first(where: { $0.name == metric }) else { return nil }
    for name in Self.names(of: member) {
      if let found = metric.members.first(where: { $0.name == name }) { return found.value }
    }
    return nil
  }

  /// The names under which a member may stand.
  static func names(of member: String) -> [String] {
    member == "value" ? ["value", "rate"] : [member]
  }
}

/// Reads the files that `--summary-export` writes, those of k6 and our own, and what a script's
/// `handleSummary` gets.
///
/// Sources: k6, `internal/js/summary-wrapper.js`: in the file of `--summary-export` the members
/// stand in the metric, and in the data of `handleSummary` in its `values`.
public enum K6SummaryReader {
  /// The summary that a text holds; `nil` when it is something else, such as a model.
  ///
  /// - Parameter used: The numbers that are to be used, which must be possible ones.
  /// - Throws: What is wrong with a summary.
  /// - Complexity: O(*n* log *n*) in the length of the text.
  public static func read(
    _ text: [UInt8], file: String, using used: [K6SummaryFile.Place] = []
  ) throws(ReadingFailure) -> K6SummaryFile? {
    if text.count > ScenarioReader.longestText { return nil }
    let source = SourceText(text)
    var findings = FindingList()
    guard let tree = SyntaxParser.parse(source, findings: &findings) else { return nil }
    let top = ModelNode(value: tree, path: .top)
    guard let metrics = top.member("metrics"), top.member("requests") == nil else { return nil }
    var read: [K6SummaryFile.Metric] = []
    for metric in members(of: metrics, &findings) {
      read.append(numbers(of: metric, using: used, &findings))
    }
    if !findings.isEmpty { throw ReadingFailure(findings, source: source, file: file) }
    let simulation = top.member("simulation")
    var place = Diagnostic.Place.file(file, line: 1, column: 1)
    if case .file(let offset) = metrics.origin {
      let (line, column) = source.position(of: offset)
      place = .file(file, line: line, column: column)
    }
    return K6SummaryFile(
      place: place, metrics: read, model: simulation?.member("model")?.text,
      strategy: simulation?.member("strategy")?.text)
  }

  /// A member and its name.
  private typealias Named = (name: String, node: ModelNode)

  private static func members(of node: ModelNode, _ findings: inout FindingList) -> [Named] {
    guard case .object(let members) = node.value.kind else {
      if !node.isMalformed {
        findings.note(
          .unexpected(found: node.value.found, expected: .object), at: node.origin, path: node.path)
      }
      return []
    }
    let object = ModelObject(members: members, origin: node.origin, path: node.path)
    return members.map { ($0.name, object.node(of: $0)) }
  }

  /// The numbers of a metric. `null` is what JavaScript writes for a number that there is not.
  private static func numbers(
    of metric: Named, using used: [K6SummaryFile.Place], _ findings: inout FindingList
  ) -> K6SummaryFile.Metric {
    var numbers: [K6SummaryFile.Member] = []
    let node = metric.node.member("values") ?? metric.node
    for (name, node) in members(of: node, &findings) where !notNumbers.contains(name) {
      switch node.value.kind {
      case .null, .malformed: continue
      case .truth, .text, .list, .object:
        findings.note(
          .unexpected(found: node.value.found, expected: .anyNumber), at: node.origin,
          path: node.path)
      case .number(let literal):
        let place = used.first {
          $0.metric == metric.name && K6SummaryFile.names(of: $0.member).contains(name)
        }
        let most = place?.isShare == true ? 1 : mostOfAll
        let value = literal.floatingPoint
        if let value, place == nil || (0...most).contains(value) {
          numbers.append(K6SummaryFile.Member(name: name, value: value))
        } else {
          findings.note(
            .unexpected(
              found: node.value.found,
              expected: place == nil
                ? .anyNumber : .number(from: "0", to: place?.isShare == true ? "1" : "1e15")),
            at: node.origin, path: node.path)
        }
      }
    }
    return K6SummaryFile.Metric(name: metric.name, members: numbers)
  }

  /// The members of a metric that k6 writes beside its numbers.
  private static let notNumbers = ["type", "contains", "thresholds"]

  /// More milliseconds or events than any test has.
  private static let mostOfAll = 1e15
}

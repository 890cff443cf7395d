import ScenarioModel

/// Checks that the values of a part's tags can occur in a run of the model.
struct TagValueCheck {
  private let scenarios: [String]
  private let checks: [String]
  private let names: [String]
  private let methods: [String]
  private let paths: [String]

  init(loads: [Load], requests: [RequestClass]) {
    scenarios = loads.map { $0.name }
    checks = Self.distinct(loads.flatMap { $0.checkNames })
    names = Self.distinct(requests.map { $0.name })
    methods = Self.distinct(requests.compactMap { $0.method })
    paths = Self.distinct(requests.map { $0.path })
  }

  /// Checks every tag of a part.
  ///
  /// - Throws: The first value that no sample can have.
  func check(_ part: MetricPart) throws(Problem) {
    for tag in part.tags { try check(tag) }
  }

  private func check(_ tag: MetricPart.Tag) throws(Problem) {
    switch tag.name {
    case .scenario: try find(tag.value, in: scenarios, .scenario)
    case .check: try find(tag.value, in: checks, .check)
    case .name: try find(tag.value, in: names, .request)
    case .method: try find(tag.value, in: methods, .method)
    case .url: try find(tag.value, in: paths, .path)
    case .status:
      guard let status = Self.number(tag.value), status == 0 || (100...599).contains(status)
      else { throw .unexpected(found: .text(tag.value), expected: .statusOrNone) }
    case .errorCode:
      let statusCodes = (TagTexts.firstStatusCode + 400)...(TagTexts.firstStatusCode + 599)
      guard let code = Self.number(tag.value),
        code == TagTexts.refusedCode || code == TagTexts.resetCode
          || code == TagTexts.timeoutCode || statusCodes.contains(code)
      else { throw .unexpected(found: .text(tag.value), expected: .errorCode) }
    case .expectedResponse: try choose(tag.value, of: ["true", "false"])
    case .proto: try choose(tag.value, of: [TagTexts.proto])
    case .error: try choose(tag.value, of: [TagTexts.refused, TagTexts.reset, TagTexts.timeout])
    // No metric has it among its tags.
    case .group: return
    }
  }

  private func find(_ value: String, in known: [String], _ thing: NamedThing) throws(Problem) {
    if known.contains(value) { return }
    throw .unknownName(
      thing, found: value, known: known,
      suggestion: SpellingSuggestion.closest(to: value, in: known))
  }

  private func choose(_ value: String, of allowed: [String]) throws(Problem) {
    if allowed.contains(value) { return }
    throw .unknownWord(
      found: value, allowed: allowed,
      suggestion: SpellingSuggestion.closest(to: value, in: allowed))
  }

  /// A whole number as samples write it: digits, without a sign or zeros in front.
  private static func number(_ text: String) -> Int? {
    guard text.utf8.count <= 4, text.utf8.allSatisfy(ASCII.isDigit), let number = Int(text),
      "\(number)" == text
    else { return nil }
    return number
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var distinct: [String] = []
    for text in texts where !distinct.contains(text) { distinct.append(text) }
    return distinct
  }
}

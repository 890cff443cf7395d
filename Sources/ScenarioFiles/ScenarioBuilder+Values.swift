import ScenarioModel
import SimulationBasics

// The kinds of value that every part of a model is made of.
extension ScenarioBuilder {
  mutating func note(_ problem: @autoclosure () -> Problem, at node: ModelNode) {
    if node.isMalformed { return }
    findings.note(problem(), at: node.origin, path: node.path)
  }

  mutating func noteUnexpected(_ node: ModelNode, _ expected: Expectation) {
    note(.unexpected(found: node.value.found, expected: expected), at: node)
  }

  // MARK: - Objects

  /// Reads an object and notes the keys that it does not know.
  mutating func object(_ node: ModelNode, keys: [String]) -> ModelObject? {
    guard let object = openObject(node, expected: .object) else { return nil }
    noteUnknownKeys(object, known: keys)
    return object
  }

  /// Reads an object whose keys are names that the model gives.
  mutating func openObject(_ node: ModelNode, expected: Expectation) -> ModelObject? {
    guard case .object(let members) = node.value.kind else {
      noteUnexpected(node, expected)
      return nil
    }
    return ModelObject(members: members, origin: node.origin, path: node.path)
  }

  mutating func noteUnknownKeys(_ object: ModelObject, known: [String]) {
    for member in object.members where !known.contains(member.name) {
      findings.note(
        .unknownKey(
          suggestion: SpellingSuggestion.closest(to: member.name, in: known), known: known),
        at: member.nameOrigin, path: object.path.key(member.name))
    }
  }

  /// The member of this name; notes that it is missing.
  mutating func required(_ name: String, in object: ModelObject, _ expected: Expectation)
    -> ModelNode?
  {
    if let node = object[name] { return node }
    findings.note(
      .missingKey(expected: expected), at: object.origin, path: object.path.key(name))
    return nil
  }

  /// Notes that two keys exclude each other when both are there, at the later one.
  mutating func exclude(_ first: String, _ second: String, in object: ModelObject) {
    var earlier: String?
    for member in object.members where member.name == first || member.name == second {
      if let earlier {
        findings.note(
          .excludedKey(by: earlier), at: member.nameOrigin, path: object.path.key(member.name))
      }
      earlier = member.name
    }
  }

  /// The members of an object of named things, those with bad names noted.
  ///
  /// Some too many are read all the same, so that references to them are not called unknown.
  mutating func namedMembers(
    _ node: ModelNode, of thing: CountedThing, limit: Int = ModelLimits.named, each: String
  ) -> [(name: String, node: ModelNode)] {
    guard let object = openObject(node, expected: .objectOf(each)) else { return [] }
    if object.members.isEmpty { noteUnexpected(node, .objectOf(each)) }
    if object.members.count > limit { note(.tooMany(thing, limit: limit), at: node) }
    if object.members.count > ModelLimits.named { return [] }
    return object.members.map { member in
      if !isName(member.name) {
        findings.note(
          .unexpected(
            found: member.name.isEmpty ? .emptyText : .text(member.name), expected: .name),
          at: member.nameOrigin, path: object.path.key(member.name))
      }
      return (member.name, object.node(of: member))
    }
  }

  /// Whether a name can be part of a path and of a reference such as `users[user].balance`.
  private func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !ASCII.isDigit(first), first != ASCII.minus else {
      return false
    }
    return name.utf8.allSatisfy(isNameByte)
  }

  func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), ASCII.minus:
      true
    default: false
    }
  }

  // MARK: - Lists

  /// The items of a list of at least one and at most `limit`.
  mutating func items(
    _ node: ModelNode, of thing: CountedThing, limit: Int, each: String
  ) -> [ModelNode] {
    guard case .list(let values) = node.value.kind, !values.isEmpty else {
      noteUnexpected(node, .listOf(each))
      return []
    }
    if values.count > limit {
      note(.tooMany(thing, limit: limit), at: node)
      return []
    }
    return values.enumerated().map { index, value in
      ModelNode(value: value, path: node.path.item(index))
    }
  }

  // MARK: - Text

  mutating func nonEmptyText(_ node: ModelNode) -> String? {
    if let text = node.text, !text.isEmpty { return text }
    noteUnexpected(node, node.text == nil ? .text : .nonEmptyText)
    return nil
  }

  mutating func truth(_ node: ModelNode) -> Bool? {
    if case .truth(let value) = node.value.kind { return value }
    noteUnexpected(node, .truth)
    return nil
  }

  /// One of the words of an enumeration whose raw values are the words of the file.
  mutating func word<Word: RawRepresentable<String>>(_ node: ModelNode, of words: [Word]) -> Word? {
    let allowed = words.map { $0.rawValue }
    guard let text = node.text else {
      noteUnexpected(node, .oneOf(allowed))
      return nil
    }
    for word in words where word.rawValue == text { return word }
    note(
      .unknownWord(
        found: text, allowed: allowed,
        suggestion: SpellingSuggestion.closest(to: text, in: allowed)), at: node)
    return nil
  }

  /// Notes text that is none of the words of a place where other things than words can stand, too.
  mutating func noteNoWord(_ node: ModelNode, of words: [String], _ expected: Expectation) {
    guard let text = node.text,
      let suggestion = SpellingSuggestion.closest(to: text, in: words)
    else {
      noteUnexpected(node, expected)
      return
    }
    note(.nearlyWord(found: text, expected: expected, suggestion: suggestion), at: node)
  }

  /// The place of a name among known ones.
  mutating func index(
    of name: String, in known: [String], _ thing: NamedThing, at node: ModelNode
  ) -> Int? {
    for (index, candidate) in known.enumerated() where candidate == name { return index }
    note(
      .unknownName(
        thing, found: name, known: known,
        suggestion: SpellingSuggestion.closest(to: name, in: known)), at: node)
    return nil
  }

  // MARK: - Numbers

  /// A whole number of a range; what is noted names the bound that was passed.
  mutating func wholeNumber(_ node: ModelNode, in range: ClosedRange<Int64>) -> Int64? {
    guard case .number(let literal) = node.value.kind else {
      noteUnexpected(node, expectation(of: range))
      return nil
    }
    switch literal.whole {
    case .exactly(let value) where range.contains(value): return value
    case .exactly(let value):
      noteUnexpected(
        node,
        value < range.lowerBound
          ? .wholeNumberAtLeast(range.lowerBound) : .wholeNumberAtMost(range.upperBound))
    case .tooLarge: noteUnexpected(node, .wholeNumberAtMost(range.upperBound))
    case .tooSmall: noteUnexpected(node, .wholeNumberAtLeast(range.lowerBound))
    case .notWhole: noteUnexpected(node, expectation(of: range))
    }
    return nil
  }

  private func expectation(of range: ClosedRange<Int64>) -> Expectation {
    range.lowerBound < 0
      ? .wholeNumber(from: range.lowerBound, to: range.upperBound)
      : .wholeNumberAtLeast(range.lowerBound)
  }

  mutating func count(_ node: ModelNode, in range: ClosedRange<Int64>) -> Int? {
    wholeNumber(node, in: range).map { Int($0) }
  }

  /// A size: a whole number, or `"unlimited"` for `nil`.
  mutating func size(
    _ node: ModelNode, from least: Int64 = 1, to most: Int64 = ModelLimits.size
  ) -> Int? {
    switch node.value.kind {
    case .text("unlimited"): return nil
    case .number(let literal):
      if case .exactly(let value) = literal.whole, value > most {
        noteUnexpected(node, .wholeNumberAtMost(most))
      } else if case .exactly(let value) = literal.whole, value >= least {
        return Int(value)
      } else if case .tooLarge = literal.whole {
        noteUnexpected(node, .wholeNumberAtMost(most))
      } else {
        noteUnexpected(node, .size(from: least))
      }
    case .null, .truth, .text, .list, .object, .malformed:
      noteUnexpected(node, .size(from: least))
    }
    return nil
  }

  mutating func probability(_ node: ModelNode) -> Double? {
    number(node, from: Bound(value: 0, text: "0"), to: Bound(value: 1, text: "1"))
  }

  /// A number between bounds.
  mutating func number(_ node: ModelNode, from least: Bound, to most: Bound) -> Double? {
    if case .number(let literal) = node.value.kind, let value = literal.floatingPoint,
      value >= least.value, value <= most.value
    {
      return value
    }
    noteUnexpected(node, .number(from: least.text, to: most.text))
    return nil
  }

  /// A bound of a number and how messages print it.
  struct Bound {
    let value: Double
    let text: String
  }

  /// An HTTP status.
  mutating func status(_ node: ModelNode) -> UInt16? {
    if case .number(let literal) = node.value.kind, case .exactly(let value) = literal.whole,
      (100...599).contains(value)
    {
      return UInt16(value)
    }
    noteUnexpected(node, .status)
    return nil
  }
}

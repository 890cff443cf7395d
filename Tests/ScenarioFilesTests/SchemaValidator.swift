import Foundation
import ScenarioFiles

/// A naive validator for the part of JSON Schema (draft 2020-12) that the schema of model files
/// uses.
///
/// It reads schema and instance with our own parser, because JSON is JSON5. A keyword that it does
/// not know rejects everything, so that none is left out by mistake.
final class SchemaValidator {
  private let root: SyntaxValue
  private var patterns: [String: NSRegularExpression] = [:]

  init(_ text: [UInt8]) throws {
    root = try Self.tree(text)
  }

  /// The syntax tree of a text without a problem.
  static func tree(_ text: [UInt8]) throws -> SyntaxValue {
    var findings = FindingList()
    let tree = SyntaxParser.parse(SourceText(text), findings: &findings)
    guard let tree, findings.problems.isEmpty else { throw NoTree() }
    return tree
  }

  struct NoTree: Error {}

  func accepts(_ instance: SyntaxValue) -> Bool { accepts(instance, root) }

  // MARK: - Closed objects

  /// An object of an instance, and an object of the schema that lists all its keys.
  struct ClosedObject {
    /// The place in the instance, as `--set` has it; empty at the top.
    let path: String
    /// The place in the schema: `#/$defs/step`.
    let pointer: String
    let keys: [String]
    /// The keys that the instance has.
    let used: [String]
  }

  /// All objects of an instance that is valid.
  func closedObjects(of instance: SyntaxValue) -> [ClosedObject] {
    var found: [ClosedObject] = []
    visit(instance, root, path: "", pointer: "#", &found)
    return found
  }

  /// Every place in the schema that lists all keys of an object, with those of them that it can
  /// have.
  var closedPlaces: [(pointer: String, keys: [String])] {
    var places: [(pointer: String, keys: [String])] = []
    func walk(_ value: SyntaxValue, _ pointer: String) {
      switch value.kind {
      case .object(let members):
        if Self.isClosed(value) { places.append((pointer, Self.allowedKeys(of: value))) }
        for member in members { walk(member.value, "\(pointer)/\(member.name)") }
      case .list(let items):
        for (index, item) in items.enumerated() { walk(item, "\(pointer)/\(index)") }
      case .null, .truth, .number, .text, .malformed: break
      }
    }
    walk(root, "#")
    return places
  }

  /// The properties of an object that it can have.
  private static func allowedKeys(of schema: SyntaxValue) -> [String] {
    guard case .object(let members)? = schema["properties"]?.kind else { return [] }
    return members.filter { if case .truth(false) = $0.value.kind { false } else { true } }
      .map(\.name)
  }

  private static func isClosed(_ schema: SyntaxValue) -> Bool {
    if case .truth(false)? = schema["additionalProperties"]?.kind { true } else { false }
  }

  private func visit(
    _ instance: SyntaxValue, _ schema: SyntaxValue, path: String, pointer: String,
    _ found: inout [ClosedObject]
  ) {
    if let reference = schema["$ref"]?.text {
      visit(instance, definition(reference), path: path, pointer: reference, &found)
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
      for (index, branch) in (schema[keyword]?.items ?? []).enumerated()
      where accepts(instance, branch) {
        visit(instance, branch, path: path, pointer: "\(pointer)/\(keyword)/\(index)", &found)
      }
    }
    if let condition = schema["if"] {
      let keyword = accepts(instance, condition) ? "then" : "else"
      if let branch = schema[keyword] {
        visit(instance, branch, path: path, pointer: "\(pointer)/\(keyword)", &found)
      }
    }
    if case .object(let members) = instance.kind {
      let properties = schema["properties"]
      if Self.isClosed(schema) {
        found.append(
          ClosedObject(
            path: path, pointer: pointer, keys: properties?.names ?? [], used: instance.names))
      }
      for member in members {
        let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
        if let property = properties?[member.name] {
          visit(
            member.value, property, path: inner, pointer: "\(pointer)/properties/\(member.name)",
            &found)
        } else if let other = schema["additionalProperties"] {
          visit(
            member.value, other, path: inner, pointer: "\(pointer)/additionalProperties", &found)
        }
      }
    }
    if case .list(let values) = instance.kind, let item = schema["items"] {
      for (index, value) in values.enumerated() {
        visit(value, item, path: "\(path)[\(index)]", pointer: "\(pointer)/items", &found)
      }
    }
  }

  // MARK: - Validation

  private func definition(_ reference: String) -> SyntaxValue {
    let name = String(reference.dropFirst("#/$defs/".count))
    return root["$defs"]?[name] ?? root.with(.truth(false))
  }

  private func accepts(_ instance: SyntaxValue, _ schema: SyntaxValue) -> Bool {
    switch schema.kind {
    case .truth(let value): return value
    case .object(let keywords):
      // What is cheap comes first: a branch that needs another key is not looked into.
      if let required = schema["required"], !satisfies(instance, "required", required, schema) {
        return false
      }
      return keywords.allSatisfy { satisfies(instance, $0.name, $0.value, schema) }
    case .null, .number, .text, .list, .malformed: return false
    }
  }

  private func satisfies(
    _ instance: SyntaxValue, _ keyword: String, _ value: SyntaxValue, _ schema: SyntaxValue
  ) -> Bool {
    switch keyword {
    case "$schema", "$defs", "title", "description", "default", "then", "else": return true
    case "$ref": return value.text.map { accepts(instance, definition($0)) } ?? false
    case "allOf": return value.items.allSatisfy { accepts(instance, $0) }
    case "anyOf": return value.items.contains { accepts(instance, $0) }
    case "oneOf": return value.items.count { accepts(instance, $0) } == 1
    case "not": return !accepts(instance, value)
    case "if":
      guard let branch = schema[accepts(instance, value) ? "then" : "else"] else { return true }
      return accepts(instance, branch)
    case "type": return value.text.map { isOfType(instance, $0) } ?? false
    case "const": return equal(instance, value)
    case "enum": return value.items.contains { equal(instance, $0) }
    default: break
    }
    switch instance.kind {
    case .number(let number):
      return isNumber(number, keyword, value) ?? isOfOtherKind(keyword)
    case .text(let text): return isText(text, keyword, value) ?? isOfOtherKind(keyword)
    case .list(let items): return isList(items, keyword, value) ?? isOfOtherKind(keyword)
    case .object(let members):
      return isObject(members, keyword, value, schema) ?? isOfOtherKind(keyword)
    case .null, .truth, .malformed: return isOfOtherKind(keyword)
    }
  }

  /// Whether a keyword says something about values of another kind, and so nothing about this one.
  private func isOfOtherKind(_ keyword: String) -> Bool {
    [
      "minimum", "maximum", "minLength", "pattern", "items", "minItems", "maxItems", "uniqueItems",
      "properties", "additionalProperties", "propertyNames", "required", "minProperties",
      "maxProperties",
    ].contains(keyword)
  }

  private func isNumber(_ number: NumberLiteral, _ keyword: String, _ value: SyntaxValue) -> Bool? {
    switch keyword {
    case "minimum": number.floatingPoint.map { $0 >= value.number } ?? false
    case "maximum": number.floatingPoint.map { $0 <= value.number } ?? false
    default: nil
    }
  }

  private func isText(_ text: String, _ keyword: String, _ value: SyntaxValue) -> Bool? {
    switch keyword {
    case "minLength": return Double(text.unicodeScalars.count) >= value.number
    case "pattern": return value.text.map { matches(text, $0) } ?? false
    default: return nil
    }
  }

  private func isList(_ list: [SyntaxValue], _ keyword: String, _ value: SyntaxValue) -> Bool? {
    switch keyword {
    case "items": return list.allSatisfy { accepts($0, value) }
    case "minItems": return Double(list.count) >= value.number
    case "maxItems": return Double(list.count) <= value.number
    case "uniqueItems":
      return list.indices.allSatisfy { index in
        !list[..<index].contains { equal($0, list[index]) }
      }
    default: return nil
    }
  }

  private func isObject(
    _ members: [SyntaxMember], _ keyword: String, _ value: SyntaxValue, _ schema: SyntaxValue
  ) -> Bool? {
    switch keyword {
    case "required":
      return value.items.allSatisfy { name in members.contains { $0.name == name.text } }
    case "properties":
      return members.allSatisfy { member in
        value[member.name].map { accepts(member.value, $0) } ?? true
      }
    case "additionalProperties":
      let known = schema["properties"]?.names ?? []
      return members.allSatisfy { known.contains($0.name) || accepts($0.value, value) }
    case "propertyNames":
      return members.allSatisfy {
        accepts(value.with(.text($0.name)), value)
      }
    case "minProperties": return Double(members.count) >= value.number
    case "maxProperties": return Double(members.count) <= value.number
    default: return nil
    }
  }

  private func isOfType(_ instance: SyntaxValue, _ type: String) -> Bool {
    switch (instance.kind, type) {
    case (.text, "string"), (.list, "array"), (.object, "object"), (.truth, "boolean"),
      (.null, "null"):
      true
    case (.number(let number), "number"): number.floatingPoint != nil
    case (.number(let number), "integer"): number.whole != .notWhole
    default: false
    }
  }

  private func equal(_ first: SyntaxValue, _ second: SyntaxValue) -> Bool {
    switch (first.kind, second.kind) {
    case (.text(let first), .text(let second)): first == second
    case (.number(let first), .number(let second)): first.floatingPoint == second.floatingPoint
    case (.truth(let first), .truth(let second)): first == second
    default: false
    }
  }

  private func matches(_ text: String, _ pattern: String) -> Bool {
    if patterns[pattern] == nil { patterns[pattern] = try? NSRegularExpression(pattern: pattern) }
    guard let expression = patterns[pattern] else { return false }
    let range = NSRange(text.startIndex..., in: text)
    return expression.firstMatch(in: text, range: range) != nil
  }
}

extension SyntaxValue {
  subscript(name: String) -> SyntaxValue? {
    guard case .object(let members) = kind else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// Another value at the same place.
  fileprivate func with(_ kind: Kind) -> SyntaxValue {
    var changed = self
    changed.kind = kind
    return changed
  }

  /// The keys of an object.
  var names: [String] {
    if case .object(let members) = kind { members.map(\.name) } else { [] }
  }

  fileprivate var items: [SyntaxValue] {
    if case .list(let items) = kind { items } else { [] }
  }

  fileprivate var text: String? {
    if case .text(let text) = kind { text } else { nil }
  }

  fileprivate var number: Double {
    if case .number(let number) = kind { number.floatingPoint ?? .nan } else { .nan }
  }
}

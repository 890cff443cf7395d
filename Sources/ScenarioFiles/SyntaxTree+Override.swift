extension SyntaxValue {
  /// Puts an override's value at its path.
  ///
  /// Objects that are missing on the way are added; whether the model knows such a key is for the
  /// builder to say. An entry that the model names is not: a slip of the pen would add another one
  /// and leave alone what was meant. A new entry is set as a whole.
  ///
  /// - Parameters:
  ///   - index: The place of the override in its list, by which diagnostics find its text.
  ///   - findings: Receives what is wrong with the path or the value.
  mutating func apply(
    _ override: ModelOverride, index: Int, findings: inout FindingList
  ) {
    guard let path = override.parsedPath else {
      findings.note(.malformedPath(override.path), at: .override(index: index), path: .top)
      return
    }
    guard let value = Self.value(of: override, index: index, path: path, findings: &findings)
    else { return }
    if let (problem, place) = missingEntry(on: path) {
      findings.note(problem, at: .override(index: index), path: place)
      return
    }
    put(value, at: path.components[...], of: path, index: index, findings: &findings)
  }

  /// The value of an override: JSON5, or else bare text.
  private static func value(
    of override: ModelOverride, index: Int, path: ModelPath, findings: inout FindingList
  ) -> SyntaxValue? {
    var own = FindingList()
    let tree = SyntaxParser.parse(SourceText(Array(override.value.utf8)), findings: &own)
    if let tree, own.isEmpty { return tree.moved(to: .override(index: index)) }
    switch override.value.utf8.first {
    case UInt8(ascii: "{"), UInt8(ascii: "["), ASCII.quote, ASCII.apostrophe:
      for finding in own.kept {
        findings.note(finding.problem, at: .override(index: index), path: path)
      }
      return nil
    default:
      return SyntaxValue(kind: .text(override.value), origin: .override(index: index))
    }
  }

  // MARK: - Named entries

  /// The first entry on the way to a value that the model would have to name and does not.
  private func missingEntry(on path: ModelPath) -> (Problem, ModelPath)? {
    var value: SyntaxValue? = self
    var passed = ModelPath.top
    for component in path.components.dropLast() {
      let thing = passed.namedEntries
      var known: [String] = []
      switch (value?.kind, component) {
      case (.object(let members)?, .key(let name)):
        known = members.map { $0.name }
        value = members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
      case (.list(let items)?, .item(let item)): value = item < items.count ? items[item] : nil
      // Nothing is there yet.
      case (nil, _): break
      // What is of another kind is told when the value is put there.
      default: return nil
      }
      passed.enter(component)
      if value == nil, let thing, case .key(let name) = component {
        let suggestion = SpellingSuggestion.closest(to: name, in: known)
        return (.unknownName(thing, found: name, known: known, suggestion: suggestion), passed)
      }
    }
    return nil
  }

  // MARK: - Putting

  private mutating func put(
    _ value: SyntaxValue, at rest: ArraySlice<ModelPath.Component>, of path: ModelPath, index: Int,
    findings: inout FindingList
  ) {
    guard let first = rest.first else {
      self = value
      return
    }
    let remaining = rest.dropFirst()
    var passed = ModelPath.top
    for component in path.components.dropLast(rest.count) { passed.enter(component) }
    let origin = Origin.override(index: index)
    switch (kind, first) {
    case (.malformed, _): break
    case (.object(var members), .key(let name)):
      kind = .null
      let place = members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
      if let place {
        members[place].value.put(
          value, at: remaining, of: path, index: index, findings: &findings)
      } else {
        var added = SyntaxValue(kind: .object([]), origin: origin)
        added.put(value, at: remaining, of: path, index: index, findings: &findings)
        members.append(SyntaxMember(name: name, nameOrigin: origin, value: added))
      }
      kind = .object(members)
    case (.list(var items), .item(let item)):
      guard item < items.count else {
        findings.note(.notInList(index: item, count: items.count), at: origin, path: passed)
        return
      }
      kind = .null
      items[item].put(value, at: remaining, of: path, index: index, findings: &findings)
      kind = .list(items)
    case (_, .key):
      findings.note(.unexpected(found: found, expected: .object), at: origin, path: passed)
    case (_, .item):
      findings.note(.unexpected(found: found, expected: .list), at: origin, path: passed)
    }
  }

  /// The same value, written elsewhere.
  private func moved(to origin: Origin) -> SyntaxValue {
    var moved = self
    moved.origin = origin
    switch kind {
    case .object(let members):
      moved.kind = .object(
        members.map {
          SyntaxMember(name: $0.name, nameOrigin: origin, value: $0.value.moved(to: origin))
        })
    case .list(let items): moved.kind = .list(items.map { $0.moved(to: origin) })
    case .null, .truth, .number, .text, .malformed: break
    }
    return moved
  }

  /// The value as evidence.
  var found: Found {
    switch kind {
    case .null: .null
    case .truth(let value): .truth(value)
    case .number(let number): .number(number.text)
    case .text(let text): text.isEmpty ? .emptyText : .text(text)
    case .list(let items): items.isEmpty ? .emptyList : .list
    case .object(let members): members.isEmpty ? .emptyObject : .object
    case .malformed: .null
    }
  }
}

extension ModelPath {
  /// What the members of the object at this path are, if the model gives them their names.
  fileprivate var namedEntries: NamedThing? {
    var keys: [String] = []
    for component in components {
      guard case .key(let name) = component else { return nil }
      keys.append(name)
    }
    switch (keys.count, keys.first, keys.last) {
    case (1, "tables", _): return .table
    case (1, "requests", _): return .request
    case (1, "strategies", _): return .strategy
    case (1, "scenarios", _): return .scenario
    case (2, "system", "servers"): return .server
    case (2, "system", "gates"): return .gate
    case (2, "system", "caches"): return .cache
    case (3, "tables", "columns"): return .column
    case (3, "requests", "keys"): return .key
    default: return nil
    }
  }
}

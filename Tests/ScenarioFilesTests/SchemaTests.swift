import BundledModels
import ScenarioFiles
import TestSupport
import Testing

/// The JSON Schema of model files says what the reader says, as far as a schema can.
@Suite("Schema of model files")
struct SchemaTests {
  private let schema: SchemaValidator

  init() throws { schema = try SchemaValidator(BundledModels.schema) }

  /// Models that have every key between them: all words, and what excludes one of them.
  private static let whole = [
    WholeModel.bytes,
    Array(
      ModelText(
        system: """
          { database: { network: { oneWay: "1ms" } }, redis: { network: { oneWay: "1ms" } } }
          """, more: "client: { timeout: '1s' }"
      ).text.utf8),
  ]

  /// What the reader says of a text.
  private func diagnostics(
    _ text: [UInt8], _ overrides: [ModelOverride] = []
  ) -> [Diagnostic] {
    do throws(ReadingFailure) {
      _ = try ScenarioReader.read(
        text, file: "m.json5", modelName: "m", overrides: overrides)
      return []
    } catch {
      return error.diagnostics
    }
  }

  @Test("accepts every bundled model, and the one with every word")
  func bundled() throws {
    for model in BundledModels.all {
      #expect(schema.accepts(try SchemaValidator.tree(model.text)), "\(model.name)")
    }
    #expect(schema.accepts(try SchemaValidator.tree(WholeModel.bytes)))
  }

  @Test("has for each object the keys that the reader knows there")
  func keys() throws {
    for text in Self.whole {
      for object in schema.closedObjects(of: try SchemaValidator.tree(text)) {
        let path = object.path.isEmpty ? "colour" : "\(object.path).colour"
        let known = diagnostics(text, [ModelOverride(path: path, value: "0")]).compactMap {
          diagnostic -> [String]? in
          guard case .unknownKey(_, let known) = diagnostic.problem, diagnostic.path == path else {
            return nil
          }
          return known
        }
        #expect(known.map(Set.init) == [Set(object.keys)], "\(path), \(object.pointer)")
      }
    }
  }

  @Test("has an object for each object in which the reader knows all keys")
  func objects() throws {
    for text in Self.whole {
      let tree = try SchemaValidator.tree(text)
      let closed = Set(schema.closedObjects(of: tree).map(\.path))
      for path in objectPaths(of: tree) where !closed.contains(path) {
        let added = path.isEmpty ? "colour" : "\(path).colour"
        let isClosed = diagnostics(text, [ModelOverride(path: added, value: "0")]).contains {
          if case .unknownKey = $0.problem { $0.path == added } else { false }
        }
        #expect(!isClosed, "\(path)")
      }
    }
  }

  @Test("has no object and no key that the model with every word does not have")
  func everyKeyUsed() throws {
    var used: Set<String> = []
    for text in Self.whole {
      for object in schema.closedObjects(of: try SchemaValidator.tree(text)) {
        used.insert(object.pointer)
        for key in object.used { used.insert("\(object.pointer) \(key)") }
      }
    }
    let places = schema.closedPlaces
    #expect(places.count > 60)
    var missing: [String] = []
    for (pointer, keys) in places {
      if !used.contains(pointer) { missing.append(pointer) }
      // The keys of a load alone are those of a scenario.
      if pointer == "#/$defs/load" { continue }
      if pointer == "#" { continue }
      for key in keys where !used.contains("\(pointer) \(key)") {
        missing.append("\(pointer) \(key)")
      }
    }
    #expect(missing == [])
    let load = places.first { $0.pointer == "#/$defs/load" }?.keys ?? []
    let scenario = places.first { $0.pointer == "#/$defs/scenario" }?.keys ?? []
    #expect(scenario == load + ["iteration", "client"])
  }

  @Test("rejects every wrong model of the tests whose structure is wrong")
  func corpus() throws {
    let corpus =
      ModelProblemTests.values + ModelProblemTests.times + ModelProblemTests.steps
      + ModelProblemTests.users + ModelProblemTests.limits + WrongSteps.all + WrongRowKeys.all
      + LoadWordTests.wrong
      + SystemWordTests.wrong + HazardTests.wrong + ArrivalWordTests.wrong + MemoryWordTests.wrong
      + IterationBranchTests.wrong + SafetyWordTests.wrong + FaultWordTests.wrong
      + ClientWordTests.wrong
    var rejected = 0
    for wrong in corpus {
      let text = Array(wrong.text.utf8)
      guard let tree = try? SchemaValidator.tree(text) else { continue }
      let structural = diagnostics(text).filter { $0.isStructural }
      if structural.isEmpty { continue }
      rejected += 1
      let isAccepted = schema.accepts(tree)
      #expect(!isAccepted, "\(wrong.title): \(structural.map { $0.line })")
    }
    #expect(rejected > 180)
  }

  /// Each value of the model with every word, replaced by strange ones in turn: what the reader
  /// takes, the schema accepts; where the reader misses the structure, the schema rejects.
  @Test("agrees with the reader when any value is replaced by any kind of value")
  func everyValueReplaced() throws {
    let strange = [
      "null", "true", "-1", "0", "1.5", "''", "'x'", "[]", "{}", "[[]]", "{ a: 1 }",
      "'items[own]'", "'1s'", "'unlimited'", "'none'", "200", "'5MiB'", "['items[own]']",
    ]
    let tree = try SchemaValidator.tree(WholeModel.bytes)
    for (number, path) in valuePaths(of: tree).enumerated() {
      for distance in 0..<3 {
        let value = strange[(number * 3 + distance) % strange.count]
        let found = diagnostics(WholeModel.bytes, [ModelOverride(path: path, value: value)])
        let replaced = tree.replacing(
          path, by: try SchemaValidator.tree(Array(value.utf8)))
        if found.isEmpty {
          #expect(schema.accepts(replaced), "\(path)=\(value)")
        } else if found.contains(where: { $0.path == path && $0.isStructural }) {
          #expect(!schema.accepts(replaced), "\(path)=\(value): \(found.map(\.line))")
        }
      }
    }
  }

  // MARK: - Paths

  private func objectPaths(of tree: SyntaxValue) -> [String] {
    paths(of: tree).filter { $0.isObject }.map { $0.path }
  }

  private func valuePaths(of tree: SyntaxValue) -> [String] {
    paths(of: tree).map { $0.path }.filter { !$0.isEmpty }
  }

  private func paths(of tree: SyntaxValue) -> [(path: String, isObject: Bool)] {
    var paths: [(String, Bool)] = []
    func visit(_ value: SyntaxValue, _ path: String) {
      switch value.kind {
      case .object(let members):
        paths.append((path, true))
        for member in members {
          visit(member.value, path.isEmpty ? member.name : "\(path).\(member.name)")
        }
      case .list(let items):
        paths.append((path, false))
        for (index, item) in items.enumerated() { visit(item, "\(path)[\(index)]") }
      case .null, .truth, .number, .text, .malformed: paths.append((path, false))
      }
    }
    visit(tree, "")
    return paths
  }
}

extension SyntaxValue {
  /// The value with the one at a path replaced, as `--set` does it.
  fileprivate func replacing(_ path: String, by value: SyntaxValue) -> SyntaxValue {
    func replaced(_ old: SyntaxValue, _ oldPath: String) -> SyntaxValue {
      if oldPath == path { return value }
      guard path.hasPrefix(oldPath) else { return old }
      var new = old
      switch old.kind {
      case .object(let members):
        new.kind = .object(
          members.map { member in
            var member = member
            member.value = replaced(
              member.value, oldPath.isEmpty ? member.name : "\(oldPath).\(member.name)")
            return member
          })
      case .list(let items):
        new.kind = .list(
          items.enumerated().map { index, item in replaced(item, "\(oldPath)[\(index)]") })
      case .null, .truth, .number, .text, .malformed: break
      }
      return new
    }
    return replaced(self, "")
  }
}

extension Diagnostic {
  /// Whether a single value is wrong whatever stands elsewhere in the model, which a schema can
  /// tell.
  fileprivate var isStructural: Bool {
    switch problem {
    // Which client a lock has can stand with the system.
    case .missingKey where path.hasSuffix(".lease"): false
    case .unknownKey, .missingKey, .unknownWord, .nearlyWord, .keyNeedsKey, .malformedTime,
      .timeWithoutUnit, .unknownUnit, .negativeTime, .bytesWithoutUnit, .unknownByteUnit,
      .excludedKey:
      true
    // The largest number that is allowed can depend on the number of rows of a table.
    case .unexpected(_, .wholeNumberAtMost): false
    case .unexpected: true
    case .unknownName(let thing, _, _, _):
      thing == .step || thing == .iterationStep || thing == .hazard || thing == .layer
        || thing == .fault
    case .step(.twoSteps), .step(.unclosedPlaceholder): true
    case .fault(.twoKinds), .fault(.happensAtMoments), .fault(.befallsOccasions): true
    default: false
    }
  }
}

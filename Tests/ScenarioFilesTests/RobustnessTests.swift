import BundledModels
import ScenarioFiles
import TestSupport
import Testing

@Suite("Any bytes at all")
struct RobustnessTests {
  /// The bundled models, and one that has every word.
  private static let models = BundledModels.all.map(\.text) + [WholeModel.bytes]

  /// Reads and throws the answer away: the test is that it comes.
  private func survive(_ bytes: [UInt8]) {
    _ = problems(of: bytes)
  }

  @Test("end with a model or with diagnostics when they are random")
  func randomBytes() {
    withEverySeed(1...2_000) { _, random in
      survive((0..<random.below(200)).map { _ in UInt8(random.below(256)) })
    }
  }

  @Test("end with a model or with diagnostics when they are tokens at random")
  func randomTokens() {
    withEverySeed(1...5_000) { _, random in
      var text = ""
      for _ in 0..<random.below(40) {
        text += JSON5Tests.pieces[random.below(JSON5Tests.pieces.count)]
      }
      survive(Array(text.utf8))
    }
  }

  @Test("end with a model or with diagnostics when they are damaged models")
  func damagedModels() {
    withEverySeed(1...1_500) { seed, random in
      var text = Self.models[Int(seed) % Self.models.count]
      for _ in 0...random.below(4) where !text.isEmpty {
        let place = random.below(text.count)
        let length = min(random.below(30), text.count - place)
        switch random.below(5) {
        case 0: text[place] = UInt8(random.below(256))
        case 1: text.removeSubrange(place..<place + length)
        case 2: text.insert(contentsOf: text[place..<place + length], at: random.below(text.count))
        case 3: text.removeLast(text.count - max(1, place))
        default:
          let word = JSON5Tests.pieces[random.below(JSON5Tests.pieces.count)]
          text.replaceSubrange(place..<place + length, with: Array(word.utf8))
        }
      }
      survive(text)
    }
  }

  /// Models in which every value in turn is replaced by five of some strange ones: all rules meet
  /// all kinds.
  @Test("end with a model or with diagnostics when any value is replaced by any kind of value")
  func everyValueReplaced() throws {
    let strange = [
      "null", "true", "-1", "0", "1e400", "1.5", "NaN", "''", "'x'", "'\\u0000'", "[]", "{}",
      "[[]]",
      "{ a: 1 }", "'users[user]'", "'0'", "'1s'", "'unlimited'", "'none'", "9007199254740992",
    ]
    for model in Self.models {
      let text = String(decoding: model, as: UTF8.self)
      for (number, path) in paths(of: model).enumerated() {
        for distance in 0..<5 {
          let value = strange[(number * 5 + distance) % strange.count]
          _ = problems(of: text, overrides: [ModelOverride(path: path, value: value)])
        }
      }
    }
  }

  @Test("have every word of a model when they are the whole model")
  func wholeModel() {
    #expect(problems(of: WholeModel.text) == [])
  }

  /// Each list and each object of the whole model, emptied; each number, made a text.
  @Test("end with diagnostics when a value of the whole model is of another kind")
  func everyValueOfAnotherKind() {
    for path in paths(of: WholeModel.bytes) {
      let lines = problems(
        of: WholeModel.text, overrides: [ModelOverride(path: path, value: "{ '': [[]] }")])
      #expect(lines.contains { $0.contains(path) }, "\(path)")
    }
  }

  @Test("end with a diagnostic at each key of the whole model that has a letter too many")
  func everyKeyMisspelt() throws {
    var findings = FindingList()
    let tree = try #require(
      SyntaxParser.parse(SourceText(WholeModel.bytes), findings: &findings))
    var offsets: [(Int, String)] = []
    func visit(_ value: SyntaxValue) {
      switch value.kind {
      case .object(let members):
        for member in members {
          if case .file(let offset) = member.nameOrigin { offsets.append((offset, member.name)) }
          visit(member.value)
        }
      case .list(let items): items.forEach(visit)
      case .null, .truth, .number, .text, .malformed: break
      }
    }
    visit(tree)
    #expect(offsets.count > 330)
    // Names that the model gives, and nothing refers to.
    let free = [
      "robot", "door", "other", "ramp", "shared", "changes", "one", "each", "steady", "rising",
      "shaped",
    ]
    for (offset, name) in offsets where !free.contains(name) {
      var text = WholeModel.bytes
      // A name in quotes begins behind the first of them.
      let isQuoted = text[offset] == UInt8(ascii: "\"")
      text.insert(UInt8(ascii: "Q"), at: offset + name.utf8.count + (isQuoted ? 1 : 0))
      let lines = problems(of: text)
      #expect(lines.contains { $0.contains(name) }, "\(name) at \(offset)")
    }
  }

  /// The paths of all values of a text.
  private func paths(of text: [UInt8]) -> [String] {
    var findings = FindingList()
    guard let tree = SyntaxParser.parse(SourceText(text), findings: &findings) else { return [] }
    var paths: [String] = []
    func visit(_ value: SyntaxValue, _ path: String) {
      if !path.isEmpty { paths.append(path) }
      switch value.kind {
      case .object(let members):
        for member in members {
          visit(member.value, path.isEmpty ? member.name : "\(path).\(member.name)")
        }
      case .list(let items):
        for (index, item) in items.enumerated() { visit(item, "\(path)[\(index)]") }
      case .null, .truth, .number, .text, .malformed: break
      }
    }
    visit(tree, "")
    return paths
  }

  @Test("end with diagnostics when they are large and senseless")
  func large() {
    let count = 10 << 20
    let limit = ["m.json5:1: expected a file of at most \(ScenarioReader.longestText) bytes"]
    #expect(problems(of: [UInt8](repeating: UInt8(ascii: "["), count: count)) == limit)
    #expect(problems(of: [UInt8](repeating: 0, count: count)) == limit)
    let most = 1 << 18
    for byte in "[{'\"/* \n0a\\:,-.".utf8 {
      #expect(!problems(of: [UInt8](repeating: byte, count: most)).isEmpty)
    }
    #expect(!problems(of: [UInt8](repeating: 0xE2, count: most)).isEmpty)
    for piece in [
      "[1 ", "[5ms,", "{a:1,", "{a:1 b:2 ", "'\\", "//\n", "/**/", "-1e", "{\"\\q\":0,",
    ] {
      let text = String(repeating: piece, count: most / piece.utf8.count)
      #expect(!problems(of: text).isEmpty)
    }
    let numbers = "{ a: [" + String(repeating: "5ms,", count: most / 4) + "] }"
    #expect(problems(of: numbers).count == 1_001)
  }

  @Test("have a line and a column in a very long line and among very many lines")
  func positions() {
    let spaces = String(repeating: " ", count: 3_000)
    let lines = String(repeating: "\r\n", count: 1_023) + String(repeating: "é", count: 100)
    let model = ModelText(more: "/*\(spaces)*/ colour: 1, /*\(lines)*/ taste: 2")
    #expect(
      problems(of: model.text).map { $0.prefix(20) } == [
        "m.json5:10: colour: ", "m.json5:1033: taste:",
      ])
  }
}

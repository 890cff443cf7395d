import ScenarioFiles
import Testing

@Suite("Problems of JSON5 text")
struct SyntaxProblemTests {
  static let texts: [WrongText] = [
    WrongText("an empty file", "", "m.json5:1: expected a value, found the end of the text"),
    WrongText(
      "only a comment", "// nothing\n", "m.json5:2: expected a value, found the end of the text"),
    WrongText("a list at the top", "[]", "m.json5:1: expected an object, found an empty list"),
    WrongText("text at the top", "'a'", "m.json5:1: expected an object, found 'a'"),
    WrongText(
      "an object that is not closed", "{\n title: 'a',\n",
      "m.json5:3: expected a key or '}', found the end of the text"),
    WrongText(
      "a value that is missing", "{\n title: ,\n}", "m.json5:2: title: expected a value, found ','"),
    WrongText(
      "a colon that is missing", "{\n title 'a' }",
      "m.json5:2: title: expected ':' after the key, found 'a'"),
    WrongText(
      "a bracket of the other kind", "{ load: { stages: ['1s:1' } }",
      "m.json5:1: load.stages: expected ',' or ']', found '}'"),
    WrongText(
      "something behind the model", "{}\n{}", "m.json5:2: expected the end of the text, found '{'"),
    WrongText(
      "two commas", "{ load: { stages: ['1s:1',, '1s:1'] } }",
      "m.json5:1: load.stages[1]: expected a value, found ','"),
    WrongText(
      "text that is not closed", "{ title: 'a\n}",
      "m.json5:1: title: text that begins here has no closing quote in its line"),
    WrongText(
      "a comment that is not closed", "{ title: 'a', /* b\n }",
      "m.json5:1: comment that begins here has no closing '*/'"),
    WrongText(
      "a lone slash", "{ title: / }",
      "m.json5:1: title: expected a comment, which begins with '//' or '/*', found '/'"),
    WrongText(
      "a character of no token", "{ title: # }",
      "m.json5:1: title: expected a key or a value, found '#'"),
    WrongText(
      "a number as key", "{ 5: 1 }", "m.json5:1: expected a key or '}', found '5'"),
    WrongText(
      "a lone sign", "{ title: + }", "m.json5:1: title: expected a value, found '+'"),
    WrongText(
      "a duplicate key", "{\n title: 'a',\n 'title': 'b' }",
      "m.json5:3: title: duplicate key; first given in line 2",
      "m.json5:1: requests: missing; expected an object with at least one request",
      "m.json5:1: iteration: missing; expected a list with at least one step",
      "m.json5:1: load: missing; expected a load such as { vus: 100, duration: \"60s\" } or "
        + "{ stages: [\"30s:100\"] }"),
  ]

  @Test("are named by line and path", arguments: texts)
  func wrongText(_ wrong: WrongText) {
    #expect(Set(problems(of: wrong.text)) == Set(wrong.expected))
  }

  /// Mistakes whose end is clear: reading goes on behind each, and several are reported at once.
  static let tokens: [WrongText] = [
    WrongText(
      "a time without quotes", ModelText(load: "{ vus: 1, duration: 60s }"),
      "m.json5:9: load.duration: expected text in quotes: \"60s\""),
    WrongText(
      "a word without quotes", ModelText(more: "strategy: optimistic"),
      "m.json5:10: strategy: expected text in quotes: \"optimistic\""),
    WrongText(
      "True", ModelText(system: "{ database: { groupCommit: True } }"),
      "m.json5:3: system.database.groupCommit: expected text in quotes: \"True\""),
    WrongText(
      "a leading zero", ModelText(system: "{ cores: 012 }"),
      "m.json5:3: system.cores: expected a number such as 5, 0.5 or 1e3, found '012'"),
    WrongText(
      "two dots", ModelText(system: "{ cores: 1.2.3 }"),
      "m.json5:3: system.cores: expected a number such as 5, 0.5 or 1e3, found '1.2.3'"),
    WrongText(
      "an exponent without digits", ModelText(system: "{ cores: 1e+ }"),
      "m.json5:3: system.cores: expected a number such as 5, 0.5 or 1e3, found '1e+'"),
    WrongText(
      "hexadecimal without digits", ModelText(system: "{ cores: 0x }"),
      "m.json5:3: system.cores: expected a number such as 5, 0.5 or 1e3, found '0x'"),
    WrongText(
      "an unknown escape", ModelText(more: #"title: 'a\x4'"#),
      #"m.json5:10: title: unknown escape '\x'; a backslash itself is written '\\'"#),
    WrongText(
      "an octal escape", ModelText(more: #"title: '\01'"#),
      #"m.json5:10: title: unknown escape '\0'; a backslash itself is written '\\'"#),
    WrongText(
      "half of a surrogate pair", ModelText(more: #"title: '\ud83d!'"#),
      #"m.json5:10: title: '\ud83d' is half of a pair; write the character itself or both halves"#),
    WrongText(
      "a missing comma between members", ModelText(load: #"{ vus: 1 duration: "60s" }"#),
      "m.json5:9: load: expected ',' before the next item, found 'duration'"),
    WrongText(
      "a missing comma between items", ModelText(steps: #"[{ cpu: "1ms" } { respond: 200 }]"#),
      "m.json5:6: requests.charge.steps: expected ',' before the next item, found '{'"),
    WrongText(
      "three mistakes at once",
      ModelText(system: "{ cores: 4x, instances: 02 }", load: "{ vus: 1, duration: 60s }"),
      "m.json5:3: system.cores: expected text in quotes: \"4x\"",
      "m.json5:3: system.instances: expected a number such as 5, 0.5 or 1e3, found '02'",
      "m.json5:9: load.duration: expected text in quotes: \"60s\""),
  ]

  @Test("of single tokens do not hide what comes after them", arguments: tokens)
  func wrongToken(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }

  @Test("say the column in Unicode scalars and the line as editors count it")
  func position() throws {
    let text = "{\r\n\r title: 'é\u{1F600}', \u{2028} cores: 1\n}"
    let failure = #expect(throws: ReadingFailure.self) {
      try ScenarioReader.read(Array(text.utf8), file: "m.json5", modelName: "m")
    }
    let unknown = failure?.diagnostics.first { $0.path == "cores" }
    #expect(unknown?.place == .file("m.json5", line: 3, column: 17))
  }

  @Test("name a byte that is not UTF-8")
  func notUTF8() {
    for (bytes, byte) in [
      ([0xFF], "FF"), ([0xC0, 0x80], "C0"), ([0xED, 0xA0, 0x80], "ED"), ([0xE2, 0x82], "E2"),
      ([0xF4, 0x90, 0x80, 0x80], "F4"), ([0x80], "80"), ([0xF0, 0x8F, 0xBF, 0xBF], "F0"),
    ] as [([UInt8], String)] {
      #expect(
        problems(of: Array("{\n title: '".utf8) + bytes)
          == ["m.json5:2: expected UTF-8 text, found the byte 0x\(byte)"])
    }
  }

  @Test("allow 64 levels of nesting and no more")
  func nesting() {
    let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(problems(of: "{ title: \(deepest.dropFirst().dropLast()) }").count == 4)
    #expect(
      problems(of: "[\(deepest)]").first?.hasSuffix(
        "expected at most 64 levels of lists and objects") == true)
  }
}

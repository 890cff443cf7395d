/// Makes the syntax tree of a JSON5 text.
///
/// Mistakes whose extent is clear (a malformed number, text without quotes, a duplicate key, a
/// missing comma) are noted and reading goes on; any other ends it.
package struct SyntaxParser {
  /// How deep lists and objects may be nested.
  package static let deepestNesting = 64

  private var lexer: Lexer
  private var token: Token
  private var depth = 0
  private var path = ModelPath.top
  private var findings: FindingList

  /// Reads a whole text.
  ///
  /// - Parameter findings: Receives what is wrong, a mistake that ends reading included.
  /// - Returns: The tree, or `nil` after a mistake that ends reading.
  /// - Complexity: O(*n* log *n*) in the number of bytes, because keys are sorted to find
  ///   duplicates.
  package static func parse(_ source: SourceText, findings: inout FindingList) -> SyntaxValue? {
    if let offset = source.firstInvalidByte() {
      findings.note(.notUTF8(byte: source.bytes[offset]), at: .file(offset: offset), path: .top)
      return nil
    }
    var parser = SyntaxParser(source, findings: findings)
    defer { findings = parser.findings }
    do throws(SyntaxFailure) {
      return try parser.document()
    } catch {
      parser.findings.note(error.problem, at: .file(offset: error.offset), path: parser.path)
      return nil
    }
  }

  private init(_ source: SourceText, findings: FindingList) {
    self.lexer = Lexer(source)
    self.token = Token(kind: .endOfFile, range: 0..<0)
    self.findings = findings
  }

  private mutating func document() throws(SyntaxFailure) -> SyntaxValue {
    try advance()
    let value = try value()
    if token.kind != .endOfFile { throw unexpected(.endOfFile) }
    return value
  }

  // MARK: - Values

  private mutating func value() throws(SyntaxFailure) -> SyntaxValue {
    let kind: SyntaxValue.Kind
    let origin = Origin.file(offset: token.range.lowerBound)
    switch token.kind {
    case .leftBrace: return SyntaxValue(kind: .object(try object()), origin: origin)
    case .leftBracket: return SyntaxValue(kind: .list(try list()), origin: origin)
    case .text(let text): kind = .text(text)
    case .number(let number): kind = .number(number)
    case .word: kind = literal(at: origin)
    case .malformed(let problem):
      findings.note(problem, at: origin, path: path)
      kind = .malformed
    case .rightBrace, .rightBracket, .colon, .comma, .endOfFile: throw unexpected(.value)
    }
    try advance()
    return SyntaxValue(kind: kind, origin: origin)
  }

  /// The meaning of a word that stands for a value; a literal has no escapes.
  private mutating func literal(at origin: Origin) -> SyntaxValue.Kind {
    let word = lexer.source.text(token.range)
    switch word {
    case "null": return .null
    case "true": return .truth(true)
    case "false": return .truth(false)
    case "Infinity", "NaN": return .number(NumberLiteral(text: word))
    default:
      findings.note(.unquotedText(word), at: origin, path: path)
      return .malformed
    }
  }

  private mutating func list() throws(SyntaxFailure) -> [SyntaxValue] {
    try enter()
    var items: [SyntaxValue] = []
    while token.kind != .rightBracket {
      path.enter(.item(items.count))
      items.append(try value())
      path.leave()
      switch token.kind {
      case .comma: try advance()
      case .rightBracket: break
      case .leftBrace, .leftBracket, .text, .number, .word, .malformed: noteMissingComma()
      case .rightBrace, .colon, .endOfFile: throw unexpected(.commaOrBracket)
      }
    }
    try leave()
    return items
  }

  private mutating func object() throws(SyntaxFailure) -> [SyntaxMember] {
    try enter()
    var members: [SyntaxMember] = []
    while token.kind != .rightBrace {
      members.append(try member())
      switch token.kind {
      case .comma: try advance()
      case .rightBrace: break
      case .text, .word: noteMissingComma()
      case .leftBrace, .leftBracket, .rightBracket, .number, .colon, .malformed, .endOfFile:
        throw unexpected(.commaOrBrace)
      }
    }
    noteDuplicates(members)
    try leave()
    return members
  }

  private mutating func member() throws(SyntaxFailure) -> SyntaxMember {
    let name: String
    switch token.kind {
    case .text(let text): name = text
    case .word(let word): name = word
    case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .colon, .comma, .number, .malformed,
      .endOfFile:
      throw unexpected(.key)
    }
    let origin = Origin.file(offset: token.range.lowerBound)
    path.enter(.key(name))
    try advance()
    if token.kind != .colon { throw unexpected(.colon) }
    try advance()
    let value = try value()
    path.leave()
    return SyntaxMember(name: name, nameOrigin: origin, value: value)
  }

  /// Notes each key that an earlier member has, comparing bytes.
  private mutating func noteDuplicates(_ members: [SyntaxMember]) {
    if members.count < 2 { return }
    let order = members.indices.sorted { left, right in
      let (first, second) = (members[left].name.utf8, members[right].name.utf8)
      if first.elementsEqual(second) { return left < right }
      return first.lexicographicallyPrecedes(second)
    }
    var original = order[0]
    for index in order.dropFirst() {
      if !members[index].name.utf8.elementsEqual(members[original].name.utf8) {
        original = index
        continue
      }
      guard case .file(let offset) = members[original].nameOrigin else { continue }
      findings.note(
        .duplicateKey(firstLine: lexer.source.position(of: offset).line),
        at: members[index].nameOrigin, path: path.key(members[index].name))
    }
  }

  // MARK: - Tokens

  private mutating func advance() throws(SyntaxFailure) { token = try lexer.next() }

  private mutating func enter() throws(SyntaxFailure) {
    if depth == Self.deepestNesting {
      throw SyntaxFailure(
        problem: .nestedTooDeep(limit: Self.deepestNesting), offset: token.range.lowerBound)
    }
    depth += 1
    try advance()
  }

  private mutating func leave() throws(SyntaxFailure) {
    depth -= 1
    try advance()
  }

  private mutating func noteMissingComma() {
    let found = found
    findings.note(
      .unexpectedToken(found: found, expected: .comma),
      at: .file(offset: token.range.lowerBound), path: path)
  }

  private func unexpected(_ expected: SyntaxExpectation) -> SyntaxFailure {
    SyntaxFailure(
      problem: .unexpectedToken(found: found, expected: expected), offset: token.range.lowerBound)
  }

  private var found: Found {
    switch token.kind {
    case .endOfFile: .endOfFile
    case .text(let text): text.isEmpty ? .emptyText : .text(text)
    case .leftBrace, .rightBrace, .leftBracket, .rightBracket, .colon, .comma, .word, .number,
      .malformed:
      .text(lexer.source.text(token.range))
    }
  }
}

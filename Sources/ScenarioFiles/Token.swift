/// One token of a model file and where it stands.
struct Token: Sendable {
  enum Kind: Hashable, Sendable {
    case leftBrace, rightBrace, leftBracket, rightBracket, colon, comma
    /// Text in quotes, its escapes resolved.
    case text(String)
    /// An identifier, its escapes resolved: a key, or one of the literals `true`, `false`, `null`,
    /// `Infinity`, `NaN`.
    case word(String)
    case number(NumberLiteral)
    /// Something whose extent is clear but which is wrong in itself, such as `5ms` without quotes.
    case malformed(Problem)
    case endOfFile
  }

  let kind: Kind
  /// The bytes of the token.
  let range: Range<Int>
}

/// A mistake after which the rest of a text cannot be understood.
struct SyntaxFailure: Error {
  let problem: Problem
  /// The offset of the byte at which it was noticed.
  let offset: Int
}

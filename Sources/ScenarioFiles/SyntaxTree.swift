/// Where a value was written.
package enum Origin: Hashable, Sendable {
  /// In the model file, at this offset.
  case file(offset: Int)
  /// In the override of this index.
  case override(index: Int)
}

/// A value of a model file and where it was written.
package struct SyntaxValue: Sendable {
  package enum Kind: Sendable {
    case null
    case truth(Bool)
    case number(NumberLiteral)
    case text(String)
    case list([SyntaxValue])
    /// The members in the order of the file; names differ.
    case object([SyntaxMember])
    /// Wrong in itself and already reported: whoever meets it says nothing more.
    case malformed
  }

  package var kind: Kind
  package var origin: Origin
}

/// A key of an object, its value, and where the key was written.
package struct SyntaxMember: Sendable {
  package let name: String
  package let nameOrigin: Origin
  package var value: SyntaxValue
}

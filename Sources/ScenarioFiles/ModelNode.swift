/// A value of the syntax tree and the way to it from the top.
struct ModelNode {
  let value: SyntaxValue
  let path: ModelPath

  var origin: Origin { value.origin }

  /// The text, or `nil` for another kind of value.
  var text: String? {
    if case .text(let text) = value.kind { text } else { nil }
  }

  /// The member of this name, if the value is an object that has it.
  func member(_ name: String) -> ModelNode? {
    guard case .object(let members) = value.kind else { return nil }
    return ModelObject(members: members, origin: origin, path: path)[name]
  }

  /// Whether the value has already been reported as wrong.
  var isMalformed: Bool {
    if case .malformed = value.kind { true } else { false }
  }
}

/// An object of the syntax tree, whose members are asked for by name.
struct ModelObject {
  let members: [SyntaxMember]
  let origin: Origin
  let path: ModelPath

  /// The member of this name.
  ///
  /// - Complexity: O(*n*) in the number of members, which are few in a model.
  subscript(name: String) -> ModelNode? {
    for member in members where member.name == name { return node(of: member) }
    return nil
  }

  /// Where the key of this name was written.
  func nameOrigin(_ name: String) -> Origin? {
    for member in members where member.name == name { return member.nameOrigin }
    return nil
  }

  func node(of member: SyntaxMember) -> ModelNode {
    ModelNode(value: member.value, path: path.key(member.name))
  }
}

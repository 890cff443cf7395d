/// The short names of values that sweeps vary most, and where a model has them.
///
/// `retry` is the requests' `retry` steps, `lease` that of their distributed locks; where a model
/// has several, all of them take the value.
public enum ShortPath: String, CaseIterable, Sendable {
  case pool
  case threads
  case instances
  case lease
  case retryAttempts = "retry.attempts"
  case retryBase = "retry.base"
  case retryFactor = "retry.factor"
  case retryCap = "retry.cap"
  case retryJitter = "retry.jitter"

  /// What a model without such a value lacks.
  public var subject: String {
    switch self {
    case .pool, .threads, .instances: "system"
    case .lease: "distributed lock with a lease"
    case .retryAttempts: "retry step"
    case .retryBase: "retry step with a backoff"
    case .retryFactor, .retryCap: "retry step with an exponential backoff"
    case .retryJitter: "retry step with a backoff"
    }
  }

  /// The paths of all values that the name means in a model, in the order of the file; none when
  /// the model has none, or cannot be read as JSON5.
  ///
  /// - Parameter overrides: What else the command line replaces, which may add or remove places.
  /// - Complexity: O(*n* log *n*) in the length of the text.
  public func paths(in text: [UInt8], overrides: [ModelOverride] = []) -> [String] {
    var findings = FindingList()
    guard text.count <= ScenarioReader.longestText,
      var tree = SyntaxParser.parse(SourceText(text), findings: &findings)
    else { return [] }
    for (index, override) in overrides.enumerated() {
      tree.apply(override, index: index, findings: &findings)
    }
    let top = ModelNode(value: tree, path: .top)
    switch self {
    case .pool: return ["system.pool.size"]
    case .threads: return ["system.threads.size"]
    case .instances: return ["system.instances"]
    case .lease: return Self.places(of: ["lease"], besides: "distributedLock", in: top)
    case .retryAttempts: return Self.places(of: ["attempts"], within: "retry", in: top)
    case .retryBase:
      return Self.places(of: ["backoff", "exponential", "base"], within: "retry", in: top)
        + Self.places(of: ["backoff", "fixed"], within: "retry", in: top)
    case .retryFactor, .retryCap:
      // The factor and the cap may be left to their usual values.
      let key = self == .retryCap ? "cap" : "factor"
      return Self.objects(at: ["backoff", "exponential"], within: "retry", in: top).map {
        $0 + "." + key
      }
    case .retryJitter:
      return Self.objects(at: ["backoff"], within: "retry", in: top).map { $0 + ".jitter" }
    }
  }

  // MARK: Looking

  /// The paths of the members that lie so many keys below each member called `outer` of a request.
  private static func places(
    of keys: [String], within outer: String, in top: ModelNode
  ) -> [String] {
    steps(with: outer, in: top).compactMap { step in
      step.member(outer).flatMap { member(keys, of: $0) }?.path.text
    }
  }

  /// The same where they stand beside the member called `outer`.
  private static func places(
    of keys: [String], besides outer: String, in top: ModelNode
  ) -> [String] {
    steps(with: outer, in: top).compactMap { member(keys, of: $0)?.path.text }
  }

  /// The paths of the objects so many keys below each member called `outer` of a request.
  private static func objects(
    at keys: [String], within outer: String, in top: ModelNode
  ) -> [String] {
    steps(with: outer, in: top).compactMap { step in
      guard let found = step.member(outer).flatMap({ member(keys, of: $0) }),
        case .object = found.value.kind
      else { return nil }
      return found.path.text
    }
  }

  private static func member(_ keys: [String], of node: ModelNode) -> ModelNode? {
    var found = node
    for key in keys {
      guard let next = found.member(key) else { return nil }
      found = next
    }
    return found
  }

  /// The objects within the steps of all requests that have a member of this name.
  private static func steps(with name: String, in top: ModelNode) -> [ModelNode] {
    guard let requests = top.member("requests") else { return [] }
    var found: [ModelNode] = []
    // Ends: each node is visited once, and a tree is at most 64 deep.
    func visit(_ node: ModelNode) {
      switch node.value.kind {
      case .object(let members):
        if members.contains(where: { $0.name == name }) { found.append(node) }
        for member in members {
          visit(ModelNode(value: member.value, path: node.path.key(member.name)))
        }
      case .list(let items):
        for (index, item) in items.enumerated() {
          visit(ModelNode(value: item, path: node.path.item(index)))
        }
      case .null, .truth, .number, .text, .malformed: break
      }
    }
    visit(requests)
    return found
  }
}

public import ScenarioModel

/// Reads the layers of a defence, as `--layers a,b,…` and `strategies: { name: { layers: [a, b] }
/// }` name them.
public enum LayerListParser {
  /// Reads layers that are separated by commas; empty text is a defence without layers.
  ///
  /// - Throws: The first of: an unknown layer, a layer given twice, a second guard, a fencing token
  ///   without a lock.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> Defence {
    var layers: [Layer] = []
    for name in CommaList.items(of: text) {
      layers.append(try add(name, to: layers))
    }
    return try defence(of: layers)
  }

  /// The layer of a name, which must go together with those before it.
  static func add(_ name: String, to layers: [Layer]) throws(Problem) -> Layer {
    guard let layer = Layer(rawValue: name) else {
      let known = Layer.allCases.map { $0.rawValue }
      throw .unknownName(
        .layer, found: name, known: known,
        suggestion: SpellingSuggestion.closest(to: name, in: known))
    }
    if layers.contains(layer) { throw .duplicateItem(name) }
    if layer.writeGuard != nil, let first = layers.first(where: { $0.writeGuard != nil }) {
      throw .secondGuard(first: first.rawValue, second: name)
    }
    return layer
  }

  /// The defence that consists of these layers.
  static func defence(of layers: [Layer]) throws(Problem) -> Defence {
    var defence = Defence()
    for layer in layers {
      switch layer {
      case .distributedLock: defence.distributedLock = true
      case .idempotencyKey: defence.idempotencyKey = true
      case .fencingToken: defence.fencingToken = true
      case .optimistic, .pessimistic, .atomic: defence.writeGuard = layer.writeGuard ?? .none
      }
    }
    if defence.fencingToken && !defence.distributedLock {
      throw .layerNeedsLayer(
        layer: Layer.fencingToken.rawValue, needed: Layer.distributedLock.rawValue)
    }
    return defence
  }
}

/// Text that is a list with commas.
enum CommaList {
  /// The items without the spaces around them; none for empty text.
  static func items(of text: String) -> [String] {
    if text.isEmpty { return [] }
    return text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      var item = $0
      while item.first == ASCII.space { item.removeFirst() }
      while item.last == ASCII.space { item.removeLast() }
      return String(decoding: item, as: UTF8.self)
    }
  }
}

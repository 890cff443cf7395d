/// The way from the top of a model to a value: `requests.charge.steps[0].retry.attempts`.
struct ModelPath: Hashable, Sendable {
  enum Component: Hashable, Sendable {
    case key(String)
    /// A place in a list, counted from 0.
    case item(Int)
  }

  private(set) var components: [Component] = []

  static let top = ModelPath()

  func key(_ name: String) -> ModelPath { appending(.key(name)) }

  func item(_ index: Int) -> ModelPath { appending(.item(index)) }

  func appending(_ component: Component) -> ModelPath {
    var path = self
    path.components.append(component)
    return path
  }

  mutating func leave() { components.removeLast() }

  mutating func enter(_ component: Component) { components.append(component) }

  /// The path as diagnostics print it and `--set` reads it; empty at the top.
  var text: String {
    var text = ""
    for component in components {
      switch component {
      case .key(let name):
        if !text.isEmpty { text += "." }
        text += Wording.escaped(name)
      case .item(let index):
        text += "[\(index)]"
      }
    }
    return text
  }
}

import Foundation

/// The modules that `Package.swift` declares, and which module may import which.
struct ModuleList: Equatable {
  struct Module: Equatable {
    var name: String
    var imports: [String]
  }

  var modules: [Module]

  /// Reads the array literal of one constant of the manifest: tuples of a name and an array of
  /// names.
  ///
  /// - Returns: `nil` when the manifest has no such constant.
  init?(constant: String, inManifest manifest: String) {
    guard let start = manifest.range(of: "let \(constant):"),
      let equals = manifest.range(of: "= [", range: start.upperBound..<manifest.endIndex)
    else { return nil }
    modules = []
    var depth = 1
    var name: String?
    var imports: [String] = []
    var rest = manifest[equals.upperBound...]
    while depth > 0, let character = rest.popFirst() {
      switch character {
      case "[": depth += 1
      case "]": depth -= 1
      case ")":
        if let name { modules.append(Module(name: name, imports: imports)) }
        name = nil
        imports = []
      case "\"":
        let text = String(rest.prefix { $0 != "\"" })
        rest = rest.dropFirst(text.count + 1)
        if name == nil { name = text } else { imports.append(text) }
      default: continue
      }
    }
  }

  /// The modules that the named one may import; `nil` when the list has no such module.
  func imports(of name: String) -> [String]? { modules.first { $0.name == name }?.imports }
}

/// Which `import` lines a file may have: the arrows of `Package.swift`, and the system only at the
/// edge.
struct ImportRule {
  let allowedByArea: [(area: String, modules: [String])]

  /// Modules of the system that the command may use.
  static let systemModules = [
    "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
  ]

  init(modules: ModuleList, tests: ModuleList) {
    let edge = ["SimulateCommand"]
    var allowed = modules.modules.map { module in
      (
        area: "Sources/\(module.name)",
        modules: module.imports + (edge.contains(module.name) ? Self.systemModules : [])
      )
    }
    allowed.append(("Sources/simulate", ["SimulateCommand"] + Self.systemModules))
    allowed.append(
      (
        "Sources/simulate-bench",
        modules.modules.map(\.name) + ["BundledModels"] + Self.systemModules
      )
    )
    allowed += tests.modules.map { test in
      ("Tests/\(test.name)", test.imports + ["TestSupport", "Testing"] + Self.systemModules)
    }
    allowed.append(("Tests/TestSupport", ["SimulationBasics", "Testing"] + Self.systemModules))
    allowedByArea = allowed
  }

  func violations(in source: SwiftSource) -> [Violation] {
    guard let allowed = allowedByArea.first(where: { $0.area == source.area })?.modules else {
      return [Violation(path: source.path, line: 1, rule: "\(source.area) is not in Package.swift")]
    }
    return Self.imports(of: source).compactMap { line, module in
      guard !allowed.contains(module) else { return nil }
      return Violation(
        path: source.path, line: line, rule: "\(source.area) must not import \(module)")
    }
  }

  /// The line (from 1) and the module of every import, whatever attributes, access level or kind it
  /// has.
  static func imports(of source: SwiftSource) -> [(line: Int, module: String)] {
    let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
    var found: [(line: Int, module: String)] = []
    for (index, code) in source.codeLines.enumerated() {
      // Several statements on one line are still several imports.
      for statement in code.split(separator: ";") {
        var words = statement.split(whereSeparator: \.isWhitespace)[...]
        while let word = words.first, word != "import" {
          let isModifier =
            word.hasPrefix("@")
            || ["public", "package", "internal", "fileprivate", "private"].contains(String(word))
          guard isModifier else { break }
          words.removeFirst()
        }
        guard words.popFirst() == "import", var name = words.popFirst() else { continue }
        if kinds.contains(String(name)), let next = words.popFirst() { name = next }
        found.append((index + 1, String(name.prefix { $0 != "." }).filter { $0 != "`" }))
      }
    }
    return found
  }
}

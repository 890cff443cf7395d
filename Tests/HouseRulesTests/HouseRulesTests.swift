import Testing

@Suite("House rules of this repository")
struct HouseRulesTests {
  private static let folders = ["Sources", "Tests", "models", "reports"]

  @Test("imports point only where Package.swift lets them")
  func imports() throws {
    let manifest = try Repository.text(of: "Package.swift")
    let modules = try #require(ModuleList(constant: "modules", inManifest: manifest))
    let tests = try #require(ModuleList(constant: "tests", inManifest: manifest))
    #expect(modules.modules.count >= 11)
    let rule = ImportRule(modules: modules, tests: tests)
    let sources = try Repository.swiftSources(below: ["Sources", "Tests"])
    report(sources.flatMap(rule.violations))
  }

  @Test("arrows between modules point only downwards")
  func direction() throws {
    let manifest = try Repository.text(of: "Package.swift")
    let modules = try #require(ModuleList(constant: "modules", inManifest: manifest)).modules
    for (index, module) in modules.enumerated() {
      let below = modules[..<index].map(\.name) + ["BundledModels", "BundledMeasurements"]
      #expect(module.imports.filter { !below.contains($0) } == [], "\(module.name)")
    }
  }

  @Test("no source says anything that differs between days, processes or machines")
  func determinism() throws {
    let rule = try DeterminismRule()
    let sources = try Repository.swiftSources(below: ["Sources"])
    report(sources.flatMap(rule.violations))
  }

  @Test("every area of Sources is known to the rules")
  func areas() throws {
    let known =
      DeterminismRule.core + DeterminismRule.text + DeterminismRule.command
      + ["Sources/simulate", "Sources/simulate-bench"]
    let areas = try Repository.swiftSources(below: ["Sources"]).map(\.area)
    #expect(areas.filter { !known.contains($0) } == [])
  }

  @Test("lines have at most 100 columns")
  func lineLength() throws {
    var sources = try Repository.swiftSources(below: Self.folders)
    sources.append(
      SwiftSource(path: "Package.swift", text: try Repository.text(of: "Package.swift")))
    report(sources.flatMap(LayoutRule.longLines))
  }

  @Test("nothing is left unfinished, and no test is switched off")
  func unfinishedWork() throws {
    let endings = [".swift", ".md", ".json5", ".csv"]
    let paths = try Repository.paths(below: Self.folders).filter { path in
      endings.contains { path.hasSuffix($0) }
    }
    let found = try (paths + ["README.md", ".ci/run"]).flatMap {
      LayoutRule.unfinishedWork(path: $0, text: try Repository.text(of: $0))
    }
    report(found)
  }

  @Test("file names have no spaces")
  func names() throws {
    report(LayoutRule.badNames(in: try Repository.paths(below: Self.folders)))
  }

  /// Fails once for each violation, so that each has a line of its own.
  private func report(_ violations: [Violation]) {
    for violation in violations { Issue.record("\(violation)") }
  }
}

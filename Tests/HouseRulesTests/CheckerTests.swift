import Testing

@Suite("The checker of the house rules")
struct CheckerTests {
  private func code(_ text: String) -> String {
    SwiftSource(path: "Sources/EventKernel/Sample.swift", text: text).codeLines
      .joined(separator: "\n")
  }

  @Test(
    "blanks comments and literals and keeps interpolated code",
    arguments: [
      ("let a = 1 // Date", "let a = 1        "),
      ("/* Date /* UUID */ x */ let a", "                        let a"),
      (#"let a = "Date \(b) UUID""#, #"let a =         b)      "#),
      (#"f("\(g("Date") + h)", 1)"#, #"f(   g(      ) + h) , 1)"#),
      (##"f(#"a " \(Date) \#(b)"#)"##, ##"f(                  b)  )"##),
      (#"f("a \" Date", b)"#, #"f(            , b)"#),
      ("f(\"\"\"\nDate \" \\(b)\n\"\"\")", "f(   \n         b)\n   )"),
    ])
  func blanking(text: String, expected: String) {
    // The parenthesis that closes an interpolation goes with the literal.
    let kept = code(text).filter { !$0.isWhitespace && $0 != ")" && $0 != "(" }
    #expect(kept == expected.filter { !$0.isWhitespace && $0 != ")" && $0 != "(" })
    #expect(code(text).count == text.count)
  }

  @Test(
    "finds every form of an import",
    arguments: [
      ("import Foundation", "Foundation"),
      ("public import Foundation", "Foundation"),
      ("package import Foundation", "Foundation"),
      ("@_exported import Foundation", "Foundation"),
      ("@preconcurrency public import Foundation", "Foundation"),
      ("@testable import Foundation", "Foundation"),
      ("import struct Foundation.Date", "Foundation"),
      ("import Foundation.NSDate", "Foundation"),
      ("  import   Foundation // for dates", "Foundation"),
      ("let a = 1; import Foundation", "Foundation"),
    ])
  func imports(line: String, module: String) {
    let source = SwiftSource(path: "Sources/EventKernel/Sample.swift", text: line)
    #expect(ImportRule.imports(of: source).map(\.module) == [module])
  }

  @Test(
    "takes nothing else for an import",
    arguments: ["// import Foundation", "let important = 1", "\"import Foundation\""])
  func noImport(line: String) {
    let source = SwiftSource(path: "Sources/EventKernel/Sample.swift", text: line)
    #expect(ImportRule.imports(of: source).isEmpty)
  }

  @Test("refuses an arrow that the manifest does not have")
  func arrows() throws {
    let manifest = """
      let modules: [(name: String, imports: [String])] = [
        ("SimulationBasics", []),
        ("EventKernel", ["SimulationBasics"]),
        (
          "SimulateCommand",
          ["EventKernel", "SimulationBasics"]
        ),
      ]
      let tests: [(name: String, uses: [String])] = [("KernelTests", ["EventKernel"])]
      """
    let modules = try #require(ModuleList(constant: "modules", inManifest: manifest))
    let tests = try #require(ModuleList(constant: "tests", inManifest: manifest))
    #expect(modules.modules.map(\.name) == ["SimulationBasics", "EventKernel", "SimulateCommand"])
    #expect(modules.imports(of: "SimulateCommand") == ["EventKernel", "SimulationBasics"])
    #expect(tests.modules.map(\.name) == ["KernelTests"])

    let rule = ImportRule(modules: modules, tests: tests)
    func rules(_ path: String, _ text: String) -> [String] {
      rule.violations(in: SwiftSource(path: path, text: text)).map(\.description)
    }
    #expect(rules("Sources/EventKernel/A.swift", "import SimulationBasics") == [])
    #expect(
      rules("Sources/SimulationBasics/A.swift", "\npublic import EventKernel") == [
        "Sources/SimulationBasics/A.swift:2: Sources/SimulationBasics must not import EventKernel"
      ])
    #expect(
      rules("Sources/EventKernel/A.swift", "import Glibc") == [
        "Sources/EventKernel/A.swift:1: Sources/EventKernel must not import Glibc"
      ])
    #expect(rules("Sources/SimulateCommand/A.swift", "import Glibc") == [])
    #expect(
      rules("Tests/KernelTests/A.swift", "import SimulationBasics") == [
        "Tests/KernelTests/A.swift:1: Tests/KernelTests must not import SimulationBasics"
      ])
    #expect(
      rules("Sources/New/A.swift", "") == [
        "Sources/New/A.swift:1: Sources/New is not in Package.swift"
      ])
  }

  @Test(
    "finds what is banned in the core",
    arguments: [
      ("let a = Date()", "no wall clock"),
      ("let a = ContinuousClock.now", "no wall clock"),
      ("let a = UUID()", "no UUID"),
      ("var a = SystemRandomNumberGenerator()", "no unseeded random numbers"),
      ("let a = Int.random(in: 0..<3)", "no random numbers without 'using:'"),
      ("let a = rows.shuffled()", "no random numbers without 'using:'"),
      ("let a = rows.randomElement()", "no random numbers without 'using:'"),
      ("let a = row.hashValue", "no hash values: they differ in every process"),
      ("var a = Hasher()", "no hash values: they differ in every process"),
      ("let a = ObjectIdentifier(b)", "no order by address"),
      ("Task { }", "no concurrency: runs are serial"),
      ("func a() async {}", "no concurrency: runs are serial"),
      ("print(a)", "no printing but through CommandIO"),
      ("var a: Set<Int> = []", "no hashed collections in the core"),
      ("let a = Dictionary(grouping: b)", "no hashed collections in the core"),
      ("var a: [RowID: Int]", "no dictionaries in the core"),
      ("var a = b ?? [:]", "no dictionaries in the core"),
      ("func a(_ b: any Sequence) {}", "no existentials: they are not Embedded Swift"),
      ("func a() throws {}", "throws must name its type"),
      ("func a(_ b: () throws -> Int) {}", "throws must name its type"),
      ("func a() rethrows {}", "rethrows is untyped: name the type"),
      (#"let a = "now: \(Date())""#, "no wall clock"),
    ])
  func bans(line: String, expected: String) throws {
    let source = SwiftSource(path: "Sources/EventKernel/Sample.swift", text: line)
    #expect(try DeterminismRule().violations(in: source).map(\.rule) == [expected])
  }

  @Test(
    "lets pass what only looks like it",
    arguments: [
      "// a Date, a UUID, any Error", "let a = \"Date\"", "/* throws */ let a = 1",
      "let a = Int.random(in: 0..<3, using: &stream)", "let a = rows.shuffled(using: &stream)",
      "func a() throws(ReadingFailure) {}", "let updates = 1", "case .any: 1", "let a: [Int] = []",
      "let many = 1", "struct DateLine {}", "a ? [b] : C()",
    ])
  func harmless(line: String) throws {
    let source = SwiftSource(path: "Sources/EventKernel/Sample.swift", text: line)
    #expect(try DeterminismRule().violations(in: source) == [])
  }

  @Test("lets each area do what is its own")
  func areas() throws {
    let rule = try DeterminismRule()
    func count(_ area: String, _ line: String) -> Int {
      rule.violations(in: SwiftSource(path: "Sources/\(area)/A.swift", text: line)).count
    }
    #expect(count("simulate", "let a = ContinuousClock.now") == 0)
    #expect(count("SimulateCommand", "let a = ContinuousClock.now") == 1)
    #expect(count("SimulateCommand", "Task { }") == 0)
    #expect(count("Reports", "Task { }") == 1)
    #expect(count("Reports", "let a: [String: Int]") == 0)
    #expect(count("Reports", "let a: any Error") == 1)
  }

  @Test("measures lines in columns, and not those of literals")
  func lineLength() {
    let long = String(repeating: "a", count: 101)
    let fits = String(repeating: "█", count: 100)
    func lines(_ text: String) -> [Int] {
      LayoutRule.longLines(in: SwiftSource(path: "A.swift", text: text)).map(\.line)
    }
    #expect(lines("\(fits)\n\(long)\n// \(fits)") == [2, 3])
    #expect(lines("let a = \"\"\"\n\(long)\n\"\"\"\n\(long)") == [4])
    #expect(lines("f(\"\(long)\"),\nf(\"a\", \(long))") == [2])
  }

  @Test("finds unfinished work and bad names")
  func layout() {
    let mark = "TO" + "DO"
    #expect(
      LayoutRule.unfinishedWork(path: "A.swift", text: "\n// \(mark): later").map(\.description)
        == ["A.swift:2: unfinished: '\(mark)'"])
    #expect(LayoutRule.badNames(in: ["a b.swift", "c.swift"]).map(\.path) == ["a b.swift"])
  }
}

import Foundation
import ScenarioFiles
import ScenarioModel
import Testing

/// The page of the documentation that lists every word of a model file.
@Suite("Reference of model files")
struct ModelReferenceTests {
  private static let page: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = "Sources/SimulateCommand/Simulate.docc/ModelFiles.md"
    return try? String(contentsOf: root.appending(path: path), encoding: .utf8)
  }()

  /// What stands between backquotes, or in a block of code.
  private func code() throws -> String {
    let parts = try #require(Self.page).split(separator: "`", omittingEmptySubsequences: false)
    return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      .joined(separator: "\n")
  }

  /// Whole words of letters, digits, `-` and `_`.
  private func words(of text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" && $0 != "." && $0 != "$" }
      .map(String.init)
  }

  @Test("has an example that is a model without a problem")
  func example() throws {
    let blocks = try #require(Self.page).components(separatedBy: "```")
      .filter { $0.hasPrefix("json5\n") }
    #expect(blocks.count == 1)
    for block in blocks { #expect(problems(of: String(block.dropFirst("json5\n".count))) == []) }
  }

  @Test("explains every key that a model can have")
  func keys() throws {
    let known = words(of: try code())
    var findings = FindingList()
    let tree = try #require(
      SyntaxParser.parse(SourceText(WholeModel.bytes), findings: &findings))
    /// The objects whose keys are names that the model gives.
    let named = [
      "strategies", "tables", "columns", "servers", "gates", "caches", "requests", "keys",
      "scenarios",
      "thresholds",
    ]
    var missing: [String] = []
    func visit(_ value: SyntaxValue, in parent: String) {
      switch value.kind {
      case .object(let members):
        for member in members {
          let isName = named.contains(parent)
          if !isName && !known.contains(member.name) { missing.append(member.name) }
          visit(member.value, in: isName ? "" : member.name)
        }
      case .list(let items): for item in items { visit(item, in: "") }
      case .null, .truth, .number, .text, .malformed: break
      }
    }
    visit(tree, in: "")
    #expect(missing == [])
  }

  @Test("explains every word that a value can be")
  func values() throws {
    let known = words(of: try code())
    var values = DatabaseEngine.allCases.map(\.rawValue) + IsolationLevel.allCases.map(\.rawValue)
    values += DeadlockVictim.allCases.map(\.rawValue) + LockClient.allCases.map(\.rawValue)
    values += ServerPoolModel.Queue.allCases.map(\.rawValue)
    values += Table.KeyOrder.allCases.map(\.rawValue) + RowKey.Order.allCases.map(\.rawValue)
    values += TransactionStep.Control.allCases.map(\.rawValue)
    values += TransactionStep.Propagation.allCases.map(\.rawValue)
    values += LockStep.Mode.allCases.map(\.rawValue) + ["nowait", "skip-locked"]
    values += InsertStep.IfDuplicate.allCases.map(\.rawValue)
    values += IdempotentStep.Lookup.allCases.map(\.rawValue)
    values += IdempotentStep.Scope.allCases.map(\.rawValue)
    values += IdempotentStep.Completion.allCases.map(\.rawValue)
    values += LoadBalancing.allCases.map(\.rawValue) + CacheModel.Store.allCases.map(\.rawValue)
    values += LoadProfile.allCases.map(\.rawValue) + Arrivals.allCases.map(\.rawValue)
    values += LockAllStep.Order.allCases.map(\.rawValue)
    values += ["kB", "MB", "GB", "KiB", "MiB", "GiB", "constant-arrival-rate"]
    values += ["ramping-arrival-rate"]
    values += IdempotentStep.OnProcessing.allCases.map(\.rawValue)
    values += IdempotentStep.OnFailed.allCases.map(\.rawValue)
    values += FailureReason.allCases.map(\.rawValue) + Backoff.Jitter.allCases.map(\.rawValue)
    values += Refusal.Counter.allCases.map(\.rawValue) + WriteGuard.allCases.map(\.rawValue)
    values += Layer.allCases.map(\.rawValue) + Hazard.allCases.map(\.rawValue)
    values += ["vu", "uniform", "unlimited", "user", "new", "same", "previous", "even", "none"]
    values += ["mean-response-time"]
    #expect(values.filter { !known.contains($0) } == [])
  }
}

import BundledModels
import Foundation
import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Bundled models")
struct BundledModelTests {
  static let names = BundledModels.all.map(\.name)

  private func model(_ name: String) throws -> BundledModels.Model {
    try #require(BundledModels.all.first { $0.name == name })
  }

  @Test("are read without a problem and say their question", arguments: names)
  func reads(name: String) throws {
    let lines = problems(of: try model(name).text)
    #expect(lines == [])
    let scenario = try ScenarioReader.read(
      model(name).text, file: "models/\(name).json5", modelName: name)
    #expect(scenario.name == name)
    #expect(scenario.title != name)
    #expect(scenario.question.hasSuffix("?"))
  }

  @Test("mean the same to Foundation's reader", arguments: names)
  func againstFoundation(name: String) throws {
    let meaning = try #require(JSONMeaning.byFoundation(model(name).text))
    #expect(JSONMeaning.byParser(try model(name).text) == meaning)
  }

  @Test("are the files of the folder, each with its line in the folder's list")
  func folder() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "models")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json5") }
    #expect(files.sorted() == Self.names.map { "\($0).json5" }.sorted())
    let list = try String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
    for model in BundledModels.all {
      let scenario = try ScenarioReader.read(
        model.text, file: model.name, modelName: model.name)
      #expect(list.contains("| [\(model.name)](\(model.name).json5) | \(scenario.question) |"))
    }
  }

  @Test(
    "of the AWS backoff take the policies that their comment lists",
    arguments: [
      ("none", Backoff.none),
      (
        #"{ exponential: { base: "10ms", factor: 2, cap: "2s" } }"#,
        Backoff(base: .milliseconds(10), factor: 2, cap: .seconds(2))
      ),
      (
        #"{ exponential: { base: "10ms", factor: 2, cap: "2s" }, jitter: "equal" }"#,
        Backoff(base: .milliseconds(10), factor: 2, cap: .seconds(2), jitter: .equal)
      ),
      (
        #"{ exponential: { base: "10ms", factor: 2, cap: "2s" }, jitter: "full" }"#,
        Backoff(base: .milliseconds(10), factor: 2, cap: .seconds(2), jitter: .full)
      ),
      (
        #"{ exponential: { base: "5ms", factor: 2, cap: "2s" }, jitter: "decorrelated" }"#,
        Backoff(base: .milliseconds(5), factor: 2, cap: .seconds(2), jitter: .decorrelated)
      ),
    ])
  func policies(value: String, expected: Backoff) throws {
    let model = try model("aws-backoff")
    #expect(String(decoding: model.text, as: UTF8.self).contains(value))
    let scenario = try ScenarioReader.read(
      model.text, file: "a", modelName: "a",
      overrides: [
        ModelOverride(path: "requests.update.steps[0].retry.backoff", value: value),
        ModelOverride(path: "load.vus", value: "20"),
      ])
    guard case .retry(let policy, _) = scenario.requests[0].steps[0] else {
      Issue.record("the first step is no retry")
      return
    }
    #expect(policy == RetryPolicy(on: [.versionConflict], attempts: nil, backoff: expected))
  }
}

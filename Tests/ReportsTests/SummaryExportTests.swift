import ContentionEngine
import Foundation
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

@Suite("The exported summary of a run")
struct SummaryExportTests {
  private struct File: Decodable {
    struct Group: Decodable { let checks: [String: Check] }
    struct Check: Decodable { let passes, fails: UInt64 }
    struct Metric: Decodable {
      let count, rate, value, avg, passes, fails: Double?
      let thresholds: [String: Bool]?
    }
    struct Simulation: Decodable {
      let model, strategy, digest, version: String
      let seed, events: UInt64
      let virtualSeconds: Double

      enum CodingKeys: String, CodingKey {
        case model, strategy, digest, version, seed, events
        case virtualSeconds = "virtual_seconds"
      }
    }
    let rootGroup: Group
    let metrics: [String: Metric]
    let simulation: Simulation

    enum CodingKeys: String, CodingKey {
      case rootGroup = "root_group"
      case metrics, simulation
    }
  }

  private func file(_ result: RunResult, version: String) throws -> File {
    let text = SummaryExport.text(result, version: version)
    return try JSONDecoder().decode(File.self, from: Data(text.utf8))
  }

  @Test("tells which run it was, and how to repeat it")
  func identity() throws {
    let result = SmallRun().result("none")
    let simulation = try file(result, version: "1.2.3").simulation
    #expect(simulation.model == "small")
    #expect(simulation.strategy == "none")
    #expect(simulation.seed == 1)
    #expect(simulation.digest == result.digest.text)
    #expect(simulation.version == "1.2.3")
    #expect(simulation.events == result.events)
    #expect(simulation.virtualSeconds == 0.009)
  }

  @Test("has every metric, also those at 0, and the numbers of the run")
  func metrics() throws {
    let result = SmallRun().result("none")
    let metrics = try file(result, version: "1").metrics
    let produced = MetricName.allCases.filter { $0.isProduced(by: result.scenario) }
    // And the part that k6 always measures.
    #expect(metrics.count == produced.count + 1)
    #expect(metrics["http_req_duration{expected_response:true}"]?.avg == 7)
    for metric in produced { #expect(metrics[metric.text] != nil, "\(metric.text)") }
    // The model has no cache.
    #expect(metrics["cache_hits"] == nil)
    #expect(metrics["http_reqs"]?.count == 2)
    #expect(metrics["http_req_duration"]?.avg == 7)
    #expect(metrics["lost_updates"]?.count == 1)
    #expect(metrics["deadlocks"]?.count == 0)
    #expect(metrics["errors"]?.value == 0)
  }

  @Test("counts the model's checks and each safety promise, and their sum in the metric")
  func checks() throws {
    let file = try file(SmallRun().result("none"), version: "1")
    let checks = file.rootGroup.checks
    // Nothing failed, nothing was sent twice, and there is no floor, no distributed lock and no
    // key: five promises were never put to the test, and have not passed either.
    #expect(checks.count == 1 + SafetyPromise.allCases.count - 5)
    #expect(checks["no key stuck in PROCESSING"] == nil)
    #expect(checks["status is 200"]?.passes == 2)
    #expect(checks["no lost update"]?.passes == 1)
    #expect(checks["no lost update"]?.fails == 1)
    let passes = checks.values.reduce(0) { $0 + $1.passes }
    let fails = checks.values.reduce(0) { $0 + $1.fails }
    #expect(file.metrics["checks"]?.passes == Double(passes))
    #expect(file.metrics["checks"]?.fails == Double(fails))
  }

  @Test("writes true for a threshold that failed, as k6 does, and lets thresholds see safety")
  func thresholds() throws {
    var run = SmallRun()
    run.thresholds = [
      .slowerThan(8), .slowerThan(9),
      Threshold(metric: "checks", method: .rate, comparison: .equal, bound: 1, text: "rate==1"),
    ]
    let unsafe = run.result("none")
    #expect(unsafe.thresholds.map(\.outcome.passed) == [false, true, false])
    let metrics = try file(unsafe, version: "1").metrics
    #expect(metrics["http_req_duration"]?.thresholds == ["p(95)<8": true, "p(95)<9": false])
    #expect(metrics["checks"]?.thresholds == ["rate==1": true])
    #expect(run.result("atomic").thresholds.map(\.outcome.passed).last == true)
  }

  @Test("is the same text for the same run, with one line end at the end")
  func bytes() {
    let text = SummaryExport.text(SmallRun().result("none"))
    #expect(text == SummaryExport.text(SmallRun().result("none")))
    #expect(text.hasSuffix("}\n"))
    #expect(text.contains("\"version\": \"\(ProductVersion.text)\""))
  }
}

import Foundation
import Measurements
import Reports
import ScenarioModel
import Testing

@Suite("k6's summary export")
struct K6SummaryExportTests {
  private let summary = K6Summary(
    seconds: 1,
    thresholds: [
      K6Summary.ThresholdResult(
        threshold: Threshold(
          metric: "http_reqs", method: .rate, comparison: .less, bound: 2, text: "rate<2"),
        kind: .counter, content: .plain, observed: 3, passed: false),
      K6Summary.ThresholdResult(
        threshold: Threshold(
          metric: "checks", method: .rate, comparison: .greater, bound: 0.7, text: "rate>0.7"),
        kind: .rate, content: .plain, observed: 0.75, passed: true),
    ],
    checks: [
      K6Summary.Check(name: "check2", passes: 5, fails: 10),
      K6Summary.Check(name: "check1", passes: 30, fails: 0),
    ],
    metrics: [
      K6Summary.Metric(
        name: "vus", content: .plain, section: .execution,
        value: .gauge(value: 1, minimum: 1, maximum: 1)),
      K6Summary.Metric(
        name: "my_trend", content: .time, section: .custom,
        value: .trend([
          K6Summary.Statistic(.average, 15), K6Summary.Statistic(.percentile(95), 19.5),
        ])),
      K6Summary.Metric(
        name: "http_reqs", content: .plain, section: .http,
        value: .counter(count: 3, perSecond: 3)),
      K6Summary.Metric(
        name: "checks", content: .plain, section: .checks,
        value: .rate(RateResult(trues: 45, total: 60))),
    ])

  private let simulation = K6SummaryExport.Simulation(
    model: "balance-charge", strategy: "optimistic", seed: 1, digest: RunDigest(),
    version: "0.1.0", virtualNanoseconds: 60_500_000_000, events: 12)

  @Test("has k6's shape: a failed threshold is true, and the rate of a rate is its value")
  func shape() {
    // The identities are MD5 digests of "", "::check2" and "::check1", computed by another program.
    #expect(
      K6SummaryExport(summary, simulation: nil).text == """
        {
            "root_group": {
                "name": "",
                "path": "",
                "id": "d41d8cd98f00b204e9800998ecf8427e",
                "groups": {},
                "checks": {
                    "check2": {
                        "name": "check2",
                        "path": "::check2",
                        "id": "b9c787d022ae7b66a674e60fb16a5258",
                        "passes": 5,
                        "fails": 10
                    },
                    "check1": {
                        "name": "check1",
                        "path": "::check1",
                        "id": "5c81f41e12d6cda59312349c8a06646c",
                        "passes": 30,
                        "fails": 0
                    }
                }
            },
            "metrics": {
                "checks": {
                    "passes": 45,
                    "fails": 15,
                    "thresholds": {
                        "rate>0.7": false
                    },
                    "value": 0.75
                },
                "http_reqs": {
                    "count": 3,
                    "rate": 3,
                    "thresholds": {
                        "rate<2": true
                    }
                },
                "my_trend": {
                    "avg": 15,
                    "p(95)": 19.5
                },
                "vus": {
                    "value": 1,
                    "min": 1,
                    "max": 1
                }
            }
        }
        """)
  }

  @Test("adds one object that tells how to repeat the simulation")
  func simulationObject() throws {
    struct File: Decodable {
      struct Simulation: Decodable, Equatable {
        let model: String
        let strategy: String
        let seed: UInt64
        let digest: String
        let version: String
        let virtualSeconds: Double
        let events: UInt64
        enum CodingKeys: String, CodingKey {
          case model, strategy, seed, digest, version, events
          case virtualSeconds = "virtual_seconds"
        }
      }
      let simulation: Simulation
    }
    let text = K6SummaryExport(summary, simulation: simulation).text
    #expect(
      try JSONDecoder().decode(File.self, from: Data(text.utf8)).simulation
        == File.Simulation(
          model: "balance-charge", strategy: "optimistic", seed: 1, digest: "6a09-e667-f3bc-c909",
          version: "0.1.0", virtualSeconds: 60.5, events: 12))
  }
}

import Foundation
import SimulateCommand
import Testing

@Suite("Samples and k6's summary of a run")
struct SampleOutputTests {
  private let short = "--vus 5 --duration 3s --strategy optimistic"

  private struct Point: Decodable {
    struct Content: Decodable {
      let time: String?
      let value: Double?
      let tags: [String: String]?
      let name: String?
    }
    let type, metric: String
    let data: Content
  }

  private struct Export: Decodable {
    struct Metric: Decodable { let count, passes, fails, max: Double? }
    let metrics: [String: Metric]
  }

  private func points(_ text: String?) throws -> [Point] {
    try #require(text).split(separator: "\n").map {
      try JSONDecoder().decode(Point.self, from: Data($0.utf8))
    }
  }

  @Test("say what the summary says: each counter, rate and trend is the sum of its samples")
  func samplesAddUp() throws {
    let outside = FakeOutside()
    #expect(
      outside.run("\(short) -o json=a.json -o csv=a.csv --summary-export b.json") == .success)
    let points = try points(outside.text(of: "a.json"))
    let export = try JSONDecoder().decode(
      Export.self, from: Data(try #require(outside.text(of: "b.json")).utf8))
    func samples(_ metric: String) -> [Double] {
      points.filter { $0.type == "Point" && $0.metric == metric }.compactMap(\.data.value)
    }
    let requests = try #require(export.metrics["http_reqs"]?.count)
    #expect(requests > 5)
    for counter in ["http_reqs", "iterations", "optimistic_lock_conflicts"] {
      #expect(samples(counter).reduce(0, +) == export.metrics[counter]?.count, "\(counter)")
    }
    for rate in ["http_req_failed", "errors", "success"] {
      #expect(samples(rate).reduce(0, +) == export.metrics[rate]?.passes, "\(rate)")
      #expect(Double(samples(rate).count) == requests)
    }
    for trend in ["http_req_duration", "iteration_duration", "retry_count"] {
      #expect(samples(trend).max() == export.metrics[trend]?.max, "\(trend)")
    }
    // The two files have the same samples in the same order.
    let lines = try #require(outside.text(of: "a.csv")).split(separator: "\n").dropFirst()
    let inCSV = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let inJSON = points.filter { $0.type == "Point" }
    #expect(inCSV.map { String($0[0]) } == inJSON.map(\.metric))
    #expect(inCSV.allSatisfy { $0.count == 19 })
    for (fields, point) in zip(inCSV, inJSON) {
      let value = try #require(point.data.value)
      #expect(String(fields[2]) == String(format: "%f", value))
      #expect(String(fields[11]) == point.data.tags?["scenario"] ?? "")
    }
  }

  @Test("come in order of time, from the moment that is given, and the same every time")
  func order() throws {
    let first = FakeOutside()
    #expect(first.run("\(short) -o json=a.json") == .success)
    let again = FakeOutside()
    #expect(again.run("\(short) -o json=a.json --verify") == .success)
    #expect(first.text(of: "a.json") == again.text(of: "a.json"))
    let points = try points(first.text(of: "a.json")).filter { $0.type == "Point" }
    let seconds = points.compactMap { $0.data.time?.prefix(19) }
    #expect(seconds == seconds.sorted())
    #expect(seconds.first == "2000-01-01T00:00:00")
    let later = FakeOutside()
    #expect(
      later.run("\(short) -o json=a.json --epoch 2026-01-31T09:00:00+09:00") == .success)
    #expect(
      later.text(of: "a.json")
        == first.text(of: "a.json")?.replacing(
          /"time":"2000-01-01T00:(\S+?)Z"/,
          with: { "\"time\":\"2026-01-31T09:\($0.output.1)+09:00\"" }))
    #expect(later.output == first.output)
  }

  @Test("appear whole or not at all")
  func wholeOrNotAtAll() {
    let outside = FakeOutside()
    outside.refusedPaths = [("no/a.json", .missingFolder)]
    #expect(outside.run("\(short) -o csv=a.csv -o json=no/a.json") == .fileFailed)
    #expect(outside.errors == "simulate: cannot write 'no/a.json': there is no such folder\n")
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
    outside.refusedPaths = []
    outside.looksUntilInterruption = 3
    #expect(outside.run("\(short) -o csv=a.csv -o json=a.json") == .interrupted)
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test("change nothing on the screen")
  func sameScreen() {
    let plain = FakeOutside()
    #expect(plain.run(short) == .success)
    let busy = FakeOutside()
    #expect(busy.run("\(short) -o csv=a.csv --verify") == .success)
    #expect(plain.output == busy.output)
  }

  // MARK: The summary

  private let twoScenarios = """
    {
      title: "Two", question: "Who does what?", strategy: "none",
      tables: { users: { rows: 1, columns: { balance: 0 } } },
      system: {},
      requests: { read: {
        name: "GET /balance", keys: { user: { row: "users", by: "vu" } },
        steps: [ { delay: "5ms" }, { respond: 200 } ],
      } },
      scenarios: {
        slow: { vus: 1, iterations: 2, iteration: [ { request: "read" }, { sleep: "1s" } ] },
        fast: { vus: 2, duration: "1s", iteration: [
          { request: "read" }, { check: "status is 200", status: 200 }, { sleep: "95ms" } ] },
      },
    }
    """

  @Test("has sections for scenarios when it is full, and none when it is compact or disabled")
  func modes() throws {
    let outside = FakeOutside()
    outside.add("two.json5", twoScenarios)
    #expect(outside.run("run two.json5 --summary-mode compact") == .success)
    let compact = outside.output
    #expect(outside.run("run two.json5") == .success)
    #expect(outside.output == compact)
    #expect(!compact.contains("SCENARIO"))
    #expect(outside.run("run two.json5 --summary-mode full --verify") == .success)
    let full = outside.output
    let fast = try #require(full.range(of: "  █ SCENARIO: fast \n"))
    let slow = try #require(full.range(of: "  █ SCENARIO: slow \n"))
    #expect(fast.lowerBound < slow.lowerBound)
    // Two users with ten iterations each of 100 ms in a second; one with two.
    #expect(full[fast.upperBound...].contains("checks_succeeded...: 100.00% 20 out of 20"))
    #expect(full[slow.upperBound...].contains(#/\n    http_reqs\.+: 2 /#))
    #expect(full.replacing(full[fast.lowerBound...], with: "").hasSuffix("\n\n"))
    #expect(outside.run("run two.json5 --summary-mode disabled") == .success)
    #expect(!outside.output.contains("█ TOTAL"))
    #expect(outside.output.contains("ANSWER"))
    #expect(outside.output.contains("SAFETY"))
  }

  @Test("has the columns and the unit that are asked for, also in the export")
  func columns() throws {
    let outside = FakeOutside()
    #expect(
      outside.run(
        "\(short) --summary-trend-stats p(99.9),count --summary-time-unit us "
          + "--summary-export a.json") == .success)
    #expect(outside.output.contains(#/http_req_duration\.+: p\(99\.9\)=\d+\.\d\dµs +count=\d+\n/#))
    let export = try #require(outside.text(of: "a.json"))
    #expect(export.contains("\"p(99.9)\":"))
    #expect(!export.contains("\"p(95)\":"))
  }

  // MARK: Users

  @Test("makes the iterations that are asked for, and no more")
  func iterations() throws {
    let outside = FakeOutside()
    outside.add("two.json5", twoScenarios)
    #expect(outside.run("--iterations 20 --vus 5 --strategy atomic") == .success)
    #expect(outside.output.contains(#/\n    iterations\.+: 20 /#))
    #expect(outside.run("run two.json5 -i 5") == .badCommandLine)
    #expect(
      outside.errors == """
        simulate: --iterations: the model has 2 scenarios: slow, fast
                  set them one by one, such as --set scenarios.slow.vus=100

        """)
    #expect(outside.run("run two.json5 -d 5s") == .badCommandLine)
    #expect(
      outside.errors == """
        simulate: --duration: the model has 2 scenarios: slow, fast
                  set them one by one, such as --set scenarios.slow.duration=60s

        """)
    #expect(outside.run("run two.json5 -d 5s -u 3") == .badCommandLine)
    #expect(outside.errors.hasPrefix("simulate: --vus: the model has 2 scenarios"))
  }

  @Test("runs a profile up to the model's own peak, or the one that is asked for")
  func profiles() {
    let outside = FakeOutside()
    let small = "--set load={vus:3,duration:'1s'} --strategy atomic --profile spike --duration 1s"
    #expect(outside.run(small) == .success)
    // Ten seconds up, a minute, ten up, the hold, ten down, three minutes, ten down.
    #expect(outside.output.contains("up to 3 users · 4 min 41 s"))
    #expect(outside.run("\(small) --vus 4") == .success)
    #expect(outside.output.contains("up to 4 users"))
  }

  // MARK: Thresholds that stop a run

  @Test("says in words that a threshold has stopped the run, and fails with 99")
  func stopped() throws {
    let outside = FakeOutside()
    outside.add(
      "slow.json5",
      """
      {
        title: "Slow", question: "Does it stop?", strategy: "none",
        tables: { users: { rows: 1, columns: { balance: 0 } } },
        system: {},
        requests: { read: {
          name: "GET /slow", keys: { user: { row: "users", by: "vu" } },
          steps: [ { delay: "100ms" }, { respond: 200 } ],
        } },
        iteration: [ { request: "read" } ],
        load: { vus: 1, duration: "1m" },
        thresholds: { "http_req_duration{status:200}": [
          { threshold: "max<100", abortOnFail: true, delayAbortEval: "3s" } ] },
      }
      """)
    #expect(outside.run("run slow.json5 -o json=a.json") == .thresholdFailed)
    #expect(
      outside.output.contains(
        "Stopped after 4 s: http_req_duration{status:200} max<100 failed.\n"))
    #expect(outside.output.contains("\n    http_req_duration{status:200}\n    ✗ 'max<100' max=100"))
    // The file is whole, and ends where the run did.
    let last = try #require(points(outside.text(of: "a.json")).last?.data.time)
    #expect(last <= "2000-01-01T00:00:04Z")
    #expect(last > "2000-01-01T00:00:03.8")
    // The whole metric has no threshold of its own, and a part.
    #expect(
      try #require(outside.text(of: "a.json")).contains(
        #""thresholds":[],"submetrics":[{"name":"http_req_duration{expected_response:true}""#))
  }
}

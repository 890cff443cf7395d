import ScenarioFiles
import Testing

@Suite("Reader of k6 summaries")
struct K6SummaryReaderTests {
  private func read(_ text: String) throws -> K6SummaryFile? {
    try K6SummaryReader.read(Array(text.utf8), file: "summary.json")
  }

  @Test("takes the numbers of a file of --summary-export, and leaves out what is none")
  func export() throws {
    // The shape of k6's own golden text (internal/js/summary_test.go).
    let summary = try #require(
      try read(
        """
        { "root_group": { "name": "", "groups": {}, "checks": {} },
          "metrics": {
            "checks": { "passes": 45, "fails": 15, "thresholds": { "rate>70": false }, "value": 0.75 },
            "http_reqs": { "count": 3, "rate": 3.5, "thresholds": { "rate<100": true } },
            "http_req_duration": { "avg": 15, "min": 10, "med": 15, "p(95)": 19.5 } } }
        """))
    #expect(summary.metrics.map(\.name) == ["checks", "http_reqs", "http_req_duration"])
    #expect(summary.value("checks", "value") == 0.75)
    #expect(summary.value("http_reqs", "rate") == 3.5)
    #expect(summary.value("http_req_duration", "p(95)") == 19.5)
    #expect(summary.value("http_req_duration", "p(99)") == nil)
    #expect(summary.value("iterations", "count") == nil)
    #expect(summary.model == nil)
  }

  @Test("takes the values of handleSummary, where a rate has its own name")
  func handleSummary() throws {
    let summary = try #require(
      try read(
        """
        { metrics: { http_req_failed: { type: "rate", contains: "default",
          values: { rate: 0.25, passes: 1, fails: 3 } } } }
        """))
    #expect(summary.value("http_req_failed", "value") == 0.25)
  }

  @Test("says which simulation a summary is of")
  func simulation() throws {
    let summary = try read(
      #"{ metrics: {}, simulation: { model: "balance-charge", strategy: "optimistic", seed: 1 } }"#)
    #expect(summary?.model == "balance-charge")
    #expect(summary?.strategy == "optimistic")
  }

  @Test(
    "takes nothing else for a summary",
    arguments: ["", "[]", "{}", "{ metrics: {", "{ metrics: {}, requests: {} }"])
  func others(text: String) throws {
    #expect(try read(text) == nil)
  }

  @Test("says what is wrong with a summary")
  func wrong() {
    do throws(ReadingFailure) {
      _ = try K6SummaryReader.read(
        Array(#"{ metrics: { a: { count: 1 }, a: { count: 2 } } }"#.utf8), file: "s.json")
      Issue.record("two metrics of one name were read")
    } catch {
      #expect(
        error.diagnostics.map(\.line) == [
          "s.json:1: metrics.a: duplicate key; first given in line 1"
        ])
    }
  }

  @Test(
    "says of a number that is none, or that cannot be, where it stands and what would be right",
    arguments: [
      ("[]", "metrics: expected an object, found an empty list"),
      ("5", "metrics: expected an object, found 5"),
      ("{ http_reqs: 5 }", "metrics.http_reqs: expected an object, found 5"),
      (
        "{ success: { value: '90%' } }", "metrics.success.value: expected a number, found '90%'"
      ),
      ("{ mine: { avg: NaN } }", "metrics.mine.avg: expected a number, found NaN"),
      ("{ mine: { avg: 1e400 } }", "metrics.mine.avg: expected a number, found 1e400"),
      (
        "{ success: { value: 7 } }", "metrics.success.value: expected a number from 0 to 1, found 7"
      ),
      (
        "{ success: { values: { rate: -0.1 } } }",
        "metrics.success.values.rate: expected a number from 0 to 1, found -0.1"
      ),
      (
        "{ http_reqs: { rate: -3 } }",
        "metrics.http_reqs.rate: expected a number from 0 to 1e15, found -3"
      ),
      (
        "{ http_reqs: { rate: 1e308 } }",
        "metrics.http_reqs.rate: expected a number from 0 to 1e15, found 1e308"
      ),
    ])
  func impossible(metrics: String, words: String) {
    do throws(ReadingFailure) {
      _ = try K6SummaryReader.read(
        Array("{\n metrics: \(metrics) }".utf8), file: "s.json",
        using: [
          K6SummaryFile.Place(metric: "success", member: "value", isShare: true),
          K6SummaryFile.Place(metric: "http_reqs", member: "rate", isShare: false),
        ])
      Issue.record("\(metrics) was read")
    } catch {
      #expect(error.diagnostics.map(\.line) == ["s.json:2: " + words])
    }
  }

  @Test("takes null for a number that there is not, and leaves alone what is not used")
  func notUsed() throws {
    let summary = try #require(
      try read("{ metrics: { mine: { avg: -5, min: null, thresholds: { 'avg<1': true } } } }"))
    #expect(summary.value("mine", "avg") == -5)
    #expect(summary.value("mine", "min") == nil)
  }
}

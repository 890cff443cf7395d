import Reports
import ScenarioModel
import Testing

/// The grammar is that of k6's `GetResolversForTrendColumns` (release v2.2.0, `metrics/sample.go`).
@Suite("Columns of trends")
struct TrendStatisticTests {
  @Test(
    "have k6's names",
    arguments: [
      ("avg", .average), ("min", .minimum), ("med", .median), ("max", .maximum),
      ("count", .count), ("p(0)", .percentile(0)), ("p(99.9)", .percentile(99.9)),
      ("p(99.90)", .percentile(99.9)), ("p(100)", .percentile(100)), ("p(1e1)", .percentile(10)),
      ("p(+5)", .percentile(5)),
    ] as [(String, Threshold.Method)])
  func names(text: String, method: Threshold.Method) throws {
    let statistic = try TrendStatistic(text: text)
    #expect(statistic.method == method)
    #expect(statistic.text == text)
  }

  @Test(
    "have no others",
    arguments: [
      ("", .unknown), (" avg", .unknown), ("AVG", .unknown), ("p95", .unknown), ("rate", .unknown),
      ("p(95", .unknown), ("p(95) ", .unknown), ("p()", .percentile), ("p(101)", .percentile),
      ("p(-1)", .percentile), ("p(x)", .percentile), ("p(nan)", .percentile),
      ("p(0x10)", .percentile), ("p( 95)", .percentile), ("p(inf)", .percentile),
      ("p(1,5)", .percentile),
    ] as [(String, TrendStatistic.Failure)])
  func bad(text: String, failure: TrendStatistic.Failure) {
    #expect(throws: failure) { try TrendStatistic(text: text) }
  }

  @Test("are k6's six unless told otherwise")
  func usual() {
    #expect(
      TrendStatistic.usual.map(\.text) == ["avg", "min", "med", "max", "p(90)", "p(95)"])
  }
}

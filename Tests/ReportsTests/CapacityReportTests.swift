import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The report of what a service carries, of results made up for it.
@Suite("Capacity report")
struct CapacityReportTests {
  private static let thresholds = [
    Threshold(
      metric: "http_req_duration", method: .percentile(95), comparison: .less, bound: 500,
      text: "p(95)<500"),
    Threshold(metric: "errors", method: .rate, comparison: .less, bound: 0.05, text: "rate<0.05"),
  ]

  /// A row that lets 180 a second pass, and a pool behind it.
  private static func point(_ load: Int, isByRate: Bool = false) -> CapacityPoint {
    let rate = Double(min(load, 180))
    let wait = Double(max(0, load - 180)) / 180 * 1e9
    let runs = (0..<3).map { index -> CapacityRun in
      let off = Double(index - 1)
      return CapacityRun(
        requestsPerSecond: rate + off, successesPerSecond: rate + off, errorShare: 0,
        meanLatency: 7e6 + wait, latency95: 10e6 + wait + off * 1e5,
        lockTimeouts: load > 400 ? 7 : 0, droppedShare: 0,
        readings: [(10e6 + wait + off * 1e5) / 1e6, 0],
        uses: [
          ResourceUse(.servers(.cores, size: 4), utilisation: rate / 2_600, isSaturated: false),
          ResourceUse(
            .hottestRow(table: "stock"), utilisation: rate / 180, isSaturated: load >= 180),
          ResourceUse(
            .servers(.pool, size: 20), utilisation: load > 200 ? 1 : rate / 2_000,
            isSaturated: load > 200),
        ])
    }
    return CapacityPoint(load: load, runs: runs)
  }

  private static let pilot = CapacityPilot(
    load: 10,
    ceilings: [
      .init(resource: .hottestRow(table: "stock"), requestsPerSecond: 180, load: 181),
      .init(resource: .servers(.pool, size: 20), requestsPerSecond: 2_000, load: 2_014),
      .init(resource: .servers(.cores, size: 4), requestsPerSecond: 2_600, load: 2_618),
    ])

  private static func report(
    _ loads: [Int], outcome: CapacitySearch.Outcome?, criteria: Bool = true
  ) -> CapacityReport {
    CapacityReport(
      CapacityStudy(
        criteria: criteria ? CapacityCriteria(thresholds, isByRate: false, looks: 3) : nil,
        outcome: outcome, points: loads.map { point($0) }, pilot: pilot, isByRate: false),
      setting: CapacitySetting(
        title: "Orders", heading: "orders · pessimistic · capacity in users · 90s at each load",
        length: .seconds(90), warmUp: .seconds(30), seed: 1,
        command: "simulate capacity --model orders --seed 1"))
  }

  private static let usual = report(
    [100, 150, 200, 268, 269, 300, 500, 1_000], outcome: .found(268, notAt: 269))

  @Test("answers how much is carried, why no more, where the knee is, what binds and what is next")
  func answer() {
    let answer = Self.usual.answer
    #expect(
      answer[0] == "Up to 268 users both thresholds hold, with 95 % confidence; at 269 users not.")
    #expect(answer[1].hasPrefix("There http_req_duration p(95)<500 "))
    #expect(answer[2] == "The knee of goodput is at 200 users, with 180 successes/s.")
    #expect(
      answer[3]
        == "From 200 users on the hottest row of stock binds, busy 100.0 % at 180"
        + " requests/s; without that limit the connection pool (20) would bind next, at about 2 000"
        + " requests/s.")
    #expect(answer.count == 4, "a law that does not fit is not told here")
    #expect(Self.usual.notes.last?.hasPrefix("Universal scalability law: no fit (R²") == true)
  }

  @Test("says when nothing holds, when all does, and when nothing has to hold")
  func outcomes() {
    #expect(
      Self.report([1, 200], outcome: .never).answer[0]
        == "Both thresholds hold at no load, not even at 1 user.")
    #expect(
      Self.report([50, 100], outcome: .always(100)).answer[0]
        == "Both thresholds hold with 95 % confidence up to 100 users, the largest load that was"
        + " tried.")
    let free = Self.report([50, 100], outcome: nil, criteria: false)
    #expect(
      free.answer[0] == "The model promises nothing: without thresholds no load is too much.")
    #expect(!free.text.contains("criteria  "))
    #expect(
      free.answer[2]
        == "Nothing binds at these loads; the first to would be the hottest row of stock, at about"
        + " 180 requests/s.")
  }

  @Test("warns when a larger load holds what a smaller one breaks")
  func contradiction() {
    let odd = CapacityReport(
      CapacityStudy(
        criteria: CapacityCriteria(Self.thresholds, isByRate: false, looks: 3),
        outcome: .found(100, notAt: 101),
        points: [
          CapacityPoint(load: 100, runs: Self.point(500).runs),
          CapacityPoint(load: 101, runs: Self.point(500).runs),
          CapacityPoint(load: 500, runs: Self.point(100).runs),
        ], pilot: Self.pilot, isByRate: false), setting: Self.usual.setting)
    #expect(
      odd.answer.last?.hasPrefix("Beware: the thresholds break at 100 users and hold at 500")
        == true)
  }

  @Test("is, of these results, exactly this")
  func golden() throws {
    let text = Self.usual.text
    #expect(text == (try goldenText("capacity-report.txt", of: text)))
    for line in text.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100, "\(line)") }
  }

  @Test("writes a row of CSV and of Markdown for each load")
  func files() {
    let lines = Self.usual.csv.split(separator: "\n")
    #expect(lines.count == 1 + 8)
    #expect(lines[0].hasPrefix("users,runs,requests_per_s,"))
    let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
    for line in lines {
      #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns)
    }
    #expect(lines[1].hasPrefix("100,3,100,"))
    #expect(lines[1].hasSuffix(",pool (20),2000"))
    #expect(lines[3].contains(",knee,"))
    #expect(lines[8].contains(",row of stock,1,pool (20),2000"))
    let rows = Self.usual.markdown.split(separator: "\n").count { $0.hasPrefix("| ") }
    #expect(rows == 1 + 8)
    #expect(Self.usual.markdown.hasSuffix("    simulate capacity --model orders --seed 1\n"))
  }

  @Test(
    "writes coefficients with three significant digits",
    arguments: [(0.0, "0"), (0.123456, "0.123"), (0.00123456, "0.00123"), (1.23456, "1.23")])
  func coefficients(value: Double, text: String) {
    let fit = ScalabilityFit(lambda: 1, sigma: value, kappa: 0, determination: 1)
    #expect(CapacityReport.coefficient(fit.sigma) == text)
  }
}

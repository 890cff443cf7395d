import Experiments
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The report of ways to retry, of results made up for it.
@Suite("Tune report")
struct TuneReportTests {
  private static let own = RetryCandidate(
    Backoff(base: .milliseconds(50), factor: 2, cap: .seconds(30)), attempts: 10)

  private static func row(
    _ candidate: RetryCandidate?, success: Double, p99: Double, wasted: Double, database: Double,
    retries: Double = 1, count: Int = 4
  ) -> TuneTable.Row {
    TuneTable.Row(
      candidate,
      runs: (0..<count).map { index in
        TuneRun(
          successShare: success + Double(index) * 1e-4, latency99: p99 * 1e6,
          meanLatency: p99 * 1e5,
          wastedShare: wasted, databaseTimePerSuccess: database * 1e6, successesPerSecond: 100,
          exhausted: (1 - success) * 1_000, retriesPerRequest: retries)
      })
  }

  private static let full = RetryCandidate(
    Backoff(base: .milliseconds(10), factor: 2, cap: .seconds(1), jitter: .full), attempts: 10)
  private static let fixed = RetryCandidate(Backoff(base: .milliseconds(50)), attempts: 10)
  private static let few = RetryCandidate(Backoff(base: .milliseconds(200)), attempts: 3)

  private static func report(
    _ rows: [TuneTable.Row], place: RetryPlace = .service, own: [RetryCandidate] = [own],
    isExhaustive: Bool = false, longest: VirtualDuration? = nil
  ) -> TuneReport {
    TuneReport(
      TuneTable(rows),
      setting: TuneSetting(
        title: "Charges",
        heading: "charges · optimistic · 200 users · 1m · 4 ways for the service to retry",
        place: place, own: own, runs: 14, allRuns: 16, isExhaustive: isExhaustive,
        longest: longest, seed: 1, command: "simulate tune --seed 1"))
  }

  private static let usual = report([
    row(nil, success: 0.97, p99: 30_000, wasted: 0.05, database: 1.2),
    row(full, success: 0.999, p99: 2_000, wasted: 0.04, database: 1.1),
    row(fixed, success: 0.96, p99: 1_000, wasted: 0.4, database: 4),
    row(few, success: 0.8, p99: 600, wasted: 0.2, database: 2, count: 2),
  ])

  @Test("says which way to take, why, what it changes, and how the front looks")
  func answer() {
    let answer = Self.usual.answer
    #expect(answer[0] == "Take exponential 10ms x2 to 1s, full jitter, 10 attempts.")
    #expect(
      answer[1].hasSuffix("Of the 2 ways that nothing beats it has the best success."))
    #expect(
      answer[2]
        == "Against as modelled (exponential 50ms x2 to 30s, 10 attempts): success +2.90±0.00 points,"
        + " p99 −28000±0 ms, waste −1.0±0.0 points, database −0.10±0.00 ms a success; it is better or"
        + " as good in all four.")
    #expect(answer[3] == "Of the 4 ways nothing beats 2, 1 with jitter.")
    #expect(Self.usual.recommended == Self.full)
  }

  @Test("keeps what the model has when nothing is better")
  func keep() {
    let report = Self.report([
      Self.row(nil, success: 0.999, p99: 100, wasted: 0.1, database: 1),
      Self.row(Self.fixed, success: 0.9, p99: 200, wasted: 0.2, database: 2),
    ])
    #expect(
      report.answer[0] == "Keep what the model has: exponential 50ms x2 to 30s, 10 attempts.")
    #expect(report.recommended == Self.own)
    #expect(report.settings.count == 3)
  }

  @Test("recommends nothing that takes longer than it may")
  func longest() {
    let rows = [
      Self.row(nil, success: 0.999, p99: 3_000, wasted: 0.1, database: 1),
      Self.row(Self.fixed, success: 0.9, p99: 2_000, wasted: 0.2, database: 2),
      Self.row(Self.full, success: 0.8, p99: 1_000, wasted: 0.2, database: 2),
    ]
    let slow = Self.report(rows, longest: .seconds(2))
    #expect(slow.recommended == Self.fixed)
    #expect(slow.answer[1].contains("Of the 2 ways with a p99 of at most 2s that nothing beats"))
    let none = Self.report(rows, longest: .milliseconds(500))
    #expect(
      none.answer[0] == "Nothing keeps p99 within 500ms: the least is 1.00 s, of \(Self.full.name)."
    )
    #expect(none.recommended == nil)
    #expect(none.settings.isEmpty)
    #expect(none.text.contains("policy"))
    #expect(!none.csv.contains("recommended"))
  }

  @Test("shows of a long front what matters most, and all of it in Markdown")
  func long() {
    // Each success less has a lower p99; the least waste and database time stand in the middle.
    let rows = (0..<40).map { (index: Int) -> TuneTable.Row in
      let place = Double(index)
      let wasted: Double = index == 20 ? 0.01 : 0.1
      let database: Double = index == 25 ? 1 : 2
      let candidate = RetryCandidate(
        Backoff(base: .milliseconds(UInt64(index) + 1)), attempts: 3)
      return Self.row(
        candidate, success: 0.99 - place / 100, p99: 1_000 - 10 * place, wasted: wasted,
        database: database)
    }
    let own = Self.row(nil, success: 0.1, p99: 5_000, wasted: 0.5, database: 5)
    let report = Self.report([own] + rows)
    #expect(report.front.count == 40)
    var shown: [String] = []
    for line in report.text.split(separator: "\n") where line.contains("fixed ") {
      // Sentences name the attempts behind a comma.
      if line.contains(",") { continue }
      let words = line.split(separator: " ").map { String($0) }
      if let base = words.first(where: { $0.hasSuffix("ms") }) { shown.append(base) }
    }
    let best = (1...12).map { "\($0)ms" }
    let others = ["21ms", "26ms", "40ms"]
    #expect(shown == best + others, "the best in all four are in")
    #expect(report.text.contains("✗ as modelled"))
    #expect(
      report.text.contains(
        "  and 25 more ways that nothing beats: --csv and --markdown have them all\n"))
    #expect(report.markdown.split(separator: "\n").count { $0.hasPrefix("| ") } == 1 + 41)
    #expect(!report.markdown.contains("25 more"))
  }

  @Test("says when nothing was retried")
  func nothing() {
    let report = Self.report([
      Self.row(nil, success: 1, p99: 100, wasted: 0, database: 1, retries: 0),
      Self.row(Self.fixed, success: 1, p99: 100, wasted: 0, database: 1, retries: 0),
    ])
    #expect(report.answer.count == 1)
    #expect(report.answer[0].hasPrefix("Nothing was retried under this load"))
    #expect(report.recommended == nil)
    #expect(report.settings.isEmpty)
    #expect(!report.text.contains("policy"))
    #expect(!report.markdown.contains("| policy"))
  }

  @Test("is, of these results, exactly this")
  func golden() throws {
    let text = Self.usual.text
    #expect(text == (try goldenText("tune-report.txt", of: text)))
    for line in text.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100, "\(line)") }
  }

  @Test("writes a row of CSV for every way, also the dropped, and one of Markdown for the front")
  func files() {
    let lines = Self.usual.csv.split(separator: "\n")
    #expect(lines.count == 1 + 4)
    #expect(lines[1].hasPrefix("\"as modelled (exponential 50ms x2 to 30s, 10 attempts)\","))
    #expect(lines[1].contains(",exponential,50,2,30000,none,10,,4,"))
    #expect(lines[1].contains(",beaten,"))
    #expect(lines[2].hasSuffix(",recommended,,yes"))
    #expect(lines[3].hasSuffix(",front,,no"))
    #expect(lines[4].hasSuffix(",dropped,,no"))
    // The front and what the model has.
    let rows = Self.usual.markdown.split(separator: "\n").count { $0.hasPrefix("| ") }
    #expect(rows == 1 + 3)
  }

  @Test(
    "names ways as engineers say them",
    arguments: [
      (RetryCandidate(.none, attempts: 1), "one attempt"),
      (RetryCandidate(.none, attempts: 3), "at once, 3 attempts"),
      (fixed, "fixed 50ms, 10 attempts"),
      (
        RetryCandidate(
          Backoff(base: .milliseconds(5), factor: 2, cap: .seconds(2), jitter: .decorrelated),
          attempts: 4, budget: RetryBudget(ratio: 0.1)),
        "exponential 5ms to 2s, decorrelated jitter, 4 attempts, budget 10 %"
      ),
      (
        RetryCandidate(Backoff(base: .milliseconds(5), factor: 1.5), attempts: nil),
        "exponential 5ms x1.5, unlimited attempts"
      ),
    ])
  func names(candidate: RetryCandidate, name: String) {
    #expect(candidate.name == name)
  }
}

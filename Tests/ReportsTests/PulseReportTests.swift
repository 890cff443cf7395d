import Experiments
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The report of what comes back after a stall, of results made up for it.
@Suite("Pulse report")
struct PulseReportTests {
  private static let policies = PulsePolicy.all(like: nil)

  private static func row(
    _ policy: Int, _ load: Int, after: Double, back: [Double?]
  ) -> PulseTable.Row {
    PulseTable.Row(
      policy: policies[policy], load: load,
      runs: back.enumerated().map { index, recovery in
        PulseExperiment.Run(
          seed: UInt64(index + 1), digest: RunDigest(), before: Double(load), after: after,
          recovery: recovery)
      })
  }

  private static let report = PulseReport(
    PulseTable(
      rows: [
        row(0, 80, after: 80, back: [2, 2]), row(0, 160, after: 160, back: [9, 9]),
        row(1, 80, after: 80, back: [12, 14]), row(1, 160, after: 3, back: [nil, nil]),
        row(4, 80, after: 79, back: [nil, 40]), row(4, 160, after: 120, back: [nil, 30]),
      ], pulse: PulseExperiment.Pulse(of: .seconds(10))),
    setting: PulseSetting(
      title: "Retries after a stall",
      heading: "metastable-retries · the database stands still for 10s", unit: "/s", capacity: 400,
      pilot: PulseLoads.Pilot(load: 200, busiest: "database cores", utilisation: 0.5),
      client: "Clients wait 1s for an answer and send once.", isClientOfModel: true,
      command: "simulate pulse",
      replays: [[], [], [], ["--model m", "--seed 1"], [], ["--model m", "--seed 2"]]))

  @Test("answers what was seen in the time that was watched, and up to which load")
  func answer() {
    #expect(
      Self.report.answer == [
        "The service can carry about 400/s: at 200/s, without faults and with clients who wait, its"
          + " busiest part (database cores) was busy 50 % of the time.",
        "It came back after every stall, from 80 to 160/s, with no retries.",
        "With retries at once it came back every time up to 80/s, and not once from 160/s on.",
        "With full jitter + budget it came back sometimes.",
        "A load of 160/s, which was carried before the stall, had not come back 2m30s after it with"
          + " retries at once: 160.0±0.0 successes/s before, and 3.0±0.0 in the last sixth of the"
          + " load.",
      ])
    for word in ["never", "for good"] { #expect(!Self.report.text.contains(word)) }
  }

  @Test("has a command for the row that the answer tells of")
  func command() {
    let title = "The first run of one row, 160/s with retries at once:"
    #expect(Self.report.text.contains("  \(title)\n    $ simulate --model m --seed 1\n"))
    #expect(Self.report.markdown.contains("\n\(title)\n\n    simulate --model m --seed 1\n"))
  }

  @Test("is, of these results, exactly this")
  func golden() throws {
    #expect(Self.report.text == (try goldenText("pulse-report.txt", of: Self.report.text)))
  }

  @Test("writes a row of CSV and of Markdown for each policy and load")
  func files() {
    let lines = Self.report.csv.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(lines.count == 1 + 6)
    #expect(lines[2] == "no retries,160,0.4,2,160,0,160,0,2,9,0,")
    #expect(lines[4] == "retries at once,160,0.4,2,160,0,3,0,0,,,simulate --model m --seed 1")
    // One run of the two came back: a mean without an interval.
    #expect(lines[5].hasSuffix(",79,0,1,40,,"))
    let rows = Self.report.markdown.split(separator: "\n").count { $0.hasPrefix("| ") }
    #expect(rows == 1 + 6)
  }
}

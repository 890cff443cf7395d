import ContentionEngine
import Experiments
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The report of defences under faults, of results made up for it.
@Suite("Defence report")
struct DefenceReportTests {
  private static let none = DefenceCombination(Defence())
  private static let lock = DefenceCombination(Defence(distributedLock: true))
  private static let version = DefenceCombination(Defence(writeGuard: .optimistic))
  private static let key = DefenceCombination(Defence(idempotencyKey: true))
  private static let keyAndVersion = DefenceCombination(
    Defence(writeGuard: .optimistic, idempotencyKey: true))

  /// What was broken in a run, how large its figures are, and the fault it had.
  private struct Made {
    var combination: DefenceCombination
    var broken: [(SafetyPromise, UInt64)] = []
    var success = 1.0
  }

  private static func row(_ made: Made, fault: Fault?) -> DefenceTable.Row {
    let runs = (1...2).map { seed in
      DefendedRun(
        seed: UInt64(seed), digest: RunDigest(), fault: fault, struck: fault == nil ? 0 : 1,
        findings: SafetyPromise.allCases.map { promise in
          let broken = made.broken.first { $0.0 == promise }?.1 ?? 0
          // Nothing has a floor here, and only keys can be stuck.
          let isExamined =
            promise != .neverOversold
            && (promise != .noKeyStuck || made.combination.defence.idempotencyKey)
          // All breaches in the second run.
          return SafetyReport.Finding(
            promise: promise, examined: isExamined ? 1_000 : 0, broken: seed == 2 ? broken : 0)
        },
        // Half of the interval of two values is t · half of their distance, t = 12.706.
        figures: [made.success, seed == 1 ? 8e6 : 10e6, 100])
    }
    return DefenceTable.Row(combination: made.combination, runs: runs)
  }

  private static let pause = FaultEvent.pause(.seconds(31), instance: nil)

  private static func section(
    _ fault: DefendedFault, _ placed: Fault?, _ rows: [Made]
  ) -> DefenceTable.Section {
    DefenceTable.Section(
      hazard: nil, fault: fault, rows: rows.map { row($0, fault: placed) })
  }

  private static let report: DefenceReport = {
    let loss = Fault.condition(.responseLoss, FaultOccasions(probability: 0.01))
    let slow = Fault.condition(
      .slowCommit(by: .milliseconds(100)), FaultOccasions(probability: 0.1))
    let struck = Fault.event(
      .pause(.seconds(31), instance: 1), FaultMoments(at: .constant(.milliseconds(20_500))))
    let quiet = [
      Made(combination: none, broken: [(.noLostUpdate, 240)]), Made(combination: lock),
      Made(combination: version), Made(combination: key, broken: [(.noLostUpdate, 230)]),
      Made(combination: keyAndVersion),
    ]
    let paused = [
      Made(combination: none, broken: [(.noLostUpdate, 250), (.oneEffectPerIntent, 7)]),
      Made(
        combination: lock, broken: [(.noLostUpdate, 12), (.oneEffectPerIntent, 5)], success: 0.9),
      Made(combination: version, broken: [(.oneEffectPerIntent, 6)]),
      Made(combination: key, broken: [(.noLostUpdate, 233), (.noKeyStuck, 1)]),
      Made(combination: keyAndVersion),
    ]
    let lost = [
      Made(combination: none, broken: [(.noLostUpdate, 240), (.oneEffectPerIntent, 40)]),
      Made(combination: lock, broken: [(.oneEffectPerIntent, 41)]),
      Made(combination: version, broken: [(.oneEffectPerIntent, 42)]),
      Made(combination: key, broken: [(.noLostUpdate, 230)]), Made(combination: keyAndVersion),
    ]
    let table = DefenceTable(
      sections: [
        section(.none, nil, quiet),
        section(.atWorst(pause, from: .seconds(20), to: .seconds(25)), struck, paused),
        section(.asWritten(loss), loss, lost),
        section(
          .asWritten(slow), slow,
          [none, lock, version, key, keyAndVersion].map { Made(combination: $0) }),
      ],
      twins: [
        .init(
          left: DefenceCombination(Defence(distributedLock: true, fencingToken: true)), kept: lock)
      ])
    return DefenceReport(
      table,
      setting: DefenceSetting(
        title: "Balance charge", heading: "balance-charge · 200 users · 1m10s",
        client: "They wait.",
        command: "simulate defend",
        replay: ["--model balance-charge", "--vus 200", "--duration 1m10s"]))
  }()

  @Test("is, of these results, exactly this")
  func golden() throws {
    #expect(Self.report.text == (try goldenText("defence-report.txt")))
  }

  @Test("answers what was lost, what is least, and what it costs")
  func answer() {
    #expect(
      Self.report.answer == [
        "Idempotency-key + optimistic lost nothing under each of 3 faults and without: no update"
          + " lost, no effect twice, no 200 without its effect.",
        "Nothing was left behind: no key in PROCESSING, nothing held.",
        "The least that lost nothing under each of 3 faults and without:"
          + " idempotency-key + optimistic.",
        "Where nothing goes wrong, idempotency-key + optimistic take a p95 of 9.0 ms,"
          + " no significant difference than no layer.",
      ])
  }

  @Test("keeps to lines of 100 columns")
  func width() {
    for line in Self.report.text.split(separator: "\n") {
      #expect(line.unicodeScalars.count <= 100, "\(line)")
    }
  }

  @Test("writes a row of CSV for each combination under each fault, as wide as its header")
  func csv() throws {
    let lines = Self.report.csv.split(separator: "\n").map(String.init)
    #expect(lines.count == 1 + 4 * 5)
    let columns = lines[0].split(separator: ",")
    #expect(
      columns.prefix(9).joined(separator: ",")
        == "hazard,fault,layers,runs,fault_happened,safe,no_lost_update_examined,"
        + "no_lost_update_broken,no_lost_update_runs_broken")
    #expect(lines[1].hasPrefix("none,none,none,2,0,no,2000,240,1,"))
    let row = try #require(
      lines.first { $0.contains("pause=31s at the worst moment,distributed-") })
    #expect(row.contains(",2,2,no,2000,12,1,2000,5,1,"))
    #expect(
      row.hasSuffix(
        "simulate --model balance-charge --vus 200 --duration 1m10s --layers distributed-lock"
          + " --fault \"\"pause=31s@20.5s,instance=2\"\" --seed 2\"")
        || row.hasSuffix(
          "\"simulate --model balance-charge --vus 200 --duration 1m10s --layers distributed-lock"
            + " --fault pause=31s@20.5s,instance=2 --seed 2\"")
    )
  }

  @Test("writes Markdown with every sentence and a row for each combination under each fault")
  func markdown() {
    let text = Self.report.markdown
    #expect(text.hasPrefix("# Balance charge: every defence under every fault\n"))
    #expect(
      text.contains("| pause=31s at the worst moment | distributed-lock | ✗12 | ✗5 | ✓ | – | ✓ |"))
    #expect(text.contains("\n    simulate defend\n"))
    let rows = text.split(separator: "\n").count { $0.hasPrefix("| ") }
    #expect(rows == 1 + 4 * 5)
  }
}

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
        intrusions: 0,
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
        title: "Balance charge", heading: "balance-charge · 200 users · 1m10s", length: "1m10s",
        client: "They wait.",
        command: "simulate defend",
        replay: ["--model balance-charge", "--vus 200", "--duration 1m10s"],
        hunt: ["--model balance-charge"]))
  }()

  @Test("is, of these results, exactly this")
  func golden() throws {
    #expect(Self.report.text == (try goldenText("defence-report.txt", of: Self.report.text)))
  }

  @Test("answers what was lost, what is least, and what it costs")
  func answer() {
    #expect(
      Self.report.answer == [
        "Idempotency-key + optimistic lost nothing in 8 runs, without a fault and under each of 3:"
          + " no update was lost, no request had two effects and every 200 had its effect.",
        "No key was left in PROCESSING and nothing was still held at the end.",
        "The fewest layers that lost nothing in these runs: idempotency-key + optimistic (hardly put"
          + " to the test under pause).",
        "Where nothing went wrong, idempotency-key + optimistic took a p95 of 9.00 ms,"
          + " not significantly more or less than without layers.",
      ])
  }

  /// A report of one run of each of a few combinations, without a fault and with one.
  private static func small(
    _ quiet: [Made], _ struck: [Made], _ fault: Fault, happened: Bool = true
  ) -> DefenceReport {
    func section(_ made: [Made], _ fault: Fault?) -> DefenceTable.Section {
      DefenceTable.Section(
        hazard: nil, fault: fault.map(DefendedFault.asWritten) ?? .none,
        rows: made.map { made in
          let row = row(made, fault: happened ? fault : nil)
          return DefenceTable.Row(combination: made.combination, runs: [row.runs[1]])
        })
    }
    return DefenceReport(
      DefenceTable(sections: [section(quiet, nil), section(struck, fault)]),
      setting: DefenceSetting(
        title: "", heading: "h", length: "5s", client: "They wait.", command: "", replay: ["run"],
        hunt: ["--model m"]))
  }

  private static let lockAndKey = DefenceCombination(
    Defence(distributedLock: true, idempotencyKey: true))

  @Test(
    "calls nothing saved that a lock alone kept while the fault opens locks, and hunts for more")
  func weakEvidence() {
    let failover = Fault.event(
      .redisFailover(losing: .seconds(1)), FaultMoments(at: .constant(.seconds(2))))
    let report = Self.small(
      [
        Made(combination: Self.none, broken: [(.noLostUpdate, 500)]), Made(combination: Self.lock),
        Made(combination: Self.version), Made(combination: Self.lockAndKey),
      ],
      [
        Made(combination: Self.none, broken: [(.noLostUpdate, 500)]),
        Made(combination: Self.lock, broken: [(.noLostUpdate, 4)]), Made(combination: Self.version),
        Made(combination: Self.lockAndKey),
      ], failover)
    let text = Self.unwrapped(report.text)
    #expect(text.contains("Optimistic saved every update, in this run."))
    #expect(
      text.contains(
        "With distributed-lock + idempotency-key no update was lost, which proves little: no"
          + " request came into a lock in which another still was."))
    #expect(
      text.contains(
        "$ simulate hunt --model m --layers distributed-lock,idempotency-key --fault redis-failover"
          + " \\ --promise no-lost-update"))
    #expect(text.contains("redis-failover ✗ ✗ ✓ ✓?"), "also in the table at the top")
    #expect(
      report.answer.contains(
        "The fewest layers that lost nothing in these runs: optimistic or distributed-lock"
          + " + idempotency-key (hardly put to the test under redis-failover)."))
    #expect(!text.contains("takes"), "nothing is said to be needed")
  }

  @Test("leaves a fault out of the answer that never happened, and says that it did not")
  func neverHappened() {
    let pause = Fault.event(
      .pause(.seconds(3), instance: nil), FaultMoments(at: .constant(.seconds(100))))
    let made = [Made(combination: Self.none, broken: []), Made(combination: Self.version)]
    let report = Self.small(made, made, pause, happened: false)
    #expect(report.answer[0].hasPrefix("Optimistic lost nothing in 1 run, without a fault: "))
    #expect(report.answer.allSatisfy { !$0.contains("pause") })
    #expect(report.text.contains("\n  pause=3s@1m40s never happened: the load lasts 5s.\n"))
    #expect(Self.unwrapped(report.text).contains(" pause never happened "))
    #expect(report.csv.contains("none,pause=3s@1m40s,optimistic,1,0,"))
  }

  @Test("says of runs without any layer what was lost, even without a fault")
  func bare() {
    let loss = Fault.condition(.responseLoss, FaultOccasions(probability: 0.01))
    let made = [Made(combination: Self.none, broken: [(.noLostUpdate, 116)])]
    let one = Self.small(made, [Made(combination: Self.none)], loss)
    #expect(one.answer[0] == "Without any layer 116 updates were lost, even without a fault.")
    #expect(one.answer.contains("Every combination lost something."))
    let two = Self.small(made, made, loss)
    #expect(
      two.answer[0]
        == "Without any layer 232 updates were lost: 116 without a fault and 116 under"
        + " response-loss.")
    // Keys: nobody has one, and nobody is told that none was stuck.
    #expect(one.answer[1] == "Nothing was still held at the end.")
    #expect(!one.text.contains("stuck"))
    #expect(!one.text.contains("PROCESSING"))
  }

  @Test("tells of keys that they were stuck wherever there were keys")
  func stuckKeys() {
    let crash = Fault.event(
      .instanceCrash(restart: .seconds(1), instance: nil), FaultMoments(at: .constant(.seconds(2))))
    let quiet = [Self.none, Self.key, Self.lockAndKey].map { Made(combination: $0) }
    let report = Self.small(
      quiet,
      [
        Made(combination: Self.none), Made(combination: Self.key, broken: [(.noKeyStuck, 53)]),
        Made(combination: Self.lockAndKey, broken: [(.noKeyStuck, 50)]),
      ], crash)
    #expect(
      Self.unwrapped(report.text).contains(
        "Keys were left in PROCESSING wherever there was an idempotency key, alone (53) or with"
          + " other layers; without the fault that did not happen."))
  }

  /// The text with every run of spaces and line ends as one space.
  private static func unwrapped(_ text: String) -> String {
    text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
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

  @Test("has no command for runs that no flags make again, and still hunts")
  func withoutReplay() {
    var setting = Self.report.setting
    setting.replay = nil
    let report = DefenceReport(Self.report.table, setting: setting)
    for line in report.csv.split(separator: "\n").dropFirst() { #expect(line.hasSuffix(",")) }
    for text in [report.text, report.markdown] {
      #expect(!text.contains("simulate --"))
      #expect(text.contains("simulate hunt"))
    }
  }

  @Test("writes Markdown with every sentence and a row for each combination under each fault")
  func markdown() {
    let text = Self.report.markdown
    #expect(text.hasPrefix("# Balance charge: every defence under every fault\n"))
    #expect(
      text.contains("| pause=31s at the worst moment | distributed-lock | ✗12 | ✗5 | ✓ | – | ✓ |"))
    #expect(text.contains("\n    simulate defend\n"))
    let rows = text.split(separator: "\n").count { $0.hasPrefix("| ") }
    // The table of faults and combinations, and the long one.
    #expect(rows == (1 + 4) + (1 + 4 * 5))
  }
}

import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Report of a hunt")
struct HuntReportTests {
  private static func space(
    _ defence: Defence = Defence(distributedLock: true),
    promises: [SafetyPromise] = [.noLostUpdate],
    kinds: [FaultKind] = [.pause, .redisFailover], client: ClientPolicy? = nil,
    hazards: [Hazard] = []
  ) -> HuntSpace {
    var base = SmallRun().result("none").scenario
    base.hazards = hazards
    return HuntSpace(
      base: base, strategy: Strategy(name: "under test", defence: defence), promises: promises,
      kinds: kinds, client: client)
  }

  private static func tally(
    _ dangers: [(Danger, Int)] = [], tested: [SafetyPromise] = SafetyPromise.allCases
  ) -> HuntTally {
    var tally = HuntTally()
    tally.runs = 1_204
    tally.requests = 23_118
    for promise in tested { tally.examined[Int(promise.rawValue)] = 50 }
    for (danger, count) in dangers { for _ in 0..<count { tally.dangers.note(danger) } }
    return tally
  }

  private static func found(
    _ promise: SafetyPromise = .noLostUpdate, dangers: [Danger] = [],
    faults: [Fault] = [
      .event(.pause(.seconds(35), instance: 0), FaultMoments(at: .constant(.seconds(1))))
    ], isSmallest: Bool = true, likeness: StoryLikeness = .exact, endsLease: Bool = false,
    usesKey: Bool = false, repeatsCall: Bool = false, users: Int = 2, iterations: Int = 3
  ) -> HuntReport.Found {
    var counts = DangerCounts()
    for danger in dangers { counts.note(danger) }
    return HuntReport.Found(
      find: HuntFind(
        index: 1_203, hunted: HuntCase(users: 5, iterations: 12, seed: 9, faults: faults + faults),
        promise: promise),
      shrunk: HuntCase(users: users, iterations: iterations, faults: faults),
      likeness: likeness, shrinkRuns: 85, isSmallest: isSmallest, dangers: counts,
      endsLease: endsLease, usesKey: usesKey, repeatsCall: repeatsCall, lineCount: 2,
      timeline: ["first line", "", "second line"], mermaid: "sequenceDiagram\n",
      command: "simulate --vus 2 --iterations 3 --timeline no-lost-update")
  }

  @Test("says what was found, how, and how to see it again")
  func finding() {
    let report = HuntReport(
      space: Self.space(), seed: 7,
      tally: Self.tally([(.leaseExpiredWhileHeld, 3), (.versionMoved, 1_200)]),
      found: Self.found(dangers: [.leaseExpiredWhileHeld]))
    #expect(
      report.text == """
        FOUND after 1 204 runs, 23 118 requests: an update is lost (no-lost-update).
        Shrunk from 5 users, 12 iterations, 2 faults to 2 users, 3 iterations, 1 fault (85 further
          runs).

            first line

            second line

        Why: The lease ended while its holder was still inside, and another request got the lock. Both
             read the same value, and the write compares no version: the second one overwrites the
             first.

        See it again:
          simulate --vus 2 --iterations 3 --timeline no-lost-update

        WHERE IT LOOKED
          model small, strategy under test; 2 to 6 users; hunt seed 7
          faults tried: pause, redis-failover

        DANGERS MET, in 1 204 runs
              3  lease expired while held
          1 200  version had moved

        """)
  }

  @Test("says that nothing was found, and what was put to the test")
  func nothing() {
    let report = HuntReport(
      space: Self.space(
        promises: SafetyPromise.costly.filter { $0 != .neverOversold }, kinds: [],
        client: ClientPolicy(timeout: .seconds(2), attempts: 3)), seed: 1,
      tally: Self.tally(Danger.allCases.map { ($0, 2) }), found: nil)
    let lines = report.text.split(separator: "\n").map(String.init)
    #expect(
      report.text.hasPrefix(
        """
        NOTHING FOUND in 1 204 runs, 23 118 requests: 'no lost update', 'one effect per request' and
          'every 200 is backed by an effect' held every time.

        """))
    #expect(lines.contains("  no faults"))
    #expect(
      lines.contains {
        $0.hasPrefix("  clients wait 2s for an answer and send up to 3 times in three of four")
      })
    #expect(lines.count { $0.hasPrefix("  2  ") } == Danger.allCases.count)
    #expect(!report.text.contains("never:"))
    #expect(!report.text.contains("cannot happen"))
  }

  @Test("says of no promise that it held which was never put to the test")
  func untested() {
    let space = Self.space(
      Defence(writeGuard: .optimistic), promises: [.noLostUpdate, .noKeyStuck, .neverOversold])
    let some = HuntReport(
      space: space, seed: 1, tally: Self.tally(tested: [.noLostUpdate]), found: nil)
    #expect(
      some.text.hasPrefix(
        """
        NOTHING FOUND in 1 204 runs, 23 118 requests: 'no lost update' held every time.
          'no key stuck in PROCESSING' was never put to the test: strategy under test has no idempotency
            key.
          'never below the floor' was never put to the test: in model small no column has a floor.

        """))
    let none = HuntReport(space: space, seed: 1, tally: Self.tally(tested: []), found: nil)
    #expect(none.text.hasPrefix("NOTHING FOUND in 1 204 runs, 23 118 requests.\n"))
    #expect(none.text.contains("'no lost update' was never put to the test.\n"))
    #expect(!none.text.contains("held every time"))
    // What is examined and cannot be broken was not put to the test.
    let trivial = HuntReport(space: space, seed: 1, tally: Self.tally(), found: nil)
    #expect(trivial.text.contains("'no key stuck in PROCESSING' was never put to the test"))
  }

  @Test("tells what was never met from what cannot happen")
  func unmet() {
    let report = HuntReport(
      space: Self.space(Defence(writeGuard: .optimistic), kinds: [.pause]), seed: 1,
      tally: Self.tally([(.versionMoved, 1)]), found: nil)
    let text = report.text.split(separator: "\n").map { HuntReportTests.trimmed($0) }
      .joined(separator: " ")
    #expect(
      text.hasSuffix(
        """
        1 version had moved never: deadlock found, row lock wait timed out, paused in a \
        transaction, sent again after the effect cannot happen here: lease expired while held, two \
        inside one lock, failover while held, clock jumped while held, unlock of a lock lost, went \
        on without the lock, database stalled while held (no distributed lock); older token \
        refused (no fencing token); crashed in a transaction (no instance-crash); crashed while a \
        key was PROCESSING, duplicate while PROCESSING, stored answer replayed, key taken over \
        (no idempotency key); answer lost after commit (no response-loss); committed after the \
        client's time-out (clients wait for ever)
        """.replacing("1 version", with: "1  version")))
    for line in report.text.split(separator: "\n") { #expect(line.count <= 96) }
  }

  private static func trimmed(_ line: Substring) -> String {
    String(line.drop { $0 == " " })
  }

  @Test("says nothing of dangers where something was found before any was met")
  func early() {
    let report = HuntReport(
      space: Self.space(), seed: 1, tally: Self.tally(), found: Self.found())
    #expect(!report.text.contains("DANGERS"))
    #expect(!report.text.contains("never"))
  }

  @Test("says when a shrink has changed but the surroundings")
  func surroundings() {
    let report = HuntReport(
      space: Self.space(), seed: 1, tally: Self.tally(),
      found: Self.found(
        faults: [], users: 5, iterations: 12))
    #expect(
      report.text.contains(
        "Only its surroundings could be made simpler: 5 users, 12 iterations, no fault (85"))
  }

  @Test("says when nothing was met, and when a shrink was cut short")
  func edges() {
    let none = HuntReport(space: Self.space(), seed: 1, tally: HuntTally(), found: nil)
    #expect(none.text.contains("DANGERS MET, in 0 runs\n  none\n"))
    let cut = HuntReport(
      space: Self.space(), seed: 1, tally: Self.tally(), found: Self.found(isSmallest: false))
    #expect(cut.text.contains("(85 further runs;\n  more of them might make it smaller)."))
  }

  @Test("derives the reason from what the smallest run met")
  func reasons() {
    func text(
      _ promise: SafetyPromise, _ dangers: [Danger], _ defence: Defence,
      hazards: [Hazard] = [], faults: [Fault] = [], likeness: StoryLikeness = .exact,
      endsLease: Bool = false, usesKey: Bool = false, repeatsCall: Bool = false
    ) -> String {
      HuntReport(
        space: Self.space(defence, hazards: hazards), seed: 1, tally: Self.tally(),
        found: Self.found(
          promise, dangers: dangers, faults: faults, likeness: likeness, endsLease: endsLease,
          usesKey: usesKey, repeatsCall: repeatsCall)
      ).text
    }
    let lock = Defence(distributedLock: true)
    let guarded = Defence(writeGuard: .optimistic, distributedLock: true)
    let key = Defence(writeGuard: .optimistic, idempotencyKey: true)
    let twice = [
      Fault.condition(.doubleSubmit(after: .milliseconds(5)), FaultOccasions(numbers: [1]))
    ]
    let cases: [(text: String, reason: String)] = [
      (text(.noLostUpdate, [], Defence()), "No lock keeps a second request out"),
      (text(.noLostUpdate, [.failoverWhileHeld], lock), "The replica that took over"),
      (text(.noLostUpdate, [.clockJumpedWhileHeld], lock), "The clock of the lock server jumped"),
      (text(.noLostUpdate, [.wentOnWithoutLock], lock), "Without an answer of the lock server"),
      (
        text(.noLostUpdate, [], lock, hazards: [.lockInsideTransaction]),
        "The lock is given back before the commit"
      ),
      (
        text(.noLostUpdate, [], lock, hazards: [.lockKeyPerRequest]),
        "The lock's name has the idempotency key in it"
      ),
      (text(.noLostUpdate, [], lock, hazards: [.selfInvocation]), "The call from inside"),
      (
        text(.oneEffectPerIntent, [.unlockRefused], guarded),
        "The lock was no longer the request's own"
      ),
      (
        text(.oneEffectPerIntent, [.responseLostAfterCommit], guarded),
        "The answer was lost behind the commit"
      ),
      (text(.oneEffectPerIntent, [.committedUnheard], guarded), "The client stopped waiting"),
      (text(.oneEffectPerIntent, [.keyTakenOver], key), "The key was taken over"),
      (text(.oneEffectPerIntent, [], guarded, faults: twice), "The client sent the request twice"),
      // The strategy has keys; whether the request asks for one is told by its timeline.
      (
        text(.oneEffectPerIntent, [], key, faults: twice),
        "The client sent the request twice; no idempotency key tells the second attempt from a new"
      ),
      (
        text(.oneEffectPerIntent, [], key, faults: twice, usesKey: true),
        "The client sent the request twice; the key did not stop the second attempt."
      ),
      (
        text(.oneEffectPerIntent, [.responseLostAfterCommit], key, repeatsCall: true),
        "The script asked for one effect in two calls; no idempotency key"
      ),
      (text(.noKeyStuck, [.crashedWhileProcessing], key), "The instance died between"),
      (
        text(.noDuplicateFails, [.duplicateWhileProcessing], key),
        "The second request found the key PROCESSING"
      ),
      (
        text(.noDuplicateFails, [.duplicateWhileProcessing], key, likeness: .other),
        "Both requests looked before either had inserted the key"
      ),
      (text(.noLostUpdate, [], lock, endsLease: true), "The lease ended before its holder had"),
      (text(.failedHasNoEffect, [.unlockRefused], lock), "The lock was no longer"),
    ]
    for (text, reason) in cases { #expect(text.contains("\nWhy: \(reason)"), "\(reason)") }
    // What nothing explains is not explained.
    #expect(!text(.noLostUpdate, [], lock).contains("Why:"))
    #expect(!text(.acknowledgedIsCommitted, [.versionMoved], lock).contains("Why:"))
  }
}

import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

@Suite("The screen of a run")
struct RunScreenTests {
  // Means in 7 ms: statements 2, waiting (0 + 4)/2 = 2, commit 3; the bars are 24 columns times
  // 2/7 and 3/7.
  private static let tail = """
      SAFETY       promise                           held     broken         of
                   no lost update                       ✗          1          2
                   one effect per request               ✓          0          2
                   every 200 is backed by an effect     ✓          0          2
                   every failure left no effect         –          0          0
                   never below the floor                –          0          0
                   one holder per distributed lock      –          0          0
                   no key stuck in PROCESSING           –          0          0
                   nothing held at the end              ✓          0          1
                   every request accounted for          ✓          0          2

      WITNESS  users[1], the only one
               time (s)    user 1                 user 2                 row
               0.001 000   read  balance 0                               0
               0.001 000                          read  balance 0        0
               0.005 000   write 10 000, commit                          10 000
               0.009 000                          write 10 000, commit   10 000
                           ✗ user 1's 10 000 is gone

      CONTENTION   conflicts 0 · retried requests 0.0 %
                   hottest row       users[1]   busy 88.9 %   hold 4.0 ms   ceiling 250 requests/s

                   queue                       busy       waits       mean    longest  most waiting
                   rows of users                              1     4.0 ms     4.0 ms             1
                   log sync                  66.7 %           0

      TIME (ms)                             mean     p50     p95     p99
                   statements                2.0     2.0     2.0     2.0   ██████▉
                   row-lock wait             2.0     2.0     4.0     4.0   ██████▉
                   commit                    3.0     3.0     3.0     3.0   ██████████▎
                   all                       7.0     7.0     9.0     9.0
                   Busiest: the hottest row users[1], 88.9 % busy.

      digest DIGEST   repeat with: simulate --model small --strategy none

    """

  /// Two users charge one row at once, unguarded. Both read at 1 ms; the first holds the row from 1
  /// to 5 ms; the second waits for it, holds it from 5 to 9 ms and writes what it had computed from
  /// the old balance.
  @Test("of two charges that meet is the one that can be worked out by hand")
  func twoCharges() {
    var run = SmallRun()
    run.thresholds = [.slowerThan(8)]
    let result = run.result("none")
    let text = RunScreen.text(
      result, options: RunScreenOptions(repeatCommand: "simulate --model small --strategy none"))
    // Latencies 5 and 9 ms: p95 = 5 + 0.95 · 4. Two holds of 4 ms in 9 ms: busy 88.9 %; each
    // user comes once, so that there is nothing to foresee.
    let head = """
      small · none · 2 users · 9.0 ms · seed 1

        ANSWER   MONEY WAS LOST: 1 of 2 charges vanished (50.0 %).
                 The sum of all balances is 10 000 too low. Strategy none does not guard the write.
                 222 requests/s, p95 8.8 ms, 0.00 % errors.
                 The threshold fails: http_req_duration p(95)<8.
                 1 wait for a row: mean 4.0 ms, longest 4.0 ms.
                 Nothing is saturated; the busiest is the hottest row users[1], 88.9 %.

      """
    let tail = Self.tail.replacing("DIGEST", with: result.digest.text)
    #expect(text.hasPrefix(head))
    #expect(text.hasSuffix(tail))
    let middle = text.dropFirst(head.count).dropLast(tail.count)
    #expect(String(middle) == K6SummaryText(K6Summary(result)).sections)
  }

  @Test("names in its first line the mistakes that are made on purpose")
  func hazards() {
    var run = SmallRun()
    run.hazards = [.singleUser, .retryInsideTransaction]
    let first = RunScreen.text(run.result("optimistic")).split(separator: "\n").first
    #expect(
      first?.hasPrefix(
        "small · optimistic · hazard single-user · hazard retry-inside-transaction · 2 users")
        == true)
  }

  @Test("begins with the answer, which is all that is shown when quiet")
  func quiet() {
    let result = SmallRun().result("atomic")
    let quiet = RunScreen.answerText(result)
    #expect(RunScreen.text(result).hasPrefix(quiet))
    #expect(!quiet.contains("█"))
    // Without a SELECT the row is held from 0 to 4 and from 4 to 8 ms: all the time.
    let last = quiet.split(separator: "\n").last
    #expect(last?.hasPrefix("           Saturated: row users[1], ") == true)
    #expect(quiet.hasSuffix("\n") && !quiet.hasSuffix("\n\n"))
  }

  @Test("lists the checks of the model, then each safety promise")
  func checks() {
    let text = RunScreen.text(SmallRun().result("none"))
    let names = ["✓ status is 200", "✗ no lost update", "  ↳  50% — ✓ 1 / ✗ 1"]
    #expect(text.contains("    " + names.joined(separator: "\n    ") + "\n"))
    // Two of the model, then 2 + 2 + 2 effects and answers, the end, and 2 requests, of which one
    // was broken.
    #expect(text.contains("checks_total.......: 11 "))
    #expect(text.contains("checks_succeeded...: 90.90% 10 out of 11\n"))
    // Nothing is sent twice, so that no duplicate could run into an error.
    for promise in SafetyPromise.allCases {
      #expect(text.contains(promise.text) == (promise != .noDuplicateFails), "\(promise)")
    }
  }

  @Test("shows retries on one line while they fit, and on a line each when they do not")
  func retries() {
    let few = RunScreen.text(SmallRun().result("optimistic"))
    #expect(few.contains("retries           0 ████████████████████ 1 · 1 ████████████████████ 1\n"))
    #expect(
      few.contains("conflicts 1 · retried requests 50.0 % · retries per retried request 1.00"))
    var run = SmallRun()
    run.executor = .perVUIterations(vus: 5, iterations: 1, maxDuration: .minutes(1))
    let many = RunScreen.text(run.result("optimistic"))
    #expect(many.contains("\n               retries           0   ███"))
    #expect(many.contains("\n                                 4   ███"))
  }

  @Test("says in words which threshold has stopped the run, and when")
  func stopped() {
    var run = SmallRun()
    run.executor = .constantVUs(vus: 1, duration: .minutes(1))
    run.thinkTime = .milliseconds(20)
    // Judged every two seconds, and not before the delay is over.
    run.thresholds = [
      Threshold(
        part: MetricPart(metric: "http_req_duration"), method: .maximum, comparison: .less,
        bound: 5, text: "max<5", abortsOnFail: true, abortDelay: .seconds(3))
    ]
    let text = RunScreen.text(run.result("none"))
    #expect(
      text.contains("\n           Stopped after 4 s: http_req_duration max<5 failed.\n"))
    #expect(text.contains(" The threshold fails: http_req_duration max<5.\n"))
  }

  @Test("has no witness where nothing was lost")
  func noWitness() {
    #expect(!RunScreen.text(SmallRun().result("pessimistic")).contains("WITNESS"))
  }

  @Test("prints the digest, and the command on a line of its own when it is long")
  func lastLine() {
    let result = SmallRun().result("none")
    let command = "simulate " + String(repeating: "--set a=1 ", count: 6)
    let long = RunScreen.text(result, options: RunScreenOptions(repeatCommand: command))
    #expect(long.hasSuffix("\n  digest \(result.digest.text)\n  repeat with: \(command)\n"))
    #expect(RunScreen.text(result).hasSuffix("\n  digest \(result.digest.text)\n"))
  }

  @Test("is the same text without its colours")
  func colors() {
    for strategy in Strategy.builtIn {
      let result = SmallRun().result(strategy.name)
      let colored = RunScreen.text(result, options: RunScreenOptions(isColored: true))
      #expect(colored != RunScreen.text(result))
      #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == RunScreen.text(result))
    }
    let bad = RunScreen.answerText(
      SmallRun().result("none"), options: RunScreenOptions(isColored: true))
    #expect(bad.contains("\u{1B}[31mMONEY WAS LOST\u{1B}[0m"))
    let good = RunScreen.answerText(
      SmallRun().result("atomic"), options: RunScreenOptions(isColored: true))
    #expect(good.contains("\u{1B}[32mNo money was lost\u{1B}[0m: 2 charges"))
  }

  @Test(
    "stays within 100 columns, k6's block aside", arguments: Strategy.builtIn.map(\.name))
  func width(strategy: String) {
    var run = SmallRun()
    run.lock = LockName(text: "balance:user:{user}", keys: [0])
    run.rows = 3
    run.column.initialValue = 1_234_567_890
    run.change = -1_000_000
    run.system.threads.size = 200
    run.system.pool.size = 20
    run.system.cores = 4
    run.system.database.cores = 8
    run.backoff = Backoff(base: .milliseconds(50), factor: 2)
    run.thinkTime = .milliseconds(20)
    run.executor = .constantVUs(vus: 300, duration: .seconds(2))
    run.thresholds = [.slowerThan(1), .slowerThan(2), .slowerThan(3)]
    let result = run.result(strategy)
    let k6 = K6SummaryText(K6Summary(result)).sections
    let text = RunScreen.text(result).replacing(k6, with: "")
    for line in text.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100, "\(line)") }
  }
}

import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulateCommand
import Testing

@Suite("Known stories")
struct HuntStoryTests {
  /// A story that everybody should know, the hunt that finds it, and what belongs to it.
  struct Story: CustomTestStringConvertible, Sendable {
    let title: String
    let line: String
    let promise: SafetyPromise
    /// What its timeline shows, in this order.
    let shows: [String]
    /// How its reason begins.
    let reason: String

    var testDescription: String { title }
  }

  static let stories = [
    Story(
      title: "a pause is longer than the lease",
      line: "--layers distributed-lock,idempotency-key --fault pause --promise no-lost-update",
      promise: .noLostUpdate,
      shows: ["pause of 31s", "lease of user", "read", "commit", "no lost update: user"],
      reason: "The lease ended"),
    Story(
      title: "the replica that takes over does not know of the lock",
      line: "--layers distributed-lock,idempotency-key --fault redis-failover"
        + " --promise no-lost-update",
      promise: .noLostUpdate,
      shows: ["lock", "Redis failover", "forgotten", "lock", "no lost update: user"],
      reason: "The replica that took over"),
    Story(
      title: "the lock is given back before the commit",
      line: "--layers distributed-lock --hazard lock-inside-transaction --fault none"
        + " --promise no-lost-update",
      promise: .noLostUpdate,
      shows: ["lock", "read", "unlock", "lock", "read", "commit", "no lost update: user"],
      reason: "The lock is given back before the commit"),
    Story(
      title: "the answer is lost, and no key tells the second attempt from a new request",
      line: "--layers optimistic --fault response-loss --promise one-effect",
      promise: .oneEffectPerIntent,
      shows: ["commit", "reply 200 lost", "sent again", "commit", "has had its effect twice"],
      reason: "The answer was lost behind the commit"),
    Story(
      title: "the lock's name has the idempotency key in it",
      line: "--layers distributed-lock,idempotency-key --hazard lock-key-per-request --fault none"
        + " --promise no-lost-update",
      promise: .noLostUpdate,
      shows: ["balance:user:key-", "balance:user:key-", "commit", "no lost update: user"],
      reason: "The lock's name has the idempotency key in it"),
    Story(
      title: "a duplicate comes while the first request is processed",
      line: "--layers optimistic,idempotency-key --hazard processing-unchecked"
        + " --fault double-submit --promise no-duplicate-error",
      promise: .noDuplicateFails,
      shows: [
        "#1 insert key, commit", "#1b key is PROCESSING", "#1b insert key: 1062", "#1b reply 500",
        "user 1's repeat is told 500",
      ], reason: "The second request found the key PROCESSING"),
    Story(
      title: "an instance dies between the insert of the key and its completion",
      line: "--fault instance-crash --promise no-key-stuck", promise: .noKeyStuck,
      shows: ["key is absent", "insert key", "dies", "connection broke", "stays so"],
      reason: "The instance died between"),
    Story(
      title: "a success looks like a failure, and is tried again",
      line: "--layers distributed-lock --fault pause --promise one-effect"
        + " --set 'client={timeout: \"10m\", attempts: 2, retryOn: [500]}'",
      promise: .oneEffectPerIntent,
      shows: [
        "pause of 31s", "lease of user", "commit", "unlock refused", "reply 500", "sent again",
        "commit", "has had its effect twice",
      ], reason: "The lock was no longer the request's own"),
  ]

  @Test(
    "are found, at most 3 users and 16 lines long, and replayed", arguments: stories,
    [1, 2, 3] as [UInt64])
  func found(story: Story, seed: UInt64) throws {
    let outside = FakeOutside()
    let session = CommandSession(io: outside.io)
    let words = HuntCommandTests.words(
      of: "hunt \(story.line) --seed \(seed) --budget 20000runs")
    guard case .hunt(let request) = try CommandLineArguments.command(from: words) else {
      Issue.record("no hunt: \(story.line)")
      return
    }
    let report = try session.report(of: request)
    let found = try #require(report.found)
    #expect(found.find.promise == story.promise)
    #expect(found.likeness == .exact)
    #expect(found.isSmallest)
    #expect(found.shrunk.users <= 3)
    #expect(found.lineCount <= 16)
    #expect(found.shrunk.faults.count <= 1)
    let told = found.timeline.joined(separator: "\n")
    var rest = told[...]
    for text in story.shows {
      guard let range = rest.firstRange(of: text) else {
        Issue.record("\(text) is not shown, or not in its place:\n\(told)")
        return
      }
      rest = rest[range.upperBound...]
    }
    #expect(report.text.contains("\nWhy: \(story.reason)"))
    let command = HuntCommandTests.words(of: found.command)
    #expect(outside.run(Array(command.dropFirst())) != .badCommandLine)
    let lines = outside.output.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.map { HuntCommandTests.trimmed($0) }
    for line in found.timeline {
      #expect(shown.contains(HuntCommandTests.trimmed(line[...])), "\(line)")
    }
  }

  @Test("with all three layers are not found, though their dangers are met")
  func safe() throws {
    let outside = FakeOutside()
    let session = CommandSession(io: outside.io)
    let words = ["hunt", "--strategy", "three-layer", "--budget", "2000runs"]
    guard case .hunt(let request) = try CommandLineArguments.command(from: words) else {
      Issue.record("no hunt")
      return
    }
    let report = try session.report(of: request)
    #expect(report.found == nil)
    for danger in [Danger.leaseExpiredWhileHeld, .failoverWhileHeld, .sentAgainAfterEffect] {
      #expect(report.tally.dangers[danger] > 0, "\(danger.text)")
    }
  }
}

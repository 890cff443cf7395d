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
    /// What its smallest run meets.
    let danger: Danger?

    var testDescription: String { title }
  }

  static let stories = [
    Story(
      title: "a pause is longer than the lease",
      line: "hunt --layers distributed-lock --fault pause --promise no-lost-update",
      promise: .noLostUpdate, danger: .leaseExpiredWhileHeld),
    Story(
      title: "the replica that takes over does not know of the lock",
      line: "hunt --layers distributed-lock --fault redis-failover --promise no-lost-update",
      promise: .noLostUpdate, danger: .failoverWhileHeld),
    Story(
      title: "the lock is given back before the commit",
      line: "hunt --layers distributed-lock --hazard lock-inside-transaction --fault none",
      promise: .noLostUpdate, danger: nil),
    Story(
      title: "the lock's name has the idempotency key in it",
      line: "hunt --layers distributed-lock --hazard lock-key-per-request --fault none",
      promise: .noLostUpdate, danger: nil),
    Story(
      title: "the answer is lost, and no key tells the second attempt from a new request",
      line: "hunt --layers distributed-lock,optimistic --fault response-loss",
      promise: .oneEffectPerIntent, danger: .responseLostAfterCommit),
    Story(
      title: "a duplicate comes while the first request is processed",
      line: "hunt --strategy idempotency-key --hazard processing-unchecked --fault double-submit"
        + " --promise no-duplicate-error",
      promise: .noDuplicateFails, danger: nil),
    Story(
      title: "an instance dies between the insert of the key and its completion",
      line: "hunt --strategy idempotency-key --fault instance-crash --promise no-key-stuck",
      promise: .noKeyStuck, danger: .crashedWhileProcessing),
    Story(
      title: "a success looks like a failure, and is tried again",
      line: "hunt --layers distributed-lock,optimistic --fault clock-jump --promise one-effect",
      promise: .oneEffectPerIntent, danger: .unlockRefused),
  ]

  @Test("are found, at most 3 users and 16 lines long, and replayed", arguments: stories)
  func found(story: Story) throws {
    let outside = FakeOutside()
    let session = CommandSession(io: outside.io)
    let words = (story.line + " --budget 20000runs").split(separator: " ").map(String.init)
    guard case .hunt(let request) = try CommandLineArguments.command(from: words) else {
      Issue.record("no hunt: \(story.line)")
      return
    }
    let found = try #require(try session.report(of: request).found)
    #expect(found.find.promise == story.promise)
    #expect(found.isSmallest)
    #expect(found.shrunk.users <= 3)
    #expect(found.lineCount <= 16)
    if let danger = story.danger { #expect(found.dangers[danger] > 0) }
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

public import ContentionEngine
public import Experiments
import ScenarioModel
import SimulationBasics

/// What a hunt came to, in words: what was found and how to see it again, or that nothing was, and
/// what was put to the test on the way.
public struct HuntReport: Sendable {
  /// What was found, and what is left of it.
  public struct Found: Sendable {
    /// The case as it was found.
    public let find: HuntFind<HuntCase>
    /// The smallest case that still breaks the promise.
    public let shrunk: HuntCase
    /// How near its breach is to what people mean by the promise.
    public let likeness: StoryLikeness
    /// How many runs the shrinking took, and whether it came to its end.
    public let shrinkRuns: Int
    public let isSmallest: Bool
    /// What the run of the shrunk case met.
    public let dangers: DangerCounts
    /// Whether a lease ends in its timeline.
    public let endsLease: Bool
    /// Whether a request of its timeline has looked its idempotency key up, or inserted it.
    public let usesKey: Bool
    /// Whether a script asked again, in a call of its own, for what nobody was told to have failed.
    public let repeatsCall: Bool
    /// How many lines of its timeline a reader has to take in.
    public let lineCount: Int
    /// Its timeline as text and as a diagram.
    public let timeline: [String]
    public let mermaid: String
    /// The command that makes that run again.
    public let command: String

    public init(
      find: HuntFind<HuntCase>, shrunk: HuntCase, likeness: StoryLikeness, shrinkRuns: Int,
      isSmallest: Bool, dangers: DangerCounts, timeline: Timeline, command: String
    ) {
      self.init(
        find: find, shrunk: shrunk, likeness: likeness, shrinkRuns: shrinkRuns,
        isSmallest: isSmallest, dangers: dangers, endsLease: timeline.endsLease,
        usesKey: timeline.usesKey, repeatsCall: timeline.repeatsCall, lineCount: timeline.lineCount,
        timeline: timeline.lines,
        mermaid: timeline.mermaid, command: command)
    }

    package init(
      find: HuntFind<HuntCase>, shrunk: HuntCase, likeness: StoryLikeness = .exact,
      shrinkRuns: Int, isSmallest: Bool, dangers: DangerCounts, endsLease: Bool = false,
      usesKey: Bool = false, repeatsCall: Bool = false, lineCount: Int, timeline: [String],
      mermaid: String, command: String
    ) {
      self.find = find
      self.shrunk = shrunk
      self.likeness = likeness
      self.shrinkRuns = shrinkRuns
      self.isSmallest = isSmallest
      self.dangers = dangers
      self.endsLease = endsLease
      self.usesKey = usesKey
      self.repeatsCall = repeatsCall
      self.lineCount = lineCount
      self.timeline = timeline
      self.mermaid = mermaid
      self.command = command
    }
  }

  public let space: HuntSpace
  public let seed: UInt64
  public let tally: HuntTally
  public let found: Found?

  public init(space: HuntSpace, seed: UInt64, tally: HuntTally, found: Found?) {
    self.space = space
    self.seed = seed
    self.tally = tally
    self.found = found
  }

  /// The whole report.
  public var text: String {
    var text = answer
    if let found {
      text += "\n" + found.timeline.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
      if let reason = HuntReason(found, in: space).text {
        text += "\n" + Self.filled("Why: " + reason, indent: 5)
      }
      text += "\nSee it again:\n  \(found.command)\n"
    }
    text += "\n" + setting
    if let coverage { text += "\n" + coverage }
    return text
  }

  // MARK: The answer

  /// What was found, or that nothing was, in one sentence or two.
  private var answer: String {
    let runs = ScreenText.count(tally.runs, "run")
    let requests = ScreenText.count(tally.requests, "request")
    guard let found else { return nothing(in: "\(runs), \(requests)") }
    let promise = found.find.promise
    let answer = "FOUND after \(runs), \(requests): \(promise.breachText) (\(promise.name))."
    let before = Self.size(of: found.find.hunted)
    let after = Self.size(of: found.shrunk)
    var change =
      if found.shrunk == found.find.hunted {
        "It is as small as it was found: \(after)"
      } else if before == after {
        "Only its surroundings could be made simpler: \(after)"
      } else {
        "Shrunk from \(before) to \(after)"
      }
    change += " (\(ScreenText.count(UInt64(found.shrinkRuns), "further run"))"
    change += found.isSmallest ? ")." : "; more of them might make it smaller)."
    return answer + "\n" + Self.filled(change, indent: 2)
  }

  /// That nothing was found: which promises held, and which were never put to the test.
  private func nothing(in extent: String) -> String {
    let tested = space.promises.filter { isTested($0) }
    var text = "NOTHING FOUND in \(extent)"
    if !tested.isEmpty {
      text += ": " + ReportText.list(tested.map { "'\($0.text)'" }) + " held every time"
    }
    text = Self.filled(text + ".", indent: 2)
    for promise in space.promises where !isTested(promise) {
      let reason = space.lack(for: promise).map { ": " + space.text(of: $0) } ?? ""
      text += Self.filled(
        "'\(promise.text)' was never put to the test\(reason).", first: 2, indent: 4)
    }
    return text
  }

  /// Whether a promise was in danger at all: what nothing in the model can break is not "held".
  private func isTested(_ promise: SafetyPromise) -> Bool {
    tally.examined(promise) > 0 && space.lack(for: promise) == nil
  }

  /// How large a case is: `2 users, 3 iterations, 1 fault`.
  private static func size(of hunted: HuntCase) -> String {
    [
      ScreenText.count(UInt64(hunted.users), "user"),
      ScreenText.count(UInt64(hunted.iterations), "iteration"),
      hunted.faults.isEmpty ? "no fault" : ScreenText.count(UInt64(hunted.faults.count), "fault"),
    ].joined(separator: ", ")
  }

  // MARK: Where it looked

  /// What was tried, in a few lines.
  private var setting: String {
    var lines = ["WHERE IT LOOKED"]
    let users = space.users
    lines.append(
      "model \(space.base.name), strategy \(space.strategy.name)"
        + space.base.hazards.map { ", hazard \($0.rawValue)" }.joined()
        + "; \(users.lowerBound) to \(users.upperBound) users; hunt seed \(seed)")
    let given = space.base.faults.map { "'\($0.text)'" }
    if !given.isEmpty { lines.append("faults in every run: " + given.joined(separator: ", ")) }
    if space.kinds.isEmpty {
      lines.append(given.isEmpty ? "no faults" : "no other faults")
    } else {
      lines.append("faults tried: " + space.kinds.map { $0.flagName }.joined(separator: ", "))
    }
    if let client = space.client {
      lines.append(
        "clients wait \(client.timeout.description) for an answer and send up to"
          + " \(client.attempts) times in three of four groups of runs; the model itself says"
          + " nothing about them")
    }
    return lines.enumerated().map { index, line in
      Self.filled(line, first: index == 0 ? 0 : 2, indent: 4)
    }.joined()
  }

  // MARK: Coverage

  /// How often each danger was met; where nothing was found also which never, and which cannot be.
  ///
  /// Where something was found, what was not met says nothing: the search was over.
  private var coverage: String? {
    let met = Danger.allCases.filter { tally.dangers[$0] > 0 }
    if met.isEmpty && found != nil { return nil }
    var text = "DANGERS MET, in \(ScreenText.count(tally.runs, "run"))\n"
    let counts = met.map { NumberText.grouped(tally.dangers[$0]) }
    let width = counts.map(\.utf8.count).max() ?? 0
    for (danger, count) in zip(met, counts) {
      let indent = String(repeating: " ", count: width - count.utf8.count)
      text += "  \(indent)\(count)  \(danger.text)\n"
    }
    if met.isEmpty { text += "  none\n" }
    if found != nil { return text }
    let missed = Danger.allCases.filter { tally.dangers[$0] == 0 }
    let never = missed.filter { space.lack(for: $0) == nil }
    if !never.isEmpty {
      text += Self.filled("never: " + Self.texts(of: never), first: 2, indent: 4)
    }
    var lacks: [HuntLack] = []
    for lack in missed.compactMap({ space.lack(for: $0) }) where !lacks.contains(lack) {
      lacks.append(lack)
    }
    let impossible = lacks.map { lack in
      Self.texts(of: missed.filter { space.lack(for: $0) == lack }) + " (\(lack.text))"
    }
    if !impossible.isEmpty {
      text += Self.filled(
        "cannot happen here: " + impossible.joined(separator: "; "), first: 2, indent: 4)
    }
    return text
  }

  private static func texts(of dangers: [Danger]) -> String {
    dangers.map(\.text).joined(separator: ", ")
  }

  // MARK: Words

  /// The text in lines as wide as those of a timeline, the first one and the further ones indented.
  private static func filled(_ text: String, first: Int = 0, indent: Int) -> String {
    ReportText.filled(
      text, first: String(repeating: " ", count: first),
      further: String(repeating: " ", count: indent), within: Timeline.width)
  }
}

extension SafetyPromise {
  /// That it is broken, as a sentence without its end.
  var breachText: String {
    switch self {
    case .noLostUpdate: "an update is lost"
    case .oneEffectPerIntent: "one request has two effects"
    case .acknowledgedIsCommitted: "a 200 has no effect behind it"
    case .failedHasNoEffect: "a failure has left an effect"
    case .neverOversold: "more is given away than there was"
    case .oneHolderPerLock: "two are inside one distributed lock"
    case .noKeyStuck: "a key stays in PROCESSING"
    case .nothingHeldAtEnd: "something is still held at the end"
    case .everyRequestAccounted: "a request is unaccounted for"
    case .noDuplicateFails: "a duplicate runs into an error"
    }
  }
}

public import ContentionEngine
public import RequestPrograms
import ScenarioModel
import SimulationBasics

/// How a promise came to be broken, fact by fact: who took part, what each of them read and wrote,
/// how the row, the lock and the idempotency key stood, and the moment at which the rule broke.
///
/// Only what belongs to the breach is shown: the requests that took part, from their first read,
/// lock or key on, and the faults meanwhile. Waits are not; what ended them is.
public struct Timeline: Sendable {
  /// How many lines there are at most, as long as leaving out what explains least is enough.
  static let comfortableLineCount = 16
  /// How many lines there are at most, whatever happened.
  static let mostLines = 24

  let names: StoryNames
  let cast: TimelineCast
  /// One line each.
  let moments: [TimelineMoment]
  /// The rule that broke, in words.
  let rule: String
  /// Whether a script asked again, in a call of its own, for what nobody was told to have failed.
  package let repeatsCall: Bool

  /// The timeline of a breach.
  ///
  /// - Parameters:
  ///   - story: What `Simulation.takeStory()` has told, from the beginning of the run.
  ///   - breach: A breach of that run.
  ///   - compiled: The scenario as it ran.
  /// - Complexity: O(story).
  public init(story: [StoryEvent], breach: Breach, of compiled: CompiledScenario) {
    names = StoryNames(compiled)
    cast = TimelineCast(story: story, breach: breach, of: compiled)
    moments = TimelineMoment.moments(of: story, with: cast, names)
    rule = Self.rule(breach, cast, names, story)
    repeatsCall = cast.repeatsCall(in: story[..<cast.span.upperBound])
  }

  /// How many lines it takes, those of its head aside: one for each moment, and one for the rule
  /// that broke.
  public var lineCount: Int { moments.count + 1 }

  /// Whether one of those who take part has looked its idempotency key up, or inserted it.
  package var usesKey: Bool { cast.usesKey }

  /// Whether a lease ends that one of those who take part had.
  var endsLease: Bool {
    moments.contains { if case .leaseExpired = $0.fact { true } else { false } }
  }
}

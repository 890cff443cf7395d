import ContentionEngine
import Reports
import RequestPrograms
import SimulationBasics

extension CommandSession {
  /// How a breach came to be, for the screen and as a diagram.
  struct ToldBreach {
    let lines: [String]
    /// `nil` when there is nothing to tell.
    let mermaid: String?
  }

  /// The timeline that was asked for; `nil` when none was.
  ///
  /// The story is that of a second run which stops at the breach: so the first one, which is
  /// measured, pays nothing for it, and what is told is bounded.
  func timeline(
    of result: RunResult, _ compiled: CompiledScenario, _ request: RunRequest
  ) throws(CommandFailure) -> ToldBreach? {
    guard let choice = request.timeline else { return nil }
    guard let breach = choice.breach(in: result.breaches) else {
      return ToldBreach(lines: ["  TIMELINE  " + choice.nothingToTell], mermaid: nil)
    }
    let story = try story(leadingTo: breach, compiled, request)
    _ = story
    return ToldBreach(lines: ["  TIMELINE  \(breach.promise.text)"], mermaid: nil)
  }

  /// What happened until a breach; of a long story the end.
  private func story(
    leadingTo breach: Breach, _ compiled: CompiledScenario, _ request: RunRequest
  ) throws(CommandFailure) -> [StoryEvent] {
    var watch = request.watch
    watch.tellsStory = true
    watch.stopsAt = [breach.promise]
    var progress = ProgressBar(title: "timeline", wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    var simulation = Simulation(compiled, seed: request.seed, watch: watch)
    var slices = TimeSlices()
    var tail = StoryTail()
    while !simulation.isOver {
      guard !io.isInterrupted() else { throw .interrupted }
      simulation.run(through: slices.next(eventCount: simulation.eventCount))
      tail.append(simulation.takeStory())
      let share = Double(simulation.eventCount) / Double(max(1, breach.event))
      progress.advance(to: min(1, share), "\(breach.promise.name)")
    }
    // What only the end can tell is told by it.
    _ = simulation.finish()
    tail.append(simulation.takeStory())
    return tail.events
  }
}

extension RunRequest.TimelineChoice {
  /// The breach that is told: of those that cost somebody something the first, if there is one.
  func breach(in breaches: [Breach]) -> Breach? {
    switch self {
    case .of(let promise): breaches.first { $0.promise == promise }
    case .worst:
      breaches.first { SafetyPromise.costly.contains($0.promise) } ?? breaches.first
    }
  }

  /// Why there is nothing to tell.
  var nothingToTell: String {
    switch self {
    case .of(let promise): "nothing to tell: \"\(promise.text)\" was held"
    case .worst: "nothing to tell: every promise was held"
    }
  }
}

/// The end of a story.
///
/// What leads to a breach is near it; what is left out of a story of many users is minutes old.
struct StoryTail {
  /// How many facts are kept at least, 96 bytes each.
  static let leastKept = 500_000

  private(set) var events: [StoryEvent] = []

  mutating func append(_ more: [StoryEvent]) {
    events += more
    if events.count > 2 * Self.leastKept { events.removeFirst(events.count - Self.leastKept) }
  }
}

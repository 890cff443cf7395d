import ContentionEngine
import Reports
import RequestPrograms
import SimulationBasics

extension CommandSession {
  /// The breach that the command asks about, and how it came to be; `nil` when it asks about none.
  ///
  /// The story is that of a second run which stops at the breach: so the first one, which is
  /// measured, pays nothing for it.
  func toldBreach(
    of result: RunResult, _ compiled: CompiledScenario, _ request: RunRequest
  ) throws(CommandFailure) -> ToldBreach? {
    guard let choice = request.timeline else { return nil }
    guard let breach = choice.breach(in: result.breaches) else { return .held(choice.promise) }
    let story = try story(leadingTo: breach, compiled, request)
    return .broken(breach, Timeline(story: story, breach: breach, of: compiled))
  }

  /// What happened until a breach.
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
      progress.advance(to: min(1, share), breach.promise.name)
    }
    return tail.events
  }
}

extension RunRequest.TimelineChoice {
  /// The promise that it is about; `nil` for any.
  var promise: SafetyPromise? {
    switch self {
    case .worst: nil
    case .of(let promise): promise
    }
  }

  /// The breach that is told: of those that cost somebody something the first, if there is one.
  func breach(in breaches: [Breach]) -> Breach? {
    if let promise { return breaches.first { $0.promise == promise } }
    return breaches.first { SafetyPromise.costly.contains($0.promise) } ?? breaches.first
  }
}

/// A story as far as it is kept: all of a short one, of a long one the end.
///
/// What leads to a breach is near it. What is left out is older than the last hundred thousands of
/// facts, which are some ten thousands of requests.
struct StoryTail {
  /// How many facts are kept at least, of some 100 bytes each.
  static let leastKept = 500_000

  private(set) var events: [StoryEvent] = []

  mutating func append(_ more: [StoryEvent]) {
    events += more
    if events.count > 2 * Self.leastKept { events.removeFirst(events.count - Self.leastKept) }
  }
}

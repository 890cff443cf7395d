public import ContentionEngine
public import RequestPrograms

/// A hunt through the runs of a model for a broken promise.
public struct Hunt: HuntGround {
  /// What the cases of a group share: their shape, when something happens in its plain case, and
  /// what that case came to.
  public struct Group: Sendable {
    public let shape: HuntShape
    public let landmarks: HuntLandmarks
    let plain: HuntTrial
  }

  /// One run, and its story where that was asked for.
  public struct Run: Sendable {
    public let compiled: CompiledScenario
    public let result: RunResult
    /// The first breach of a promise that is looked for.
    public let breach: Breach?
    public let story: [StoryEvent]

    /// How near the breach is to what people mean by it; of a run whose story was told.
    public var likeness: StoryLikeness {
      breach.map { StoryLikeness(of: $0, in: story) } ?? .exact
    }
  }

  public let space: HuntSpace
  public let seed: UInt64

  public init(_ space: HuntSpace, seed: UInt64) {
    self.space = space
    self.seed = seed
  }

  public static var groupSize: Int { HuntShape.groupSize }

  public func group(_ number: Int) -> Group {
    let shape = HuntShape(of: number, in: space, seed: seed)
    let run = run(shape.plain, tellingStory: true)
    return Group(
      shape: shape,
      landmarks: HuntLandmarks(story: run.story, events: run.result.events),
      plain: HuntTrial(run))
  }

  public func hunted(_ index: Int, in group: Group) -> HuntCase {
    if index % Self.groupSize == 0 { return group.shape.plain }
    return group.shape.hunted(index, in: space, seed: seed, landmarks: group.landmarks)
  }

  public func trial(of hunted: HuntCase, in group: Group) -> HuntTrial {
    let trial = hunted == group.shape.plain ? group.plain : HuntTrial(run(hunted))
    if trial.broken == nil { return trial }
    // Only a story tells whose update it was that is lost.
    return HuntTrial(
      tally: trial.tally, broken: trial.broken,
      likeness: run(hunted, tellingStory: true).likeness)
  }

  /// The case of an index, whatever was hunted before it.
  ///
  /// - Complexity: That of one run.
  public func hunted(_ index: Int) -> HuntCase {
    hunted(index, in: group(index / Self.groupSize))
  }

  /// Makes the run of a case, up to the first breach of a promise that is looked for.
  public func run(_ hunted: HuntCase, tellingStory: Bool = false) -> Run {
    let compiled = ProgramCompiler.compile(
      hunted.scenario(from: space.base), under: space.strategy)
    var watch = RunWatch()
    watch.tieOrder = hunted.tieOrder
    watch.stopsAt = space.promises
    watch.tellsStory = tellingStory
    var simulation = Simulation(compiled, seed: hunted.seed, watch: watch)
    simulation.runToEnd()
    let stopped = simulation.firstBreach
    let story = simulation.takeStory()
    let result = simulation.finish()
    return Run(
      compiled: compiled, result: result,
      breach: stopped ?? result.breaches.first { space.promises.contains($0.promise) },
      story: story)
  }
}

extension HuntTrial {
  init(_ run: Hunt.Run) {
    var tally = HuntTally()
    tally.runs = 1
    tally.requests = run.result.safety.arrived
    tally.events = run.result.events
    tally.dangers = run.result.dangers
    tally.examined = run.result.safety.findings.map { $0.examined }
    self.init(tally: tally, broken: run.breach?.promise)
  }
}

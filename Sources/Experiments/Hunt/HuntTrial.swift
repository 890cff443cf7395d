public import ContentionEngine

/// One run of a hunt.
public struct HuntTrial: Equatable, Sendable {
  public let tally: HuntTally
  /// The promise that was broken first, of those that are looked for.
  public let broken: SafetyPromise?
  /// How near that is to what people mean by it.
  public let likeness: StoryLikeness

  public init(tally: HuntTally, broken: SafetyPromise?, likeness: StoryLikeness = .exact) {
    self.tally = tally
    self.broken = broken
    self.likeness = likeness
  }
}

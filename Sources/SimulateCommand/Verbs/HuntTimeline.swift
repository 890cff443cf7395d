import ContentionEngine
import Experiments
import Reports

/// How a hunted run came to break a promise, and what it met on the way.
struct HuntTimeline {
  let dangers: DangerCounts
  let timeline: Timeline
  let likeness: StoryLikeness

  /// The timeline of a run whose story was told; `nil` for one that breaks nothing that is looked
  /// for.
  init?(_ run: Hunt.Run) {
    guard let breach = run.breach else { return nil }
    timeline = Timeline(story: run.story, breach: breach, of: run.compiled)
    dangers = run.result.dangers
    likeness = run.likeness
  }
}

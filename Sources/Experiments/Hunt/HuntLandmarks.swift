public import ContentionEngine
public import SimulationBasics

/// What happens in a run without faults: the moments near which a fault is worth trying, and how
/// many occasions there are for faults that befall what is done.
public struct HuntLandmarks: Equatable, Sendable {
  /// The moments at which something happened, rising, none twice.
  public let moments: [VirtualTime]
  /// How many answers went out, requests came in, and changes were committed.
  public let answers: Int
  public let requests: Int
  public let commits: Int
  /// How many events there were, as many as messages or more.
  public let events: UInt64

  public init(
    moments: [VirtualTime], answers: Int, requests: Int, commits: Int, events: UInt64
  ) {
    self.moments = moments
    self.answers = answers
    self.requests = requests
    self.commits = commits
    self.events = events
  }

  /// The landmarks of a run whose story was told.
  ///
  /// - Complexity: O(events of the story).
  public init(story: [StoryEvent], events: UInt64) {
    var moments: [VirtualTime] = []
    var answers = 0
    var requests = 0
    var commits = 0
    for event in story {
      if moments.last != event.at { moments.append(event.at) }
      switch event.fact {
      case .replied, .replyLost: answers += 1
      case .sent: requests += 1
      case .committed, .keyCommitted: commits += 1
      default: continue
      }
    }
    self.init(
      moments: moments, answers: answers, requests: requests, commits: commits, events: events)
  }
}

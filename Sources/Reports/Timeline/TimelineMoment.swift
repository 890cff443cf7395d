import ContentionEngine
import SimulationBasics

/// One line of a timeline.
struct TimelineMoment: Sendable {
  /// Whose doing it was.
  enum Place: Equatable, Sendable {
    case user(lane: Int)
    /// The lock server's own.
    case lock
    /// The row's: changes of those who have no lane, and of those who are gone.
    case row
    /// The key's, whose owner is gone.
    case key
    /// A fault: across all lanes.
    case across
  }
  /// Between whom a message goes.
  enum Route: Equatable, Sendable {
    case toLock, fromLock
    case toRow, fromRow
    case toKey, fromKey
    /// What a client sends or hears, or what befalls it.
    case own
  }

  let at: VirtualTime
  let event: UInt64
  let place: Place
  let request: StoryEvent.RequestTeller?
  let fact: StoryEvent.Fact
  var text: String
  var route: Route = .own
  /// What the row, the lock and the key are from then on; empty where nothing changes.
  var row = ""
  var lock = ""
  var key = ""
  /// What is left out first where there are too many lines has the highest; 0 stays.
  var dispensability = 0
}

extension TimelineMoment {
  /// What belongs to a breach, in the order of the run.
  static func moments(
    of story: [StoryEvent], with cast: TimelineCast, _ names: StoryNames
  ) -> [TimelineMoment] {
    var stage = TimelineStage(cast, names)
    for (index, event) in story[..<cast.span.upperBound].enumerated() {
      stage.happens(event, isShown: index >= cast.span.lowerBound, before: story[(index + 1)...])
    }
    var moments = stage.moments
    rank(&moments, with: cast)
    while moments.count + 1 > Timeline.comfortableLineCount,
      let most = moments.map(\.dispensability).max(), most > 0,
      let index = moments.firstIndex(where: { $0.dispensability == most })
    {
      let row = moments[index].row
      moments.remove(at: index)
      // What the row is stays on the next line about it.
      if !row.isEmpty, index < moments.count, moments[index].row.isEmpty,
        moments[index].route == .fromRow || moments[index].route == .toRow
      {
        moments[index].row = row
      }
    }
    return shortened(moments)
  }

  /// Leaves out the middle of what is longer than a screen.
  private static func shortened(_ moments: [TimelineMoment]) -> [TimelineMoment] {
    let room = Timeline.mostLines - 1
    if moments.count <= room { return moments }
    let head = room / 2
    let tail = room - head - 1
    let gap = moments[head]
    let left = moments.count - head - tail
    return moments[..<head] + [
      TimelineMoment(
        at: gap.at, event: gap.event, place: .across, request: nil, fact: gap.fact,
        text: "… \(ScreenText.count(UInt64(left))) lines")
    ] + moments[(moments.count - tail)...]
  }

  /// Says what explains least.
  private static func rank(_ moments: inout [TimelineMoment], with cast: TimelineCast) {
    for index in moments.indices {
      let moment = moments[index]
      guard let request = moment.request, index < moments.count - 1 else { continue }
      if !cast.requests.contains(request) {
        moments[index].dispensability = 1
        continue
      }
      let later = moments[(index + 1)...]
      func follows(_ isMeant: (StoryEvent.Fact) -> Bool) -> Bool {
        later.contains { $0.request == request && isMeant($0.fact) }
      }
      let isCommitted = follows { if case .committed = $0 { true } else { false } }
      switch moment.fact {
      case .read, .versionMoved, .rolledBack, .deadlockVictim, .lockWaitTimedOut, .tokenRefused:
        // An attempt that was thrown away, for another that reads again.
        if follows({ if case .read = $0 { true } else { false } }) {
          moments[index].dispensability = 6
        }
      case .keyFound(_, .absent): moments[index].dispensability = 5
      case .replyLost:
        // Nobody has waited for it any longer.
        if moments[..<index].contains(where: { $0.fact == .timedOut && $0.request == request }) {
          moments[index].dispensability = 4
        }
      case .replied:
        let goesOn = later.contains { $0.request?.user == request.user && $0.request != request }
        if !goesOn { moments[index].dispensability = 4 }
      case .unlocked: if !isCommitted { moments[index].dispensability = 3 }
      case .wrote:
        if isCommitted { moments[index].dispensability = 2 }
      default: break
      }
    }
  }
}

public import ContentionEngine
import SimulationBasics

/// How near a breach is to what people mean by the name of its promise.
///
/// Ledgers are literal: to them an update is lost, too, that the same request's second attempt
/// overwrites with the same amount, though nobody has lost money by that.
public enum StoryLikeness: UInt64, Comparable, Sendable {
  /// As everybody would tell it.
  case exact
  /// Nearly so: two requests of one user where one would think of two users, a first attempt that
  /// its repeat has overtaken.
  case near
  /// By the letter only.
  case other

  public static func < (first: StoryLikeness, second: StoryLikeness) -> Bool {
    first.rawValue < second.rawValue
  }

  /// The likeness of the breach that a story ends with.
  ///
  /// - Parameter story: What was told from the beginning of the run to the breach.
  /// - Complexity: O(story).
  public init(of breach: Breach, in story: [StoryEvent]) {
    self = .exact
    let end = story.firstIndex { $0.fact == .broke(breach.promise) } ?? story.count
    guard end < story.count, case .request(let breaker) = story[end].teller else { return }
    let told = story[..<end]
    switch breach.promise {
    case .noLostUpdate: self = Self.ofLostUpdate(by: breaker, breach, told)
    case .noDuplicateFails: self = Self.ofDuplicate(by: breaker, told)
    case .oneEffectPerIntent, .acknowledgedIsCommitted, .failedHasNoEffect, .neverOversold,
      .oneHolderPerLock, .noKeyStuck, .nothingHeldAtEnd, .everyRequestAccounted:
      return
    }
  }

  /// What is overwritten is somebody else's, or at least another request's.
  private static func ofLostUpdate(
    by breaker: StoryEvent.RequestTeller, _ breach: Breach, _ told: ArraySlice<StoryEvent>
  ) -> StoryLikeness {
    var likeness = StoryLikeness.other
    var hasCommitted = false
    var isAnyOverwritten = false
    for event in told.reversed() {
      guard case .request(let request) = event.teller else { continue }
      switch event.fact {
      case .committed(let row, _, _) where row == breach.row:
        if request == breaker {
          hasCommitted = true
        } else if hasCommitted {
          isAnyOverwritten = true
          if request.key != breaker.key {
            likeness = min(likeness, request.user == breaker.user ? .near : .exact)
          }
        }
      case .read(let row, _, _, _) where row == breach.row && request == breaker:
        // What was committed before it has been read.
        if hasCommitted { return isAnyOverwritten ? likeness : .exact }
      default: continue
      }
    }
    return isAnyOverwritten ? likeness : .exact
  }

  /// The duplicate has seen that the first is being processed, or has not looked at all: if it has
  /// looked too early, code that asks for PROCESSING would have failed as well.
  private static func ofDuplicate(
    by breaker: StoryEvent.RequestTeller, _ told: ArraySlice<StoryEvent>
  ) -> StoryLikeness {
    for event in told.reversed() where event.teller == .request(breaker) {
      switch event.fact {
      case .keyFound(_, .absent): return .other
      case .keyFound: return breaker.attempt > 1 ? .exact : .near
      default: continue
      }
    }
    return .exact
  }
}

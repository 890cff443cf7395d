public import ContentionEngine

/// A case that breaks a promise.
public struct HuntFind<Case: Sendable>: Sendable {
  /// The number of the case.
  public let index: Int
  public let hunted: Case
  public let promise: SafetyPromise
  /// How near its breach is to what people mean by the promise.
  public let likeness: StoryLikeness

  public init(
    index: Int, hunted: Case, promise: SafetyPromise, likeness: StoryLikeness = .exact
  ) {
    self.index = index
    self.hunted = hunted
    self.promise = promise
    self.likeness = likeness
  }
}

extension HuntFind: Equatable where Case: Equatable {}

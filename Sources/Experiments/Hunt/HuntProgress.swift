/// How far a hunt has come: the cases so far, in the order of their numbers.
///
/// The find is the case with the lowest number that breaks a promise as people mean it; where there
/// is none among the next `patience` groups, the nearest so far. The sizes of the batches change
/// nothing.
public struct HuntProgress<Case: Sendable>: Sendable {
  public let limit: HuntLimit
  public private(set) var tally = HuntTally()
  /// How many groups have been taken in.
  public private(set) var groups = 0
  private var exact: HuntFind<Case>?
  private var spare: HuntFind<Case>?
  /// The number of groups at which the spare one is good enough.
  private var lastGroup = Int.max
  private var hasReachedLimit = false

  public init(limit: HuntLimit) { self.limit = limit }

  /// For how many groups a hunt goes on that has found a breach which is not exactly what is meant.
  public static var patience: Int { 64 }

  /// What was found so far.
  public var find: HuntFind<Case>? { exact ?? spare }

  /// Whether there is nothing left to look for.
  public var isOver: Bool { exact != nil || hasReachedLimit || groups >= lastGroup }

  /// How much of the limit is behind; 0 where there is none.
  public var share: Double {
    switch limit {
    case .none: 0
    case .runs(let count): Double(tally.runs) / Double(max(1, count))
    case .requests(let count): Double(tally.requests) / Double(max(1, count))
    }
  }

  /// Takes in the next group, as far as the limit goes; nothing when the hunt is over.
  public mutating func take(_ group: HuntedGroup<Case>) {
    if isOver { return }
    groups += 1
    for (place, trial) in group.trials.enumerated() {
      tally.add(trial)
      if let find = group.finds[place] {
        if find.likeness == .exact {
          exact = find
          return
        }
        if spare == nil { lastGroup = groups + Self.patience }
        if find.isNearer(than: spare) { spare = find }
      }
      hasReachedLimit =
        switch limit {
        case .none: false
        case .runs(let count): tally.runs >= count
        case .requests(let count): tally.requests >= count
        }
      if hasReachedLimit { return }
    }
  }
}

extension HuntFind {
  /// Whether it is nearer to what is meant than another one, or the first.
  fileprivate func isNearer(than other: HuntFind?) -> Bool {
    other.map { likeness < $0.likeness } ?? true
  }
}

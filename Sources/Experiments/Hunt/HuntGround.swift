/// What can be hunted through: cases by number, in groups that share some work.
public protocol HuntGround: Sendable {
  associatedtype Case: Sendable
  /// What the cases of a group share.
  associatedtype Group

  /// How many cases each group has.
  static var groupSize: Int { get }

  /// Prepares a group; equal numbers yield equal groups.
  func group(_ number: Int) -> Group

  /// The case of an index in its group.
  func hunted(_ index: Int, in group: Group) -> Case

  /// What comes of a case.
  func trial(of hunted: Case, in group: Group) -> HuntTrial
}

/// How far a hunt goes when it finds nothing.
public enum HuntLimit: Equatable, Sendable {
  /// As far as it is let.
  case none
  case runs(UInt64)
  /// Until so many requests have been made, a case more or less.
  case requests(UInt64)
}

/// What the cases of one group came to, up to the first that broke a promise as people mean it.
public struct HuntedGroup<Case: Sendable>: Sendable {
  /// In the order of the cases.
  public let trials: [HuntTally]
  /// What each of them broke, if anything.
  public let finds: [HuntFind<Case>?]
}

/// Some groups of a hunt, one after the other.
///
/// The parts are in the order of the groups, so that whoever puts them together may stop at the
/// first find: which threads made them changes nothing.
public struct HuntBatch<Ground: HuntGround>: Experiment {
  public let ground: Ground
  public let groups: Range<Int>

  public init(_ ground: Ground, groups: Range<Int>) {
    self.ground = ground
    self.groups = groups
  }

  public var runCount: Int { groups.count }

  public func run(_ index: Int) -> HuntedGroup<Ground.Case> {
    let number = groups.lowerBound + index
    let group = ground.group(number)
    var trials: [HuntTally] = []
    trials.reserveCapacity(Ground.groupSize)
    var finds: [HuntFind<Ground.Case>?] = []
    finds.reserveCapacity(Ground.groupSize)
    for place in 0..<Ground.groupSize {
      let index = number * Ground.groupSize + place
      let hunted = ground.hunted(index, in: group)
      let trial = ground.trial(of: hunted, in: group)
      trials.append(trial.tally)
      finds.append(
        trial.broken.map {
          HuntFind(index: index, hunted: hunted, promise: $0, likeness: trial.likeness)
        })
      if trial.broken != nil && trial.likeness == .exact { break }
    }
    return HuntedGroup(trials: trials, finds: finds)
  }

  public func merge(_ parts: [HuntedGroup<Ground.Case>]) -> [HuntedGroup<Ground.Case>] { parts }
}

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

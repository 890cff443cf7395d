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

/// What the cases of one group came to, up to the first that broke a promise as people mean it.
public struct HuntedGroup<Case: Sendable>: Sendable {
  /// In the order of the cases.
  public let trials: [HuntTally]
  /// What each of them broke, if anything.
  public let finds: [HuntFind<Case>?]
}

import ContentionEngine
import ScenarioModel
import SimulationBasics

/// Draws what goes wrong.
extension HuntShape {
  /// A case of a hunt: pure in the hunt's seed and the case's index, because shape and landmarks
  /// are pure in them too.
  ///
  /// - Parameters:
  ///   - index: The number of the case, from 0; not the first of its group.
  ///   - landmarks: Those of the group's plain case.
  public func hunted(
    _ index: Int, in space: HuntSpace, seed: UInt64, landmarks: HuntLandmarks
  ) -> HuntCase {
    precondition(index % Self.groupSize != 0, "the first case of a group is the plain one")
    var draw = FaultDraw(
      dice: HuntDice(seed: seed, purpose: .huntCase, entity: index), space: space,
      landmarks: landmarks, instances: plain.instances(in: space))
    var hunted = plain
    if !kinds.isEmpty {
      // One fault is enough for most stories.
      for _ in 0..<draw.dice.one(of: [1, 1, 1, 1, 2, 2, 3]) {
        hunted.faults.append(draw.fault(draw.dice.one(of: kinds)))
      }
    }
    hunted.tieOrder = draw.tieOrder()
    return hunted
  }
}

/// The draws of one case.
private struct FaultDraw {
  var dice: HuntDice
  let space: HuntSpace
  let landmarks: HuntLandmarks
  let instances: Int
  /// How much later than without faults everything happens by now.
  var delay = VirtualDuration.zero

  mutating func tieOrder() -> TieOrder {
    let seed = 1 + dice.number(below: 1_000_000 as UInt64)
    switch dice.number(below: 4) {
    case 0: return .drawn(seed: seed)
    case 1:
      return .priorities(
        seed: seed, changes: 1 + dice.number(below: 3), events: max(1, landmarks.events))
    default: return .scheduling
    }
  }

  mutating func fault(_ kind: FaultKind) -> Fault {
    switch kind {
    case .pause:
      let length = amount()
      return event(.pause(length, instance: dice.number(below: instances)), lasting: length)
    case .instanceCrash:
      let restart = amount()
      return event(
        .instanceCrash(restart: restart, instance: dice.number(below: instances)),
        lasting: restart)
    case .redisFailover: return event(.redisFailover(losing: amount()))
    case .redisOutage:
      let length = amount()
      let timeout = dice.happens(1, of: 2) ? FaultEvent.usualOutageTimeout : smallAmount()
      let policy = dice.one(of: FaultEvent.OutagePolicy.allCases)
      return event(.redisOutage(length, timeout: timeout, policy: policy), lasting: length)
    case .databaseStall:
      let length = amount()
      return event(.databaseStall(length), lasting: length)
    case .clockJump:
      return event(.clockJump(by: amount(), dice.happens(3, of: 4) ? .ahead : .back))
    case .responseLoss:
      return condition(.responseLoss, outOf: landmarks.answers)
    case .doubleSubmit:
      return condition(.doubleSubmit(after: smallAmount()), outOf: landmarks.requests)
    case .slowCommit:
      return condition(.slowCommit(by: amount()), outOf: landmarks.commits)
    case .networkDelay:
      let link = dice.one(of: FaultCondition.Link.allCases)
      // Two messages of a request are its client's; the others are no more than the events.
      let messages = link == .client ? 2 * landmarks.requests : Int(landmarks.events / 3)
      return condition(.networkDelay(by: amount(), on: link), outOf: messages)
    }
  }

  // MARK: When

  /// An event between two moments at which something happened, or right behind one.
  private mutating func event(_ event: FaultEvent, lasting length: VirtualDuration = .zero)
    -> Fault
  {
    var at = VirtualDuration.zero
    if !landmarks.moments.isEmpty {
      let place = dice.number(below: landmarks.moments.count)
      at = landmarks.moments[place].sinceStart
      if place + 1 < landmarks.moments.count {
        let gap = landmarks.moments[place + 1].sinceStart - at
        at += .nanoseconds(1 + dice.number(below: max(1, gap.inNanoseconds)))
      } else {
        at += .nanoseconds(1)
      }
    }
    if delay > .zero, dice.happens(1, of: 2) { at += delay }
    if length > delay { delay = length }
    return .event(event, FaultMoments(at: .constant(at)))
  }

  /// A condition that befalls one occasion, or two or three.
  private mutating func condition(_ condition: FaultCondition, outOf occasions: Int) -> Fault {
    var numbers: [UInt64] = []
    for _ in 0..<dice.one(of: [1, 1, 1, 2, 3]) {
      let number = 1 + dice.number(below: UInt64(max(1, occasions)))
      if !numbers.contains(number) { numbers.append(number) }
    }
    numbers.sort()
    return .condition(condition, FaultOccasions(numbers: numbers))
  }

  // MARK: How much

  /// Half as much as one of the model's lengths of time, a sixth more, or twice as much; or little.
  private mutating func amount() -> VirtualDuration {
    if dice.happens(1, of: 2) { return smallAmount() }
    let scale = dice.one(of: space.scales)
    switch dice.number(below: 4) {
    case 0: return max(.nanoseconds(1), .nanoseconds(scale.inNanoseconds / 2))
    case 1: return scale * 2
    default: return scale + .nanoseconds(scale.inNanoseconds / 6)
    }
  }

  private mutating func smallAmount() -> VirtualDuration {
    dice.one(of: [
      .microseconds(500), .milliseconds(2), .milliseconds(10), .milliseconds(50),
      .milliseconds(200), .seconds(1),
    ])
  }
}

import ScenarioModel
import SimulationBasics

// Loads whose iterations begin at a rate, and loads with the shape of a profile.
extension ScenarioBuilder {
  mutating func constantArrivalRate(_ object: ModelObject) -> Executor? {
    let range = 1...ModelLimits.arrivalsPerUnit
    let rateNode = required("rate", in: object, .wholeNumberAtLeast(1))
    let rate = rateNode.flatMap { count($0, in: range) }
    let unit = timeUnit(object)
    let duration = required("duration", in: object, .positiveTime).flatMap { positiveTime($0) }
    let users = userPool(object)
    guard let rateNode, let rate, let unit, let duration, let users else { return nil }
    noteTooManyArrivals(Double(rate) * duration.asNumber / unit.asNumber, at: rateNode)
    return .constantArrivalRate(
      rate: ArrivalRate(iterations: rate, timeUnit: unit), duration: duration, users: users)
  }

  mutating func rampingArrivalRate(_ object: ModelObject) -> Executor? {
    let startRate: Int? =
      if let node = object["startRate"] {
        count(node, in: 0...ModelLimits.arrivalsPerUnit)
      } else { 0 }
    let unit = timeUnit(object)
    let users = userPool(object)
    guard let node = required("stages", in: object, .listOf("stage")) else { return nil }
    let stages = stages(node, of: .arrivalsPerUnit)
    guard let startRate, let unit, let users, let stages else { return nil }
    if startRate == 0 && stages.allSatisfy({ $0.target == 0 }) { note(.noArrivals, at: node) }
    var arrivals = 0.0
    var rate = startRate
    for stage in stages {
      arrivals += Double(rate + stage.target) / 2 * stage.duration.asNumber / unit.asNumber
      rate = stage.target
    }
    noteTooManyArrivals(arrivals, at: node)
    return .rampingArrivalRate(
      startRate: ArrivalRate(iterations: startRate, timeUnit: unit), stages: stages, users: users)
  }

  private mutating func timeUnit(_ object: ModelObject) -> VirtualDuration? {
    guard let node = object["timeUnit"] else { return .seconds(1) }
    return positiveTime(node)
  }

  /// The users that wait for iterations; as many in all as from the start unless `maxVUs` says
  /// more.
  private mutating func userPool(_ object: ModelObject) -> UserPool? {
    let expected = Expectation.wholeNumberAtLeast(0)
    let preAllocated = required("preAllocatedVUs", in: object, expected).flatMap {
      count($0, in: 0...ModelLimits.users)
    }
    guard let node = object["maxVUs"] ?? missingMaximum(object, preAllocated: preAllocated) else {
      return preAllocated.map { UserPool(preAllocated: $0, maximum: $0) }
    }
    guard let maximum = count(node, in: 1...ModelLimits.users), let preAllocated else { return nil }
    if maximum < preAllocated {
      note(
        .numberTooSmall(node.value.found, least: preAllocated, key: "preAllocatedVUs"), at: node)
      return nil
    }
    return UserPool(preAllocated: preAllocated, maximum: maximum)
  }

  /// Notes that `maxVUs` is missing where there are no users without it.
  private mutating func missingMaximum(_ object: ModelObject, preAllocated: Int?) -> ModelNode? {
    preAllocated == 0 ? required("maxVUs", in: object, .wholeNumberAtLeast(1)) : nil
  }

  /// Notes when more iterations begin than a run can count.
  private mutating func noteTooManyArrivals(_ arrivals: Double, at node: ModelNode) {
    if arrivals > Double(ModelLimits.iterations) {
      note(.tooMany(.arrivals, limit: Int(ModelLimits.iterations)), at: node)
    }
  }

  // MARK: - Profiles

  /// The shape that a name stands for, with `vus` at its highest, and `duration` there.
  mutating func profile(_ node: ModelNode, in object: ModelObject) -> Executor? {
    for member in object.members
    where Self.loadKeys.contains(member.name)
      && !["profile", "vus", "duration"].contains(member.name)
    {
      findings.note(
        .excludedKey(by: "profile"), at: member.nameOrigin, path: object.path.key(member.name))
    }
    let profile = word(node, of: LoadProfile.allCases)
    let peak = required("vus", in: object, .wholeNumberAtLeast(1)).flatMap {
      count($0, in: 1...ModelLimits.users)
    }
    let hold = object["duration"].flatMap { positiveTime($0) }
    guard let profile, let peak else { return nil }
    return profile.executor(peak: peak, hold: hold)
  }
}

extension VirtualDuration {
  /// The length in nanoseconds, near enough for a bound.
  fileprivate var asNumber: Double { Double(inNanoseconds) }
}

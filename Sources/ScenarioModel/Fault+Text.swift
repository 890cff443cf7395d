public import SimulationBasics

extension FaultKind {
  /// The kind as the command line names it: `redis-failover`.
  public var flagName: String {
    switch self {
    case .responseLoss: "response-loss"
    case .doubleSubmit: "double-submit"
    case .pause: "pause"
    case .instanceCrash: "instance-crash"
    case .redisFailover: "redis-failover"
    case .redisOutage: "redis-outage"
    case .databaseStall: "database-stall"
    case .slowCommit: "slow-commit"
    case .networkDelay: "network-delay"
    case .clockJump: "clock-jump"
    }
  }

  /// A fault of the kind in short text, as messages give an example.
  package var example: String {
    switch self {
    case .responseLoss: "response-loss=0.01"
    case .doubleSubmit: "double-submit=50ms,probability=0.1"
    case .pause: "pause=35s@10s"
    case .instanceCrash: "instance-crash=10s@5s"
    case .redisFailover: "redis-failover=200ms@1.5s"
    case .redisOutage: "redis-outage=5s@10s"
    case .databaseStall: "database-stall=2s@10s"
    case .slowCommit: "slow-commit=200ms,nth=3"
    case .networkDelay: "network-delay=500ms,on=database"
    case .clockJump: "clock-jump=10s@5s"
    }
  }
}

extension Fault {
  /// The fault in the short text of the command line: `pause=35s@10s,instance=1`.
  ///
  ///     text   = kind [ "=" amount ] [ "@" moment ] { "," option "=" value }
  ///     moment = time | time ".." time | "~" time
  ///
  /// The second form of a moment is any between two times, the third exponential with this mean.
  /// What has its usual value is left out. Reading the text gives the same fault, if its moments
  /// have one of these forms, as those of every model that was read.
  ///
  /// - Complexity: O(*n*) for *n* numbers of occasions.
  public var text: String {
    switch self {
    case .event(let event, let moments): event.head + "@" + moments.text + event.options
    case .condition(let condition, let occasions):
      condition.head(with: occasions) + condition.options + occasions.options(of: condition)
    }
  }
}

extension FaultEvent {
  /// The timeout of an outage that is not said: Redisson's of a command (`timeout` of its
  /// configuration).
  public static let usualOutageTimeout = VirtualDuration.seconds(3)
  /// How long an instance that crashed takes to serve again, where that is not said.
  public static let usualRestart = VirtualDuration.seconds(10)

  fileprivate var head: String {
    let amount: String
    switch self {
    case .pause(let length, _), .redisOutage(let length, _, _), .databaseStall(let length):
      amount = length.description
    case .instanceCrash(let restart, _): amount = restart.description
    case .redisFailover(let lost): amount = lost.description
    case .clockJump(let jump, .ahead): amount = jump.description
    case .clockJump(let jump, .back): amount = "-" + jump.description
    }
    return kind.flagName + "=" + amount
  }

  fileprivate var options: String {
    switch self {
    case .pause(_, let instance?), .instanceCrash(_, let instance?):
      return ",instance=\(instance + 1)"
    case .redisOutage(_, let timeout, let policy):
      return (timeout == Self.usualOutageTimeout ? "" : ",timeout=" + timeout.description)
        + (policy == .failClosed ? "" : ",policy=" + policy.rawValue)
    case .pause, .instanceCrash, .redisFailover, .databaseStall, .clockJump: return ""
    }
  }
}

extension FaultCondition {
  fileprivate func head(with occasions: FaultOccasions) -> String {
    var text = kind.flagName
    switch self {
    case .responseLoss:
      if occasions.probability != 1 { text += "=" + occasions.probability.asShortText }
    case .doubleSubmit(let after): text += "=" + after.description
    case .slowCommit(let delay), .networkDelay(let delay, _): text += "=" + delay.description
    }
    return occasions.from == .zero ? text : text + "@" + occasions.from.description
  }

  fileprivate var options: String {
    switch self {
    case .networkDelay(_, let link): link == .all ? "" : ",on=" + link.rawValue
    case .responseLoss, .doubleSubmit, .slowCommit: ""
    }
  }
}

extension FaultMoments {
  fileprivate var text: String {
    var text = at.asMoment
    if let every { text += ",every=" + every.asMoment }
    if let times { text += ",times=\(times)" }
    if probability != 1 { text += ",probability=" + probability.asShortText }
    return text
  }
}

extension FaultOccasions {
  fileprivate func options(of condition: FaultCondition) -> String {
    var text = ""
    if let length { text += ",for=" + length.description }
    if condition != .responseLoss, probability != 1 {
      text += ",probability=" + probability.asShortText
    }
    for (index, number) in numbers.enumerated() {
      text += (index == 0 ? ",nth=" : "+") + "\(number)"
    }
    return text
  }
}

extension DurationDistribution {
  /// The moment as short text; of a shape that has none, its name in model files.
  fileprivate var asMoment: String {
    switch self {
    case .constant(let length): length.description
    case .uniform(let least, let most): least.description + ".." + most.description
    case .exponential(let mean): "~" + mean.description
    case .normal: "normal"
    case .lognormal: "lognormal"
    case .gamma: "gamma"
    case .pareto: "pareto"
    case .empirical: "empirical"
    }
  }
}

extension Double {
  /// The shortest decimal that reads back as the same number, whole numbers without a point.
  package var asShortText: String {
    let digits = Array(description.utf8)
    let isWhole = digits.suffix(2).elementsEqual(".0".utf8)
    return String(decoding: isWhole ? digits.dropLast(2) : digits[...], as: UTF8.self)
  }
}

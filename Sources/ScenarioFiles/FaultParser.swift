public import ScenarioModel
import SimulationBasics

/// Reads faults as `--fault TEXT` gives them: `pause=35s@10s,instance=1`; `Fault.text` writes them.
///
///     text   = kind [ "=" amount ] [ "@" moment ] { "," option "=" value }
///     moment = time | time ".." time | "~" time
public enum FaultParser {
  /// The fault of a text.
  ///
  /// - Throws: The first thing that is wrong: an unknown kind or option, an option given twice, a
  ///   value that is not what its option takes, a missing amount or moment.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> Fault {
    var options = try FaultOptions(text)
    let fault: Fault
    switch options.kind {
    case .pause:
      fault = try event(&options) { options throws(Problem) in
        .pause(try options.positiveAmount(), instance: try options.instance())
      }
    case .instanceCrash:
      fault = try event(&options) { options throws(Problem) in
        .instanceCrash(
          restart: options.amount == nil
            ? FaultEvent.usualRestart : try options.positiveAmount(),
          instance: try options.instance())
      }
    case .redisFailover:
      fault = try event(&options) { options throws(Problem) in
        .redisFailover(losing: try options.positiveAmount())
      }
    case .redisOutage:
      fault = try event(&options) { options throws(Problem) in
        .redisOutage(
          try options.positiveAmount(),
          timeout: try options.positiveTime(.timeout) ?? FaultEvent.usualOutageTimeout,
          policy: try options.word(.policy, of: FaultEvent.OutagePolicy.allCases) ?? .failClosed)
      }
    case .databaseStall:
      fault = try event(&options) { options throws(Problem) in
        .databaseStall(try options.positiveAmount())
      }
    case .clockJump:
      fault = try event(&options) { options throws(Problem) in try options.clockJump() }
    case .responseLoss:
      let probability = try options.probabilityAmount() ?? 1
      fault = .condition(.responseLoss, try occasions(&options, probability: probability))
    case .doubleSubmit:
      let after = try options.requiredAmount()
      fault = .condition(.doubleSubmit(after: after), try occasions(&options))
    case .slowCommit:
      let delay = try options.positiveAmount()
      fault = .condition(.slowCommit(by: delay), try occasions(&options))
    case .networkDelay:
      let delay = try options.positiveAmount()
      let link = try options.word(.on, of: FaultCondition.Link.allCases) ?? .all
      fault = .condition(.networkDelay(by: delay, on: link), try occasions(&options))
    }
    return fault
  }

  /// The kind of a name alone, such as `redis-failover`.
  ///
  /// - Throws: That there is none of the name.
  public static func kind(_ name: String) throws(Problem) -> FaultKind {
    for kind in FaultKind.allCases where kind.flagName == name { return kind }
    let known = FaultKind.allCases.map { $0.flagName }
    throw .unknownName(
      .fault, found: name, known: known,
      suggestion: SpellingSuggestion.closest(to: name, in: known))
  }

  /// Checks that a scenario has what a fault names.
  ///
  /// - Throws: That it has no such instance.
  public static func check(_ fault: Fault, in scenario: Scenario) throws(Problem) {
    let instances = scenario.system.instances
    guard let instance = fault.instance, instance >= instances else { return }
    throw .fault(.noSuchInstance(instance + 1, instances: instances))
  }

  private static func event(
    _ options: inout FaultOptions,
    _ read: (inout FaultOptions) throws(Problem) -> FaultEvent
  ) throws(Problem) -> Fault {
    let event = try read(&options)
    let at = try options.requiredMoment()
    let every = try options.pause(.every)
    let times = try options.wholeNumber(.times, upTo: ModelLimits.rounds)
    if times != nil, every == nil { throw .fault(.option("times", .keyNeedsKey("every"))) }
    return .event(
      event,
      FaultMoments(
        at: at, every: every, times: times.map { Int($0) },
        probability: try options.probability() ?? 1))
  }

  private static func occasions(
    _ options: inout FaultOptions, probability: Double? = nil
  ) throws(Problem) -> FaultOccasions {
    let chance = try options.probability() ?? 1
    return FaultOccasions(
      probability: probability ?? chance, from: try options.from(),
      length: try options.positiveTime(.length), numbers: try options.numbers())
  }
}

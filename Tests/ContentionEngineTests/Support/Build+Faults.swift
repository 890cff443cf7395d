import ScenarioModel
import SimulationBasics

/// Faults in few words.
extension Build {
  /// A fault that happens once, so many milliseconds after the start.
  static func fault(at milliseconds: UInt64, _ event: FaultEvent) -> Fault {
    .event(event, FaultMoments(at: .constant(.milliseconds(milliseconds))))
  }

  /// A fault that befalls these occasions, or all.
  static func fault(_ condition: FaultCondition, on numbers: UInt64...) -> Fault {
    .condition(condition, FaultOccasions(numbers: numbers))
  }

  static func pause(at start: UInt64, for length: UInt64, instance: Int? = 0) -> Fault {
    fault(at: start, .pause(.milliseconds(length), instance: instance))
  }

  static func crash(at start: UInt64, restart: UInt64, instance: Int? = 0) -> Fault {
    fault(at: start, .instanceCrash(restart: .milliseconds(restart), instance: instance))
  }

  static func stall(at start: UInt64, for length: UInt64) -> Fault {
    fault(at: start, .databaseStall(.milliseconds(length)))
  }

  static func outage(
    at start: UInt64, for length: UInt64, timeout: UInt64 = 30,
    _ policy: FaultEvent.OutagePolicy = .failClosed
  ) -> Fault {
    fault(
      at: start,
      .redisOutage(
        .milliseconds(length), timeout: .milliseconds(timeout), policy: policy))
  }

  static func failover(at start: UInt64, losing length: UInt64) -> Fault {
    fault(at: start, .redisFailover(losing: .milliseconds(length)))
  }

  static func clockJump(
    at start: UInt64, by length: UInt64, _ direction: FaultEvent.ClockDirection
  ) -> Fault {
    fault(at: start, .clockJump(by: .milliseconds(length), direction))
  }
}

extension Scenario {
  func with(_ faults: Fault...) -> Scenario {
    var scenario = self
    scenario.faults = faults
    return scenario
  }
}

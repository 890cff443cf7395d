import ContentionEngine
import RequestPrograms
public import ScenarioModel
import SimulationBasics

/// Loads between a part and all of what a service can carry.
///
/// The utilisation law tells what that is from a run without faults and without clients who give
/// up: each request needs each server for a certain time, so that the busy share grows in
/// proportion to the load until the first share is 1.
public struct PulseLoads: Equatable, Sendable {
  /// The load at which the first server would be busy all the time.
  public let capacity: Double
  /// Rising, none twice.
  public let loads: [Int]

  /// The parts of the capacity that are tried, in percent.
  static let shares = [20, 30, 40, 50, 60, 70, 80, 90]
  /// How long the run lasts that tells the capacity.
  static let pilotLength = VirtualDuration.seconds(30)

  /// Steps from 20 % to 90 % of the capacity, each rounded to two digits.
  ///
  /// - Precondition: The scenario has one load.
  /// - Complexity: A run of 30 s.
  public init(of scenario: Scenario, seed: UInt64) {
    var pilot = scenario
    pilot.faults = []
    pilot.loads[0].client = nil
    let own = scenario.loads[0].executor
    let amount = max(1, own.amount)
    pilot.loads[0].executor = own.constant(
      Int(amount.rounded(.up)), lasting: Self.pilotLength)
    let result = ProgramCompiler.compile(pilot, under: pilot.strategy).result(seed: seed)
    var utilisation = result.resources.hottestRow?.row.utilisation ?? 0
    for server in result.resources.servers { utilisation = max(utilisation, server.utilisation) }
    let capacity = utilisation > 0 ? amount.rounded(.up) / utilisation : amount
    self.capacity = capacity
    var loads: [Int] = []
    for share in Self.shares {
      let load = max(1, Int(Self.twoDigits(capacity * Double(share) / 100)))
      if loads.last.map({ load > $0 }) ?? true { loads.append(load) }
    }
    self.loads = loads
  }

  /// The nearest whole number with two significant digits.
  static func twoDigits(_ number: Double) -> Double {
    var unit = 1.0
    while number / unit >= 99.5 { unit *= 10 }
    return (number / unit).rounded() * unit
  }
}

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
  /// What tells the capacity: the load of the run, what was busiest in it, and how busy.
  public let pilot: Pilot

  /// The run that tells the capacity.
  public struct Pilot: Equatable, Sendable {
    /// Iterations a second, or users.
    public let load: Int
    /// The name of what was busiest; `nil` where nothing of which there is a limited number was
    /// used.
    public let busiest: String?
    /// The part of the time, or of the servers, that was busy.
    public let utilisation: Double

    public init(load: Int, busiest: String?, utilisation: Double) {
      self.load = load
      self.busiest = busiest
      self.utilisation = utilisation
    }
  }

  /// The parts of the capacity that are tried, in percent.
  static let shares = [20, 30, 40, 50, 60, 70, 80, 90]
  /// The same where a load is counted in users, each of whom costs a simulation as much as several
  /// iterations a second do.
  static let sharesOfUsers = [30, 60, 90]
  /// The users who are tried at most unless a command says otherwise, so that it ends soon.
  static let mostUsers = 2_000.0
  /// How long the run lasts that tells the capacity.
  static let pilotLength = VirtualDuration.seconds(30)

  /// Steps from 20 % to 90 % of the capacity, each rounded to two digits; three steps of users,
  /// from 30 % to 90 % of the capacity or of 2 000 users where that is less.
  ///
  /// - Precondition: The scenario has one load.
  /// - Complexity: A run of 30 s.
  public init(of scenario: Scenario, seed: UInt64) {
    var pilot = scenario
    pilot.faults = []
    pilot.loads[0].client = nil
    let own = scenario.loads[0].executor
    let amount = max(1, own.amount).rounded(.up)
    pilot.loads[0].executor = own.constant(Int(amount), lasting: Self.pilotLength)
    pilot.loads[0].warmUp = .zero
    let result = ProgramCompiler.compile(pilot, under: pilot.strategy).result(seed: seed)
    var busiest: String?
    var utilisation = 0.0
    if let row = result.resources.hottestRow?.row, row.utilisation > 0 {
      busiest = "the hottest row"
      utilisation = row.utilisation
    }
    for server in result.resources.servers where server.utilisation > utilisation {
      busiest = server.kind.name
      utilisation = server.utilisation
    }
    let capacity = utilisation > 0 ? amount / utilisation : amount
    self.capacity = capacity
    self.pilot = Pilot(load: Int(amount), busiest: busiest, utilisation: utilisation)
    let isByRate = own.arrivalRate != nil
    let whole = isByRate ? capacity : min(capacity, Self.mostUsers)
    var loads: [Int] = []
    for share in isByRate ? Self.shares : Self.sharesOfUsers {
      let load = max(1, Int(Self.twoDigits(whole * Double(share) / 100)))
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

import ContentionEngine
public import Measurements
import RequestPrograms
public import ScenarioModel
public import SimulationBasics

/// The database stands still for a while: does the service come back by itself when it is over?
///
/// A system is metastable when it does not, although its load is one that it carried before: what
/// the pulse has piled up makes clients give up and ask again, so that the database works on
/// requests for which nobody waits any more, and always too late for those for which somebody does.
/// Sources: Bronson, Aghayev, Charapko, Zhu, "Metastable Failures in Distributed Systems", HotOS
/// 2021; Huang and others, "Metastable Failures in the Wild", OSDI 2022.
public struct PulseExperiment: Experiment {
  /// What runs; it has one load.
  public let scenario: Scenario
  public let policies: [PulsePolicy]
  /// Iterations a second, or users, as the load counts itself; rising.
  public let loads: [Int]
  public let pulse: Pulse
  public let seeds: [UInt64]

  /// When the database stands still, for how long, and how long the load is.
  public struct Pulse: Equatable, Sendable {
    public let at: VirtualDuration
    public let length: VirtualDuration
    /// When the load is over.
    public let end: VirtualDuration

    public init(at: VirtualDuration, length: VirtualDuration, end: VirtualDuration) {
      self.at = at
      self.length = length
      self.end = end
    }

    /// Twice the stall before it, and fifteen times after it: a backlog of a stall drains in nine
    /// times its length where 90 % of the capacity is in use. A stall of less than a second is
    /// given as much time as one of a second, as goodput is counted in whole seconds.
    public init(of length: VirtualDuration) {
      let unit = max(length, .seconds(1))
      self.init(at: unit * 2, length: length, end: unit * 18)
    }

    /// A load of a length that is said: the stall comes after a ninth of it, at a whole second.
    ///
    /// - Precondition: The load is as long as the stall needs.
    public init(of length: VirtualDuration, in end: VirtualDuration) {
      precondition(end >= Self.shortestLoad(for: length), "the load is over too soon")
      let second: UInt64 = 1_000_000_000
      let at = max(second, end.inNanoseconds / 9 / second * second)
      self.init(at: .nanoseconds(at), length: length, end: end)
    }

    /// How long a load is at least in which a stall can be seen to be over: six times the stall, in
    /// whole seconds, and never less than ten seconds.
    public static func shortestLoad(for length: VirtualDuration) -> VirtualDuration {
      let second: UInt64 = 1_000_000_000
      return max(.seconds(10), .seconds((6 * length.inNanoseconds + second - 1) / second))
    }

    /// How long the load goes on after the stall.
    public var rest: VirtualDuration { end - (at + length) }
  }

  /// What one run came to.
  public struct Run: Equatable, Sendable {
    public let seed: UInt64
    public let digest: RunDigest
    /// Successful answers by the second before the stall; `nil` when the stall left no whole
    /// second.
    public let before: Double?
    /// Successful answers by the second in the last sixth of the load.
    public let after: Double
    /// How long after the stall goodput was back, in seconds; `nil` where it was not when the load
    /// was over.
    public let recovery: Double?

    public init(
      seed: UInt64, digest: RunDigest, before: Double?, after: Double, recovery: Double?
    ) {
      self.seed = seed
      self.digest = digest
      self.before = before
      self.after = after
      self.recovery = recovery
    }
  }

  /// - Precondition: The scenario has one load, and there is at least one policy, one load and one
  ///   seed.
  public init(
    _ scenario: Scenario, policies: [PulsePolicy], loads: [Int], pulse: Pulse, seeds: [UInt64]
  ) {
    precondition(scenario.loads.count == 1, "a pulse meets one load")
    precondition(!policies.isEmpty, "a comparison needs a policy")
    precondition(!loads.isEmpty, "a comparison needs a load")
    precondition(!seeds.isEmpty, "a comparison needs a seed")
    self.scenario = scenario
    self.policies = policies
    self.loads = loads
    self.pulse = pulse
    self.seeds = seeds
  }

  public var runCount: Int { policies.count * loads.count * seeds.count }

  /// The runs are numbered by policy, then by load, then by seed.
  public func run(_ index: Int) -> Run {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < runCount, "there is no such run")
    let row = index / seeds.count
    let compiled = compile(policies[row / loads.count], load: loads[row % loads.count])
    var simulation = Simulation(compiled, seed: seeds[index % seeds.count])
    var counted = VirtualDuration.zero
    var successes: UInt64 = 0
    var moment = VirtualTime.start
    let lastPart = VirtualTime.start + .nanoseconds(pulse.end.inNanoseconds / 6 * 5)
    let end = VirtualTime.start + pulse.end
    while !simulation.isOver {
      moment = moment + .seconds(10)
      simulation.run(through: moment)
      for interval in simulation.takeClosedIntervals()
      where interval.start >= lastPart && interval.end <= end {
        successes += interval.successes
        counted += interval.length
      }
    }
    let result = simulation.finish()
    return Run(
      seed: result.seed, digest: result.digest, before: result.faults?.goodputBefore,
      after: counted == .zero ? 0 : Double(successes) / counted.inSeconds,
      recovery: result.faults.flatMap { report in
        guard let back = report.recoveredAt, let over = report.lastEnd else { return nil }
        return back > over ? (back - over).inSeconds : 0
      })
  }

  public func merge(_ parts: [Run]) -> PulseTable {
    precondition(parts.count == runCount, "every run yields one part")
    var rows: [PulseTable.Row] = []
    var next = 0
    for policy in policies {
      for load in loads {
        rows.append(
          PulseTable.Row(
            policy: policy, load: load, runs: Array(parts[next..<(next + seeds.count)])))
        next += seeds.count
      }
    }
    return PulseTable(rows: rows, pulse: pulse)
  }

  /// The scenario with clients of a policy, under a load, with the pulse.
  func compile(_ policy: PulsePolicy, load: Int) -> CompiledScenario {
    var scenario = scenario(with: policy, load: load)
    scenario.faults.append(stall)
    return ProgramCompiler.compile(scenario, under: scenario.strategy)
  }

  /// The pulse as a fault.
  public var stall: Fault {
    .event(.databaseStall(pulse.length), FaultMoments(at: .constant(pulse.at)))
  }

  /// The scenario with clients of a policy, under a load, without the pulse.
  ///
  /// There is no warm-up, for the time before the stall is one; and who is under way at the end is
  /// interrupted, so that no second of the run has less load than the others.
  public func scenario(with policy: PulsePolicy, load: Int) -> Scenario {
    var scenario = scenario
    scenario.loads[0].client = policy.client
    scenario.loads[0].executor = scenario.loads[0].executor.constant(load, lasting: pulse.end)
    scenario.loads[0].startTime = .zero
    scenario.loads[0].warmUp = .zero
    scenario.loads[0].gracefulStop = .zero
    return scenario
  }
}

import ContentionEngine
import Measurements
public import RequestPrograms
public import ScenarioModel
public import SimulationBasics

/// Looks for the time that a scenario takes to settle, in a few runs without a warm-up.
///
/// The latencies of the requests are averaged over the runs, the first batch of each with the first
/// of the others and so on (Welch's procedure), and MSER-5 tells how many batches are left out: the
/// warm-up lasts until the last of them had ended in every run.
public struct WarmUpSearch: Experiment {
  public let compiled: CompiledScenario
  public let seed: UInt64
  public let count: Int

  /// How many runs are made unless it is said.
  public static let usualCount = 5
  /// The warm-up is rounded up to a multiple of this.
  public static let step = VirtualDuration.milliseconds(100)

  /// - Precondition: `scenario.mayBeSteady`, and `count` is at least 1.
  public init(
    of scenario: Scenario, under strategy: Strategy, seed: UInt64, count: Int = usualCount
  ) {
    precondition(scenario.mayBeSteady, "a load that changes never settles")
    precondition(count >= 1, "an experiment needs a run")
    var scenario = scenario
    scenario.measureSteadyState(from: .zero)
    compiled = ProgramCompiler.compile(scenario, under: strategy)
    self.seed = seed
    self.count = count
  }

  public var runCount: Int { count }

  /// The latencies of one run, in the order of the answers.
  public func run(_ index: Int) -> BatchMeans {
    precondition(index >= 0, "runs are counted from 0")
    precondition(index < count, "there is no such run")
    var simulation = Simulation(
      compiled, seed: seed, replication: UInt32(index), collectsSamples: true)
    var batches = BatchMeans()
    var moment = VirtualTime.start
    while !simulation.isOver {
      moment = moment + .seconds(1)
      simulation.run(through: moment)
      for sample in simulation.takeSamples() where sample.metric == .requestDuration {
        batches.record(Double(sample.value), at: sample.at)
      }
    }
    simulation.abandon()
    return batches
  }

  public func merge(_ parts: [BatchMeans]) -> FoundWarmUp {
    precondition(parts.count == count, "every run yields one part")
    var parts = parts
    let size = parts.map { $0.size }.max() ?? WarmUp.batchSize
    for index in parts.indices { parts[index].enlarge(to: size) }
    let batches = parts.map { $0.means.count }.min() ?? 0
    var averages: [Double] = []
    for batch in 0..<batches {
      var sum = 0.0
      for part in parts { sum += part.means[batch] }
      averages.append(sum / Double(parts.count))
    }
    let warmUp = WarmUp.mser(batchMeans: averages)
    let end = compiled.scenario.loads.map { $0.startTime + $0.executor.length }.max() ?? .zero
    let half = Self.rounded(end, by: 2)
    if warmUp.isTooShort {
      return FoundWarmUp(length: half, warmUp: warmUp, size: size, runs: count)
    }
    var length = VirtualDuration.zero
    if warmUp.deleted > 0 {
      for part in parts { length = max(length, part.ends[warmUp.deleted - 1].sinceStart) }
    }
    return FoundWarmUp(
      length: min(Self.rounded(length, by: 1), half), warmUp: warmUp, size: size, runs: count)
  }

  /// A part of a length, rounded up to whole steps; a length shorter than two steps has no warm-up.
  private static func rounded(_ length: VirtualDuration, by divisor: UInt64) -> VirtualDuration {
    let step = step.inNanoseconds
    let part = length.inNanoseconds / divisor
    let up = (part + step - 1) / step * step
    return .nanoseconds(divisor > 1 && up >= length.inNanoseconds ? 0 : up)
  }
}

/// The time that a scenario takes to settle, and how that was told.
public struct FoundWarmUp: Equatable, Sendable {
  /// What is left out from the start of a run; half of it where it is too short.
  public var length: VirtualDuration
  /// What MSER-5 says of the batches.
  public let warmUp: WarmUp
  /// How many requests make a batch.
  public let size: Int
  /// How many runs told it.
  public let runs: Int

  public init(length: VirtualDuration, warmUp: WarmUp, size: Int, runs: Int) {
    self.length = length
    self.warmUp = warmUp
    self.size = size
    self.runs = runs
  }

  /// Whether the runs were too short to see that they settle.
  public var isTooShort: Bool { warmUp.isTooShort }
}

extension Scenario {
  /// Whether the load stays the same for a time, so that a steady state is there to be found.
  public var mayBeSteady: Bool { loads.allSatisfy { $0.executor.isConstant } }

  /// Measures from this moment on, and until the load ends: while the last users finish, fewer and
  /// fewer of them, the state is no longer steady.
  public mutating func measureSteadyState(from start: VirtualDuration) {
    measure(from: start)
    for index in loads.indices { loads[index].gracefulStop = .zero }
  }

  /// Measures from this moment on.
  ///
  /// The window begins with the last warm-up that ends: one load is enough to say so.
  public mutating func measure(from start: VirtualDuration) {
    for index in loads.indices {
      loads[index].warmUp = .zero
      loads[index].findsWarmUp = false
    }
    guard start > .zero, let index = loads.firstIndex(where: { $0.startTime < start }) else {
      return
    }
    loads[index].warmUp = start - loads[index].startTime
  }
}

import ContentionEngine
import Measurements
public import RequestPrograms
public import ScenarioModel
public import SimulationBasics

/// The moment of a run at which a fault that strikes once would hurt most.
///
/// Users who begin together and think for a constant time come in bursts, and between them nothing
/// is in flight: a moment drawn at random would find nobody to hurt nine times out of ten, and the
/// comparison would call safe what was never in danger. So a run without the fault is looked at
/// every millisecond of a stretch of time, which is the same run up to then. Which moment is worst:
///
/// - for a pause, when most requests of one instance have read what they are going to write;
/// - for a crash, when most requests of one instance may have had an effect, or have said that they
///   are at work on their key, and are not answered;
/// - when the lock server forgets its locks (failover, clock jump), when most requests have read
///   what they are going to write while another is about to ask for the lock of the same row;
/// - of equals the first; the beginning of the stretch when there is nothing to hurt.
public struct WorstMoment: Equatable, Sendable {
  public let at: VirtualDuration
  /// The instance that it should befall; `nil` where it befalls no instance.
  public let instance: Int?
  /// How many requests are at stake.
  public let stakes: Int

  static let step = VirtualDuration.milliseconds(1)

  /// Looks for the moment.
  ///
  /// - Parameter compiled: The scenario without the fault.
  /// - Complexity: A run up to the end of the stretch, and for each millisecond of it O(*n* log
  ///   *n*) in the requests in flight where a lock is forgotten, else O(*n* · instances).
  public init(
    for event: FaultEvent, in compiled: CompiledScenario, seed: UInt64, from: VirtualDuration,
    to: VirtualDuration
  ) {
    let stakes = Stakes(compiled)
    var simulation = Simulation(compiled, seed: seed)
    var moment = from
    var worst: (at: VirtualDuration, instance: Int?, score: Score) = (from, nil, Score())
    while moment <= to && !simulation.isOver {
      simulation.run(through: .start + moment)
      let requests = simulation.requestsInFlight()
      switch event {
      case .pause, .instanceCrash:
        let isCrash = if case .instanceCrash = event { true } else { false }
        for instance in 0..<compiled.scenario.system.instances {
          let count = requests.count { request in
            let place = Int(request.programCounter)
            return Int(request.instance.index) == instance
              && (isCrash ? stakes.isHalfDone[place] : stakes.hasRead[place])
          }
          let score = Score(met: count, alone: 0)
          if score > worst.score || worst.instance == nil { worst = (moment, instance, score) }
        }
      case .redisFailover, .clockJump, .redisOutage, .databaseStall:
        let score = Score(of: requests, stakes, in: simulation)
        if score > worst.score { worst = (moment, nil, score) }
      }
      moment += Self.step
    }
    simulation.abandon()
    at = worst.at
    instance = worst.instance
    self.stakes = worst.score.met + worst.score.alone
  }

  /// What is at stake: first those whom another is about to meet, then the others.
  private struct Score: Comparable {
    var met = 0
    var alone = 0

    init(met: Int = 0, alone: Int = 0) {
      self.met = met
      self.alone = alone
    }

    /// - Complexity: O(*n* log *n*) in the number of requests.
    init(of requests: [RequestGlimpse], _ stakes: Stakes, in simulation: borrowing Simulation) {
      var readers: [(row: Int32, isAsking: Bool)] = []
      // The rows for whose locks requests are about to ask.
      var asked: [Int32] = []
      for request in requests {
        let place = Int(request.programCounter)
        let isAsking = stakes.isBeforeLock[place] && request.share != .distributedLockWait
        guard isAsking || stakes.hasRead[place], stakes.rowKeys[place] >= 0,
          let row = simulation.rows(of: request.request, key: stakes.rowKeys[place]).first
        else { continue }
        if isAsking { asked.append(row.index) }
        if stakes.hasRead[place] { readers.append((row.index, isAsking)) }
      }
      asked.sort()
      for reader in readers {
        // It does not meet itself.
        let place = Self.firstPlace(of: reader.row, in: asked) + (reader.isAsking ? 1 : 0)
        let isMet = place < asked.count && asked[place] == reader.row
        if isMet { met += 1 } else { alone += 1 }
      }
    }

    /// How many of the sorted rows come before a row.
    ///
    /// - Complexity: O(log *n*).
    private static func firstPlace(of row: Int32, in rows: [Int32]) -> Int {
      var low = 0
      var high = rows.count
      while low < high {
        let middle = low + (high - low) / 2
        if rows[middle] < row { low = middle + 1 } else { high = middle }
      }
      return low
    }

    static func < (left: Score, right: Score) -> Bool {
      (left.met, left.alone) < (right.met, right.alone)
    }
  }
}

extension DefendedFault {
  /// The fault of one run: what is written, or what strikes at the worst moment; `nil` when nothing
  /// goes wrong.
  ///
  /// - Parameter pilot: The run's scenario with a fault put in.
  func placed(seed: UInt64, pilot: (Fault) -> CompiledScenario) -> Fault? {
    switch self {
    case .none: return nil
    case .asWritten(let fault): return fault
    case .atWorst(let event, let from, let to):
      // Never comes: the programs are those of the run, and nothing strikes.
      let never = Fault.event(event, FaultMoments(at: .constant(.longestInAModel)))
      let worst = WorstMoment(for: event, in: pilot(never), seed: seed, from: from, to: to)
      let moments = FaultMoments(at: .constant(worst.at))
      switch event {
      case .pause(let length, nil):
        return .event(.pause(length, instance: worst.instance), moments)
      case .instanceCrash(let restart, nil):
        return .event(.instanceCrash(restart: restart, instance: worst.instance), moments)
      case .pause, .instanceCrash, .redisFailover, .redisOutage, .databaseStall, .clockJump:
        return .event(event, moments)
      }
    }
  }
}

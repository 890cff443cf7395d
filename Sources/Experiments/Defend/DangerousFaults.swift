import ContentionEngine
import RequestPrograms
public import ScenarioModel
public import SimulationBasics

/// Faults that are as large as a model needs them to be dangerous.
///
/// A fault of any size would prove nothing: a pause that is shorter than the lease of a lock never
/// lets a second request in. So amounts follow from the model: a pause outlives the longest lease
/// by a second, the clock of the lock server jumps by that lease, the database stands still for
/// longer than clients wait.
public struct DangerousFaults: Equatable, Sendable {
  /// How long a lock of the model lasts at most that is not released; `nil` for a model without.
  public let longestLease: VirtualDuration?
  /// The kinds that can befall the model: without Redis nothing of Redis can fail.
  public let kinds: [FaultKind]
  /// The longest time for which clients wait.
  public let clientTimeout: VirtualDuration
  /// When measuring begins: behind the longest warm-up.
  public let begin: VirtualDuration
  /// When the last load is over.
  public let end: VirtualDuration

  /// What takes the place of the longest lease where there is none.
  static let leaseWithoutLock = VirtualDuration.seconds(10)
  /// By how much a pause is longer than the longest lease, and a stall than clients wait.
  static let margin = VirtualDuration.seconds(1)
  static let stallMargin = VirtualDuration.seconds(3)
  /// What the replica of the lock server has not heard of.
  static let replicaLag = VirtualDuration.milliseconds(200)
  static let outage = VirtualDuration.seconds(5)
  /// Within which the worst moment is looked for.
  static let longestSearch = VirtualDuration.seconds(5)

  /// - Complexity: O(number of steps), and a run where a load counts iterations.
  public init(for scenario: Scenario) {
    var longest: VirtualDuration?
    for request in scenario.requests {
      if let lease = Self.longestLease(of: request.steps, in: scenario.system.lockServer) {
        longest = max(longest ?? .zero, lease)
      }
    }
    longestLease = longest
    kinds = FaultKind.allCases.filter { $0.canBefall(scenario) }
    clientTimeout = scenario.loads.compactMap { $0.client?.timeout }.max() ?? .zero
    let begin =
      scenario.loads.filter { $0.warmUp > .zero }.map { $0.startTime + $0.warmUp }.max() ?? .zero
    var end = scenario.loads.map { $0.end }.max() ?? .zero
    if !scenario.loads.allSatisfy({ $0.executor.lastsForATime }) {
      // What counts iterations is over when they are, long before the longest time for them.
      var quiet = scenario
      quiet.faults = []
      end = min(
        end, ProgramCompiler.compile(quiet, under: scenario.strategy).result(seed: 1).virtualTime)
    }
    self.begin = begin
    self.end = max(begin, end)
  }

  /// How long an instance stands still.
  public var pause: VirtualDuration { (longestLease ?? Self.leaseWithoutLock) + Self.margin }

  /// How long a load must be for what a pause breaks to show: behind the warm-up the pause begins
  /// after a third of it, and as much time again is left when it is over; at least 30 s, in steps
  /// of 10 s.
  public var shortestLoad: VirtualDuration {
    let tens = (2 * pause.inNanoseconds + 9_999_999_999) / 10_000_000_000
    return begin + max(.seconds(30), .seconds(10 * tens))
  }

  /// The fault of a kind that is dangerous here.
  ///
  /// What lasts, or befalls a share of many occasions, finds its victims by itself: it begins after
  /// a third of the load, or is there all the time. What strikes in one moment strikes at the worst
  /// one of the next five seconds, or of the next sixth of the load where that is shorter. The
  /// parts of a load are counted from the end of its warm-up: what is not measured is not looked
  /// at.
  public func fault(_ kind: FaultKind) -> DefendedFault {
    let measured = (end - begin).inNanoseconds
    let third = begin + Self.rounded(.nanoseconds(measured / 3))
    let search = min(Self.longestSearch, Self.rounded(.nanoseconds(measured / 6)))
    func atWorst(_ event: FaultEvent) -> DefendedFault {
      .atWorst(event, from: third, to: third + search)
    }
    func after(third event: FaultEvent) -> DefendedFault {
      .asWritten(.event(event, FaultMoments(at: .constant(third))))
    }
    func often(_ condition: FaultCondition, _ probability: Double) -> DefendedFault {
      .asWritten(.condition(condition, FaultOccasions(probability: probability)))
    }
    switch kind {
    case .responseLoss: return often(.responseLoss, 0.01)
    case .doubleSubmit: return often(.doubleSubmit(after: .milliseconds(50)), 0.05)
    case .pause: return atWorst(.pause(pause, instance: nil))
    case .instanceCrash:
      return atWorst(.instanceCrash(restart: FaultEvent.usualRestart, instance: nil))
    case .redisFailover: return atWorst(.redisFailover(losing: Self.replicaLag))
    case .redisOutage:
      return after(
        third: .redisOutage(Self.outage, timeout: FaultEvent.usualOutageTimeout, policy: .failOpen))
    case .databaseStall: return after(third: .databaseStall(clientTimeout + Self.stallMargin))
    case .slowCommit: return often(.slowCommit(by: .milliseconds(100)), 0.1)
    case .networkDelay:
      return often(.networkDelay(by: clientTimeout + Self.margin, on: .all), 0.001)
    case .clockJump: return atWorst(.clockJump(by: longestLease ?? Self.leaseWithoutLock, .ahead))
    }
  }

  /// The length in whole seconds where it has many, else in whole milliseconds.
  private static func rounded(_ length: VirtualDuration) -> VirtualDuration {
    let unit: UInt64 = length >= .seconds(5) ? 1_000_000_000 : 1_000_000
    return .nanoseconds(length.inNanoseconds / unit * unit)
  }

  private static func longestLease(
    of steps: [Step], in server: LockServerModel
  ) -> VirtualDuration? {
    var longest: VirtualDuration?
    for step in steps {
      if case .distributedLock(let lock) = step {
        longest = max(longest ?? .zero, lock.longestHold(on: server))
      }
      if let inner = longestLease(of: step.innerSteps, in: server) {
        longest = max(longest ?? .zero, inner)
      }
    }
    return longest
  }
}

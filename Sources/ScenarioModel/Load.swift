public import SimulationBasics

/// Users that arrive together and do the same: what k6 calls a scenario.
public struct Load: Hashable, Sendable {
  public var name: String
  public var executor: Executor
  /// When the executor starts, counted from the start of the run.
  public var startTime: VirtualDuration
  /// How long iterations in progress may go on after the executor's end before they are
  /// interrupted.
  public var gracefulStop: VirtualDuration
  /// How an executor of iterations by rate spreads them; the others have no arrivals.
  public var arrivals: Arrivals
  /// How the first iterations of the users are spread.
  public var startStagger: StartStagger
  /// What comes before the measurements: what ends sooner is not counted.
  public var warmUp: VirtualDuration
  /// Whether the warm-up is to be found before the measurements; until then `warmUp` is zero.
  public var findsWarmUp: Bool
  /// Whether a request whose next attempt would begin after the load's end gives up at that end:
  /// nobody hears of it, and it is in no metric.
  public var stopRetriesAtEnd: Bool
  /// What clients do about answers that do not come or are errors; `nil` waits for as long as it
  /// takes, and sends once.
  public var client: ClientPolicy?
  /// What a user does again and again.
  public var iteration: [IterationStep]

  public init(
    name: String, executor: Executor, startTime: VirtualDuration = .zero,
    gracefulStop: VirtualDuration = .seconds(30), arrivals: Arrivals = .even,
    startStagger: StartStagger = .none, warmUp: VirtualDuration = .zero,
    findsWarmUp: Bool = false, stopRetriesAtEnd: Bool = false, client: ClientPolicy? = nil,
    iteration: [IterationStep]
  ) {
    self.name = name
    self.executor = executor
    self.startTime = startTime
    self.gracefulStop = gracefulStop
    self.arrivals = arrivals
    self.startStagger = startStagger
    self.warmUp = warmUp
    self.findsWarmUp = findsWarmUp
    self.stopRetriesAtEnd = stopRetriesAtEnd
    self.client = client
    self.iteration = iteration
  }
}

/// How many users run, or how many iterations begin, and until when; k6's executors with k6's names
/// and meanings.
public enum Executor: Hashable, Sendable {
  /// A length of time over which a number of users, or a rate, moves to a target in a straight
  /// line.
  public struct Stage: Hashable, Sendable {
    public var duration: VirtualDuration
    public var target: Int
    public init(duration: VirtualDuration, target: Int) {
      self.duration = duration
      self.target = target
    }
  }

  /// A fixed number of users who iterate until the time is over.
  case constantVUs(vus: Int, duration: VirtualDuration)
  /// A number of users that follows stages.
  case rampingVUs(startVUs: Int, stages: [Stage], gracefulRampDown: VirtualDuration)
  /// Users who take iterations from one common count.
  case sharedIterations(vus: Int, iterations: Int, maxDuration: VirtualDuration)
  /// Users who make the same number of iterations each.
  case perVUIterations(vus: Int, iterations: Int, maxDuration: VirtualDuration)
  /// Iterations that begin at a fixed rate, each on a user that is idle; one for which there is no
  /// user is dropped.
  case constantArrivalRate(rate: ArrivalRate, duration: VirtualDuration, users: UserPool)
  /// Iterations that begin at a rate that follows stages; the targets are iterations for each
  /// `timeUnit` of `startRate`.
  case rampingArrivalRate(startRate: ArrivalRate, stages: [Stage], users: UserPool)
}

/// How many iterations begin in a unit of time.
public struct ArrivalRate: Hashable, Sendable {
  public var iterations: Int
  /// More than zero.
  public var timeUnit: VirtualDuration

  public init(iterations: Int, timeUnit: VirtualDuration = .seconds(1)) {
    self.iterations = iterations
    self.timeUnit = timeUnit
  }
}

/// The users of an executor by rate: those that are there from the start, and how many there may be
/// when these are not enough.
public struct UserPool: Hashable, Sendable {
  public var preAllocated: Int
  /// At least `preAllocated`.
  public var maximum: Int

  public init(preAllocated: Int, maximum: Int) {
    self.preAllocated = preAllocated
    self.maximum = maximum
  }
}

/// How the iterations of an executor by rate follow one another.
public enum Arrivals: String, CaseIterable, Hashable, Sendable {
  /// At equal distances, as k6 has them.
  case even
  /// As a Poisson process of that rate.
  case poisson
}

/// How the starts of users are spread.
public enum StartStagger: Hashable, Sendable {
  /// All at once, as k6 does.
  case none
  /// User i of N at i/N of the length.
  case even(over: VirtualDuration)
  /// Each at a moment drawn from the distribution.
  case drawn(DurationDistribution)
}

/// One step of a user's iteration.
public indirect enum IterationStep: Hashable, Sendable {
  /// Which idempotency key a request carries.
  public enum KeyUse: Hashable, Sendable, BitwiseCopyable {
    /// A fresh key.
    case new
    /// One key for every request of the load that says `same`, whoever sends it.
    case same
    /// The key of the user's request before; a fresh one for its first.
    case previous
    /// One key for each iteration number of a group of neighbouring users.
    case ofGroup(size: Int32)
  }

  /// Sends a request and waits for its answer.
  ///
  /// `request` is an index in `Scenario.requests`.
  case request(Int, key: KeyUse, doubleClick: DoubleClick? = nil)
  /// Thinks.
  case sleep(DurationDistribution)
  /// Does the inner steps several times.
  case repeated(Int, steps: [IterationStep])
  /// Notes whether the last answer had one of the statuses.
  case check(name: String, statuses: [UInt16])
  /// Does the steps in some iterations and the others in all the rest.
  case everyNth(EveryNth, steps: [IterationStep], otherwise: [IterationStep])
  /// Waits until this many users of the load, neighbours in it, have come here.
  case barrier(parties: Int)
  /// Does one of several lists of steps, drawn by weight.
  case choose([WeightedIteration])
  /// Does the steps when the last answer had one of the statuses, else the others; 0 is no answer.
  case ifStatus([UInt16], steps: [IterationStep], otherwise: [IterationStep])
}

/// One of several lists of iteration steps, and how often it is drawn beside the others.
public struct WeightedIteration: Hashable, Sendable {
  public var weight: UInt32
  public var steps: [IterationStep]

  public init(weight: UInt32, steps: [IterationStep]) {
    self.weight = weight
    self.steps = steps
  }
}

/// A client that sends its request a second time, with the same key and rows, without waiting for
/// the first answer; its iteration goes on when the first request is answered.
public struct DoubleClick: Hashable, Sendable {
  /// How long after the first.
  public var after: DurationDistribution
  /// From 0 to 1.
  public var probability: Double

  public init(after: DurationDistribution, probability: Double = 1) {
    self.after = after
    self.probability = probability
  }
}

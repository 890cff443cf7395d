import EventKernel
import SimulationBasics

/// A virtual user: the client that iterates.
struct UserState: BitwiseCopyable {
  enum Activity: UInt8, BitwiseCopyable {
    /// Not started, or stopped.
    case idle
    /// In a `sleep`, or waiting for a staggered start.
    case sleeping
    /// Waiting for the answer to a request.
    case requesting
    /// Waiting for the others of its group.
    case atBarrier
  }

  var load: Int32
  /// The number of its random streams: its load and its place in it, so that neither more users
  /// nor more loads change what it draws.
  let entity: UInt32
  var activity = Activity.idle
  /// Whether the user makes no further iteration.
  var isStopping = false
  /// Whether the user has stopped and will never start again.
  var hasStopped = false
  /// The index of the next instruction of the iteration.
  var programCounter: Int32 = 0
  /// How many iterations the user has begun.
  var iterations: Int64 = 0
  /// How many requests the user has sent.
  var requestCount: Int64 = 0
  var iterationStartedAt = VirtualTime.start
  var lastStatus: UInt16 = 0
  var request = RequestID.none
  /// The slot of the key that the user may send again; −1 when there is none.
  var lastKey: Int32 = -1
  /// The event that ends the pause.
  var wakeUp = EventHandle.none
  /// The event that interrupts the iteration after a ramp-down.
  var interruption = EventHandle.none
  /// How often each repetition is still to be done, by its depth; a model nests at most eight.
  var counters = InlineArray<8, Int32>(repeating: 0)
}

extension UserState {
  /// A user who has not started.
  ///
  /// - Precondition: There are at most 4 096 loads, and at most 2²⁰ users in each.
  init(load: Int, place: Int) {
    precondition(load < 1 << 12, "more loads than streams can be told apart")
    precondition(place < 1 << 20, "more users of a load than streams can be told apart")
    self.init(load: Int32(load), entity: UInt32(load) << 20 | UInt32(place))
  }
}

/// The executor of a load while it runs.
struct LoadState: BitwiseCopyable {
  var firstUser: Int
  /// The largest number of users that the executor plans for.
  var userLimit: Int
  /// How many users the executor wants now; of an executor by rate, how many it has.
  var planned = 0
  var active = 0
  var hasStarted = false
  var hasEnded = false
  /// Whether no user is active, and none will be.
  var isOver = false
  /// Iterations that are still to be given out; for shared iterations.
  var iterationsLeft: Int64 = 0
  var end = EventHandle.none
  /// No attempt of a request begins later.
  var lastAttempt = VirtualTime.never
  /// Where a ramp stands: the stage, when it began, and the number of users that it began with.
  var stage = 0
  var stageStart = VirtualTime.start
  var stageFrom = 0
  /// Whether iterations begin when they are due, on users that are idle.
  var isByRate: Bool
  /// How many gaps between arrivals have been drawn.
  var gapsDrawn: UInt32 = 0
}

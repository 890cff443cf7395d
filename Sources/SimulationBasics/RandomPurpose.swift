/// The closed list of reasons to draw a random number.
///
/// Each purpose has a stream of its own for each entity, so that a draw for one never moves
/// another: two strategies meet the same users with the same think times. A case keeps its number
/// for ever, because the number is part of every stream; new cases go to the end.
public enum RandomPurpose: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// When a user starts, where a model staggers the starts.
  case startStagger = 0
  /// How long a user thinks.
  case thinkTime = 1
  /// How long a message takes between the client and the service, one draw a leg.
  case clientNetwork = 2
  /// How long a message takes between the service and the database, one draw a leg.
  case databaseNetwork = 3
  /// How long a message takes between the service and the lock server, one draw a leg.
  case lockServerNetwork = 4
  /// How long a request computes on a core of the service.
  case processing = 5
  /// How long the database serves a statement.
  case statement = 6
  /// How long a commit takes to become durable.
  case commit = 7
  /// How long the lock server serves a command.
  case lockServerCommand = 8
  /// How long something outside the system takes.
  case externalDelay = 9
  /// The jitter of a backoff.
  case backoffJitter = 10
  /// Which row a request is about.
  case rowChoice = 11
  /// Which of several lists of steps is done.
  case branchChoice = 12
  /// Which server of a pool with a queue for each is used.
  case serverChoice = 13
  /// How long a server of the model's own is used.
  case serverUse = 14
  /// Whether a newcomer takes a connection that is on its way to a waiter.
  case connectionBarging = 15
  /// How long a client sleeps between two tries for a distributed lock.
  case lockPoll = 16
  /// How long an attempt waits that restarts after about a response time.
  case restartDelay = 17
  /// How much later than asked a pause of the service ends.
  case sleepOvershoot = 18
  /// How long after the one before an iteration of a Poisson process begins; its entity is the
  /// load.
  case arrivalGap = 19
  /// Which instance a request goes to.
  case instanceChoice = 20
  /// Which of several lists of an iteration's steps is done.
  case iterationChoice = 21
  /// Whether a user clicks twice, and when.
  case doubleClick = 22
  /// When a fault happens, whether it does, and to which instance; its entity is the fault.
  case faultMoment = 23
  /// Which occasions a fault befalls; its entity is the fault.
  case faultOccasion = 24
  /// The jitter of a client's backoff.
  case clientBackoff = 25
  /// Which of two events comes first that are due at one time.
  case tieOrder = 26
  /// What a hunt tries: users, rows and the like of a group of cases; its entity is the group. The
  /// seed is the hunt's, never that of a run.
  case huntShape = 27
  /// What goes wrong in a case of a hunt, and which event of a tie comes first; its entity is the
  /// case.
  case huntCase = 28
  /// Which points of a sweep take which values; its entity is the axis. The seed is the sweep's.
  case sweepLayout = 29
}

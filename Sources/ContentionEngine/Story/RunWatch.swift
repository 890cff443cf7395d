/// What somebody wants of a run besides its measurements; none of it costs a run that wants
/// nothing.
public struct RunWatch: Equatable, Sendable {
  /// Which of the events comes first that are due together.
  public var tieOrder = TieOrder.scheduling
  /// Whether what happens is told, for `takeStory()`.
  public var tellsStory = false
  /// The promises at whose first breach the run stops.
  public var stopsAt: [SafetyPromise] = []

  public init() {}
}

/// Which of the events comes first that are due together.
///
/// All but `scheduling` look at what users and requests wait for only, and take as together what
/// falls into the same microsecond: each such event is put off by less than one.
public enum TieOrder: Hashable, Sendable {
  /// The one that was scheduled first, at the very same nanosecond.
  case scheduling
  /// Any, drawn each time.
  case drawn(seed: UInt64)
  /// That of the user with the higher priority. Priorities are drawn, and at `changes` drawn events
  /// among the first `events` the user whose turn it is falls behind all others.
  ///
  /// Source: Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with
  /// Probabilistic Guarantees of Finding Bugs", ASPLOS 2010.
  case priorities(seed: UInt64, changes: Int, events: UInt64)
}

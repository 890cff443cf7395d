public import SimulationBasics

/// One run of the load driver against MariaDB and Redis: how it was set, and what was measured.
///
/// The columns are described in `reports/measured-systems/README.md`.
public struct MeasuredRun: Hashable, Sendable {
  /// The number of the run, by which reports name it.
  public var number: Int
  /// The name of the series that it belongs to.
  public var series: String
  /// Whether something else used the machine meanwhile: such a run shows a shape and no more.
  public var isContaminated: Bool
  public var setting: DriverSetting
  /// What was measured, by figure.
  public var measured: [MeasuredFigure]
}

/// A figure by the name of its column.
public struct MeasuredFigure: Hashable, Sendable {
  public var column: String
  public var value: Double

  public init(column: String, value: Double) {
    self.column = column
    self.value = value
  }
}

/// The parameters of the driver.
public struct DriverSetting: Hashable, Sendable {
  public enum Strategy: String, CaseIterable, Sendable {
    case none, optimistic, pessimistic, redis, three, deadlock, dup
  }
  /// How the update inside a Redis lock is guarded.
  public enum InnerUpdate: String, CaseIterable, Sendable { case none, optimistic }
  /// Which row a user's request is about: by the user's number, drawn for each request, or one hot
  /// row for every other user and a row of its own for each of the rest.
  public enum RowChoice: String, CaseIterable, Sendable { case mod, rand, hot }
  public enum BackoffKind: String, CaseIterable, Sendable { case exp, fixed, fulljitter }
  public enum Isolation: String, CaseIterable, Sendable {
    case readCommitted = "RC"
    case repeatableRead = "RR"
  }

  public struct Backoff: Hashable, Sendable {
    public var kind: BackoffKind
    public var base: VirtualDuration
    public var cap: VirtualDuration?
  }

  /// The lock in Redis, taken by polling.
  public struct SpinLock: Hashable, Sendable {
    public var poll: VirtualDuration
    public var lease: VirtualDuration
    public var wait: VirtualDuration
  }

  /// Every so many requests of a user take longer in their first attempt.
  public struct LongWork: Hashable, Sendable {
    public var every: Int
    public var work: VirtualDuration
  }

  public struct Pool: Hashable, Sendable {
    public var size: Int
    public var timeout: VirtualDuration
  }

  public var strategy: Strategy
  public var innerUpdate: InnerUpdate
  public var users: Int
  public var rows: Int
  public var rowChoice: RowChoice
  /// The pause between reading and writing.
  public var work: VirtualDuration
  public var workIsExponential: Bool
  /// The pause after a request.
  public var think: VirtualDuration
  public var thinkIsExponential: Bool
  /// The pause between the update and the commit.
  public var workAfterUpdate: VirtualDuration
  /// The pause between the two row locks of `deadlock`.
  public var workBetweenLocks: VirtualDuration
  public var backoff: Backoff?
  public var maxRetries: Int
  /// Whether the statements are one transaction, and not each its own.
  public var hasTransaction: Bool
  public var isolation: Isolation
  public var lockWaitTimeout: VirtualDuration
  public var spinLock: SpinLock?
  public var longWork: LongWork?
  public var pool: Pool?
  /// Whether `deadlock` takes its two rows in the order of their numbers.
  public var sortsRows: Bool
  /// How many users send the same key at once in `dup`.
  public var groupSize: Int?
  /// In which rounds the first to finish rolls back; 1 is every round.
  public var rollbackEvery: Int?
  /// Which requests of a user carry the key of the one before.
  public var sameKeyEvery: Int?
  public var duration: VirtualDuration
  /// What is discarded at the start.
  public var warmUp: VirtualDuration

  /// Whether chance decides how long a pause is, so that users do not fall into step.
  public var hasExponentialTimes: Bool {
    (thinkIsExponential && think > .zero) || (workIsExponential && work > .zero)
  }
}

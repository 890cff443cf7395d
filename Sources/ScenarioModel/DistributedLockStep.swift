public import SimulationBasics

/// Runs the inner steps under a distributed lock; without its layer they run bare.
public struct DistributedLockStep: Hashable, Sendable {
  public var name: LockName
  /// How long to wait for the lock (`waitTime`).
  public var wait: VirtualDuration
  /// How long the lock lasts unless it is released (`leaseTime`).
  ///
  /// Without one, a client of Redisson's keeps the lock alive by its watchdog; the client
  /// `watchdog` does so whatever stands here. The client `spin` needs one.
  public var lease: VirtualDuration?
  /// The client that takes this lock; `nil` is the client of the system.
  public var client: LockClient?
  /// How long a spinning client sleeps before try n + 1, as a backoff before retry n; `nil` is as
  /// the system has it.
  public var poll: Backoff?
  /// The layer that switches the step on; `nil` when it is always on.
  public var layer: Layer?
  public var steps: [Step]

  public init(
    name: LockName, wait: VirtualDuration, lease: VirtualDuration?, client: LockClient? = nil,
    poll: Backoff? = nil, layer: Layer?, steps: [Step]
  ) {
    self.name = name
    self.wait = wait
    self.lease = lease
    self.client = client
    self.poll = poll
    self.layer = layer
    self.steps = steps
  }

  /// How long the lock lasts when nobody releases or renews it: its lease, or the watchdog's
  /// time-out where that keeps it alive.
  package func longestHold(on server: LockServerModel) -> VirtualDuration {
    let isWatched = (client ?? server.client) == .watchdog
    return isWatched ? server.watchdogTimeout : lease ?? server.watchdogTimeout
  }
}

/// The name of a distributed lock, with the rows that it is made of: `balance:user:{user}`.
public struct LockName: Hashable, Sendable {
  /// The text as written, placeholders included.
  public var text: String
  /// The indices in `RequestClass.keys` of the placeholders, in the order in which they appear.
  public var keys: [Int]
  /// Whether the idempotency key is part of the name, so that only requests with the same key
  /// exclude each other (the hazard `lock-key-per-request`).
  public var isPerRequest: Bool

  public init(text: String, keys: [Int], isPerRequest: Bool = false) {
    self.text = text
    self.keys = keys
    self.isPerRequest = isPerRequest
  }
}

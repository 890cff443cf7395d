public import SimulationBasics

/// The request threads of one instance with the two rooms before them: accepted connections and the
/// backlog.
///
/// As Tomcat's NIO connector: a connection up to `accepted` (maxConnections) is taken and, while no
/// thread is free, parked; what is beyond stands in the operating system's backlog (acceptCount),
/// and what is beyond that is refused. All who stand before the threads stand in one queue, first
/// come, first served.
public struct RequestThreads: ~Copyable {
  /// What became of a request that came in.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The request has a thread.
    case granted
    /// The request stands behind this many others.
    case queued(ahead: Int)
    /// There is no room: the connection was refused.
    case refused
  }

  private var threads: ServerGroup
  /// The most that may wait; nil for no limit.
  public let capacityOfQueue: Int?

  /// - Parameters:
  ///   - size: The threads (maxThreads); nil for no limit.
  ///   - accepted: The connections taken at a time (maxConnections); nil for no limit. Fewer than
  ///     `size` leave threads idle for good.
  ///   - backlog: The connections that wait to be taken (acceptCount); nil for no limit.
  /// - Precondition: `size` and `accepted` are at least 1, `backlog` is not negative.
  public init(size: Int?, accepted: Int?, backlog: Int?, expectedRequests: Int) {
    if let accepted { precondition(accepted >= 1, "nobody can ever be accepted") }
    if let backlog { precondition(backlog >= 0, "a backlog of fewer than none") }
    let usable: Int?
    switch (size, accepted) {
    case (nil, nil): usable = nil
    case (.some(let only), nil), (nil, .some(let only)): usable = only
    case (.some(let size), .some(let accepted)): usable = min(size, accepted)
    }
    self.threads = ServerGroup(size: usable, expectedRequests: expectedRequests)
    if let usable, let accepted, let backlog {
      self.capacityOfQueue = accepted - usable + backlog
    } else {
      self.capacityOfQueue = nil
    }
  }

  /// How many threads are busy.
  public var inUse: Int { threads.inUse }

  /// How many requests wait for a thread, parked or in the backlog.
  public var waiting: Int { threads.waiting }

  /// Whether a request waits.
  public func isWaiting(_ request: RequestID) -> Bool { threads.isWaiting(request) }

  /// Takes a free thread, or joins the end of the queue, or is refused.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request does not wait.
  public mutating func acquire(for request: RequestID) -> AcquireOutcome {
    if threads.isFull, let capacityOfQueue, threads.waiting >= capacityOfQueue { return .refused }
    switch threads.acquire(for: request) {
    case .granted: return .granted
    case .queued(let ahead): return .queued(ahead: ahead)
    }
  }

  /// Gives up a thread.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request has one.
  public mutating func release(by request: RequestID) -> ServerGroup.ReleaseOutcome {
    threads.release(by: request)
  }

  /// Ends a wait without a thread: the client closed the connection or its user was interrupted.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request waits.
  public mutating func abandonWait(of request: RequestID) { threads.abandonWait(of: request) }
}

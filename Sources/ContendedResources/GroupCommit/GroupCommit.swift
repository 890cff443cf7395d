public import SimulationBasics

/// The one server that makes commits durable, one sync at a time.
///
/// With group commit a sync carries all commits that had come when it started; one that comes
/// during a sync waits for the next (MySQL: the first thread into an empty stage leads, and carries
/// those that arrived meanwhile; "ordered commit"). Without it each commit has a sync of its own,
/// first come, first served.
///
/// A sync ends in three steps: `syncEnded()`, then `nextSynced()` until nil, then `startNext()`. A
/// commit that joins between them waits for the next sync. A commit that has been sent cannot be
/// taken back, so nobody leaves.
public struct GroupCommit: ~Copyable {
  /// What became of a commit that came to the server.
  public enum JoinOutcome: Equatable, Sendable {
    /// The server was idle: a sync starts now, with this commit.
    case leads
    /// The commit waits for the next sync, behind this many others.
    case follows(ahead: Int)
  }
  private enum State {
    case idle
    case syncing
    /// The sync is over, and its commits are being told.
    case telling
  }

  /// Whether a sync carries all that wait, or one.
  public let groups: Bool
  private var state = State.idle
  /// Two queues: the commits of the current sync, and those that wait for the next.
  private var commits: RequestQueues
  private var current: Int32 = 0

  public init(groups: Bool, expectedRequests: Int) {
    self.groups = groups
    self.commits = RequestQueues(queueCount: 2, expectedRequests: expectedRequests)
  }

  /// How many commits wait for a sync that has not started.
  public var waiting: Int { commits.count(of: 1 - current) }

  /// How many commits the running sync carries.
  public var syncing: Int { commits.count(of: current) }

  /// Whether a commit goes with the running sync.
  public func isSyncing(_ request: RequestID) -> Bool {
    state == .syncing && commits.queue(of: request) == current
  }

  /// The commits of the running sync, in order of arrival: the first, then the one after each.
  ///
  /// - Complexity: O(1).
  public func nextMember(after previous: RequestID?) -> RequestID? {
    guard let previous else { return commits.first(of: current) }
    return commits.next(after: previous)
  }

  /// Brings a commit to the server.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request has no commit here.
  public mutating func join(_ request: RequestID) -> JoinOutcome {
    switch state {
    case .idle:
      _ = commits.append(request, to: current)
      state = .syncing
      return .leads
    case .syncing, .telling:
      return .follows(ahead: commits.append(request, to: 1 - current))
    }
  }

  /// Ends the running sync.
  ///
  /// - Precondition: A sync is running.
  public mutating func syncEnded() {
    switch state {
    case .syncing: state = .telling
    case .idle, .telling: preconditionFailure("a sync ended that was not running")
    }
  }

  /// Tells the next commit that the ended sync made durable, in order of arrival, its leader first.
  ///
  /// - Complexity: O(1).
  /// - Precondition: A sync has ended, and the next has not been started.
  public mutating func nextSynced() -> RequestID? {
    switch state {
    case .telling: return commits.popFirst(of: current)
    case .idle, .syncing: preconditionFailure("commits were told before their sync ended")
    }
  }

  /// Starts the next sync if anybody waits.
  ///
  /// - Returns: The leader of the new sync, or nil when the server is idle now.
  /// - Complexity: O(1).
  /// - Precondition: A sync has ended, and all its commits have been told.
  public mutating func startNext() -> RequestID? {
    switch state {
    case .idle, .syncing: preconditionFailure("a sync was started while none had ended")
    case .telling: break
    }
    precondition(syncing == 0, "a sync was started before the last one's commits were told")
    guard let leader = commits.first(of: 1 - current) else {
      state = .idle
      return nil
    }
    state = .syncing
    if groups {
      current = 1 - current
    } else {
      commits.remove(leader)
      _ = commits.append(leader, to: current)
    }
    return leader
  }
}

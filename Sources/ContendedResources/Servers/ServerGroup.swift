public import SimulationBasics

/// Equal servers with one first-come-first-served queue: the cores of a machine, the connections of
/// a pool.
///
/// A server that is given up goes straight to the longest waiter. A request may hold several
/// servers (a second connection for a nested transaction) but waits for one at a time.
public struct ServerGroup: ~Copyable {
  /// What became of a request for a server.
  public enum AcquireOutcome: Equatable, Sendable {
    /// The request has a server.
    case granted
    /// All servers are taken; the request stands behind this many others.
    case queued(ahead: Int)
  }
  /// What became of a server that was given up.
  public enum ReleaseOutcome: Equatable, Sendable {
    /// Nobody waited for it.
    case freed
    /// The longest waiter has it now.
    case passed(to: RequestID)
  }

  /// The number of servers; nil for as many as are wanted.
  public let size: Int?
  /// How many servers are taken.
  public private(set) var inUse = 0
  /// By request: how many servers it holds.
  private var held: FixedTable<Int32>
  /// One queue.
  private var waits: RequestQueues

  /// - Precondition: `size` is at least 1.
  public init(size: Int?, expectedRequests: Int) {
    if let size { precondition(size >= 1, "a group without a server") }
    self.size = size
    self.held = FixedTable(repeating: 0, count: expectedRequests)
    self.waits = RequestQueues(queueCount: 1, expectedRequests: expectedRequests)
  }

  /// How many requests wait.
  public var waiting: Int { waits.totalCount }

  /// Whether the next request would have to wait.
  public var isFull: Bool { size.map { inUse >= $0 } ?? false }

  /// Whether a request waits.
  public func isWaiting(_ request: RequestID) -> Bool { waits.contains(request) }

  /// How many servers a request holds.
  public func heldCount(by request: RequestID) -> Int {
    Int(request.index) < held.count ? Int(held[request.index]) : 0
  }

  /// Takes a free server, or joins the end of the queue.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request does not wait.
  public mutating func acquire(for request: RequestID) -> AcquireOutcome {
    defer { checkInvariants() }
    held.makeRoom(for: request.index, filledWith: 0)
    precondition(!waits.contains(request), "a request asked twice for a server")
    if isFull { return .queued(ahead: waits.append(request, to: 0)) }
    inUse += 1
    held[request.index] += 1
    return .granted
  }

  /// Gives up a server.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request holds one.
  public mutating func release(by request: RequestID) -> ReleaseOutcome {
    defer { checkInvariants() }
    precondition(heldCount(by: request) > 0, "a request gave up a server that it does not hold")
    held[request.index] -= 1
    if let next = waits.popFirst(of: 0) {
      held[next.index] += 1
      return .passed(to: next)
    }
    inUse -= 1
    return .freed
  }

  /// Gives the server that a request has just been passed to another one; the robbed request joins
  /// the end of the queue.
  ///
  /// As in HikariCP's `ConcurrentBag`: who was offered a connection and finds it taken polls the
  /// hand-off queue anew, behind those who wait there.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The first request holds a server; neither waits.
  public mutating func take(from robbed: RequestID, for request: RequestID) {
    defer { checkInvariants() }
    precondition(heldCount(by: robbed) > 0, "a server was taken from a request without one")
    held.makeRoom(for: request.index, filledWith: 0)
    precondition(!waits.contains(request), "a request that waits took a server")
    held[robbed.index] -= 1
    held[request.index] += 1
    _ = waits.append(robbed, to: 0)
  }

  /// Ends a wait without a server: it timed out or its user was interrupted.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request waits.
  public mutating func abandonWait(of request: RequestID) {
    defer { checkInvariants() }
    precondition(waits.contains(request), "a request gave up a wait that it is not in")
    waits.remove(request)
  }

  /// Stops the program unless the servers in use are those held, and somebody waits only when all
  /// are.
  ///
  /// Does nothing unless the build defines `SIMULATION_CHECKS`.
  ///
  /// - Complexity: O(requests).
  package func checkInvariants() {
    #if SIMULATION_CHECKS
      var total = 0
      for request in 0..<held.count {
        precondition(held[request] >= 0, "a request holds fewer than no servers")
        total += Int(held[request])
      }
      precondition(total == inUse, "the number of servers in use is wrong")
      if let size { precondition(inUse <= size, "more servers in use than there are") }
      precondition(waiting == 0 || isFull, "somebody waits while a server is free")
    #endif
  }
}

package import SimulationBasics

/// Many first-in-first-out queues of requests that share one table of links.
///
/// A request stands in at most one of the queues at a time, so each request needs one link, however
/// many queues there are: memory is queues + requests, never their product. Whoever leaves from the
/// middle (a timeout, a cancelled user, a deadlock victim) leaves in constant time, and the others
/// keep their order.
///
/// Queues and requests are dense numbers. The queues are made beforehand or by
/// `makeRoom(forQueue:)`; room for a request is made when it first joins.
package struct RequestQueues: ~Copyable {
  /// The place of one request; `queue` is negative while it stands nowhere.
  struct Link: BitwiseCopyable {
    var previous: Int32
    var next: Int32
    var queue: Int32

    static let outside = Link(previous: -1, next: -1, queue: -1)
  }
  struct Queue: BitwiseCopyable {
    var first: Int32
    var last: Int32
    var count: Int32

    static let empty = Queue(first: -1, last: -1, count: 0)
  }

  var links: FixedTable<Link>
  var queues: FixedTable<Queue>
  /// How many requests stand in any of the queues.
  package private(set) var totalCount = 0

  package init(queueCount: Int, expectedRequests: Int) {
    precondition(queueCount <= Int32.max, "more queues than can be numbered")
    self.links = FixedTable(repeating: .outside, count: expectedRequests)
    self.queues = FixedTable(repeating: .empty, count: queueCount)
  }

  /// Makes sure that the queue of this number exists, by at least doubling their number.
  package mutating func makeRoom(forQueue queue: Int32) {
    queues.makeRoom(for: queue, filledWith: .empty)
  }

  // MARK: Looking

  /// Whether room for a queue has been made.
  package func hasQueue(_ queue: Int32) -> Bool { queue >= 0 && Int(queue) < queues.count }

  /// The number of requests in one queue.
  package func count(of queue: Int32) -> Int { Int(queues[queue].count) }

  /// The request that has stood longest in a queue.
  package func first(of queue: Int32) -> RequestID? { request(queues[queue].first) }

  /// The request that joined a queue last.
  package func last(of queue: Int32) -> RequestID? { request(queues[queue].last) }

  /// The request that stands right behind another one in its queue.
  package func next(after request: RequestID) -> RequestID? {
    self.request(links[request.index].next)
  }

  /// The queue in which a request stands.
  package func queue(of request: RequestID) -> Int32? {
    guard contains(request) else { return nil }
    return links[request.index].queue
  }

  /// Whether a request stands in any of the queues.
  package func contains(_ request: RequestID) -> Bool {
    Int(request.index) < links.count && links[request.index].queue >= 0
  }

  // MARK: Joining and leaving

  /// Puts a request at the end of a queue.
  ///
  /// - Returns: How many stand before it.
  /// - Complexity: O(1).
  /// - Precondition: The request stands in none of the queues.
  package mutating func append(_ request: RequestID, to queue: Int32) -> Int {
    defer { checkInvariants() }
    links.makeRoom(for: request.index, filledWith: .outside)
    precondition(links[request.index].queue < 0, "a request joined a second queue")
    let ahead = queues[queue].count
    let last = queues[queue].last
    links[request.index] = Link(previous: last, next: -1, queue: queue)
    if last < 0 {
      queues[queue].first = request.index
    } else {
      links[last].next = request.index
    }
    queues[queue].last = request.index
    queues[queue].count = ahead + 1
    totalCount += 1
    return Int(ahead)
  }

  /// Takes the longest waiter out of a queue, if there is one.
  ///
  /// - Complexity: O(1).
  package mutating func popFirst(of queue: Int32) -> RequestID? {
    guard let first = first(of: queue) else { return nil }
    remove(first)
    return first
  }

  /// Takes a request out of its queue, wherever in it the request stands.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request stands in one of the queues.
  package mutating func remove(_ request: RequestID) {
    defer { checkInvariants() }
    precondition(contains(request), "a request left a queue in which it does not stand")
    let link = links[request.index]
    if link.previous < 0 {
      queues[link.queue].first = link.next
    } else {
      links[link.previous].next = link.next
    }
    if link.next < 0 {
      queues[link.queue].last = link.previous
    } else {
      links[link.next].previous = link.previous
    }
    queues[link.queue].count -= 1
    totalCount -= 1
    links[request.index] = .outside
  }

  private func request(_ index: Int32) -> RequestID? {
    index < 0 ? nil : RequestID(index: Int(index))
  }
}

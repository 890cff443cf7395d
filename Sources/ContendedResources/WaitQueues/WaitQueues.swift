import SimulationBasics

/// Many first-in-first-out queues of one kind of members that share one table of links.
///
/// A member stands in at most one of the queues at a time, so each needs one link, however many
/// queues there are: memory is queues + members, never their product. Whoever leaves from the
/// middle (a timeout, a cancelled user) leaves in constant time, and the others keep their order.
///
/// Queues and members are dense numbers. The queues are made beforehand or by
/// `makeRoom(forQueue:)`; room for a member is made when it first joins.
package struct WaitQueues<Member: QueueMember>: ~Copyable {
  /// The place of one member; `queue` is negative while it stands nowhere.
  struct Link: BitwiseCopyable {
    var previous: Int32
    var next: Int32
    var queue: Int32

    static var outside: Link { Link(previous: -1, next: -1, queue: -1) }
  }
  struct Queue: BitwiseCopyable {
    var first: Int32
    var last: Int32
    var count: Int32

    static var empty: Queue { Queue(first: -1, last: -1, count: 0) }
  }

  var links: FixedTable<Link>
  var queues: FixedTable<Queue>
  /// How many members stand in any of the queues.
  package private(set) var totalCount = 0

  package init(queueCount: Int, expectedMembers: Int) {
    precondition(queueCount <= Int32.max, "more queues than can be numbered")
    self.links = FixedTable(repeating: .outside, count: expectedMembers)
    self.queues = FixedTable(repeating: .empty, count: queueCount)
  }

  /// Makes sure that the queue of this number exists, by at least doubling their number.
  package mutating func makeRoom(forQueue queue: Int32) {
    queues.makeRoom(for: queue, filledWith: .empty)
  }

  // MARK: Looking

  /// Whether there is a queue of this number.
  package func hasQueue(_ queue: Int32) -> Bool { queue >= 0 && Int(queue) < queues.count }

  /// The number of members in one queue.
  package func count(of queue: Int32) -> Int { Int(queues[queue].count) }

  /// The member that has stood longest in a queue.
  package func first(of queue: Int32) -> Member? { member(queues[queue].first) }

  /// The member that joined a queue last.
  package func last(of queue: Int32) -> Member? { member(queues[queue].last) }

  /// The member that stands right behind another one in its queue.
  package func next(after member: Member) -> Member? {
    self.member(links[member.index].next)
  }

  /// The queue in which a member stands.
  package func queue(of member: Member) -> Int32? {
    guard contains(member) else { return nil }
    return links[member.index].queue
  }

  /// Whether a member stands in any of the queues.
  package func contains(_ member: Member) -> Bool {
    Int(member.index) < links.count && links[member.index].queue >= 0
  }

  // MARK: Joining and leaving

  /// Puts a member at the end of a queue.
  ///
  /// - Returns: How many stand before it.
  /// - Complexity: O(1).
  /// - Precondition: The member stands in none of the queues.
  package mutating func append(_ member: Member, to queue: Int32) -> Int {
    defer { checkInvariants() }
    links.makeRoom(for: member.index, filledWith: .outside)
    precondition(links[member.index].queue < 0, "a member joined a second queue")
    let ahead = queues[queue].count
    let last = queues[queue].last
    links[member.index] = Link(previous: last, next: -1, queue: queue)
    if last < 0 {
      queues[queue].first = member.index
    } else {
      links[last].next = member.index
    }
    queues[queue].last = member.index
    queues[queue].count = ahead + 1
    totalCount += 1
    return Int(ahead)
  }

  /// Takes the longest waiter out of a queue, if there is one.
  ///
  /// - Complexity: O(1).
  package mutating func popFirst(of queue: Int32) -> Member? {
    guard let first = first(of: queue) else { return nil }
    remove(first)
    return first
  }

  /// Takes a member out of its queue, wherever in it the member stands.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The member stands in one of the queues.
  package mutating func remove(_ member: Member) {
    defer { checkInvariants() }
    precondition(contains(member), "a member left a queue in which it does not stand")
    let link = links[member.index]
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
    links[member.index] = .outside
  }

  private func member(_ index: Int32) -> Member? {
    index < 0 ? nil : Member(index: Int(index))
  }
}

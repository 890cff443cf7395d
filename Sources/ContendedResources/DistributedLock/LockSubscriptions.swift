public import SimulationBasics

/// Redisson's side of waiting for a lock: per instance and lock one subscription, shared by all who
/// wait there.
///
/// The first request that has to wait sends SUBSCRIBE; others that come while it is on its way wait
/// for the same reply, which belongs to the instance and comes even if the first has left. Each
/// UNLOCK message lets one waiter of the instance try again; if none waits, the permit stays for
/// the next. When the last member leaves, the entry and its permits are gone (UNSUBSCRIBE). Rules:
/// Redisson, RedissonLock.java (`tryLock`), PublishSubscribe.java and LockPubSub.java: one message
/// releases one permit of a semaphore.
///
/// A request is a member of at most one entry at a time: `tryLock` unsubscribes before it returns.
public struct LockSubscriptions: ~Copyable {
  /// What a request that wants to wait for a lock has to do first.
  public enum JoinOutcome: Equatable, Sendable {
    /// It is the first: it sends SUBSCRIBE, and `subscribed(to:on:)` follows when the reply is
    /// here.
    case mustSubscribe
    /// Somebody's SUBSCRIBE is on its way; the request waits for the reply.
    case awaitsSubscription
    /// The subscription stands.
    case subscribed
  }
  /// What became of the wish for a permit.
  public enum PermitOutcome: Equatable, Sendable {
    /// A message had come that woke nobody: try again at once.
    case permit
    /// The request waits for a message.
    case waiting
  }
  /// What an UNLOCK message did at one instance.
  public enum MessageOutcome: Equatable, Sendable {
    /// The longest waiter may try again.
    case woke(RequestID)
    /// Nobody waited; the next who would wait tries again at once.
    case stored
    /// The instance has no subscription to the lock (any more, or yet).
    case nobodySubscribed
  }
  /// What the leaving of a member meant for the entry.
  public enum LeaveOutcome: Equatable, Sendable {
    /// It was the last: the entry is gone, and the instance sends UNSUBSCRIBE.
    case last
    /// The subscription stays.
    case othersRemain
  }

  /// A subscription of one instance to one lock; a free one uses `members` for the list of free
  /// ones.
  ///
  /// Entry n has two queues: 2n for those who await the subscription, 2n + 1 for those who await a
  /// permit.
  struct Entry: BitwiseCopyable {
    var members: Int32
    var permits: Int32
    var isSubscribed: Bool

    static let free = Entry(members: -1, permits: 0, isSubscribed: false)
  }

  public let instanceCount: Int
  /// By lock and instance: the entry, or a negative number.
  var entryOf: FixedTable<Int32>
  var entries: FixedTable<Entry>
  var firstFreeEntry: Int32 = -1
  var usedEntries: Int32 = 0
  /// By request: the entry of which it is a member, or a negative number.
  var membership: FixedTable<Int32>
  var waits: RequestQueues
  /// The entry whose subscription came last and whose waiters have not all been told.
  var justSubscribed: Int32 = -1

  public init(instanceCount: Int, expectedLocks: Int, expectedRequests: Int) {
    precondition(instanceCount >= 1, "a service without an instance")
    self.instanceCount = instanceCount
    self.entryOf = FixedTable(repeating: -1, count: instanceCount * expectedLocks)
    self.entries = FixedTable(repeating: .free, count: expectedLocks)
    self.membership = FixedTable(repeating: -1, count: expectedRequests)
    self.waits = RequestQueues(queueCount: expectedLocks * 2, expectedRequests: expectedRequests)
  }

  // MARK: Looking

  /// Whether the subscription of an instance to a lock stands, so that a message reaches it.
  public func isSubscribed(_ instance: InstanceID, to lock: LockID) -> Bool {
    entry(lock, instance).map { entries[$0].isSubscribed } ?? false
  }

  /// The next instance, in the order of their numbers, that a message about a lock reaches.
  ///
  /// - Parameter previous: The instance that was told before; nil to begin.
  /// - Complexity: O(instances).
  public func nextSubscriber(to lock: LockID, after previous: InstanceID?) -> InstanceID? {
    var number = previous.map { Int($0.index) + 1 } ?? 0
    while number < instanceCount {
      let instance = InstanceID(index: number)
      if isSubscribed(instance, to: lock) { return instance }
      number += 1
    }
    return nil
  }

  /// Whether a request waits for a subscription or for a permit.
  public func isWaiting(_ request: RequestID) -> Bool { waits.contains(request) }

  /// Whether a request is a member of an entry: it has joined and not left.
  public func isMember(_ request: RequestID) -> Bool {
    Int(request.index) < membership.count && membership[request.index] >= 0
  }

  // MARK: Subscribing

  /// Makes a request a member of the entry of its instance and the lock.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request is a member of no entry.
  public mutating func join(
    _ lock: LockID, on instance: InstanceID, for request: RequestID
  ) -> JoinOutcome {
    defer { checkInvariants() }
    membership.makeRoom(for: request.index, filledWith: -1)
    precondition(membership[request.index] < 0, "a request subscribed to two locks at once")
    if let entry = entry(lock, instance) {
      membership[request.index] = entry
      entries[entry].members += 1
      if entries[entry].isSubscribed { return .subscribed }
      _ = waits.append(request, to: entry * 2)
      return .awaitsSubscription
    }
    let entry = takeFreeEntry()
    entries[entry] = Entry(members: 1, permits: 0, isSubscribed: false)
    let pair = pairIndex(lock, instance)
    entryOf.makeRoom(for: pair, filledWith: -1)
    entryOf[pair] = entry
    membership[request.index] = entry
    return .mustSubscribe
  }

  /// Notes that the reply to SUBSCRIBE is here; then `nextSubscribed()` tells who waited for it,
  /// until nil.
  ///
  /// A reply that finds no entry (all have left meanwhile) or one that stands already changes
  /// nothing.
  ///
  /// - Complexity: O(1).
  /// - Precondition: All who waited for an earlier reply have been told.
  public mutating func subscribed(to lock: LockID, on instance: InstanceID) {
    defer { checkInvariants() }
    precondition(justSubscribed < 0, "a subscription before those of the last were told")
    guard let entry = entry(lock, instance) else { return }
    entries[entry].isSubscribed = true
    justSubscribed = entry
  }

  /// Tells the next request that waited for the subscription, in order of arrival.
  ///
  /// - Complexity: O(1).
  public mutating func nextSubscribed() -> RequestID? {
    defer { checkInvariants() }
    guard justSubscribed >= 0 else { return nil }
    if let request = waits.popFirst(of: justSubscribed * 2) { return request }
    justSubscribed = -1
    return nil
  }

  // MARK: Permits

  /// Takes a stored permit, or waits for the next message.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request is a member of this entry, the subscription stands, and the
  ///   request does not wait.
  public mutating func awaitPermit(
    _ lock: LockID, on instance: InstanceID, for request: RequestID
  ) -> PermitOutcome {
    defer { checkInvariants() }
    let entry = memberEntry(lock, instance, request)
    precondition(entries[entry].isSubscribed, "a request awaits messages without a subscription")
    precondition(!waits.contains(request), "a request waits twice for a message")
    if entries[entry].permits > 0 {
      entries[entry].permits -= 1
      return .permit
    }
    _ = waits.append(request, to: entry * 2 + 1)
    return .waiting
  }

  /// Delivers one UNLOCK message to an instance.
  ///
  /// - Complexity: O(1).
  public mutating func messageArrived(
    about lock: LockID, on instance: InstanceID
  ) -> MessageOutcome {
    defer { checkInvariants() }
    guard let entry = entry(lock, instance), entries[entry].isSubscribed else {
      return .nobodySubscribed
    }
    if let request = waits.popFirst(of: entry * 2 + 1) { return .woke(request) }
    entries[entry].permits += 1
    return .stored
  }

  // MARK: Ending

  /// Ends a wait without a message or a subscription: it timed out, the lease ran out, or its user
  /// was interrupted.
  ///
  /// The request stays a member: it tries again, or leaves.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request waits.
  public mutating func abandonWait(of request: RequestID) {
    defer { checkInvariants() }
    precondition(waits.contains(request), "a request gave up a wait that it is not in")
    waits.remove(request)
  }

  /// Ends the membership of a request.
  ///
  /// - Complexity: O(1).
  /// - Precondition: The request is a member of this entry and does not wait.
  public mutating func leave(
    _ lock: LockID, on instance: InstanceID, by request: RequestID
  ) -> LeaveOutcome {
    defer { checkInvariants() }
    let entry = memberEntry(lock, instance, request)
    precondition(!waits.contains(request), "a request left while it waits")
    membership[request.index] = -1
    entries[entry].members -= 1
    if entries[entry].members > 0 { return .othersRemain }
    if justSubscribed == entry { justSubscribed = -1 }
    entryOf[pairIndex(lock, instance)] = -1
    entries[entry] = .free
    entries[entry].members = firstFreeEntry
    firstFreeEntry = entry
    return .last
  }

  // MARK: Helpers

  private func pairIndex(_ lock: LockID, _ instance: InstanceID) -> Int32 {
    precondition(instance.index >= 0, "an instance before the first")
    precondition(Int(instance.index) < instanceCount, "an instance that does not exist")
    return lock.index * Int32(truncatingIfNeeded: instanceCount) + instance.index
  }

  private func entry(_ lock: LockID, _ instance: InstanceID) -> Int32? {
    let pair = pairIndex(lock, instance)
    guard Int(pair) < entryOf.count, entryOf[pair] >= 0 else { return nil }
    return entryOf[pair]
  }

  private func memberEntry(
    _ lock: LockID, _ instance: InstanceID, _ request: RequestID
  ) -> Int32 {
    guard let entry = entry(lock, instance), isMember(request),
      membership[request.index] == entry
    else {
      preconditionFailure("a request is no member of this subscription")
    }
    return entry
  }

  private mutating func takeFreeEntry() -> Int32 {
    if firstFreeEntry >= 0 {
      let entry = firstFreeEntry
      firstFreeEntry = entries[entry].members
      return entry
    }
    entries.makeRoom(for: usedEntries, filledWith: .free)
    waits.makeRoom(forQueue: usedEntries * 2 + 1)
    usedEntries += 1
    return usedEntries - 1
  }
}

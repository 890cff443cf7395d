public import SimulationBasics

/// Redisson's side of waiting for a lock: per instance and lock one subscription, shared by all who
/// wait there.
///
/// The first request that has to wait makes the instance send SUBSCRIBE; others that come while it
/// is on its way wait for the same reply, which comes even if the first has left. The server sends
/// messages from when it has served SUBSCRIBE until it has served UNSUBSCRIBE, on one connection:
/// none overtakes another or the reply. Each UNLOCK message lets one waiter of the instance try
/// again; if none waits, the permit stays for the next. When the last member leaves, the instance
/// sends UNSUBSCRIBE, and who comes before that is answered makes it subscribe again. One command
/// for an entry is on its way at a time.
///
/// Rules: Redisson at 66863978, RedissonLock.java (`tryLock`), PublishSubscribe.java (a semaphore
/// per channel is held from SUBSCRIBE or UNSUBSCRIBE to its reply) and LockPubSub.java (a message
/// releases one permit of a semaphore).
///
/// A request is a member of at most one entry at a time: `tryLock` unsubscribes before it returns.
/// For the fair lock, whose waiters have a channel each, a channel stands in the place of the lock.
public struct LockSubscriptions: ~Copyable {
  /// What a request that wants to wait for a lock has to do first.
  public enum JoinOutcome: Equatable, Sendable {
    /// It is the first: the instance sends SUBSCRIBE, and the request waits for the reply.
    case mustSubscribe
    /// A command of the instance is on its way; the request waits for the reply to SUBSCRIBE.
    case awaitsSubscription
    /// The subscription stands.
    case subscribed
  }
  /// What the reply to SUBSCRIBE or UNSUBSCRIBE meant.
  public enum AnswerOutcome: Equatable, Sendable {
    /// The subscription stands; `nextSubscribed()` tells who waited for it, until nil.
    case confirmed
    /// All have left before the reply: the instance sends UNSUBSCRIBE.
    case mustUnsubscribe
    /// The subscription is over, and somebody has come meanwhile: the instance sends SUBSCRIBE.
    case mustSubscribe
    /// The subscription is over, and the entry is gone.
    case gone
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
    /// The instance listens no more.
    case nobodySubscribed
  }
  /// What the leaving of a member meant for the entry.
  public enum LeaveOutcome: Equatable, Sendable {
    /// It was the last of a subscription that stands: the instance sends UNSUBSCRIBE.
    case mustUnsubscribe
    /// Others remain, or a reply is awaited that decides.
    case nothingToSend
  }

  /// How far a subscription is.
  enum Stage: UInt8, BitwiseCopyable {
    case free
    /// SUBSCRIBE or its reply is on its way.
    case subscribing
    /// Messages let waiters try.
    case subscribed
    /// UNSUBSCRIBE or its reply is on its way.
    case unsubscribing
  }

  /// A subscription of one instance to one lock; a free one uses `members` for the list of free
  /// ones.
  ///
  /// Entry n has two queues: 2n for those who await the subscription, 2n + 1 for those who await a
  /// permit.
  struct Entry: BitwiseCopyable {
    var members: Int32
    var permits: Int32
    var stage: Stage
    /// Whether the server sends messages.
    var isReached = false
    /// When the last of what the server has sent arrives.
    var lastArrival = VirtualTime.start

    static let free = Entry(members: -1, permits: 0, stage: .free)
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
    self.waits = RequestQueues(queueCount: expectedLocks * 2, expectedMembers: expectedRequests)
  }

  // MARK: Looking

  /// Whether the server sends messages about a lock to an instance.
  public func isReached(_ instance: InstanceID, by lock: LockID) -> Bool {
    entry(lock, instance).map { entries[$0].isReached } ?? false
  }

  /// The next instance, in the order of their numbers, to which a message about a lock is sent.
  ///
  /// - Parameter previous: The instance that was told before; nil to begin.
  /// - Complexity: O(instances).
  public func nextSubscriber(to lock: LockID, after previous: InstanceID?) -> InstanceID? {
    var number = previous.map { Int($0.index) + 1 } ?? 0
    while number < instanceCount {
      let instance = InstanceID(index: number)
      if isReached(instance, by: lock) { return instance }
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

  /// Makes a request a member of the entry of its instance and the lock; it waits unless the
  /// subscription stands.
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
      if entries[entry].stage == .subscribed { return .subscribed }
      _ = waits.append(request, to: entry * 2)
      return .awaitsSubscription
    }
    let entry = takeFreeEntry()
    entries[entry] = Entry(members: 1, permits: 0, stage: .subscribing)
    let pair = pairIndex(lock, instance)
    entryOf.makeRoom(for: pair, filledWith: -1)
    entryOf[pair] = entry
    membership[request.index] = entry
    _ = waits.append(request, to: entry * 2)
    return .mustSubscribe
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
    precondition(
      entries[entry].stage == .subscribed, "a request awaits messages without a subscription")
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
    guard let entry = entry(lock, instance), entries[entry].stage == .subscribed else {
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
    if entries[entry].members > 0 { return .nothingToSend }
    if justSubscribed == entry { justSubscribed = -1 }
    guard entries[entry].stage == .subscribed else { return .nothingToSend }
    entries[entry].stage = .unsubscribing
    entries[entry].permits = 0
    return .mustUnsubscribe
  }

  // MARK: Helpers

  func pairIndex(_ lock: LockID, _ instance: InstanceID) -> Int32 {
    precondition(instance.index >= 0, "an instance before the first")
    precondition(Int(instance.index) < instanceCount, "an instance that does not exist")
    return lock.index * Int32(truncatingIfNeeded: instanceCount) + instance.index
  }

  func entry(_ lock: LockID, _ instance: InstanceID) -> Int32? {
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

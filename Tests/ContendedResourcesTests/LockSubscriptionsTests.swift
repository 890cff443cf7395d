import ContendedResources
import SimulationBasics
import Testing

private let lockA = LockID(index: 0)
private let lockB = LockID(index: 1)
private let here = InstanceID(index: 0)
private let there = InstanceID(index: 1)

@Suite("Lock subscriptions")
struct LockSubscriptionsTests {
  private static func subscriptions() -> LockSubscriptions {
    LockSubscriptions(instanceCount: 2, expectedLocks: 1, expectedRequests: 2)
  }

  // MARK: Subscribing

  @Test("make the first subscribe and all await its reply; later ones find it there")
  func joining() {
    var subscriptions = Self.subscriptions()
    #expect(subscriptions.join(lockA, on: here, for: first) == .mustSubscribe)
    #expect(subscriptions.join(lockA, on: here, for: third) == .awaitsSubscription)
    #expect(subscriptions.join(lockA, on: here, for: second) == .awaitsSubscription)
    #expect(subscriptions.isReached(here, by: lockA) == false)
    subscriptions.startMessages(about: lockA, to: here)
    #expect(subscriptions.isReached(here, by: lockA) == true)
    #expect(subscriptions.answered(about: lockA, on: here) == .confirmed)
    #expect(subscriptions.nextSubscribed() == first)
    #expect(subscriptions.nextSubscribed() == third)
    #expect(subscriptions.nextSubscribed() == second)
    #expect(subscriptions.nextSubscribed() == nil)
    #expect(subscriptions.join(lockA, on: here, for: fourth) == .subscribed)
    // Another lock and another instance have entries of their own.
    #expect(subscriptions.join(lockA, on: there, for: request(4)) == .mustSubscribe)
    #expect(subscriptions.join(lockB, on: here, for: request(5)) == .mustSubscribe)
  }

  @Test("tell a message's way: every instance that the server reaches, in order")
  func fanOut() {
    var subscriptions = LockSubscriptions(instanceCount: 4, expectedLocks: 1, expectedRequests: 4)
    for instance in [3, 0, 2] {
      let place = InstanceID(index: instance)
      #expect(subscriptions.join(lockA, on: place, for: request(instance)) == .mustSubscribe)
      // The SUBSCRIBE of instance 2 is still on its way, the reply to that of instance 0, too.
      if instance != 2 { subscriptions.startMessages(about: lockA, to: place) }
      if instance == 3 { #expect(subscriptions.answered(about: lockA, on: place) == .confirmed) }
      while subscriptions.nextSubscribed() != nil {}
    }
    #expect(subscriptions.nextSubscriber(to: lockA, after: nil) == InstanceID(index: 0))
    #expect(
      subscriptions.nextSubscriber(to: lockA, after: InstanceID(index: 0)) == InstanceID(index: 3))
    #expect(subscriptions.nextSubscriber(to: lockA, after: InstanceID(index: 3)) == nil)
    #expect(subscriptions.nextSubscriber(to: lockB, after: nil) == nil)
  }

  @Test("let nothing overtake what the server has sent before on the connection")
  func connectionOrder() {
    var subscriptions = Self.subscriptions()
    func at(_ milliseconds: UInt64) -> VirtualTime { .start + .milliseconds(milliseconds) }
    _ = subscriptions.join(lockA, on: here, for: first)
    _ = subscriptions.join(lockA, on: there, for: third)
    #expect(subscriptions.arrival(about: lockA, on: here, at: at(5)) == at(5))
    #expect(subscriptions.arrival(about: lockA, on: here, at: at(3)) == at(5))
    #expect(subscriptions.arrival(about: lockA, on: here, at: at(6)) == at(6))
    #expect(subscriptions.arrival(about: lockA, on: there, at: at(2)) == at(2))
  }

  @Test("unsubscribe when the last has left, and subscribe again for who came meanwhile")
  func subscribeAgain() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first])
    #expect(subscriptions.leave(lockA, on: here, by: first) == .mustUnsubscribe)
    #expect(subscriptions.join(lockA, on: here, for: second) == .awaitsSubscription)
    // Messages are sent until UNSUBSCRIBE is served, but nobody listens.
    #expect(subscriptions.isReached(here, by: lockA) == true)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .nobodySubscribed)
    subscriptions.stopMessages(about: lockA, to: here)
    #expect(subscriptions.isReached(here, by: lockA) == false)
    #expect(subscriptions.answered(about: lockA, on: here) == .mustSubscribe)
    #expect(subscriptions.isWaiting(second) == true)
    subscriptions.startMessages(about: lockA, to: here)
    #expect(subscriptions.answered(about: lockA, on: here) == .confirmed)
    #expect(subscriptions.nextSubscribed() == second)
    #expect(subscriptions.nextSubscribed() == nil)
  }

  // MARK: Messages

  @Test("wake one waiter per message, in order of arrival")
  func waking() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second, third])
    #expect(subscriptions.awaitPermit(lockA, on: here, for: second) == .waiting)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .waiting)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(second))
    #expect(subscriptions.isWaiting(second) == false)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: second) == .waiting)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(first))
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(second))
  }

  @Test("keep the permits of messages that find nobody waiting, for the next who would wait")
  func storing() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second])
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .stored)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .stored)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .permit)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .permit)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .waiting)
  }

  @Test("lose a message where no subscription stands, or stands yet")
  func nobody() {
    var subscriptions = Self.subscriptions()
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .nobodySubscribed)
    #expect(subscriptions.join(lockA, on: here, for: first) == .mustSubscribe)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .nobodySubscribed)
    subscriptions.startMessages(about: lockA, to: here)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .nobodySubscribed)
    #expect(subscriptions.messageArrived(about: lockA, on: there) == .nobodySubscribed)
    #expect(subscriptions.messageArrived(about: lockB, on: there) == .nobodySubscribed)
  }

  // MARK: The ends of a wait, and ties between two of them

  @Test("forget a waiter whose time or whose lease ran out; it may try and wait again")
  func timeout() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second])
    _ = subscriptions.awaitPermit(lockA, on: here, for: first)
    _ = subscriptions.awaitPermit(lockA, on: here, for: second)
    subscriptions.abandonWait(of: first)
    #expect(subscriptions.isMember(first) == true)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .waiting)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(second))
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(first))
  }

  @Test("keep the permit when timeout and message fall together, timeout first")
  func timeoutThenMessage() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second])
    _ = subscriptions.awaitPermit(lockA, on: here, for: first)
    subscriptions.abandonWait(of: first)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .stored)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .nothingToSend)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: second) == .permit)
  }

  @Test("show a late timeout that the wait is over, when the message came first")
  func messageThenTimeout() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first])
    _ = subscriptions.awaitPermit(lockA, on: here, for: first)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(first))
    #expect(subscriptions.isWaiting(first) == false)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .mustUnsubscribe)
  }

  @Test("let one who awaits the subscription time out, and serve the others")
  func timeoutDuringSubscription() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    _ = subscriptions.join(lockA, on: here, for: second)
    _ = subscriptions.join(lockA, on: here, for: third)
    subscriptions.abandonWait(of: second)
    #expect(subscriptions.leave(lockA, on: here, by: second) == .nothingToSend)
    #expect(confirm(&subscriptions) == [first, third])
  }

  @Test("deliver the reply also when the one for whom SUBSCRIBE was sent is gone")
  func subscriberGone() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    _ = subscriptions.join(lockA, on: here, for: second)
    subscriptions.abandonWait(of: first)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .nothingToSend)
    #expect(confirm(&subscriptions) == [second])
  }

  @Test("unsubscribe at once when all have left before the reply")
  func lateReply() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    subscriptions.abandonWait(of: first)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .nothingToSend)
    subscriptions.startMessages(about: lockA, to: here)
    #expect(subscriptions.answered(about: lockA, on: here) == .mustUnsubscribe)
    subscriptions.stopMessages(about: lockA, to: here)
    #expect(subscriptions.answered(about: lockA, on: here) == .gone)
    subscribe(&subscriptions, [first])
  }

  @Test("end with the last member, stored permits included")
  func lastLeaves() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second])
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .stored)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .nothingToSend)
    #expect(subscriptions.leave(lockA, on: here, by: second) == .mustUnsubscribe)
    #expect(subscriptions.isMember(second) == false)
    subscriptions.stopMessages(about: lockA, to: here)
    #expect(subscriptions.answered(about: lockA, on: here) == .gone)
    subscribe(&subscriptions, [first])
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .waiting)
  }

  private func subscribe(_ subscriptions: inout LockSubscriptions, _ members: [RequestID]) {
    for member in members { _ = subscriptions.join(lockA, on: here, for: member) }
    #expect(confirm(&subscriptions) == members)
  }

  /// Serves and answers the SUBSCRIBE of an instance; who waited for it, in order.
  private func confirm(_ subscriptions: inout LockSubscriptions) -> [RequestID] {
    subscriptions.startMessages(about: lockA, to: here)
    #expect(subscriptions.answered(about: lockA, on: here) == .confirmed)
    var told: [RequestID] = []
    while let next = subscriptions.nextSubscribed() { told.append(next) }
    return told
  }

  // MARK: Against the oracle

  @Test("agree with arrays on every history of six operations of two requests on one instance")
  func everyHistory() {
    checkEveryHistory(
      of: SubscriptionsBesideArrays.self,
      letters: letters(requests: 2, instances: 1, locks: 1), length: 6)
  }

  @Test("agree with arrays on every history of five operations of three requests on two instances")
  func everyHistoryOfTwoInstances() {
    checkEveryHistory(
      of: SubscriptionsBesideArrays.self,
      letters: letters(requests: 3, instances: 2, locks: 1), length: 5)
  }

  @Test("agree with arrays on long histories")
  func longHistories() {
    checkLongHistories(
      of: SubscriptionsBesideArrays.self,
      letters: letters(requests: 8, instances: 2, locks: 3), seeds: 0..<20, length: 2_000)
  }

  private func letters(
    requests: Int, instances: Int, locks: Int
  ) -> [SubscriptionsBesideArrays.Operation] {
    var letters: [SubscriptionsBesideArrays.Operation] = []
    for request in 0..<requests {
      for lock in 0..<locks { letters.append(.join(request, lock: lock)) }
      letters += [.awaitPermit(request), .abandon(request), .leave(request)]
    }
    for instance in 0..<instances {
      for lock in 0..<locks {
        letters += [
          .serve(lock: lock, instance: instance), .reply(lock: lock, instance: instance),
          .message(lock: lock, instance: instance),
        ]
      }
    }
    return letters
  }

  // MARK: Preconditions

  @Test("stop the run when a request does what its state forbids", arguments: 0..<14)
  func forbidden(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      let lock = LockID(index: 0)
      let instance = InstanceID(index: 0)
      let member = RequestID(index: 0)
      let other = RequestID(index: 1)
      var subscriptions = LockSubscriptionsTests.subscriptions()
      _ = subscriptions.join(lock, on: instance, for: member)
      if kind >= 9 {
        subscriptions.startMessages(about: lock, to: instance)
        _ = subscriptions.answered(about: lock, on: instance)
        while subscriptions.nextSubscribed() != nil {}
      }
      switch kind {
      case 0: _ = subscriptions.join(LockID(index: 1), on: instance, for: member)
      case 1: _ = subscriptions.awaitPermit(lock, on: instance, for: member)
      case 2: _ = subscriptions.leave(lock, on: instance, by: other)
      case 3: _ = subscriptions.leave(lock, on: InstanceID(index: 1), by: member)
      case 4: subscriptions.abandonWait(of: other)
      // It waits for the subscription.
      case 5: _ = subscriptions.leave(lock, on: instance, by: member)
      // An answer to what was not served, or what nobody has sent.
      case 6: _ = subscriptions.answered(about: lock, on: instance)
      case 7: subscriptions.stopMessages(about: lock, to: instance)
      case 8: _ = subscriptions.join(lock, on: InstanceID(index: 2), for: other)
      case 9: _ = subscriptions.answered(about: lock, on: instance)
      case 10: subscriptions.startMessages(about: lock, to: instance)
      case 11:
        _ = subscriptions.awaitPermit(lock, on: instance, for: member)
        _ = subscriptions.awaitPermit(lock, on: instance, for: member)
      case 12:
        _ = subscriptions.leave(lock, on: instance, by: member)
        _ = subscriptions.answered(about: lock, on: instance)
      default: _ = subscriptions.join(LockID(index: 1), on: InstanceID(index: -1), for: other)
      }
    }
  }

  @Test("stop the run when a service has no instance")
  func noInstance() async {
    await #expect(processExitsWith: .failure) {
      _ = LockSubscriptions(instanceCount: 0, expectedLocks: 1, expectedRequests: 1)
    }
  }
}

/// The subscriptions beside one list entry per lock and instance.
private struct SubscriptionsBesideArrays: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case join(Int, lock: Int)
    case awaitPermit(Int)
    case abandon(Int)
    case leave(Int)
    /// The server serves the command that is on its way to it.
    case serve(lock: Int, instance: Int)
    /// Its reply reaches the instance.
    case reply(lock: Int, instance: Int)
    case message(lock: Int, instance: Int)

    var request: Int? { nil }
  }
  /// Where the command is that an instance has sent last.
  enum Command { case toServer, fromServer, answered }
  struct Entry {
    var lock: Int
    var instance: Int
    var members: [Int] = []
    var awaitingReply: [Int] = []
    var awaitingMessage: [Int] = []
    var permits = 0
    /// Whether that command was SUBSCRIBE.
    var wantsMessages = true
    var command = Command.toServer
    var isReached = false

    var stands: Bool { wantsMessages && command == .answered }
  }

  var subscriptions = LockSubscriptions(instanceCount: 2, expectedLocks: 0, expectedRequests: 1)
  var entries: [Entry] = []

  /// Requests 0, 1, 4, 5 live on instance 0, the others on instance 1.
  private func instance(of member: Int) -> Int { member / 2 % 2 }

  private func entry(of member: Int) -> Int? {
    entries.firstIndex { $0.members.contains(member) }
  }
  private func entry(_ lock: Int, _ instance: Int) -> Int? {
    entries.firstIndex { $0.lock == lock && $0.instance == instance }
  }
  private func isWaiting(_ member: Int) -> Bool {
    entries.contains { ($0.awaitingReply + $0.awaitingMessage).contains(member) }
  }

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .join(let member, let lock):
      if entry(of: member) != nil { return .illegal }
      let place = instance(of: member)
      let outcome = subscriptions.join(
        LockID(index: lock), on: InstanceID(index: place), for: request(member))
      guard let index = entry(lock, place) else {
        entries.append(
          Entry(lock: lock, instance: place, members: [member], awaitingReply: [member]))
        return outcome == .mustSubscribe ? .agreed : .differed("\(outcome)")
      }
      entries[index].members.append(member)
      if entries[index].stands { return outcome == .subscribed ? .agreed : .differed("\(outcome)") }
      entries[index].awaitingReply.append(member)
      return outcome == .awaitsSubscription ? .agreed : .differed("\(outcome)")
    case .awaitPermit(let member):
      guard let index = entry(of: member), entries[index].stands, !isWaiting(member) else {
        return .illegal
      }
      let outcome = subscriptions.awaitPermit(
        LockID(index: entries[index].lock), on: InstanceID(index: entries[index].instance),
        for: request(member))
      if entries[index].permits > 0 {
        entries[index].permits -= 1
        return outcome == .permit ? .agreed : .differed("\(outcome)")
      }
      entries[index].awaitingMessage.append(member)
      return outcome == .waiting ? .agreed : .differed("\(outcome)")
    case .abandon(let member):
      guard let index = entry(of: member), isWaiting(member) else { return .illegal }
      subscriptions.abandonWait(of: request(member))
      entries[index].awaitingReply.removeAll { $0 == member }
      entries[index].awaitingMessage.removeAll { $0 == member }
      return .agreed
    case .leave(let member):
      guard let index = entry(of: member), !isWaiting(member) else { return .illegal }
      let outcome = subscriptions.leave(
        LockID(index: entries[index].lock), on: InstanceID(index: entries[index].instance),
        by: request(member))
      entries[index].members.removeAll { $0 == member }
      guard entries[index].members.isEmpty, entries[index].stands else {
        return outcome == .nothingToSend ? .agreed : .differed("\(outcome)")
      }
      entries[index].send(wantsMessages: false)
      return outcome == .mustUnsubscribe ? .agreed : .differed("\(outcome)")
    case .serve(let lock, let place):
      guard let index = entry(lock, place), entries[index].command == .toServer else {
        return .illegal
      }
      entries[index].command = .fromServer
      entries[index].isReached = entries[index].wantsMessages
      if entries[index].wantsMessages {
        subscriptions.startMessages(about: LockID(index: lock), to: InstanceID(index: place))
      } else {
        subscriptions.stopMessages(about: LockID(index: lock), to: InstanceID(index: place))
      }
      return .agreed
    case .reply(let lock, let place):
      guard let index = entry(lock, place), entries[index].command == .fromServer else {
        return .illegal
      }
      return reply(to: index)
    case .message(let lock, let place):
      let outcome = subscriptions.messageArrived(
        about: LockID(index: lock), on: InstanceID(index: place))
      guard let index = entry(lock, place), entries[index].stands else {
        return outcome == .nobodySubscribed ? .agreed : .differed("\(outcome)")
      }
      if entries[index].awaitingMessage.isEmpty {
        entries[index].permits += 1
        return outcome == .stored ? .agreed : .differed("\(outcome)")
      }
      let woken = request(entries[index].awaitingMessage.removeFirst())
      return outcome == .woke(woken) ? .agreed : .differed("\(outcome)")
    }
  }

  private mutating func reply(to index: Int) -> StepResult {
    let outcome = subscriptions.answered(
      about: LockID(index: entries[index].lock), on: InstanceID(index: entries[index].instance))
    let expected: LockSubscriptions.AnswerOutcome
    switch (entries[index].wantsMessages, entries[index].members.isEmpty) {
    case (true, false):
      expected = .confirmed
      entries[index].command = .answered
      for member in entries[index].awaitingReply {
        if subscriptions.nextSubscribed() != request(member) { return .differed("order") }
      }
      entries[index].awaitingReply = []
    case (true, true):
      expected = .mustUnsubscribe
      entries[index].send(wantsMessages: false)
    case (false, false):
      expected = .mustSubscribe
      entries[index].send(wantsMessages: true)
    case (false, true):
      expected = .gone
      entries.remove(at: index)
    }
    if subscriptions.nextSubscribed() != nil { return .differed("told too many") }
    return outcome == expected ? .agreed : .differed("\(outcome)")
  }

  func differenceInState() -> String? {
    for member in 0..<8 {
      if subscriptions.isMember(request(member)) != (entry(of: member) != nil) { return "member" }
      if subscriptions.isWaiting(request(member)) != isWaiting(member) { return "wait" }
    }
    for lock in 0..<3 {
      var reached: [Int] = []
      var instance = subscriptions.nextSubscriber(to: LockID(index: lock), after: nil)
      while let next = instance {
        reached.append(Int(next.index))
        instance = subscriptions.nextSubscriber(to: LockID(index: lock), after: next)
      }
      let expected = (0..<2).filter { place in
        entry(lock, place).map { entries[$0].isReached } ?? false
      }
      if reached != expected { return "messages about \(lock) reach \(reached)" }
    }
    return nil
  }
}

extension SubscriptionsBesideArrays.Entry {
  fileprivate mutating func send(wantsMessages: Bool) {
    self.wantsMessages = wantsMessages
    command = .toServer
    permits = 0
  }
}

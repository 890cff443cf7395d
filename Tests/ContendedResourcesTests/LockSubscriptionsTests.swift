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

  @Test("make the first subscribe, the next await its reply, later ones find it there")
  func joining() {
    var subscriptions = Self.subscriptions()
    #expect(subscriptions.join(lockA, on: here, for: first) == .mustSubscribe)
    #expect(subscriptions.join(lockA, on: here, for: third) == .awaitsSubscription)
    #expect(subscriptions.join(lockA, on: here, for: second) == .awaitsSubscription)
    #expect(subscriptions.isSubscribed(here, to: lockA) == false)
    subscriptions.subscribed(to: lockA, on: here)
    #expect(subscriptions.nextSubscribed() == third)
    #expect(subscriptions.nextSubscribed() == second)
    #expect(subscriptions.nextSubscribed() == nil)
    #expect(subscriptions.isSubscribed(here, to: lockA) == true)
    #expect(subscriptions.join(lockA, on: here, for: fourth) == .subscribed)
    // Another lock and another instance have entries of their own.
    #expect(subscriptions.join(lockA, on: there, for: request(4)) == .mustSubscribe)
    #expect(subscriptions.join(lockB, on: here, for: request(5)) == .mustSubscribe)
  }

  @Test("tell a message's way: every instance with a subscription, in order")
  func fanOut() {
    var subscriptions = LockSubscriptions(instanceCount: 4, expectedLocks: 1, expectedRequests: 4)
    for instance in [3, 0, 2] {
      let place = InstanceID(index: instance)
      #expect(subscriptions.join(lockA, on: place, for: request(instance)) == .mustSubscribe)
      if instance != 2 { subscriptions.subscribed(to: lockA, on: place) }
      #expect(subscriptions.nextSubscribed() == nil)
    }
    // The reply of instance 2 is still on its way.
    #expect(subscriptions.nextSubscriber(to: lockA, after: nil) == InstanceID(index: 0))
    #expect(
      subscriptions.nextSubscriber(to: lockA, after: InstanceID(index: 0)) == InstanceID(index: 3))
    #expect(subscriptions.nextSubscriber(to: lockA, after: InstanceID(index: 3)) == nil)
    #expect(subscriptions.nextSubscriber(to: lockB, after: nil) == nil)
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

  @Test("lose a message that comes where no subscription stands, or stands yet")
  func nobody() {
    var subscriptions = Self.subscriptions()
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .nobodySubscribed)
    #expect(subscriptions.join(lockA, on: here, for: first) == .mustSubscribe)
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
    #expect(subscriptions.leave(lockA, on: here, by: first) == .othersRemain)
    #expect(subscriptions.awaitPermit(lockA, on: here, for: second) == .permit)
  }

  @Test("show a late timeout that the wait is over, when the message came first")
  func messageThenTimeout() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first])
    _ = subscriptions.awaitPermit(lockA, on: here, for: first)
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .woke(first))
    #expect(subscriptions.isWaiting(first) == false)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .last)
  }

  @Test("let one who awaits the subscription time out, and serve the others")
  func timeoutDuringSubscription() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    _ = subscriptions.join(lockA, on: here, for: second)
    _ = subscriptions.join(lockA, on: here, for: third)
    subscriptions.abandonWait(of: second)
    #expect(subscriptions.leave(lockA, on: here, by: second) == .othersRemain)
    subscriptions.subscribed(to: lockA, on: here)
    #expect(subscriptions.nextSubscribed() == third)
    #expect(subscriptions.nextSubscribed() == nil)
  }

  @Test("deliver the reply also when the one who sent SUBSCRIBE is gone")
  func subscriberGone() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    _ = subscriptions.join(lockA, on: here, for: second)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .othersRemain)
    subscriptions.subscribed(to: lockA, on: here)
    #expect(subscriptions.nextSubscribed() == second)
    #expect(subscriptions.nextSubscribed() == nil)
  }

  @Test("take no notice of a reply that comes when all have left, or a second time")
  func lateReply() {
    var subscriptions = Self.subscriptions()
    _ = subscriptions.join(lockA, on: here, for: first)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .last)
    subscriptions.subscribed(to: lockA, on: here)
    #expect(subscriptions.nextSubscribed() == nil)
    #expect(subscriptions.isSubscribed(here, to: lockA) == false)
    subscribe(&subscriptions, [first])
    subscriptions.subscribed(to: lockA, on: here)
    #expect(subscriptions.nextSubscribed() == nil)
  }

  @Test("end with the last member, stored permits included")
  func lastLeaves() {
    var subscriptions = Self.subscriptions()
    subscribe(&subscriptions, [first, second])
    #expect(subscriptions.messageArrived(about: lockA, on: here) == .stored)
    #expect(subscriptions.leave(lockA, on: here, by: first) == .othersRemain)
    #expect(subscriptions.leave(lockA, on: here, by: second) == .last)
    #expect(subscriptions.isMember(second) == false)
    #expect(subscriptions.isSubscribed(here, to: lockA) == false)
    subscribe(&subscriptions, [first])
    #expect(subscriptions.awaitPermit(lockA, on: here, for: first) == .waiting)
  }

  private func subscribe(_ subscriptions: inout LockSubscriptions, _ members: [RequestID]) {
    for member in members { _ = subscriptions.join(lockA, on: here, for: member) }
    subscriptions.subscribed(to: lockA, on: here)
    while subscriptions.nextSubscribed() != nil {}
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
          .reply(lock: lock, instance: instance), .message(lock: lock, instance: instance),
        ]
      }
    }
    return letters
  }

  // MARK: Preconditions

  @Test("stop the run when a request does what its state forbids", arguments: 0..<10)
  func forbidden(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      let lock = LockID(index: 0)
      let instance = InstanceID(index: 0)
      let member = RequestID(index: 0)
      let other = RequestID(index: 1)
      var subscriptions = LockSubscriptionsTests.subscriptions()
      _ = subscriptions.join(lock, on: instance, for: member)
      switch kind {
      case 0: _ = subscriptions.join(LockID(index: 1), on: instance, for: member)
      case 1: _ = subscriptions.awaitPermit(lock, on: instance, for: member)
      case 2: _ = subscriptions.leave(lock, on: instance, by: other)
      case 3: _ = subscriptions.leave(lock, on: InstanceID(index: 1), by: member)
      case 4: subscriptions.abandonWait(of: member)
      case 5:
        _ = subscriptions.join(lock, on: instance, for: other)
        _ = subscriptions.leave(lock, on: instance, by: other)
      case 6:
        _ = subscriptions.join(lock, on: instance, for: other)
        subscriptions.subscribed(to: lock, on: instance)
        subscriptions.subscribed(to: lock, on: instance)
      case 7:
        subscriptions.subscribed(to: lock, on: instance)
        _ = subscriptions.nextSubscribed()
        _ = subscriptions.awaitPermit(lock, on: instance, for: member)
        _ = subscriptions.awaitPermit(lock, on: instance, for: member)
      case 8: _ = subscriptions.join(lock, on: InstanceID(index: 2), for: other)
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
    case reply(lock: Int, instance: Int)
    case message(lock: Int, instance: Int)

    var request: Int? { nil }
  }
  struct Entry {
    var lock: Int
    var instance: Int
    var members: [Int] = []
    var awaitingReply: [Int] = []
    var awaitingMessage: [Int] = []
    var permits = 0
    var isSubscribed = false
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
        entries.append(Entry(lock: lock, instance: place, members: [member]))
        return outcome == .mustSubscribe ? .agreed : .differed("\(outcome)")
      }
      entries[index].members.append(member)
      if entries[index].isSubscribed {
        return outcome == .subscribed ? .agreed : .differed("\(outcome)")
      }
      entries[index].awaitingReply.append(member)
      return outcome == .awaitsSubscription ? .agreed : .differed("\(outcome)")
    case .awaitPermit(let member):
      guard let index = entry(of: member), entries[index].isSubscribed, !isWaiting(member) else {
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
      if entries[index].members.isEmpty {
        entries.remove(at: index)
        return outcome == .last ? .agreed : .differed("\(outcome)")
      }
      return outcome == .othersRemain ? .agreed : .differed("\(outcome)")
    case .reply(let lock, let place):
      subscriptions.subscribed(to: LockID(index: lock), on: InstanceID(index: place))
      if let index = entry(lock, place), !entries[index].isSubscribed {
        entries[index].isSubscribed = true
        for member in entries[index].awaitingReply {
          if subscriptions.nextSubscribed() != request(member) { return .differed("order") }
        }
        entries[index].awaitingReply = []
      }
      return subscriptions.nextSubscribed() == nil ? .agreed : .differed("told too many")
    case .message(let lock, let place):
      let outcome = subscriptions.messageArrived(
        about: LockID(index: lock), on: InstanceID(index: place))
      guard let index = entry(lock, place), entries[index].isSubscribed else {
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
        entry(lock, place).map { entries[$0].isSubscribed } ?? false
      }
      if reached != expected { return "messages about \(lock) reach \(reached)" }
    }
    return nil
  }
}

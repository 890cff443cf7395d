import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// How clients wait for a distributed lock: Redisson's for messages, a plain loop by sleeping.
extension Simulation {
  // MARK: Subscribing

  /// Joins the subscription of the instance, or has one made, and waits for it at most as long as
  /// for the lock.
  mutating func joinSubscription(for request: RequestID) -> Turn {
    let channel = channel(of: request)
    let outcome =
      requests[request].listensPrivately
      ? privateChannels.join(channel.lock, on: channel.instance, for: request)
      : subscriptions.join(channel.lock, on: channel.instance, for: request)
    switch outcome {
    case .subscribed:
      return .goesOn
    case .mustSubscribe:
      sendSubscribe(for: request)
      block(request, on: .time, as: .redisCommand)
    case .awaitsSubscription:
      meters.locks.entered(at: now)
      block(request, on: .subscription, as: .distributedLockWait)
    }
    requests[request].timer = queue.schedule(
      Event.unlockWaitTimedOut(request).word, at: requests[request].lockDeadline)
    return .ends
  }

  private mutating func sendSubscribe(for request: RequestID) {
    let channel = channel(of: request)
    send(
      requests[request].listensPrivately ? .subscribePrivately : .subscribe, about: channel.lock,
      on: channel.instance, by: requests[request].user)
  }

  mutating func leaveSubscription(of request: RequestID) {
    let channel = channel(of: request)
    let isPrivate = requests[request].listensPrivately
    let outcome =
      isPrivate
      ? privateChannels.leave(channel.lock, on: channel.instance, by: request)
      : subscriptions.leave(channel.lock, on: channel.instance, by: request)
    switch outcome {
    case .mustUnsubscribe:
      send(
        isPrivate ? .unsubscribePrivately : .unsubscribe, about: channel.lock,
        on: channel.instance, by: requests[request].user)
    case .nothingToSend:
      break
    }
  }

  /// Where a request hears of a release: the channel of its lock at its instance, or for a fair
  /// lock a channel of its own, which takes the place of the lock.
  private func channel(of request: RequestID) -> (lock: LockID, instance: InstanceID) {
    if requests[request].listensPrivately {
      return (LockID(index: Int(request.index)), InstanceID(index: 0))
    }
    return (requests[request].lock, requests[request].instance)
  }

  // MARK: What the lock server sends to subscribers

  /// The reply to SUBSCRIBE or UNSUBSCRIBE starts on its way.
  mutating func answer(to instance: InstanceID, about lock: LockID, for user: UserID) {
    let leg = lockServerLeg(for: user)
    let arrival = subscriptions.arrival(about: lock, on: instance, at: now + leg)
    queue.schedule(Event.subscriptionAnswered(lock, instance).word, at: arrival)
  }

  mutating func answerPrivately(on channel: LockID, for user: UserID) {
    let leg = lockServerLeg(for: user)
    let arrival = privateChannels.arrival(
      about: channel, on: InstanceID(index: 0), at: now + leg)
    queue.schedule(
      Event.privateSubscriptionAnswered(RequestID(index: Int(channel.index))).word, at: arrival)
  }

  /// One message to each instance that has subscribed; each wakes one waiter.
  mutating func publishUnlock(of lock: LockID, by request: RequestID) {
    var instance = subscriptions.nextSubscriber(to: lock, after: nil)
    while let subscriber = instance {
      let leg = lockServerLeg(for: requests[request].user)
      let arrival = subscriptions.arrival(about: lock, on: subscriber, at: now + leg)
      queue.schedule(Event.unlockMessageArrived(lock, subscriber).word, at: arrival)
      instance = subscriptions.nextSubscriber(to: lock, after: subscriber)
    }
  }

  /// One message to the first waiter for a fair lock, if it listens yet.
  mutating func callFirstWaiter(for lock: LockID, by request: RequestID) {
    guard let first = locks.firstWaiter(for: lock) else { return }
    let channel = LockID(index: Int(first.index))
    let place = InstanceID(index: 0)
    guard privateChannels.isReached(place, by: channel) else { return }
    let leg = lockServerLeg(for: requests[request].user)
    let arrival = privateChannels.arrival(about: channel, on: place, at: now + leg)
    queue.schedule(Event.firstWaiterCalled(lock, first).word, at: arrival)
  }

  // MARK: What arrives

  /// The reply to SUBSCRIBE or UNSUBSCRIBE has reached an instance.
  mutating func subscriptionAnswered(about lock: LockID, on instance: InstanceID) {
    switch subscriptions.answered(about: lock, on: instance) {
    case .confirmed:
      while let next = subscriptions.nextSubscribed() { wakeSubscribed(next) }
    case .mustSubscribe:
      send(.subscribe, about: lock, on: instance, by: Self.nobodyInParticular)
    case .mustUnsubscribe:
      send(.unsubscribe, about: lock, on: instance, by: Self.nobodyInParticular)
    case .gone:
      break
    }
  }

  mutating func privateSubscriptionAnswered(for owner: RequestID) {
    let channel = LockID(index: Int(owner.index))
    let place = InstanceID(index: 0)
    switch privateChannels.answered(about: channel, on: place) {
    case .confirmed:
      while let next = privateChannels.nextSubscribed() { wakeSubscribed(next) }
    case .mustSubscribe:
      send(.subscribePrivately, about: channel, on: place, by: Self.nobodyInParticular)
    case .mustUnsubscribe:
      send(.unsubscribePrivately, about: channel, on: place, by: Self.nobodyInParticular)
    case .gone:
      break
    }
  }

  /// Whose stream the legs of a command come from that an instance sends on a reply.
  private static var nobodyInParticular: UserID { UserID(index: 0) }

  private mutating func wakeSubscribed(_ request: RequestID) {
    endLockWait(of: request)
    wake(request)
  }

  mutating func unlockMessageArrived(about lock: LockID, on instance: InstanceID) {
    switch subscriptions.messageArrived(about: lock, on: instance) {
    case .woke(let request): wakeSubscribed(request)
    case .stored, .nobodySubscribed: break
    }
  }

  /// A request learns that it is the first who waits for a fair lock that is free.
  mutating func firstWaiterCalled(for lock: LockID, _ first: RequestID) {
    // The message may be about a lock that the request, or the one before it in its slot, has given
    // up waiting for.
    guard privateChannels.isMember(first), requests[first].lock == lock else { return }
    let channel = LockID(index: Int(first.index))
    switch privateChannels.messageArrived(about: channel, on: InstanceID(index: 0)) {
    case .woke(let request): wakeSubscribed(request)
    case .stored, .nobodySubscribed: break
    }
  }

  // MARK: Waiting

  /// Waits on the local semaphore for min(time to live, rest of the wait).
  mutating func awaitUnlock(for request: RequestID, thenJumpTo target: Int32) -> Turn {
    let channel = channel(of: request)
    requests[request].programCounter = target
    let outcome =
      requests[request].listensPrivately
      ? privateChannels.awaitPermit(channel.lock, on: channel.instance, for: request)
      : subscriptions.awaitPermit(channel.lock, on: channel.instance, for: request)
    switch outcome {
    case .permit:
      return .goesOn
    case .waiting:
      meters.locks.entered(at: now)
      block(request, on: .unlock, as: .distributedLockWait)
      var end = min(now + requests[request].lockRemaining, requests[request].lockDeadline)
      // A fair lock that is free for another is asked for again at once; where a command takes no
      // time, that would be for ever in this moment.
      if end == now && lockServerTakesNoTime {
        end = min(now + Self.leastPause, requests[request].lockDeadline)
      }
      requests[request].timer = queue.schedule(Event.unlockWaitTimedOut(request).word, at: end)
      return .ends
    }
  }

  private var lockServerTakesNoTime: Bool {
    let server = compiled.scenario.system.lockServer
    return server.network == .zero && server.command == .zero
  }

  /// Nothing has come in time: no message, or no reply to SUBSCRIBE.
  mutating func unlockWaitTimedOut(_ request: RequestID) {
    if requests[request].listensPrivately {
      privateChannels.abandonWait(of: request)
    } else {
      subscriptions.abandonWait(of: request)
    }
    endLockWait(of: request)
    requests[request].timer = .none
    resume(request)
  }

  /// Measures the end of a wait for the lock; the time of one's own SUBSCRIBE is none.
  mutating func endLockWait(of request: RequestID) {
    if requests[request].wait == .time { return }
    meters.locks.left(at: now, since: requests[request].since)
  }

  // MARK: Polling

  /// Sleeps before the next try.
  mutating func pollLock(_ step: CompiledLockStep, for request: RequestID) -> Turn {
    requests[request].lockPolls += 1
    let tries = Int(requests[request].lockPolls)
    let user = requests[request].user
    var previous = requests[request].previousPoll
    var pause = step.poll.pause(
      before: tries, range: step.pollRanges[min(tries, step.pollRanges.count) - 1],
      previous: &previous
    ) { drawNumber(below: $0, for: .lockPoll, of: user) }
    requests[request].previousPoll = previous
    if pause == .zero { pause = Self.leastPause }
    meters.locks.entered(at: now)
    block(request, on: .unlock, as: .distributedLockWait)
    requests[request].timer = queue.schedule(
      Event.lockPollDue(request).word, at: now + pause + sleepOvershoot(of: user))
    return .ends
  }

  mutating func lockPollDue(_ request: RequestID) {
    requests[request].timer = .none
    endLockWait(of: request)
    resume(request)
  }
}

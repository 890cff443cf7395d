import EventKernel
import Measurements
import ScenarioModel
import Measurements
import SimulationBasics

/// Barriers, in requests and in iterations: the last of a group to come lets all go on.
///
/// Everybody goes on with an event of that moment, in the order in which they came; the last one is
/// the last. Who is interrupted leaves the barrier, and a request that stands there goes on without
/// a client, as if the barrier had opened for it alone: what it holds must not be held for ever.
///
/// A group one of whose users has stopped for good can never be complete. It does not wait for the
/// end of the graceful stop: everybody who stands there is interrupted in the moment in which that
/// is certain. A user who has only been ramped down may come back, so a group waits for it.
extension Simulation {
  /// A request comes to a barrier.
  mutating func awaitBarrier(_ barrier: Int, for request: RequestID) -> Turn {
    // A request whose user has been interrupted belongs to nobody any more.
    if !isAwaited(request) { return .goesOn }
    block(request, on: .barrier, as: .externalDelay)
    join(barrier, requests[request].user)
    return .ends
  }

  /// A user comes to a barrier in its iteration.
  mutating func awaitBarrier(_ barrier: Int, for user: UserID) {
    users[user.index].activity = .atBarrier
    join(barrier, user)
  }

  private mutating func join(_ barrier: Int, _ user: UserID) {
    let load = Int(users[user.index].load)
    let place = place(of: user)
    let group = barriers.group(at: barrier, load: load, place: place)
    let members = barriers.members(at: barrier, load: load, place: place)
    barriers.join(user, in: group)
    if barriers.waiting(in: group) == members.count {
      while let next = barriers.popFirst(of: group) { letThrough(next) }
    } else if isShort(members, of: load) {
      breakUp(group)
    }
  }

  private mutating func letThrough(_ user: UserID) {
    if users[user.index].activity == .requesting {
      wake(users[user.index].request)
    } else {
      sleep(user, for: .zero)
    }
  }

  /// Whether one of these users of a load has stopped for good.
  private func isShort(_ members: Range<Int>, of load: Int) -> Bool {
    // As long as all who are planned for are there, nobody has stopped.
    if loads[load].active == loads[load].userLimit { return false }
    let first = loads[load].firstUser
    for place in members where users[first + place].hasStopped { return true }
    return false
  }

  /// Interrupts everybody of a group, each by an event of its own.
  private mutating func breakUp(_ group: Int32) {
    while let user = barriers.popFirst(of: group) {
      _ = queue.cancel(users[user.index].interruption)
      users[user.index].interruption = queue.schedule(
        Event.gracefulRampDownEnded(user).word, at: now)
      if users[user.index].activity == .requesting { wake(users[user.index].request) }
    }
  }

  /// A user makes no further iteration: who waits for it waits in vain.
  mutating func breakBarriers(of user: UserID) {
    let load = Int(users[user.index].load)
    for barrier in 0..<barriers.count {
      let group = barriers.group(at: barrier, load: load, place: place(of: user))
      if barriers.waiting(in: group) > 0 { breakUp(group) }
    }
  }

  /// A user who is interrupted waits at no barrier any more.
  mutating func leaveBarrier(_ user: UserID) {
    guard barriers.count > 0, barriers.contains(user) else { return }
    barriers.leave(user)
    if users[user.index].activity == .requesting { wake(users[user.index].request) }
  }
}

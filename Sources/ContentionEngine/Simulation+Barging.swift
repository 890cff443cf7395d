import ContendedResources
import EventKernel
import Measurements
import SimulationBasics

/// Newcomers who take a connection that is on its way to a waiter.
///
/// HikariCP marks a returned connection as free before it offers it to the longest waiter, who
/// learns of it a thread switch later (ConcurrentBag.java, `requite` and `borrow`). In virtual time
/// that gap has no length: it lies between the return and the event of the same moment in which the
/// waiter goes on. A request that asks for a connection in this gap, above all the one that has
/// just returned it and wants another, takes it with the probability that the model says. The
/// robbed waiter joins the end of the queue and waits no longer than it would have before.
///
/// Where several are on their way, the one that was returned first is taken.
extension Simulation {
  /// Passes a connection to a waiter, who goes on with an event of this moment.
  mutating func handOver(to request: RequestID) {
    _ = queue.cancel(requests[request].timer)
    requests[request].timer = .none
    requests[request].wait = .handOff
    let resumption = queue.schedule(Event.requestResumed(request).word, at: now)
    if keepsHandles { requests[request].timer = resumption }
    handOffs.advance(to: now)
    handOffs.add(request, resumedBy: resumption)
  }

  /// Whether a request that finds no connection free takes one that is on its way to another.
  mutating func barges(_ request: RequestID) -> Bool {
    let instance = requests[request].instance
    handOffs.advance(to: now)
    guard handOffs.count > 0, pools[instance].isFull else { return false }
    for place in 0..<handOffs.count {
      let (receiver, resumption) = handOffs[place]
      guard !receiver.isNone, requests[receiver].wait == .handOff,
        requests[receiver].instance == instance
      else {
        continue
      }
      let user = requests[request].user
      guard drawChance(connectionBarging, for: .connectionBarging, of: user) else { return false }
      _ = queue.cancel(resumption)
      handOffs.take(at: place)
      rob(receiver, for: request)
      return true
    }
    return false
  }

  private mutating func rob(_ receiver: RequestID, for request: RequestID) {
    pools[requests[request].instance].take(from: receiver, for: request)
    // Its wait is counted in two parts, so that no part is counted twice.
    settle(receiver)
    block(receiver, on: .connection, as: .poolWait)
    meters.pool.queue.entered(at: now)
    let end = max(handOffs.deadline(of: receiver), now)
    requests[receiver].timer = queue.schedule(
      Event.connectionWaitTimedOut(receiver).word, at: end)
  }
}

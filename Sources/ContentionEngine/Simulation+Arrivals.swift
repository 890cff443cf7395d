import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// k6's executors by rate: iterations begin when they are due, whoever is there to make them.
///
/// Each takes the user that has been idle longest: in k6, idle users stand in line at a channel,
/// which serves them in that order, those of the start by their numbers. When nobody is idle, the
/// iteration is dropped and never made up for; if there may be more users, one is made for those
/// that are due later. k6 makes it in the background, which takes a moment, and makes one at a
/// time; here it takes no time, so it is there for the next iteration that is due.
///
/// A latency counts from the moment in which the iteration was due: nobody starts later than that.
/// Of an iteration that ends and one that is due in the same moment, the one comes first whose
/// event was scheduled first.
///
/// Source of the rules: k6, `lib/executor/{constant,ramping}_arrival_rate.go`.
extension Simulation {
  /// Makes the first users, and schedules the first iteration.
  mutating func startArrivals(of load: Int, with users: UserPool) {
    loads[load].stageStart = now
    for _ in 0..<users.preAllocated { makeUser(of: load) }
    scheduleArrival(in: load)
  }

  /// An iteration of the load is due.
  mutating func iterationFellDue(in load: Int) {
    if loads[load].hasEnded { return }
    scheduleArrival(in: load)
    guard let idle = idleUsers.popFirst(of: Int32(load)) else {
      count(.droppedIterations, by: 1, of: load)
      if loads[load].planned < loads[load].userLimit {
        makeUser(of: load)
        madeUsers += 1
      }
      return
    }
    activate(UserID(index: Int(idle.index)), after: .zero)
  }

  /// A user has nothing to do until an iteration is due.
  mutating func standIdle(_ user: UserID, of load: Int) {
    _ = idleUsers.append(RequestID(index: Int(user.index)), to: Int32(load))
  }

  private mutating func makeUser(of load: Int) {
    standIdle(UserID(index: loads[load].firstUser + loads[load].planned), of: load)
    loads[load].planned += 1
  }

  /// Schedules the iteration that is due next.
  ///
  /// A Poisson process is one of rate 1 in a time of its own: the integral of the rate. So the gaps
  /// in the integral are exponential, and the mean rate follows the stages exactly. They come from
  /// a stream of the load, which no other load and no number of users changes.
  private mutating func scheduleArrival(in load: Int) {
    let next: VirtualDuration?
    if let gap = compiled.iterations[load].arrivalGap {
      var stream = RandomStream(
        runSeed: seed, replication: replication, purpose: .arrivalGap, entity: UInt32(load),
        position: loads[load].gapsDrawn)
      let parts = samplers.sample(Int(gap.index), from: &stream)
      loads[load].gapsDrawn = stream.position
      next = arrivals[load]?.next(after: parts.inNanoseconds)
    } else {
      next = arrivals[load]?.next()
    }
    if let next {
      queue.schedule(Event.iterationFellDue(load).word, at: loads[load].stageStart + next)
    }
  }
}

import EventKernel
import SimulationBasics

/// The event queue alone: the hold model, and timers that are mostly cancelled.
enum EventQueueBench {
  static func run() {
    for pending in [10, 100, 1_000, 10_000, 100_000] {
      let nanoseconds = BenchClock.median(of: 5) { hold(pending: pending, steps: 2_000_000) }
      BenchReport.line("hold model", "\(pending) pending", nanoseconds, "ns per hold")
    }
    let ties = BenchClock.median(of: 5) { tiedHold(pending: 1_000, steps: 2_000_000) }
    BenchReport.line("hold model, all at one time", "1000 pending", ties, "ns per hold")
    let present = BenchClock.median(of: 5) { presentBurst(burst: 1_000, bursts: 1_000) }
    BenchReport.line("zero delay", "1000 at once", present, "ns per event")
    for pending in [1_000, 100_000] {
      let churn = BenchClock.median(of: 5) { timerChurn(users: pending, steps: 1_000_000) }
      BenchReport.line("timer churn", "\(pending) timers", churn, "ns per step")
    }
  }

  /// Takes one event and schedules one, again and again (Jones, CACM 29(4), 1986); exponential
  /// delays.
  private static func hold(pending: Int, steps: Int) -> Double {
    var queue = EventQueue(expectedCount: pending)
    var delays = BenchDelays(seed: 42)
    for index in 0..<pending {
      queue.schedule(EventWord(bits: UInt64(index)), at: .start + delays.next(mean: 1e9))
    }
    holdSteps(steps / 4, &queue, &delays)
    let start = BenchClock.now
    holdSteps(steps, &queue, &delays)
    let seconds = BenchClock.seconds(since: start)
    precondition(queue.count == pending, "the hold model lost an event")
    return seconds / Double(steps) * 1e9
  }

  @inline(never)
  private static func holdSteps(
    _ count: Int, _ queue: inout EventQueue, _ delays: inout BenchDelays
  ) {
    for _ in 0..<count {
      guard let event = queue.popNext(through: .never) else { return }
      queue.schedule(event.word, at: event.time + delays.next(mean: 1e9))
    }
  }

  /// As `hold`, with one constant delay for all: every round is one moment of `pending` ties.
  private static func tiedHold(pending: Int, steps: Int) -> Double {
    var queue = EventQueue(expectedCount: pending)
    for index in 0..<pending {
      queue.schedule(EventWord(bits: UInt64(index)), at: .start + .seconds(1))
    }
    let start = BenchClock.now
    for _ in 0..<steps {
      guard let event = queue.popNext(through: .never) else { break }
      queue.schedule(event.word, at: event.time + .seconds(1))
    }
    let seconds = BenchClock.seconds(since: start)
    precondition(queue.count == pending, "the hold model lost an event")
    return seconds / Double(steps) * 1e9
  }

  /// Schedules many events for the present moment and takes them all; the near list is in use
  /// meanwhile.
  private static func presentBurst(burst: Int, bursts: Int) -> Double {
    var queue = EventQueue(expectedCount: burst + 16)
    for index in 0..<16 {
      queue.schedule(EventWord(bits: 1), at: .start + .hours(UInt64(index + 1)))
    }
    let start = BenchClock.now
    for _ in 0..<bursts {
      for _ in 0..<burst { queue.schedule(EventWord(bits: 0), at: queue.now) }
      for _ in 0..<burst { _ = queue.popNext(through: queue.now) }
      queue.schedule(EventWord(bits: 0), at: queue.now + .milliseconds(1))
      _ = queue.popNext(through: .never)
    }
    let seconds = BenchClock.seconds(since: start)
    precondition(queue.count == 16, "the burst lost an event")
    return seconds / Double(burst * bursts) * 1e9
  }

  /// Each user acts after an exponential second; each act cancels the user's 2 s timer and arms it
  /// anew.
  private static func timerChurn(users: Int, steps: Int) -> Double {
    var queue = EventQueue(expectedCount: 2 * users)
    var delays = BenchDelays(seed: 42)
    var timers = FixedTable<EventHandle>(repeating: .none, count: users)
    for user in 0..<users {
      queue.schedule(EventWord(bits: UInt64(2 * user)), at: .start + delays.next(mean: 1e9))
      timers[user] = queue.schedule(EventWord(bits: UInt64(2 * user + 1)), at: .start + .seconds(2))
    }
    churnSteps(steps / 4, &queue, &delays, &timers)
    let start = BenchClock.now
    churnSteps(steps, &queue, &delays, &timers)
    let seconds = BenchClock.seconds(since: start)
    precondition(queue.count == 2 * users, "the timers lost an event")
    return seconds / Double(steps) * 1e9
  }

  @inline(never)
  private static func churnSteps(
    _ count: Int, _ queue: inout EventQueue, _ delays: inout BenchDelays,
    _ timers: inout FixedTable<EventHandle>
  ) {
    for _ in 0..<count {
      guard let event = queue.popNext(through: .never) else { return }
      let user = Int(truncatingIfNeeded: event.word.bits / 2)
      if event.word.bits & 1 == 0 {
        _ = queue.cancel(timers[user])
        queue.schedule(event.word, at: event.time + delays.next(mean: 1e9))
      }
      timers[user] = queue.schedule(
        EventWord(bits: UInt64(2 * user + 1)), at: event.time + .seconds(2))
    }
  }
}

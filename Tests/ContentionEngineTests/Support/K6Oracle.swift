import ScenarioModel
import SimulationBasics

/// k6's closed executors for users who do nothing but iterations of one length, from k6's rules and
/// by brute force.
///
/// Times are whole nanoseconds from the executor's start. Sources: `lib/executor/ramping_vus.go`
/// (`getRawExecutionSteps`), `vu_handle.go`, `per_vu_iterations.go`, `shared_iterations.go` and
/// `helpers.go` of k6 v2.2.0.
struct K6Oracle {
  /// What an executor came to.
  struct Outcome: Equatable {
    var finished = 0
    var interrupted = 0
    var dropped = 0
    /// When the last user stopped.
    var end: UInt64 = 0
  }

  /// When users run, from and until, for counting them.
  private(set) var spells: [(from: UInt64, until: UInt64)] = []
  private(set) var outcome = Outcome()
  let iteration: UInt64

  init(_ executor: Executor, iteration: UInt64, gracefulStop: UInt64) {
    self.iteration = iteration
    switch executor {
    case .constantVUs(let vus, let duration):
      let end = duration.inNanoseconds
      for _ in 0..<vus { run(from: 0, regularEnd: end, hardEnd: end + gracefulStop, at: .max) }
      outcome.end = max(outcome.end, end)
    case .rampingVUs(let startVUs, let stages, let grace):
      ramp(startVUs, stages, grace: grace.inNanoseconds, gracefulStop: gracefulStop)
    case .perVUIterations(let vus, let iterations, let maxDuration):
      let end = maxDuration.inNanoseconds
      for _ in 0..<vus {
        let begun = run(
          from: 0, regularEnd: end, hardEnd: end + gracefulStop, at: UInt64(iterations))
        outcome.dropped += iterations - begun
      }
    case .sharedIterations(let vus, let iterations, let maxDuration):
      // All users are in step: they take what is left, round after round.
      let end = maxDuration.inNanoseconds
      var left = iterations
      var shares = [Int](repeating: 0, count: vus)
      var start: UInt64 = 0
      while left > 0, start < end {
        for user in 0..<vus where left > 0 {
          shares[user] += 1
          left -= 1
        }
        start += iteration
      }
      for share in shares where share > 0 {
        _ = run(from: 0, regularEnd: .max, hardEnd: end + gracefulStop, at: UInt64(share))
      }
      outcome.dropped = left
    case .constantArrivalRate, .rampingArrivalRate:
      preconditionFailure("no closed executor")
    }
  }

  /// How many users run at a moment.
  func users(at moment: UInt64) -> Int {
    spells.count { $0.from <= moment && moment < $0.until }
  }

  /// One user who begins iterations until the regular end, or so many, and is cut off at the hard
  /// end.
  @discardableResult
  private mutating func run(
    from start: UInt64, regularEnd: UInt64, hardEnd: UInt64, at limit: UInt64
  ) -> Int {
    var now = start
    var begun: UInt64 = 0
    while now < regularEnd, begun < limit {
      begun += 1
      if now + iteration > hardEnd {
        outcome.interrupted += 1
        now = hardEnd
        break
      }
      outcome.finished += 1
      now += iteration
    }
    spells.append((start, now))
    outcome.end = max(outcome.end, now)
    return Int(begun)
  }

  // MARK: Ramping

  /// The moments at which the number of planned users changes, as `getRawExecutionSteps` lists
  /// them.
  static func rawSteps(
    _ startVUs: Int, _ stages: [Executor.Stage]
  ) -> (steps: [(time: UInt64, planned: Int)], end: UInt64) {
    var steps: [(time: UInt64, planned: Int)] = [(0, startVUs)]
    func add(_ time: UInt64, _ planned: Int) {
      if steps[steps.count - 1].planned != planned { steps.append((time, planned)) }
    }
    var timeTillEnd: UInt64 = 0
    var from = startVUs
    for stage in stages {
      let duration = Int64(stage.duration.inNanoseconds)
      timeTillEnd += UInt64(duration)
      let difference = Int64(stage.target - from)
      if difference == 0 { continue }
      if duration == 0 {
        add(timeTillEnd, stage.target)
      } else if from > stage.target {
        var index = from
        while index > stage.target {
          let before = duration * Int64(stage.target - index + 1) / difference
          add(timeTillEnd - UInt64(before), index - 1)
          index -= 1
        }
      } else {
        var index = from
        while index <= stage.target {
          let before = duration * Int64(stage.target - index) / difference
          add(timeTillEnd - UInt64(before), index)
          index += 1
        }
      }
      from = stage.target
    }
    return (steps, timeTillEnd)
  }

  private mutating func ramp(
    _ startVUs: Int, _ stages: [Executor.Stage], grace: UInt64, gracefulStop: UInt64
  ) {
    let (steps, end) = Self.rawSteps(startVUs, stages)
    outcome.end = end
    for user in 0..<(steps.map(\.planned).max() ?? 0) {
      followRamp(user, steps, end: end, grace: grace, hardEnd: end + gracefulStop)
    }
  }

  /// One user: started when planned, told to finish when not, cut off when the grace is over,
  /// unless planned again.
  private mutating func followRamp(
    _ user: Int, _ steps: [(time: UInt64, planned: Int)], end: UInt64, grace: UInt64,
    hardEnd: UInt64
  ) {
    var iterationEnd: UInt64?
    var cutOff = UInt64.max
    var isWanted = false
    var runsSince: UInt64 = 0
    func wanted(at time: UInt64) -> Bool { (steps.last { $0.time <= time }?.planned ?? 0) > user }
    var moments = steps.map(\.time) + [end, hardEnd]
    while true {
      // The next thing that happens: a step, the end, the end of an iteration, or a cut.
      let next = min(
        moments.min() ?? .max, iterationEnd ?? .max, iterationEnd == nil ? .max : cutOff)
      if next == .max { return }
      moments.removeAll { $0 == next }
      func stop() {
        spells.append((runsSince, next))
        outcome.end = max(outcome.end, next)
        iterationEnd = nil
        cutOff = .max
      }
      if iterationEnd == next {
        outcome.finished += 1
        if isWanted, next < end {
          iterationEnd = next + iteration
        } else {
          stop()
        }
      }
      let shouldRun = wanted(at: next)
      if shouldRun, !isWanted, next < end {
        isWanted = true
        cutOff = .max
        if iterationEnd == nil {
          runsSince = next
          iterationEnd = next + iteration
        }
      } else if !shouldRun, isWanted {
        isWanted = false
        if iterationEnd != nil { cutOff = next + grace }
      }
      if iterationEnd != nil, next >= cutOff || next >= hardEnd {
        outcome.interrupted += 1
        stop()
      }
    }
  }
}

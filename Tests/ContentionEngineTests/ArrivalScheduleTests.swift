import ContentionEngine
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// The instants of iterations by rate, against the integral of the rate in whole numbers.
@Suite("Arrival schedule")
struct ArrivalScheduleTests {
  private func moments(_ executor: Executor) -> [UInt64] {
    guard var schedule = ArrivalSchedule(executor) else { return [] }
    var moments: [UInt64] = []
    while let next = schedule.next() { moments.append(next.inNanoseconds) }
    return moments
  }

  private func ramping(
    from start: Int, each unit: VirtualDuration = .seconds(1), _ stages: [(UInt64, Int)]
  ) -> Executor {
    .rampingArrivalRate(
      startRate: ArrivalRate(iterations: start, timeUnit: unit),
      stages: stages.map { Executor.Stage(duration: .nanoseconds($0.0), target: $0.1) },
      users: UserPool(preAllocated: 1, maximum: 1))
  }

  private func constant(_ rate: ArrivalRate, _ duration: VirtualDuration) -> Executor {
    .constantArrivalRate(
      rate: rate, duration: duration, users: UserPool(preAllocated: 1, maximum: 1))
  }

  @Test("of a constant rate has iteration i at the whole nanosecond below i units over the rate")
  func constantRate() {
    let moments = moments(constant(ArrivalRate(iterations: 3), .seconds(100_000)))
    #expect(moments.count == 300_000)
    for (index, moment) in moments.enumerated() {
      if moment != UInt64(index) * 1_000_000_000 / 3 {
        Issue.record("iteration \(index) at \(moment)")
        return
      }
    }
    let slow = ArrivalRate(iterations: 7, timeUnit: .minutes(1))
    #expect(
      self.moments(constant(slow, .seconds(20))) == [0, 8_571_428_571, 17_142_857_142])
  }

  /// 5 t² iterations after t seconds; the 500th would begin with the end.
  @Test("of a rate that rises from nothing has the exact roots, rounded down")
  func rising() {
    let moments = moments(ramping(from: 0, [(10_000_000_000, 100)]))
    #expect(moments.count == 499)
    // 5 · 1², 5 · 2² and 5 · 3².
    #expect(moments[4] == 1_000_000_000)
    #expect(moments[19] == 2_000_000_000)
    #expect(moments[44] == 3_000_000_000)
    for (index, moment) in moments.enumerated() {
      let due = UInt128(index + 1) * 1_000_000_000_000_000_000
      #expect(5 * UInt128(moment) * UInt128(moment) <= due)
      #expect(5 * UInt128(moment + 1) * UInt128(moment + 1) > due)
    }
  }

  /// 100 t − 5 t² after t seconds: the root of the last ones is nearly double.
  @Test("of a rate that falls to nothing is exact up to its end")
  func falling() {
    let moments = moments(ramping(from: 100, [(10_000_000_000, 0), (5_000_000_000, 0)]))
    // The 500th begins where the rate has become nothing, which is not the end.
    #expect(moments.count == 500)
    #expect(moments.last == 10_000_000_000)
    for (index, moment) in moments.enumerated().dropLast() {
      let due = UInt128(index + 1) * 1_000_000_000_000_000_000
      func integral(_ time: UInt64) -> UInt128 {
        100_000_000_000 * UInt128(time) - 5 * UInt128(time) * UInt128(time)
      }
      #expect(integral(moment) <= due)
      #expect(integral(moment + 1) > due)
    }
  }

  /// The first nanosecond, in a plain search over all, at which the integral has come as far.
  private func oracle(start: Int, unit: Int, _ stages: [(UInt64, Int)]) -> [UInt64] {
    var moments: [UInt64] = []
    let length = stages.reduce(0) { $0 + Int($1.0) }
    // Twice the integral times the unit, and of each time the fraction's denominator.
    func integral(_ time: Int) -> (parts: Int, denominator: Int) {
      var rest = time
      var whole = 0
      var from = start
      for (duration, to) in stages {
        let duration = Int(duration)
        if rest < duration {
          return (
            whole * duration + 2 * from * rest * duration + (to - from) * rest * rest, duration
          )
        }
        whole += (from + to) * duration
        rest -= duration
        from = to
      }
      return (whole, 1)
    }
    var iteration = 1
    var time = 0
    while time <= length {
      let (parts, denominator) = integral(time)
      let due = 2 * unit * iteration * denominator
      if parts < due {
        time += 1
      } else {
        let moment = parts == due ? time : time - 1
        if moment < length { moments.append(UInt64(moment)) }
        iteration += 1
      }
    }
    return moments
  }

  @Test("of any stages is what a search over all nanoseconds finds")
  func anyStages() {
    withEverySeed(1...600) { _, random in
      let unit = 1 + random.below(60)
      let start = random.below(6)
      let stages = (0..<(1 + random.below(5))).map { _ in
        (UInt64(random.oneIn(5) ? 0 : random.below(400)), random.oneIn(4) ? 0 : random.below(12))
      }
      let found = moments(ramping(from: start, each: .nanoseconds(UInt64(unit)), stages))
      let expected = oracle(start: start, unit: unit, stages)
      if found != expected {
        throw Mismatch("from \(start) each \(unit), \(stages): \(found), not \(expected)")
      }
    }
  }

  @Test("of the longest and steepest stage overflows nowhere")
  func largest() {
    let most = 1 << 53
    let longest = VirtualDuration.longestInAModel
    for (from, to) in [(0, most), (most, 0), (most, most - 1), (1, 1)] {
      let executor = ramping(
        from: from, each: longest, [(longest.inNanoseconds, to), (longest.inNanoseconds, from)])
      guard var schedule = ArrivalSchedule(executor) else { continue }
      var last = VirtualDuration.zero
      for _ in 0..<1_000 {
        guard let next = schedule.next(after: .max) else { break }
        #expect(next >= last)
        last = next
      }
    }
  }
}

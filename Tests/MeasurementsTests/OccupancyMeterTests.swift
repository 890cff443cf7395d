import Measurements
import SimulationBasics
import Testing

/// What can happen in a queue, for histories of the meter and of its naive oracle.
private enum Happening: Int, CaseIterable {
  case enter, leaveOldest, leaveNewest, tick, startWindow
}

/// Keeps every stay and counts each nanosecond by hand.
private struct NaiveQueue {
  private var stays: [(from: UInt64, until: UInt64?)] = []
  private var windowStart: UInt64 = 0
  private var entries: UInt64 = 0

  mutating func enter(_ now: UInt64) {
    stays.append((now, nil))
    entries += 1
  }

  mutating func leave(_ index: Int, _ now: UInt64) { stays[index].until = now }

  mutating func startWindow(_ now: UInt64) {
    windowStart = now
    entries = UInt64(inside.count)
    stays.removeAll { $0.until != nil }
  }

  var inside: [Int] { stays.indices.filter { stays[$0].until == nil } }
  func arrival(_ index: Int) -> UInt64 { stays[index].from }

  func expect(_ result: OccupancyResult, end: UInt64, _ history: String) {
    var integral: UInt128 = 0
    var most: UInt64 = 0
    for nanosecond in windowStart..<max(end, windowStart) {
      var level: UInt64 = 0
      for stay in stays where stay.from <= nanosecond && nanosecond < stay.until ?? end {
        level += 1
      }
      integral += UInt128(level)
      most = max(most, level)
    }
    let lengths = stays.map { ($0.until ?? end) - max($0.from, windowStart) }.filter { $0 > 0 }
    #expect(result.integral == integral, "\(history)")
    #expect(result.mostAtOnce == most, "\(history)")
    #expect(result.entries == entries, "\(history)")
    #expect(result.waitCount == UInt64(lengths.count), "\(history)")
    #expect(result.totalWait == UInt128(lengths.reduce(0, +)), "\(history)")
    #expect(result.longestWait.inNanoseconds == lengths.max() ?? 0, "\(history)")
    #expect(result.unfinishedWaits == UInt64(inside.count), "\(history)")
    #expect(result.window.inNanoseconds == end - windowStart, "\(history)")
    #expect(result.littleHolds, "\(history)")
  }
}

@Suite("Occupancy meter")
struct OccupancyMeterTests {
  private func moment(_ nanoseconds: UInt64) -> VirtualTime {
    VirtualTime(nanosecondsSinceStart: nanoseconds)
  }

  private func run(_ history: [Happening], tick: (Int) -> UInt64) {
    var meter = OccupancyMeter()
    var naive = NaiveQueue()
    var now: UInt64 = 0
    for (step, happening) in history.enumerated() {
      switch happening {
      case .enter:
        meter.entered(at: moment(now))
        naive.enter(now)
      case .leaveOldest, .leaveNewest:
        let inside = naive.inside
        guard let index = happening == .leaveOldest ? inside.first : inside.last else { continue }
        meter.left(at: moment(now), since: moment(naive.arrival(index)))
        naive.leave(index, now)
      case .tick:
        now += tick(step)
      case .startWindow:
        meter.startWindow(at: moment(now))
        naive.startWindow(now)
      }
      #expect(meter.waiting == naive.inside.count)
    }
    for index in naive.inside {
      meter.unfinished(since: moment(naive.arrival(index)), at: moment(now))
    }
    naive.expect(meter.result(at: moment(now)), end: now, "\(history)")
  }

  @Test("agrees with counting by hand on every history of at most six happenings")
  func everyShortHistory() {
    let kinds = Happening.allCases
    for length in 0...6 {
      var digits = Array(repeating: 0, count: length)
      while true {
        run(digits.map { kinds[$0] }, tick: { _ in 1 })
        guard let place = digits.lastIndex(where: { $0 < kinds.count - 1 }) else { break }
        digits[place] += 1
        for later in (place + 1)..<length { digits[later] = 0 }
      }
    }
  }

  @Test("agrees with counting by hand on long random histories", arguments: 1...20)
  func longHistories(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var history: [Happening] = []
    for _ in 0..<120 {
      // A window starts seldom, so that most histories measure something.
      let choice = Int.random(in: 0..<40, using: &numbers)
      history.append(choice == 0 ? .startWindow : Happening.allCases[choice % 4])
    }
    run(history, tick: { UInt64($0 % 5) })
  }

  @Test("counts a wait of no length as an entry, but neither as a wait nor as somebody waiting")
  func noLength() {
    var meter = OccupancyMeter()
    meter.entered(at: moment(5))
    meter.left(at: moment(5), since: moment(5))
    let result = meter.result(at: moment(10))
    #expect(result.entries == 1)
    #expect(result.waitCount == 0)
    #expect(result.mostAtOnce == 0)
    #expect(result.meanLevel == 0)
  }

  @Test("gives means: two who wait 4 and 6 ns of 20")
  func means() {
    var meter = OccupancyMeter()
    meter.entered(at: moment(0))
    meter.entered(at: moment(2))
    meter.left(at: moment(4), since: moment(0))
    meter.left(at: moment(8), since: moment(2))
    let result = meter.result(at: moment(20))
    #expect(result.meanWait == 5)
    #expect(result.meanLevel == 0.5)
    #expect(result.mostAtOnce == 2)
    #expect(result.longestWait == .nanoseconds(6))
  }

  @Test("notices a wait that nobody reported")
  func forgotten() {
    var meter = OccupancyMeter()
    meter.entered(at: moment(0))
    #expect(!meter.result(at: moment(3)).littleHolds)
  }

  @Test("stays exact where the integral needs more than 64 bits")
  func large() {
    var meter = OccupancyMeter()
    for _ in 0..<3 { meter.entered(at: moment(0)) }
    for _ in 0..<3 { meter.left(at: moment(.max), since: moment(0)) }
    let result = meter.result(at: moment(.max))
    #expect(result.integral == UInt128(UInt64.max) * 3)
    #expect(result.littleHolds)
  }

  @Test("adds runs up")
  func merge() {
    var first = OccupancyMeter()
    first.entered(at: moment(1))
    first.left(at: moment(4), since: moment(1))
    var second = OccupancyMeter()
    second.entered(at: moment(2))
    second.entered(at: moment(2))
    second.unfinished(since: moment(2), at: moment(7))
    second.unfinished(since: moment(2), at: moment(7))
    let merged = first.result(at: moment(6)).merging(second.result(at: moment(7)))
    #expect(merged.window == .nanoseconds(13))
    #expect(merged.entries == 3)
    #expect(merged.totalWait == 13)
    #expect(merged.mostAtOnce == 2)
    #expect(merged.unfinishedWaits == 2)
    #expect(merged.littleHolds)
  }

  @Test("stops when somebody leaves an empty queue")
  func leaveEmpty() async {
    await #expect(processExitsWith: .failure) {
      var meter = OccupancyMeter()
      meter.left(at: .start, since: .start)
    }
  }

  @Test("stops when time runs backwards")
  func backwards() async {
    await #expect(processExitsWith: .failure) {
      var meter = OccupancyMeter()
      meter.entered(at: VirtualTime(nanosecondsSinceStart: 5))
      meter.entered(at: VirtualTime(nanosecondsSinceStart: 4))
    }
  }
}

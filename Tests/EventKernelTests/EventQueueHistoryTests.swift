import EventKernel
import SimulationBasics
import TestSupport
import Testing

@Suite("Event queue, compared with its oracle")
struct EventQueueHistoryTests {
  private enum Operation: CaseIterable {
    case scheduleNow
    case scheduleNear
    case scheduleFar
    case cancelOldest
    case cancelNewest
    case pop
    case popThroughNow
  }

  /// Does one operation of a short history; cancelling takes the oldest or newest handle, stale or
  /// not.
  private func perform(
    _ operation: Operation, on queue: inout ComparedQueue
  ) throws(ComparedQueue.Difference) {
    switch operation {
    case .scheduleNow: try queue.schedule(at: queue.now)
    case .scheduleNear: try queue.schedule(at: queue.now + .nanoseconds(1))
    case .scheduleFar: try queue.schedule(at: queue.now + .nanoseconds(5_000))
    case .cancelOldest: if queue.scheduledCount > 0 { try queue.cancel(0) }
    case .cancelNewest: if queue.scheduledCount > 0 { try queue.cancel(queue.scheduledCount - 1) }
    case .pop: try queue.popNext(through: .never)
    case .popThroughNow: try queue.popNext(through: queue.now)
    }
    try queue.compareNextTime()
  }

  @Test("agrees with the oracle on every history of at most six operations")
  func everyShortHistory() {
    forEveryWord(upTo: 6, over: Operation.allCases) { history in
      var queue = ComparedQueue(expectedCount: 1)
      do {
        for operation in history { try perform(operation, on: &queue) }
        while try queue.popNext(through: .never) {}
      } catch {
        Issue.record("\(history): \(error)")
      }
    }
  }

  /// How the delays of a random history are distributed; each shape leads through other parts of
  /// the structure.
  private enum Shape: CaseIterable {
    /// At most 4 ns: ties everywhere.
    case tied
    /// Up to about 4 µs.
    case dense
    /// Any power of two up to 2⁶², so every level of the wheel is used.
    case everyScale
    /// Four constants, as time-outs and think times are.
    case constants

    func delay(_ random: inout TestRandom) -> UInt64 {
      switch self {
      case .tied: UInt64(random.below(5))
      case .dense: UInt64(random.below(4_096))
      case .everyScale: random.next() >> UInt64(2 + random.below(62))
      case .constants: [0, 300_000, 1_000_000_000, 50_000_000_000][random.below(4)]
      }
    }
  }

  @Test(
    "agrees with the oracle on long random histories of any size",
    arguments: [3, 40, 150, 700])
  func randomHistories(typicalCount: Int) {
    withEverySeed(1...(typicalCount > 100 ? 6 : 24)) { seed, random in
      var queue = ComparedQueue(expectedCount: Int(seed) % 3 * 500)
      var shape = Shape.tied
      for step in 0..<3_000 {
        if step % 400 == 0 { shape = Shape.allCases[random.below(Shape.allCases.count)] }
        // Above the typical count more is taken than scheduled, below it less: the count swings
        // around it.
        let isFull = queue.count > typicalCount * (1 + random.below(2)) / 2
        switch random.below(10) {
        case 0 where queue.scheduledCount > 0:
          try queue.cancel(random.below(queue.scheduledCount))
        case 1 where queue.scheduledCount > 0:
          let recent = min(queue.scheduledCount, 20)
          try queue.cancel(queue.scheduledCount - 1 - random.below(recent))
        case 2:
          try queue.popNext(through: limit(shape, queue.now, &random))
        case 3...(isFull ? 7 : 4):
          try queue.popNext(through: .never)
        default:
          try queue.schedule(at: limit(shape, queue.now, &random))
        }
        if step % 50 == 0 { try queue.compareNextTime() }
      }
      while try queue.popNext(through: .never) {}
    }
  }

  private func limit(
    _ shape: Shape, _ now: VirtualTime, _ random: inout TestRandom
  ) -> VirtualTime {
    let (later, overflows) = now.nanosecondsSinceStart.addingReportingOverflow(shape.delay(&random))
    return overflows ? .never : VirtualTime(nanosecondsSinceStart: later)
  }

  @Test("agrees with the oracle when thousands share one moment, scheduled from near and far")
  func massTies() throws {
    var random = TestRandom(seed: 7)
    var queue = ComparedQueue(expectedCount: 10)
    let meeting = VirtualTime.start + .seconds(1)
    for _ in 0..<600 {
      try queue.schedule(at: meeting)
      let rest = (meeting - queue.now).inNanoseconds
      try queue.schedule(at: queue.now + .nanoseconds(random.next() % rest / 100))
      try queue.popNext(through: .never)
    }
    while queue.now < meeting { try queue.popNext(through: .never) }
    for _ in 0..<600 {
      try queue.schedule(at: meeting)
      if random.oneIn(3) { try queue.cancel(random.below(queue.scheduledCount)) }
      if random.oneIn(2) { try queue.popNext(through: meeting) }
    }
    while try queue.popNext(through: .never) {}
  }

  @Test("replays one history to the same events, whatever size it was created for")
  func sizeDoesNotMatter() {
    let small = QueueUnderTest(expectedCount: 0)
    let large = QueueUnderTest(expectedCount: 5_000)
    var random = TestRandom(seed: 11)
    for number in 0..<2_000 {
      let delay = random.next() >> UInt64(20 + random.below(40))
      let moment = small.now.nanosecondsSinceStart + delay
      small.schedule(UInt64(number), at: moment)
      large.schedule(UInt64(number), at: moment)
      if random.below(5) < 2 { #expect(small.popNext() == large.popNext()) }
    }
    while let event = small.popNext() { #expect(event == large.popNext()) }
    #expect(large.count == 0)
  }
}

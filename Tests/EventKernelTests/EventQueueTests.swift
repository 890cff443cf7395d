import EventKernel
import SimulationBasics
import TestSupport
import Testing

@Suite("Event queue")
struct EventQueueTests {
  private func moment(_ nanoseconds: UInt64) -> VirtualTime {
    .init(nanosecondsSinceStart: nanoseconds)
  }

  @Test("runs earlier events first, and equal times in scheduling order")
  func order() {
    let queue = QueueUnderTest(expectedCount: 4)
    queue.schedule(1, at: 20)
    queue.schedule(2, at: 10)
    queue.schedule(3, at: 20)
    queue.schedule(4, at: 10)
    var order: [UInt64] = []
    while let event = queue.popNext() {
      #expect(event.time == queue.now)
      order.append(event.word.bits)
    }
    #expect(order == [2, 4, 1, 3])
    #expect(queue.now == moment(20))
  }

  @Test("runs what is scheduled for now after everything that already waits for now")
  func presentMoment() {
    let queue = QueueUnderTest(expectedCount: 4)
    queue.schedule(1, at: 5)
    queue.schedule(2, at: 5)
    #expect(queue.popWord() == 1)
    queue.schedule(3, at: 5)
    #expect(queue.popWord() == 2)
    queue.schedule(4, at: 5)
    #expect(queue.popWord() == 3)
    #expect(queue.popWord() == 4)
    #expect(queue.popNext() == nil)
  }

  @Test("gives nothing that is later than the limit, and leaves the clock alone")
  func limit() {
    let queue = QueueUnderTest(expectedCount: 4)
    queue.schedule(1, at: 10)
    #expect(queue.popNext(through: 9) == nil)
    #expect(queue.now == .start)
    #expect(queue.nextTime == moment(10))
    queue.schedule(2, at: 3)
    #expect(queue.popWord(through: 9) == 2)
    #expect(queue.popWord(through: 10) == 1)
    #expect(queue.nextTime == nil)
  }

  @Test("gives nothing of the present moment when the limit is past")
  func limitBeforeNow() {
    let queue = QueueUnderTest(expectedCount: 4)
    queue.schedule(1, at: 10)
    _ = queue.popNext()
    queue.schedule(2, at: 10)
    #expect(queue.popNext(through: 9) == nil)
    #expect(queue.popWord(through: 10) == 2)
  }

  @Test("cancels an event once, and never one that ran")
  func cancel() {
    let queue = QueueUnderTest(expectedCount: 4)
    let first = queue.schedule(1, at: 10)
    let second = queue.schedule(2, at: 10)
    #expect(queue.cancel(first))
    #expect(!queue.cancel(first))
    #expect(queue.popWord() == 2)
    #expect(!queue.isPending(second))
    #expect(!queue.cancel(second))
    #expect(!queue.cancel(.none))
    #expect(EventHandle.none.isNone)
    #expect(!first.isNone)
    #expect(queue.count == 0)
  }

  @Test("does not mistake an old handle for the event that took its place")
  func staleHandle() {
    let queue = QueueUnderTest(expectedCount: 1)
    let old = queue.schedule(1, at: 10)
    #expect(queue.cancel(old))
    let new = queue.schedule(2, at: 10)
    #expect(old != new)
    #expect(!queue.cancel(old))
    #expect(queue.isPending(new))
    #expect(queue.count == 1)
  }

  @Test("does not know a handle that another, larger queue gave out")
  func foreignHandle() {
    let large = QueueUnderTest(expectedCount: 100)
    var foreign = EventHandle.none
    for _ in 0..<100 { foreign = large.schedule(1, at: 10) }
    let small = QueueUnderTest(expectedCount: 1)
    #expect(!small.cancel(foreign))
  }

  @Test("keeps order at the ends of time")
  func endsOfTime() {
    let queue = QueueUnderTest(expectedCount: 200)
    let times: [UInt64] = [0, 1, 63, 64, 1 << 36, (1 << 60) - 1, 1 << 60, 1 << 63, .max - 1, .max]
    for round in 0..<20 {
      for (index, time) in times.enumerated().reversed() {
        queue.schedule(UInt64(index * 100 + round), at: time)
      }
    }
    for (index, time) in times.enumerated() {
      for round in 0..<20 {
        let event = queue.popNext()
        #expect(event?.time == moment(time))
        #expect(event?.word.bits == UInt64(index * 100 + round))
      }
    }
  }

  @Test("keeps events, handles and their slots as small as the caches want them")
  func sizes() {
    #expect(MemoryLayout<EventWord>.size == 8)
    #expect(MemoryLayout<EventHandle>.size == 8)
    #expect(MemoryLayout<DueEvent>.size == 16)
    #expect(EventQueue.bytesPerPendingEvent == 32)
  }

  @Test("stops the run when an event is scheduled for the past")
  func past() async {
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue(expectedCount: 4)
      queue.schedule(EventWord(bits: 1), at: .start + .nanoseconds(10))
      _ = queue.popNext(through: .never)
      queue.schedule(EventWord(bits: 2), at: .start + .nanoseconds(9))
    }
  }

  @Test("refuses a negative expected count")
  func negativeCount() async {
    await #expect(processExitsWith: .failure) {
      let count = Int("-1") ?? 0
      var queue = EventQueue(expectedCount: count)
      queue.schedule(EventWord(bits: 1), at: .start)
    }
  }
}

import EventKernel
import SimulationBasics

/// What an event queue must do, written as naively as possible: a list that is searched each time.
struct QueueOracle {
  struct Entry {
    let time: VirtualTime
    let number: Int
  }

  private(set) var now = VirtualTime.start
  private(set) var pending: [Entry] = []
  private var scheduled = 0

  /// Schedules the next event; its number is also the word it carries.
  mutating func schedule(at moment: VirtualTime) -> Int {
    pending.append(Entry(time: moment, number: scheduled))
    scheduled += 1
    return scheduled - 1
  }

  mutating func cancel(_ number: Int) -> Bool {
    guard let index = pending.firstIndex(where: { $0.number == number }) else { return false }
    pending.remove(at: index)
    return true
  }

  var nextTime: VirtualTime? { pending.map(\.time).min() }

  mutating func popNext(through limit: VirtualTime) -> Entry? {
    let earliest = pending.min { ($0.time, $0.number) < ($1.time, $1.number) }
    guard let earliest, earliest.time <= limit else { return nil }
    pending.removeAll { $0.number == earliest.number }
    now = earliest.time
    return earliest
  }
}

/// A queue and its oracle side by side: every operation is done on both, and every answer is
/// compared.
struct ComparedQueue: ~Copyable {
  private var queue: EventQueue
  private(set) var oracle = QueueOracle()
  private var handles: [EventHandle] = []

  init(expectedCount: Int) { queue = EventQueue(expectedCount: expectedCount) }

  var now: VirtualTime { queue.now }
  var count: Int { queue.count }
  var scheduledCount: Int { handles.count }

  mutating func schedule(at moment: VirtualTime) throws(Difference) {
    let number = oracle.schedule(at: moment)
    handles.append(queue.schedule(EventWord(bits: UInt64(number)), at: moment))
    try compareState()
  }

  /// Cancels the event that was scheduled as number `number`, pending or not; says whether it was.
  @discardableResult
  mutating func cancel(_ number: Int) throws(Difference) -> Bool {
    let expected = oracle.cancel(number)
    guard queue.isPending(handles[number]) == expected else { throw .stale(number) }
    guard queue.cancel(handles[number]) == expected else { throw .stale(number) }
    try compareState()
    return expected
  }

  /// Takes the next event; says whether there was one.
  @discardableResult
  mutating func popNext(through limit: VirtualTime) throws(Difference) -> Bool {
    let expected = oracle.popNext(through: limit)
    let event = queue.popNext(through: limit)
    guard event?.time == expected?.time, event?.word.bits == expected.map({ UInt64($0.number) })
    else { throw .event(expected: expected, found: event) }
    try compareState()
    return expected != nil
  }

  func compareNextTime() throws(Difference) {
    guard queue.nextTime == oracle.nextTime else { throw .nextTime }
  }

  private func compareState() throws(Difference) {
    guard queue.count == oracle.pending.count else { throw .count }
    guard queue.now == oracle.now else { throw .clock }
  }

  enum Difference: Error {
    case stale(Int)
    case event(expected: QueueOracle.Entry?, found: DueEvent?)
    case count
    case clock
    case nextTime
  }
}

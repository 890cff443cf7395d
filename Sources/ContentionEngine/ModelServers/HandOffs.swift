import EventKernel
import SimulationBasics

/// The connections that are on their way to a waiter in this moment, and until when everybody who
/// was passed one would have waited.
struct HandOffs: ~Copyable {
  private var moment = VirtualTime.start
  /// Who has been passed a connection in this moment, in that order; nobody where it was taken.
  private var receivers: FixedTable<RequestID>
  /// The events with which they go on.
  private var resumptions: FixedTable<EventHandle>
  private(set) var count = 0
  private var deadlines: FixedTable<VirtualTime>

  init(expectedRequests: Int) {
    receivers = FixedTable(repeating: .none, count: max(1, expectedRequests))
    resumptions = FixedTable(repeating: .none, count: max(1, expectedRequests))
    deadlines = FixedTable(repeating: .start, count: max(1, expectedRequests))
  }

  /// Forgets what was on its way in an earlier moment.
  mutating func advance(to now: VirtualTime) {
    if now > moment { count = 0 }
    moment = now
  }

  subscript(place: Int) -> (receiver: RequestID, resumption: EventHandle) {
    (receivers[place], resumptions[place])
  }

  mutating func add(_ request: RequestID, resumedBy event: EventHandle) {
    if count == receivers.count {
      receivers.grow(toCount: count * 2, filledWith: .none)
      resumptions.grow(toCount: count * 2, filledWith: .none)
    }
    receivers[count] = request
    resumptions[count] = event
    count += 1
  }

  /// What was on its way has been taken; whoever it was on its way to may be passed another one.
  mutating func take(at place: Int) { receivers[place] = .none }

  mutating func note(deadline: VirtualTime, of request: RequestID) {
    if Int(request.index) >= deadlines.count {
      let larger = max(Int(request.index) + 1, deadlines.count * 2)
      deadlines.grow(toCount: larger, filledWith: .start)
    }
    deadlines[request.index] = deadline
  }

  func deadline(of request: RequestID) -> VirtualTime { deadlines[request.index] }
}

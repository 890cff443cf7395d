import EventKernel
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What faults have brought to a standstill, and which requests are in trouble because of it.
///
/// All tables are empty where no fault needs them.
struct Disturbances: ~Copyable {
  /// A server that serves nothing for a time; overlapping times end with the later one.
  struct Standstill: BitwiseCopyable {
    private(set) var isOn = false
    private(set) var end = VirtualTime.start
    /// To when everything is put off: the first end that is still to come. Then it looks again, in
    /// the order in which it came.
    private(set) var wake = VirtualTime.start

    /// Serves nothing until a moment.
    ///
    /// - Returns: By how much that is longer than without.
    mutating func begin(at now: VirtualTime, until moment: VirtualTime) -> VirtualDuration {
      let before = isOn ? end : now
      if !isOn { wake = moment }
      isOn = true
      end = max(before, moment)
      return end - before
    }

    /// One of the times is over; another may go on.
    mutating func over(at now: VirtualTime) {
      if now >= end {
        isOn = false
      } else if now >= wake {
        wake = end
      }
    }

    /// Whoever stood still is dead.
    mutating func abort() { isOn = false }
  }

  /// What a fault has left undone of a request.
  struct Trouble: BitwiseCopyable {
    /// What was left of its CPU burst when its instance stopped.
    var restOfBurst = VirtualDuration.zero
    /// When its last command to the lock server was sent.
    var commandSentAt = VirtualTime.start
    /// Whether the lock server will not serve the command under way, and what the service does
    /// when it does not hear of it.
    var lostCommand = LostCommand.none
    var isTroubled: Bool { restOfBurst > .zero || lostCommand != .none }
  }

  /// A message that is to arrive again when its instance goes on.
  struct PutOffMessage: BitwiseCopyable {
    let event: EventHandle
    let word: EventWord
  }

  enum LostCommand: UInt8, BitwiseCopyable { case none, failsClosed, failsOpen }

  /// By instruction: who carries it out.
  let places: FixedTable<InstructionPlace>
  /// By request.
  private var troubles = FixedTable<Trouble>(repeating: Trouble(), count: 0)
  /// By request and lock step: whether it is inside without the lock.
  private var isWithoutLock = FixedTable<Bool>(repeating: false, count: 0)
  private let lockStepCount: Int
  /// Whether a service may go on without a lock.
  let failsOpen: Bool

  var database = Standstill()
  var lockServer = Standstill()
  /// How long a client waits for an answer of a lock server that serves nothing, and what it does
  /// then.
  var commandTimeout = VirtualDuration.zero
  var policy = FaultEvent.OutagePolicy.failClosed
  /// By instance: what has come to it while it stands still, in its order.
  private var putOff: [[PutOffMessage]] = []
  /// The end of the running sync.
  var sync = EventHandle.none

  init(_ compiled: borrowing CompiledScenario) {
    let isNeeded = compiled.scenario.disturbsRequests
    places = FixedTable(isNeeded ? InstructionPlace.places(in: compiled) : [])
    lockStepCount = compiled.lockSteps.count
    failsOpen = compiled.scenario.faults.contains { fault in
      if case .event(.redisOutage(_, _, .failOpen), _) = fault { true } else { false }
    }
  }

  // MARK: Requests in trouble

  subscript(request: RequestID) -> Trouble {
    get { Int(request.index) < troubles.count ? troubles[request.index] : Trouble() }
    set {
      if Int(request.index) >= troubles.count {
        troubles.grow(
          toCount: max(16, Int(request.index) + 1, troubles.count * 2), filledWith: Trouble())
      }
      troubles[request.index] = newValue
    }
  }

  /// A request is dead, and what was left undone stays so.
  mutating func forget(_ request: RequestID) { self[request] = Trouble() }

  // MARK: Messages put off

  /// A message to an instance that stands still is put off by an event.
  mutating func putOff(_ word: EventWord, as event: EventHandle, on instance: InstanceID) {
    while putOff.count <= Int(instance.index) { putOff.append([]) }
    putOff[Int(instance.index)].append(PutOffMessage(event: event, word: word))
  }

  /// Forgets what was put off, and tells what it was; some of it may have come since.
  mutating func takePutOff(on instance: InstanceID) -> [PutOffMessage] {
    guard Int(instance.index) < putOff.count else { return [] }
    let messages = putOff[Int(instance.index)]
    putOff[Int(instance.index)] = []
    return messages
  }

  // MARK: Requests without a lock

  /// Whether a request is inside a lock step without the lock.
  func isWithoutLock(_ request: RequestID, in step: Int) -> Bool {
    let place = Int(request.index) * lockStepCount + step
    return place < isWithoutLock.count && isWithoutLock[place]
  }

  mutating func setWithoutLock(_ request: RequestID, in step: Int, to isWithout: Bool) {
    let needed = (Int(request.index) + 1) * lockStepCount
    if needed > isWithoutLock.count {
      isWithoutLock.grow(toCount: max(needed, isWithoutLock.count * 2), filledWith: false)
    }
    isWithoutLock[Int(request.index) * lockStepCount + step] = isWithout
  }
}

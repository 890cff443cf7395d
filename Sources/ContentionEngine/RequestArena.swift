import ContendedResources
import RequestPrograms
import SimulationBasics

/// The requests in flight, each in a slot that is used again, with its rows, registers and retry
/// loops.
struct RequestArena: ~Copyable {
  private var states: FixedTable<RequestState>
  /// By request and slot.
  private var rowsInSlots: FixedTable<RowID>
  private var registers: FixedTable<Register>
  private var frames: FixedTable<RetryFrame>
  /// By request and level: the transactions that stand aside for others.
  private var suspended: FixedTable<OpenTransaction>
  private var firstFree: Int32 = -1
  private var used = 0
  let slotLimit: Int
  let registerLimit: Int
  let frameLimit: Int
  let suspendedLimit: Int
  /// How many requests are in flight.
  private(set) var count = 0

  init(for compiled: CompiledScenario, expectedRequests: Int) {
    var slots = 1
    for program in compiled.programs { slots = max(slots, program.slotCount) }
    var registers = 1
    for instruction in compiled.instructions {
      if case .read(_, _, let register, _) = instruction {
        registers = max(registers, Int(register) + 1)
      }
    }
    var frames = 1
    for retry in compiled.retries { frames = max(frames, retry.depth + 1) }
    slotLimit = slots
    registerLimit = registers
    frameLimit = frames
    suspendedLimit = compiled.openTransactions - 1
    let count = max(1, expectedRequests)
    states = FixedTable(repeating: Self.idle, count: count)
    rowsInSlots = FixedTable(repeating: RowID(index: -1), count: count * slots)
    self.registers = FixedTable(repeating: Register(), count: count * registers)
    self.frames = FixedTable(repeating: RetryFrame(), count: count * frames)
    suspended = FixedTable(repeating: OpenTransaction(), count: count * suspendedLimit)
  }

  private static let idle = RequestState(
    programCounter: 0, program: 0, user: UserID(index: -1), instance: InstanceID(index: 0),
    sentAt: .start, since: .start, key: IdempotencyKey(number: 0))

  /// How many slots have ever been used; slots from 0 up to it may hold requests.
  var slotCount: Int { used }

  @inline(__always)
  subscript(request: RequestID) -> RequestState {
    _read { yield states[request.index] }
    _modify { yield &states[request.index] }
  }

  /// Takes a slot for a new request.
  mutating func add(_ state: RequestState) -> RequestID {
    let slot: Int
    if firstFree >= 0 {
      slot = Int(firstFree)
      firstFree = states[slot].nextFree
    } else {
      if used == states.count { grow() }
      slot = used
      used += 1
    }
    states[slot] = state
    count += 1
    return RequestID(index: slot)
  }

  /// Gives the slot of a request free.
  mutating func remove(_ request: RequestID) {
    states[request.index].nextFree = firstFree
    states[request.index].user = UserID(index: -1)
    firstFree = request.index
    count -= 1
  }

  private mutating func grow() {
    let larger = states.count * 2
    states.grow(toCount: larger, filledWith: Self.idle)
    rowsInSlots.grow(toCount: larger * slotLimit, filledWith: RowID(index: -1))
    registers.grow(toCount: larger * registerLimit, filledWith: Register())
    frames.grow(toCount: larger * frameLimit, filledWith: RetryFrame())
    suspended.grow(toCount: larger * suspendedLimit, filledWith: OpenTransaction())
  }

  // MARK: What belongs to a request

  /// The row in a slot of the request; its index is negative when there is none.
  func row(_ slot: Int, of request: RequestID) -> RowID {
    rowsInSlots[Int(request.index) * slotLimit + slot]
  }
  mutating func put(_ row: RowID, inSlot slot: Int, of request: RequestID) {
    rowsInSlots[Int(request.index) * slotLimit + slot] = row
  }

  /// Gives a request the rows of another one of the same class.
  mutating func copyRows(from original: RequestID, to copy: RequestID) {
    for slot in 0..<slotLimit { put(row(slot, of: original), inSlot: slot, of: copy) }
  }

  func register(_ register: Int, of request: RequestID) -> RowImage {
    registers[Int(request.index) * registerLimit + register].image
  }
  mutating func setRegister(_ register: Int, of request: RequestID, to image: RowImage) {
    registers[Int(request.index) * registerLimit + register].image = image
  }
  mutating func noteRead(
    _ register: Int, of request: RequestID, of image: RowImage, at now: VirtualTime
  ) {
    registers[Int(request.index) * registerLimit + register] = Register(
      image: image, lastRead: LastRead(value: image.value, at: now))
  }
  func lastRead(_ register: Int, of request: RequestID) -> LastRead {
    registers[Int(request.index) * registerLimit + register].lastRead
  }

  func suspended(of request: RequestID, at level: Int) -> OpenTransaction {
    suspended[Int(request.index) * suspendedLimit + level]
  }
  mutating func suspend(_ transaction: OpenTransaction, of request: RequestID, at level: Int) {
    suspended[Int(request.index) * suspendedLimit + level] = transaction
  }

  func frame(_ depth: Int, of request: RequestID) -> RetryFrame {
    frames[Int(request.index) * frameLimit + depth]
  }
  mutating func setFrame(_ depth: Int, of request: RequestID, to frame: RetryFrame) {
    frames[Int(request.index) * frameLimit + depth] = frame
  }
}

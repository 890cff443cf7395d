public import ScenarioModel
public import SimulationBasics

/// A scenario under one strategy, ready to run: flat programs and dense tables.
public struct CompiledScenario: Sendable {
  public let scenario: Scenario
  public let strategy: Strategy
  /// The instructions of all request programs, one after another.
  public let instructions: [Instruction]
  /// For each instruction, where a failure of it goes on; −1 where it cannot fail.
  public let handlers: [Int32]
  /// One program for each request class, in the order of `Scenario.requests`.
  public let programs: [RequestProgram]
  public let timings: [Timing]
  public let updates: [CompiledUpdate]
  public let retries: [CompiledRetry]
  public let lockSteps: [CompiledLockStep]
  public let idempotencySteps: [CompiledIdempotency]
  public let cacheSteps: [CompiledCacheStep]
  /// By cache: how many entries it can have in each instance, or in all.
  public let cacheEntryCounts: [Int]
  /// By table: whether its keys' rows must tell when they were written and by whom.
  public let hasAgingKeys: [Bool]
  public let refusals: [Refusal]
  /// How long a statement waits for a row; the first is as long as the database lets it.
  public let patiences: [LockStep.Patience]
  public let choices: [CompiledChoice]
  /// Which occasions are meant, of requests and of iterations.
  public let occasions: [EveryNth]
  /// How many users belong together at each barrier, of requests and of iterations.
  public let barriers: [Int]
  /// By table: whether gap locks matter there, because a transaction may hold one or wait for one.
  public let hasOrderedKeys: [Bool]
  /// The largest number of transactions that one request has open at once.
  public let openTransactions: Int
  /// The names of distributed locks, each with the range of lock numbers that it can form.
  public let lockNames: [LockNameRange]
  /// How many locks have numbers for the whole run.
  public var lockCount: Int { lockNames.reduce(0) { $0 + $1.count } }
  /// How many locks one idempotency key can be in the name of.
  public let transientLockNames: Int
  /// One program for each load, in the order of `Scenario.loads`.
  public let iterations: [IterationProgram]
  /// Where the program of commands begins that clients send to the lock server beside their
  /// requests; −1 when there are none.
  public let lockErrandStart: Int32
  /// How long a message takes between a client and the service; `nil` when it takes no time.
  public let clientLeg: TimingID?
  /// How long a message takes between the service and the lock server; `nil` when it takes no time.
  public let lockServerLeg: TimingID?
  /// How much later than asked a backoff or a poll's pause ends; `nil` when it is never late.
  public let sleepOvershoot: TimingID?
  /// For each table, the number of its first row.
  public let firstRows: [Int]
}

/// The program of one request class.
public struct RequestProgram: Sendable {
  /// The index of its first instruction.
  public let start: Int32
  /// The index after its last instruction.
  public let end: Int32
  /// How it chooses its rows, in the order of `RequestClass.keys`.
  public let keys: [CompiledKey]
  /// The number of rows that it may have in all.
  public let slotCount: Int
  /// Its updates, as indices into `CompiledScenario.updates`; a request makes all of them but the
  /// conditional ones when nothing fails or is refused.
  public let updates: Range<Int>
  /// What its registers hold, by register.
  public let registers: [CompiledRegister]
}

/// A register of a request: one column of the row that a key has chosen.
public struct CompiledRegister: Sendable, BitwiseCopyable {
  public let slot: Int
  public let column: Int
}

/// How a request chooses its rows, and the slots in which it keeps them.
public struct CompiledKey: Sendable {
  /// The number of the table's first row, and how many rows it has.
  public let firstRow: Int
  public let rowCount: Int
  public let choice: RowChoice
  /// How many rows a request has.
  public let count: ClosedRange<Int>
  public let order: RowKey.Order
  public let redrawOnRetry: Bool
  public let firstSlot: Int

  /// The slots that rows of this key may take.
  public var slots: Range<Int> { firstSlot..<(firstSlot + count.upperBound) }
}

/// A choice by chance.
public struct CompiledChoice: Sendable {
  /// The sums of the weights up to each branch, and where it begins.
  public let branches: [(sum: UInt64, place: Int32)]
}

/// How long something takes, and from which stream that is drawn.
public struct Timing: Hashable, Sendable {
  public let purpose: RandomPurpose
  public let distribution: DurationDistribution
}

/// A write of one column, with its guard.
public struct CompiledUpdate: Sendable, BitwiseCopyable {
  /// The slot of its row.
  public let slot: Int
  /// The position of the row's key in the request's keys.
  public let key: Int
  public let table: Int
  public let column: Int
  /// The register that holds what was read; −1 when nothing is read.
  public let register: Int
  public let change: UpdateStep.Change
  public let atLeast: Int64?
  public let refusal: Int
  public let writeGuard: WriteGuard
  /// Whether the row refuses the write when its lock token is older than one seen before.
  public let isFenced: Bool
  /// Whether a request may succeed without it, because it stands in a branch or has no row.
  public let isConditional: Bool
  /// Which of its request's updates it is, as a bit; 0 from the 65th on, which are not told apart.
  public let bit: UInt64
}

/// A retry policy with its backoff ranges worked out.
public struct CompiledRetry: Sendable {
  public let policy: RetryPolicy
  /// The range before retry n at index n − 1; the last one repeats.
  public let ranges: [VirtualDuration]
  /// How deep it stands inside other retries of its program; 0 is outermost.
  public let depth: Int
  /// Whether a further attempt chooses rows again: not inside a transaction, which has touched the
  /// rows of the attempts before, nor where a surrounding `forEach` or lock still needs them.
  public let redraws: Bool
  /// Where the next attempt begins.
  public let nextAttempt: Int32
}

/// A distributed lock that a program takes.
public struct CompiledLockStep: Sendable {
  public let client: LockClient
  public let wait: VirtualDuration
  public let lease: VirtualDuration
  /// Whether the client's watchdog starts the lease anew every third of it.
  public let isRenewed: Bool
  /// How long a spinning client sleeps between two tries, and the range before try n + 1 at index
  /// n − 1; the last one repeats.
  public let poll: Backoff
  public let pollRanges: [VirtualDuration]
  /// The index in `CompiledScenario.lockNames`.
  public let name: Int
  /// The slots whose rows make the name, with the stride of each in the lock numbers.
  public let keys: [(key: Int, firstRow: Int, stride: Int)]
  /// Whether the request's idempotency key is part of the name.
  public let isPerRequest: Bool
  /// Where the request has asked for the lock and has not entered it: from `prepareLock` up to, but
  /// not including, `enterLock`.
  public internal(set) var acquiring: Range<Int32> = 0..<0

  /// How long after one renewal is answered the next is sent (RenewalTask.java).
  public var renewalInterval: VirtualDuration { .nanoseconds(lease.inNanoseconds / 3) }

  /// Whether a client that gives up has something to tell the lock server, or to forget.
  package var mustTellWhenGivingUp: Bool { client == .redissonFair || isPerRequest }
}

/// A lock name and the numbers of the locks that it can form.
public struct LockNameRange: Sendable {
  /// The name with its placeholders.
  public let text: String
  /// The number of its first lock; of a name with the idempotency key in it, of its first
  /// combination of rows among all such names.
  public let first: Int
  /// How many combinations of rows it can have.
  public let combinations: Int
  /// Whether the request's idempotency key is part of the name, so that its locks have numbers only
  /// while they are in use.
  public let isPerRequest: Bool

  /// How many locks have numbers for the whole run.
  public var count: Int { isPerRequest ? 0 : combinations }
}

/// Where a request goes on after its key was looked up.
public struct CompiledIdempotency: Sendable {
  /// Where a COMPLETED key is answered, where a PROCESSING one is refused, and where a FAILED one
  /// is dealt with.
  public let completed: Int32
  public let processing: Int32
  public let failed: Int32
  /// Where a key is taken over that has been PROCESSING for `takeOverAfter` or longer.
  public let overdue: Int32
  /// `nil` for never.
  public let takeOverAfter: VirtualDuration?
}

/// A look-up in a cache.
public struct CompiledCacheStep: Sendable, BitwiseCopyable {
  /// The index in `SystemModel.caches`.
  public let cache: Int
  /// The number of its first entry, the slot whose row chooses among those, and the row of the
  /// first; the slot is −1 where there is but one.
  public let firstEntry: Int
  public let slot: Int
  public let firstRow: Int
  /// Where a request goes on that has the entry without loading it.
  public let cached: Int32
}

/// What a user does, flattened.
public struct IterationProgram: Sendable {
  public let instructions: [IterationInstruction]
  /// When each user starts, where a distribution says so.
  public let stagger: TimingID?
  /// How far the integral of the rate moves from one iteration to the next, for arrivals that are a
  /// Poisson process; an iteration on average, in the parts of `ArrivalRate.partsOfIteration`.
  public let arrivalGap: TimingID?
  /// The names of the checks, by index.
  public let checks: [(name: String, statuses: [UInt16])]
}

/// One instruction of an iteration.
public enum IterationInstruction: Equatable, Sendable, BitwiseCopyable {
  case request(program: Int32, key: IterationStep.KeyUse)
  /// Sends a request that the user may send once more; the instruction behind it says when.
  case requestTwice(program: Int32, key: IterationStep.KeyUse)
  /// How long after a request the user sends it again, and how likely that is; never come to by
  /// itself.
  case doubleClick(after: TimingID, probability: Double)
  case sleep(TimingID)
  case check(Int32)
  /// Draws a number below the sum of the weights of the branches that stand right behind it.
  case choose(below: UInt64)
  /// Where a number goes on that is below the sum of the weights so far, and not below that of the
  /// branch before.
  case branch(below: UInt64, jump: Int32)
  /// Jumps when the last answer had this status.
  case ifStatus(UInt16, jump: Int32)
  /// Jumps unless this is one of the iterations that are meant.
  case everyNth(Int32, OccasionID)
  case awaitBarrier(Int16)
  case jump(Int32)
  /// Starts a repetition.
  case setCounter(Int32, to: Int32)
  /// Counts one repetition, and jumps back while some are left.
  case countDown(Int32, jump: Int32)
  case endIteration
}

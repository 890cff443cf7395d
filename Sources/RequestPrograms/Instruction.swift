public import ScenarioModel

/// One instruction of a request program: what the engine does next for a request.
///
/// An instruction that takes time or waits ends the turn of its request; the others run one after
/// another. Payloads are indices into the tables of `CompiledScenario`, so an instruction is plain
/// data of at most 8 bytes.
public enum Instruction: Equatable, Sendable, BitwiseCopyable {
  // MARK: Time and servers

  /// Lets the drawn time pass, and counts it as this activity.
  case spend(TimingID, Activity)
  /// Is in the memory of the instance from now on, or finds it down; an instance that has no room
  /// for one more dies of it. Written only where the model limits the memory.
  case enterInstance
  case leaveInstance
  /// Takes a request thread of the instance, waits for one, or is refused.
  case takeThread
  case releaseThread
  case takeCore(CoreOwner)
  case releaseCore(CoreOwner)
  /// Takes a connection of the instance's pool, or fails with `connectionTimeout`.
  case takeConnection
  case releaseConnection
  /// Takes a server of a pool of the model's own, or waits for one.
  case takeServer(Int16)
  case releaseServer(Int16)
  /// Goes into a gate of the model, or waits before it.
  case enterGate(Int16)
  case leaveGate(Int16)

  // MARK: Transactions, at the database server

  /// Opens a transaction; the snapshot is taken by the first plain read.
  case begin(IsolationLevel)
  /// Makes what was written durable, then visible, and lets go of the row locks; a transaction that
  /// wrote nothing ends at once.
  case commit(TimingID)
  /// Undoes what was written, and lets go of the row locks.
  case rollback
  /// Sets the open transaction aside: what follows is in another one, until `resumeTransaction`.
  case suspendTransaction
  case resumeTransaction
  /// Takes the lock of the row in a slot, or fails with `lockWaitTimeout`, `lockNotAvailable` or
  /// `deadlock`.
  case lockRow(slot: UInt8, LockStep.Mode, PatienceID)
  /// Reads one column of the row in a slot into a register.
  case read(slot: UInt8, column: UInt8, register: UInt8, ReadKind)
  /// Evaluates the guard of an update on the locked row, and writes if it holds.
  case write(UpdateID)
  /// Notes a write that is made at the commit point, when nobody has changed what was read.
  case deferWrite(UpdateID)
  /// The commit point of a transaction without locks: fails with `versionConflict` if a row that it
  /// has read has changed, else makes the noted writes visible.
  case validate

  // MARK: Transactions, at the service

  /// Fails with `refusal` when what was read does not allow the update.
  case requireFloor(UpdateID)
  /// Fails unless the update before changed a row.
  case requireWritten(UpdateID)

  // MARK: Idempotency keys

  /// Reads the state of the request's key by a plain read.
  case lookUpKey(table: UInt8, IdempotencyID)
  /// Goes on by the state of the key: absent falls through, each other state has its place.
  case branchOnKey(IdempotencyID)
  /// Reads and locks the row of the request's key, or the gap where it would be.
  case lockKey(table: UInt8, IdempotencyID)
  /// Jumps when the look-up before found the key.
  case jumpIfKeyExists(Int32)
  /// Inserts the key as PROCESSING; a duplicate of an uncommitted key waits for its inserter to
  /// end.
  case insertKey(table: UInt8)
  /// Inserts a row under the key that nobody marks; a duplicate waits likewise.
  case insertRow(table: UInt8, InsertStep.IfDuplicate)
  /// Jumps when the insert before met a duplicate.
  case jumpIfDuplicate(Int32)
  /// Fails with `duplicateKey` when the insert before met a duplicate.
  case requireInserted
  /// Takes a FAILED key over; another request may have done so before.
  case takeOverKey(table: UInt8)
  /// Takes a key over that has been PROCESSING for too long; another request may have done so
  /// before.
  case takeOverOldKey(table: UInt8, IdempotencyID)
  /// Marks the key as completed with the answer, or as failed.
  case completeKey(table: UInt8, status: UInt16)
  case failKey(table: UInt8)
  /// The same where the row still says that the request owns it, and FAILED only from PROCESSING.
  case completeOwnKey(table: UInt8, status: UInt16)
  case failOwnKey(table: UInt8)
  /// Fails with `keyRefused` when the update before found the key in another's hands.
  case requireOwnKey
  /// Counts an answer that was stored by an earlier request.
  case replayAnswer
  /// Fails because another request is processing the key, or has failed with it.
  case refuseKey

  // MARK: The distributed lock

  /// Works out the lock's name, and until when the request will wait for it.
  case prepareLock(LockStepID)
  /// At the lock server: takes the lock, or learns how long it will still last.
  case tryLock(LockStepID)
  case jumpIfLocked(Int32)
  /// Fails with `distributedLockTimeout` when the wait is over.
  case failIfLockWaitIsOver
  /// Joins the instance's subscription, or has one made; waits for it, or for the end of the wait.
  case joinSubscription
  /// Waits for an unlock message, for the end of the lease, or for the end of the wait, and then
  /// jumps.
  case awaitUnlock(Int32)
  case leaveSubscription
  /// At the lock server: leaves the list of those who wait for a fair lock.
  case leaveLockQueue(LockStepID)
  /// Sleeps before the next try.
  case pollLock(LockStepID)
  /// The request is inside the lock, as far as it knows.
  case enterLock
  /// Starts to renew the lease.
  case startWatchdog(LockStepID)
  /// The request is about to unlock; the lock is named again, because an inner one may have been
  /// named since.
  case leaveLock(LockStepID)
  /// At the lock server: releases the lock if it is still the request's own.
  case unlock
  /// Ends the renewals of the lease.
  case stopWatchdog
  /// The request has no more to do with a lock whose name has its idempotency key in it.
  case forgetLock
  /// Fails with `unlockByStranger` when the lock was no longer the request's own.
  case requireUnlocked
  /// At the lock server: does what a command does that was sent beside the requests, and ends.
  case runErrand

  // MARK: Caches

  /// Learns whether an entry is there and fresh.
  case lookUpCache(CacheStepID)
  /// Jumps past the load when the look-up before found the entry; else loads it, or waits for who
  /// does.
  case loadUnlessCached(CacheStepID)
  /// Makes the entry fresh.
  case putInCache(CacheStepID)
  /// The load has ended: who waits for it has the entry, too.
  case endLoad(CacheStepID)
  /// The load has failed: the longest waiter loads the entry instead.
  case failLoad(CacheStepID)

  // MARK: Control

  /// Starts to count attempts.
  case beginRetry(RetryID)
  /// An attempt starts here.
  case beginAttempt(RetryID)
  /// The attempt has failed: backs off and goes on with the next one, or passes the failure on.
  case retryOrFail(RetryID)
  case jump(Int32)
  /// Jumps when the request has no row in a slot.
  case jumpIfNoRow(Int32, slot: UInt8)
  /// Goes on in one of several places by chance.
  case choose(ChoiceID)
  /// Jumps unless this is one of the occasions that are meant.
  case everyNth(Int32, OccasionID)
  /// Waits until as many users as belong together have come here.
  case awaitBarrier(Int16)
  /// Passes the failure on to the handler of this instruction.
  case fail
  /// Fails with a refusal of the business.
  case refuse(RefusalID)
  /// Decides on the status of the answer.
  case respond(status: UInt16)
  /// Decides on the status that answers the failure.
  case respondToFailure
  /// The answer leaves the service; only where answers can be lost.
  case sendAnswer
  /// The client has its answer: the request is over.
  case answer
}

/// An index into `CompiledScenario.timings`.
public struct TimingID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.updates`.
public struct UpdateID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.retries`.
public struct RetryID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.lockSteps`.
public struct LockStepID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.idempotencySteps`.
public struct IdempotencyID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.cacheSteps`.
public struct CacheStepID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.refusals`.
public struct RefusalID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}

/// An index into `CompiledScenario.patiences`.
public struct PatienceID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.choices`.
public struct ChoiceID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}
/// An index into `CompiledScenario.occasions`.
public struct OccasionID: Equatable, Sendable, BitwiseCopyable {
  public let index: Int16
  package init(index: Int) { self.index = Int16(index) }
}

/// What a request does while it lets time pass.
public enum Activity: UInt8, Sendable, BitwiseCopyable {
  /// A message travels between the client and the service.
  case network
  /// The request computes on a core of the service.
  case processing
  /// A statement travels to the database, is served, or its answer travels back.
  case statement
  /// COMMIT travels, or its answer travels back.
  case commit
  /// A command travels to Redis, for a lock or for a cache, is served, or its answer travels back.
  case lockCommand
  /// Something outside the system takes its time, or a server of the model's own.
  case externalDelay
}

/// Whose cores a request needs.
public enum CoreOwner: UInt8, Sendable, BitwiseCopyable {
  /// The instance that serves the request.
  case instance
  case database
  /// The one thread of the lock server.
  case lockServer
}

/// Which version of a row a read sees.
public enum ReadKind: UInt8, Sendable, BitwiseCopyable {
  /// A plain read: what the isolation level shows.
  case plain
  /// A locking read: the latest committed version.
  case locking
}

import ScenarioModel

extension Instruction {
  /// Whether the request may go on at the handler of this instruction.
  ///
  /// A write whose guard does not hold says so at the server, and `requireWritten` fails at the
  /// service. Statements that pass over a newer version fail where snapshots are isolated.
  var canFail: Bool {
    switch self {
    case .enterInstance, .takeThread, .takeConnection, .lockRow, .read(_, _, _, .locking), .write,
      .validate,
      .requireFloor, .requireWritten, .lockKey, .insertKey, .insertRow, .requireInserted,
      .takeOverKey,
      .takeOverOldKey, .completeKey, .failKey, .completeOwnKey, .failOwnKey, .requireOwnKey,
      .refuseKey, .failIfLockWaitIsOver, .requireUnlocked, .retryOrFail,
      .fail, .refuse:
      true
    case .spend, .leaveInstance, .releaseThread, .takeCore, .releaseCore, .releaseConnection,
      .takeServer,
      .releaseServer, .enterGate, .leaveGate, .begin, .commit, .rollback, .suspendTransaction,
      .resumeTransaction, .read(_, _, _, .plain), .deferWrite, .lookUpKey, .branchOnKey,
      .jumpIfKeyExists, .jumpIfDuplicate, .replayAnswer, .prepareLock, .tryLock, .jumpIfLocked,
      .joinSubscription, .awaitUnlock, .leaveSubscription, .leaveLockQueue, .pollLock, .enterLock,
      .startWatchdog, .leaveLock, .unlock, .stopWatchdog, .forgetLock, .runErrand, .beginRetry,
      .lookUpCache, .loadUnlessCached, .putInCache, .endLoad, .failLoad, .beginAttempt, .jump,
      .jumpIfNoRow, .choose, .everyNth, .awaitBarrier, .respond,
      .respondToFailure, .sendAnswer, .answer:
      false
    }
  }

  /// Whether it may fail on this database.
  func canFail(on database: DatabaseModel) -> Bool {
    switch self {
    case .read, .write: canFail && database.snapshotIsolation
    default: canFail
    }
  }
}

import ScenarioModel
import SimulationBasics

extension ProgramListing {
  /// What an instruction does, as one would say it.
  func words(for instruction: Instruction, at position: Int) -> String {
    let system = scenario.system
    switch instruction {
    case .spend(let timing, let activity):
      return words(for: activity, drawnFor: purpose(timing)) + " (" + time(timing) + ")"
    case .enterInstance: return "enter the instance, unless it is down"
    case .leaveInstance: return "leave the instance"
    case .takeThread:
      return "take a request thread" + size(system.threads.size, "an instance")
    case .releaseThread: return "give the thread back"
    case .takeCore(.instance): return "take a core" + size(system.cores, "an instance")
    case .takeCore(.database): return "take a core of the database" + size(system.database.cores)
    case .takeCore(.lockServer): return "take the one thread of Redis"
    case .releaseCore(.instance), .releaseCore(.database): return "give the core back"
    case .releaseCore(.lockServer): return "give the thread of Redis back"
    case .takeConnection:
      return "take a connection"
        + size(system.pool.size, "an instance, waits \(system.pool.timeout.description)")
    case .releaseConnection: return "give the connection back"
    case .takeServer(let pool):
      let model = system.serverPools[Int(pool)]
      return "take a server of " + model.name + size(model.count)
    case .releaseServer(let pool):
      return "give the server of " + system.serverPools[Int(pool)].name + " back"
    case .enterGate(let gate):
      let model = system.gates[Int(gate)]
      return "go into gate " + model.name + size(model.size)
    case .leaveGate(let gate): return "leave gate " + system.gates[Int(gate)].name

    case .begin(let isolation): return "begin (" + isolation.rawValue + ")"
    case .commit(let timing):
      let length = compiled.timings[Int(timing.index)].distribution
      if length == .zero { return "commit" }
      return "commit (" + length.words + (system.database.groupCommit ? ", group commit)" : ")")
    case .rollback: return "roll back"
    case .suspendTransaction: return "suspend the transaction"
    case .resumeTransaction: return "resume the transaction"
    case .lockRow(let slot, let mode, let patience):
      let statement =
        isForUpdate(at: position) ? "to UPDATE it" : mode == .share ? "FOR SHARE" : "FOR UPDATE"
      return "lock row " + row(Int(slot)) + " " + statement + " ("
        + (compiled.patiences[Int(patience.index)].words ?? waitsForLock) + ")"
    case .read(let slot, let column, _, let kind):
      let name = self.column(Int(column), ofSlot: Int(slot))
      return kind == .locking ? "read " + name + ", the latest" : "read " + name
    case .write(let update): return words(for: compiled.updates[Int(update.index)])
    case .deferWrite(let update):
      return "note for the commit point: " + words(for: compiled.updates[Int(update.index)])
    case .validate: return "commit point: fail if a row that was read has changed, else write"
    case .requireFloor(let update):
      return floorWords(for: compiled.updates[Int(update.index)])
    case .requireWritten(let update):
      return checkWords(for: compiled.updates[Int(update.index)])

    case .lookUpKey(let table, _): return "look the key up in " + self.table(table)
    case .branchOnKey(let step):
      let places = compiled.idempotencySteps[Int(step.index)]
      let overdue = places.takeOverAfter.map {
        ", and for \($0.description) or longer " + place(places.overdue)
      }
      return "key COMPLETED " + place(places.completed) + ", PROCESSING "
        + place(places.processing) + (overdue ?? "") + ", FAILED " + place(places.failed)
        + ", absent goes on"
    case .lockKey(let table, _):
      return "look the key up in " + self.table(table) + " FOR UPDATE (" + waitsForLock + ")"
    case .jumpIfKeyExists(let target): return "if it is there " + place(target)
    case .insertKey(let table):
      return "insert the key into " + self.table(table) + " as PROCESSING (" + waitsForLock + ")"
    case .insertRow(let table, let ifDuplicate):
      return "insert a row under the key into " + self.table(table) + ifDuplicate.words + " ("
        + waitsForLock + ")"
    case .requireInserted: return "fail if it was there"
    case .jumpIfDuplicate(let target): return "if another was faster " + place(target)
    case .takeOverKey(let table):
      return "set the key in " + self.table(table) + " from FAILED to PROCESSING"
    case .takeOverOldKey(let table, let step):
      let age = compiled.idempotencySteps[Int(step.index)].takeOverAfter ?? .zero
      return "take the key in " + self.table(table) + " over, if it is still PROCESSING for "
        + age.description + " or longer"
    case .completeOwnKey(let table, let status):
      return "mark the key in " + self.table(table)
        + " COMPLETED with \(status), if it is still own"
    case .failOwnKey(let table):
      return "mark the key in " + self.table(table) + " FAILED, if it is still own and PROCESSING"
    case .requireOwnKey: return "fail if it is another's"
    case .completeKey(let table, let status):
      return "mark the key in " + self.table(table) + " COMPLETED with \(status)"
    case .failKey(let table): return "mark the key in " + self.table(table) + " FAILED"
    case .replayAnswer: return "answer what is stored with the key"
    case .refuseKey: return "fail: the key is another's, or has failed"

    default: return controlWords(for: instruction)
    }
  }

  /// The distributed lock, caches and the flow of control.
  private func controlWords(for instruction: Instruction) -> String {
    switch instruction {
    case .prepareLock(let step):
      let lock = compiled.lockSteps[Int(step.index)]
      return "wants lock " + compiled.lockNames[lock.name].text + ", waits \(lock.wait.description)"
        + lock.clientWords
    case .tryLock(let step):
      let lock = compiled.lockSteps[Int(step.index)]
      return "try lock " + compiled.lockNames[lock.name].text + " for \(lock.lease.description)"
    case .jumpIfLocked(let target): return "if it is locked now " + place(target)
    case .failIfLockWaitIsOver: return "fail if the wait is over"
    case .joinSubscription: return "wait until the client is subscribed to unlocks"
    case .awaitUnlock(let target):
      return "wait for an unlock, the end of the lease or of the wait, then " + place(target)
    case .leaveSubscription: return "unsubscribe"
    case .leaveLockQueue: return "leave the list of those who wait"
    case .pollLock(let step):
      return "sleep (" + compiled.lockSteps[Int(step.index)].poll.pollWords + ")"
    case .enterLock: return "inside the lock"
    case .startWatchdog(let step):
      let interval = compiled.lockSteps[Int(step.index)].renewalInterval
      return "renew the lease every \(interval.description)"
    case .leaveLock(let step):
      let lock = compiled.lockSteps[Int(step.index)]
      return "about to leave lock " + compiled.lockNames[lock.name].text
    case .unlock: return "unlock, if the lock is still held"
    case .stopWatchdog: return "renew no more"
    case .forgetLock: return "forget the lock"
    case .requireUnlocked: return "fail if it was held no longer"

    case .lookUpCache(let step): return "look up " + entry(step)
    case .loadUnlessCached(let step):
      let places = compiled.cacheSteps[Int(step.index)]
      let waits = scenario.system.caches[places.cache].singleFlight
      return "if it is fresh " + place(places.cached) + ", else load it"
        + (waits ? " or wait for who does" : "")
    case .putInCache(let step):
      let cache = compiled.cacheSteps[Int(step.index)].cache
      return "put " + entry(step) + ", fresh for "
        + scenario.system.caches[cache].timeToLive.description
    case .endLoad: return "it is loaded"
    case .failLoad: return "it is not loaded"

    case .beginRetry(let retry):
      let policy = compiled.retries[Int(retry.index)].policy
      return policy.words
    case .beginAttempt: return "attempt"
    case .retryOrFail(let retry):
      return "if the failure is retried and attempts are left: back off, "
        + place(compiled.retries[Int(retry.index)].nextAttempt)
    case .jump(let target): return place(target)
    case .jumpIfNoRow(let target, let slot):
      return "without a row " + row(Int(slot)) + " " + place(target)
    case .choose(let choice):
      return compiled.choices[Int(choice.index)].branches.reduce("by chance") {
        $0 + " " + place($1.place)
      }
    case .everyNth(let target, let occasion):
      return compiled.occasions[Int(occasion.index)].words + ", else " + place(target)
    case .awaitBarrier(let barrier): return "wait for \(compiled.barriers[Int(barrier)]) users"
    case .fail: return "pass the failure on"
    case .refuse(let refusal):
      let refused = compiled.refusals[Int(refusal.index)]
      return "refuse with \(refused.status) (" + refused.counter.rawValue + ")"
    case .respond(let status): return "respond \(status)"
    case .respondToFailure: return "respond what the failure says"
    case .sendAnswer: return "the answer leaves"
    case .answer: return "the client has its answer"
    default: return ""
    }
  }

  // MARK: Parts

  private func entry(_ step: CacheStepID) -> String {
    let step = compiled.cacheSteps[Int(step.index)]
    let name = scenario.system.caches[step.cache].name
    return "cache " + name + (step.slot < 0 ? "" : ":" + row(step.slot))
  }

  private var waitsForLock: String {
    "waits \(scenario.system.database.lockWaitTimeout.description)"
  }

  private func words(for activity: Activity, drawnFor purpose: RandomPurpose) -> String {
    switch (activity, purpose) {
    case (.network, _): return "travel between client and service"
    case (.processing, _): return "compute"
    case (.statement, .databaseNetwork): return "travel between service and database"
    case (.statement, _): return "serve the statement"
    case (.commit, .databaseNetwork): return "travel between service and database"
    case (.commit, _): return "serve the ROLLBACK"
    case (.lockCommand, .lockServerNetwork): return "travel between service and Redis"
    case (.lockCommand, _): return "serve the command"
    case (.externalDelay, .serverUse): return "be served"
    case (.externalDelay, _): return "wait for something outside"
    }
  }

  private func size(_ count: Int?, _ words: String = "") -> String {
    guard let count else { return "" }
    return words.isEmpty ? " (\(count))" : " (\(count) " + words + ")"
  }

  /// Whether the statement that takes a row lock here is an UPDATE, which comes to a write before
  /// anything else.
  private func isForUpdate(at position: Int) -> Bool {
    for instruction in compiled.instructions[(position + 1)...] {
      switch instruction {
      case .takeCore, .spend, .releaseCore: continue
      case .write: return true
      default: return false
      }
    }
    return false
  }

  private func words(for update: CompiledUpdate) -> String {
    let name = column(of: update)
    let source = update.writeGuard == .atomic ? name : "as read"
    var text = "UPDATE " + name + " = "
    switch update.change {
    case .add(let amount):
      text += source + (amount < 0 ? " − " : " + ") + "\(amount.magnitude)"
    case .set(let value):
      text += "\(value)"
    }
    switch (update.writeGuard, update.atLeast) {
    case (.optimistic, _): text += " WHERE version as read"
    case (.atomic, .some(let floor)): text += " WHERE the result is at least \(floor)"
    case (.none, _), (.pessimistic, _), (.atomic, nil): break
    }
    if update.isFenced { text += ", unless a newer lock token has been seen" }
    return text
  }

  private func floorWords(for update: CompiledUpdate) -> String {
    guard let floor = update.atLeast else { return "" }
    return "refuse with \(compiled.refusals[update.refusal].status) if " + column(of: update)
      + " would be below \(floor)"
  }

  private func checkWords(for update: CompiledUpdate) -> String {
    var reasons: [String] = []
    if update.writeGuard == .optimistic { reasons.append("version-conflict") }
    if update.isFenced { reasons.append("stale-token") }
    if update.writeGuard == .atomic, update.atLeast != nil {
      reasons.append("\(compiled.refusals[update.refusal].status)")
    }
    guard let first = reasons.first else { return "one row was changed" }
    return "fail if no row was changed: " + reasons.dropFirst().reduce(first) { $0 + " or " + $1 }
  }
}

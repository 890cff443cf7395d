import ContendedResources
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Whether a request goes on with its next instruction in the same event.
enum Turn {
  case goesOn
  case ends
}

extension Simulation {
  /// Runs a request until it waits, or is over.
  mutating func execute(_ request: RequestID) {
    if requests[request].life != .alive { return finishDead(request) }
    if isDisturbed { return executeDisturbed(request) }
    while true {
      let counter = requests[request].programCounter
      requests[request].programCounter = counter &+ 1
      if perform(instructions[counter], for: request) == .ends { return }
    }
  }

  /// Carries out one instruction.
  @inline(__always)
  mutating func perform(_ instruction: Instruction, for request: RequestID) -> Turn {
    switch instruction {
    case .spend(let timing, let activity):
      let length = draw(Int(timing.index), for: requests[request].user)
      pass(length, for: request, as: activity.share)
      return .ends
    case .enterInstance: return enterInstance(request)
    case .leaveInstance:
      leaveInstance(request)
      return .goesOn
    case .takeThread: return takeThread(for: request)
    case .releaseThread:
      releaseThread(of: request)
      return .goesOn
    case .takeCore(let owner): return takeCore(of: owner, for: request)
    case .releaseCore(let owner):
      releaseCore(of: owner, by: request)
      return .goesOn
    case .takeConnection: return takeConnection(for: request)
    case .releaseConnection:
      releaseConnection(of: request)
      return .goesOn

    case .takeServer(let pool): return takeServer(of: Int(pool), for: request)
    case .releaseServer(let pool):
      releaseServer(of: Int(pool), by: request)
      return .goesOn
    case .enterGate(let gate): return enterGate(Int(gate), for: request)
    case .leaveGate(let gate):
      leaveGate(Int(gate), by: request)
      return .goesOn

    case .begin(let isolation):
      begin(isolation, for: request)
      return .goesOn
    case .commit(let timing): return commit(timing, for: request)
    case .rollback:
      endTransaction(of: request, committed: false)
      resolveDeadlocks()
      return .goesOn
    case .suspendTransaction:
      suspendTransaction(of: request)
      return .goesOn
    case .resumeTransaction:
      resumeTransaction(of: request)
      return .goesOn
    case .lockRow(let slot, let mode, let patience):
      return lockRow(in: Int(slot), mode, Int(patience.index), for: request)
    case .read(let slot, let column, let register, let kind):
      return read(Int(slot), Int(column), into: Int(register), kind, for: request)
    case .deferWrite(let update):
      requests[request].open.deferred |= updates[Int(update.index)].bit
      return .goesOn
    case .validate: return validate(request)
    case .write(let update): return write(updates[Int(update.index)], for: request)
    case .requireFloor(let update):
      return requireFloor(updates[Int(update.index)], for: request)
    case .requireWritten(let update):
      return requireWritten(updates[Int(update.index)], for: request)

    case .lookUpKey(let table, let step):
      lookUpKey(in: table, step, for: request)
      return .goesOn
    case .branchOnKey(let step):
      branchOnKey(compiled.idempotencySteps[Int(step.index)], for: request)
      return .goesOn
    case .lockKey(let table, let step): return lockKey(in: table, step, for: request)
    case .jumpIfKeyExists(let target):
      if requests[request].keyState != .absent { requests[request].programCounter = target }
      return .goesOn
    case .insertKey(let table): return insertKey(in: table, as: .processing, for: request)
    case .insertRow(let table, let ifDuplicate):
      return insertKey(in: table, as: Self.plainRow, ifDuplicate, for: request)
    case .requireInserted:
      return requests[request].statement == .duplicate
        ? fail(request, with: .duplicateKey) : .goesOn
    case .jumpIfDuplicate(let target):
      if requests[request].statement == .duplicate { requests[request].programCounter = target }
      return .goesOn
    case .takeOverKey(let table): return takeOverKey(in: table, for: request)
    case .takeOverOldKey(let table, let step):
      return takeOverOldKey(in: table, step, for: request)
    case .completeOwnKey(let table, let status):
      return markOwnKey(.completed(status: status), in: table, for: request)
    case .failOwnKey(let table): return markOwnKey(.failed, in: table, for: request)
    case .requireOwnKey:
      return requests[request].statement == .keyLost
        ? fail(request, with: .keyRefused) : .goesOn
    case .completeKey(let table, let status):
      return markKey(.completed(status: status), in: table, for: request)
    case .failKey(let table): return markKey(.failed, in: table, for: request)
    case .replayAnswer:
      replayAnswer(to: request)
      return .goesOn
    case .refuseKey: return fail(request, with: .keyRefused)

    case .prepareLock(let step):
      prepareLock(compiled.lockSteps[Int(step.index)], for: request)
      return .goesOn
    case .tryLock(let step):
      tryLock(compiled.lockSteps[Int(step.index)], for: request)
      return .goesOn
    case .jumpIfLocked(let target):
      if requests[request].holdsLock { requests[request].programCounter = target }
      return .goesOn
    case .failIfLockWaitIsOver:
      if now >= requests[request].lockDeadline {
        tell(.lockRefused(requests[request].lock), by: request)
        return fail(request, with: .distributedLockTimeout)
      }
      return .goesOn
    case .joinSubscription: return joinSubscription(for: request)
    case .awaitUnlock(let target): return awaitUnlock(for: request, thenJumpTo: target)
    case .leaveSubscription:
      leaveSubscription(of: request)
      return .goesOn
    case .leaveLockQueue(let step):
      leaveLockQueue(compiled.lockSteps[Int(step.index)], by: request)
      return .goesOn
    case .pollLock(let step):
      return pollLock(compiled.lockSteps[Int(step.index)], for: request)
    case .enterLock:
      enterLock(request)
      return .goesOn
    case .startWatchdog(let step):
      startWatchdog(compiled.lockSteps[Int(step.index)], for: request)
      return .goesOn
    case .leaveLock(let step):
      leaveLock(compiled.lockSteps[Int(step.index)], for: request)
      return .goesOn
    case .unlock:
      unlock(for: request)
      return .goesOn
    case .stopWatchdog:
      stopWatchdog(of: request)
      return .goesOn
    case .forgetLock:
      forgetLock(of: request)
      return .goesOn
    case .runErrand:
      runErrand(request)
      return .ends
    case .requireUnlocked:
      if requests[request].holdsLock { return fail(request, with: .unlockByStranger) }
      return .goesOn

    case .lookUpCache(let step):
      lookUpCache(compiled.cacheSteps[Int(step.index)], for: request)
      return .goesOn
    case .loadUnlessCached(let step):
      return loadUnlessCached(compiled.cacheSteps[Int(step.index)], for: request)
    case .putInCache(let step):
      putInCache(compiled.cacheSteps[Int(step.index)], for: request)
      return .goesOn
    case .endLoad(let step):
      endLoad(compiled.cacheSteps[Int(step.index)], by: request)
      return .goesOn
    case .failLoad(let step):
      failLoad(compiled.cacheSteps[Int(step.index)], by: request)
      return .goesOn

    case .beginRetry(let retry):
      requests.setFrame(
        retryDepths[Int(retry.index)], of: request, to: RetryFrame())
      return .goesOn
    case .beginAttempt(let retry):
      beginAttempt(retryDepths[Int(retry.index)], for: request)
      return .goesOn
    case .retryOrFail(let retry): return retryOrFail(Int(retry.index), for: request)
    case .jump(let target):
      requests[request].programCounter = target
      return .goesOn
    case .jumpIfNoRow(let target, let slot):
      if requests.row(Int(slot), of: request).index < 0 {
        requests[request].programCounter = target
      }
      return .goesOn
    case .choose(let choice):
      choose(compiled.choices[Int(choice.index)], for: request)
      return .goesOn
    case .everyNth(let target, let occasion):
      if !isOccasion(Int(occasion.index), for: request) {
        requests[request].programCounter = target
      }
      return .goesOn
    case .awaitBarrier(let barrier): return awaitBarrier(Int(barrier), for: request)
    case .fail:
      return unwind(request)
    case .refuse(let refusal):
      return refuse(Int(refusal.index), request)
    case .respond(let status):
      requests[request].status = status
      return .goesOn
    case .respondToFailure:
      respondToFailure(for: request)
      return .goesOn
    case .sendAnswer: return sendAnswer(to: request)
    case .answer:
      answer(request)
      return .ends
    }
  }

  // MARK: Failing

  /// A step has failed: the request goes on where the handler of this instruction stands.
  mutating func fail(_ request: RequestID, with failure: Failure) -> Turn {
    requests[request].failure = failure
    if let counter = failure.counter { count(counter, for: request) }
    if let mark = failure.seriesMark { meters.series.record(mark) }
    return unwind(request)
  }

  /// Jumps to the handler of the instruction that has just run.
  mutating func unwind(_ request: RequestID) -> Turn {
    let handler = handlers[requests[request].programCounter - 1]
    guard handler >= 0 else { broken("a failure without a handler") }
    requests[request].programCounter = handler
    if requests[request].life == .orphaned { requests[request].life = .unwinding }
    return .goesOn
  }

  mutating func refuse(_ refusal: Int, _ request: RequestID) -> Turn {
    requests[request].refusal = Int16(refusal)
    switch compiled.refusals[refusal].counter {
    case .insufficientBalance: count(.insufficientBalance, for: request)
    case .stockDepletions: count(.stockDepletions, for: request)
    case .missingKeys: count(.missingKeys, for: request)
    }
    return fail(request, with: .refused)
  }

  mutating func respondToFailure(for request: RequestID) {
    let failure = requests[request].failure
    requests[request].status =
      failure == .refused
      ? compiled.refusals[Int(requests[request].refusal)].status : failure.status
  }

  /// Stops the program: a rule of the engine is broken.
  func broken(_ rule: StaticString) -> Never {
    invariantFailure(rule, seed: seed, at: now, event: eventCount)
  }
}

extension Activity {
  /// What the time of this activity counts as.
  var share: TimeShare {
    switch self {
    case .network: .network
    case .processing: .cpu
    case .statement: .statement
    case .commit: .commit
    case .lockCommand: .redisCommand
    case .externalDelay: .externalDelay
    }
  }
}

import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Who carries out an instruction: an instance that stands still carries out nothing, nor does a
/// server that does not serve, while messages travel all the same.
enum InstructionPlace: UInt8, BitwiseCopyable {
  /// A jump, wherever the request is.
  case anywhere
  case instance
  /// A message of the client on its way, or the client itself.
  case client
  /// The instance sends its answer.
  case toClient
  case database
  /// The instance sends a message; it travels by itself.
  case toDatabase
  case fromDatabase
  case lockServer
  case toLockServer
  case fromLockServer
  /// A server of the model's own, which a request has taken.
  case modelServer

  /// Whether the instance has to do something for it.
  var isInstances: Bool {
    switch self {
    case .instance, .toClient, .toDatabase, .toLockServer: true
    case .anywhere, .client, .database, .fromDatabase, .lockServer, .fromLockServer, .modelServer:
      false
    }
  }

  /// The place of each instruction.
  ///
  /// A message to a server is one that something of that server's follows: where messages can be
  /// told apart, each visit to a server begins with one.
  ///
  /// - Complexity: O(instructions).
  static func places(in compiled: borrowing CompiledScenario) -> [InstructionPlace] {
    let instructions = compiled.instructions
    var places = instructions.map { place(of: $0, in: compiled) }
    for index in instructions.indices {
      let next = index + 1 < places.count ? places[index + 1] : .anywhere
      switch places[index] {
      case .fromDatabase where next == .database: places[index] = .toDatabase
      case .fromLockServer where next == .lockServer: places[index] = .toLockServer
      case .toClient where instructions[index + 1] != .answer: places[index] = .client
      default: break
      }
    }
    return places
  }

  /// The place of an instruction that stands alone: a message goes from a server, or to the client.
  private static func place(
    of instruction: Instruction, in compiled: borrowing CompiledScenario
  ) -> InstructionPlace {
    switch instruction {
    case .jump, .jumpIfNoRow: .anywhere
    case .spend(let timing, _): place(of: compiled.timings[Int(timing.index)].purpose)
    case .takeCore(let owner), .releaseCore(let owner):
      switch owner {
      case .instance: .instance
      case .database: .database
      case .lockServer: .lockServer
      }
    case .begin, .commit, .rollback, .lockRow, .read, .write, .lookUpKey, .lockKey, .insertKey,
      .insertRow, .takeOverKey, .takeOverOldKey, .completeKey, .failKey, .completeOwnKey,
      .failOwnKey:
      .database
    case .tryLock, .unlock, .leaveLockQueue, .runErrand: .lockServer
    case .lookUpCache(let step), .putInCache(let step):
      compiled.scenario.system.caches[compiled.cacheSteps[Int(step.index)].cache].store == .redis
        ? .lockServer : .instance
    case .releaseServer: .modelServer
    case .answer: .client
    case .enterInstance, .leaveInstance, .takeThread, .releaseThread, .takeConnection,
      .releaseConnection, .takeServer, .enterGate, .leaveGate, .suspendTransaction,
      .resumeTransaction, .deferWrite, .validate, .requireFloor, .requireWritten, .branchOnKey,
      .jumpIfKeyExists, .jumpIfDuplicate, .requireInserted, .requireOwnKey, .replayAnswer,
      .refuseKey, .prepareLock, .jumpIfLocked, .failIfLockWaitIsOver, .joinSubscription,
      .awaitUnlock, .leaveSubscription, .pollLock, .enterLock, .startWatchdog, .leaveLock,
      .stopWatchdog, .forgetLock, .requireUnlocked, .loadUnlessCached, .endLoad, .failLoad,
      .beginRetry, .beginAttempt, .retryOrFail, .choose, .everyNth, .awaitBarrier, .fail, .refuse,
      .respond, .respondToFailure, .sendAnswer:
      .instance
    }
  }

  private static func place(of purpose: RandomPurpose) -> InstructionPlace {
    switch purpose {
    case .clientNetwork: .toClient
    case .databaseNetwork: .fromDatabase
    case .lockServerNetwork: .fromLockServer
    case .statement: .database
    case .lockServerCommand: .lockServer
    case .serverUse: .modelServer
    case .startStagger, .thinkTime, .processing, .commit, .externalDelay, .backoffJitter,
      .rowChoice, .branchChoice, .serverChoice, .connectionBarging, .lockPoll, .restartDelay,
      .sleepOvershoot, .arrivalGap, .instanceChoice, .iterationChoice, .doubleClick, .faultMoment,
      .faultOccasion, .clientBackoff, .tieOrder, .huntShape, .huntCase, .sweepLayout:
      .instance
    }
  }
}

import ScenarioModel
import SimulationBasics

/// The ways in which a model can put steps inside a step.
enum Construct: CaseIterable {
  case redisson, redissonFair, redissonFenced, watchdog, spin, perRequest, perRequestFair
  case perRequestSpin
  case retry, connection, gate
  case transaction, immediateRestart, validation, readCommitted, requiresNew
  case forEachItem, forEachPart
  case chooseOrNothing, chooseOne, everyNth, everyNthOtherwise
  case idempotent, idempotentForUpdate, idempotentWithoutLookup, idempotentUnchecked
  case idempotentForUpdateUnchecked, idempotentRefusing
  case insertedWithin, insertedWithinForUpdate, completedWithin
  case idempotentWithEffect, idempotentTakingOver, idempotentForUpdateTakingOver
  case idempotentInsertingFailed, idempotentForUpdateInsertingFailed, completedWithinTakingOver
  case cached, cachedForUser, cachedInRedis

  /// Whether a model may write it inside the others, outermost first.
  func mayStand(inside outer: [Construct]) -> Bool {
    let isInTransaction = outer.contains { $0.isTransaction }
    switch self {
    case .retry: return !isInTransaction
    case .connection: return !isInTransaction && !outer.contains(self)
    case .cached, .cachedForUser, .cachedInRedis:
      return !isInTransaction && !outer.contains(.connection) && !outer.contains(self)
    case .transaction, .immediateRestart, .validation, .readCommitted: return !isInTransaction
    case .insertedWithin, .insertedWithinForUpdate, .completedWithin, .completedWithinTakingOver:
      return isInTransaction && !outer.contains { $0.isIdempotent }
    case .forEachItem, .forEachPart, .gate: return !outer.contains(self)
    case .requiresNew, .chooseOrNothing, .chooseOne, .everyNth, .everyNthOtherwise: return true
    default:
      if isIdempotent { return !outer.contains { $0.isIdempotent } }
      return !outer.contains { $0.isLock }
    }
  }

  var isTransaction: Bool {
    switch self {
    case .transaction, .immediateRestart, .validation, .readCommitted, .requiresNew: true
    default: false
    }
  }

  private var isLock: Bool {
    switch self {
    case .redisson, .redissonFair, .redissonFenced, .watchdog, .spin, .perRequest, .perRequestFair,
      .perRequestSpin:
      true
    default: false
    }
  }

  private var isIdempotent: Bool {
    switch self {
    case .idempotent, .idempotentForUpdate, .idempotentWithoutLookup, .idempotentUnchecked,
      .idempotentForUpdateUnchecked, .idempotentRefusing, .insertedWithin,
      .insertedWithinForUpdate, .completedWithin, .idempotentWithEffect, .idempotentTakingOver,
      .idempotentForUpdateTakingOver, .idempotentInsertingFailed,
      .idempotentForUpdateInsertingFailed, .completedWithinTakingOver:
      true
    default: false
    }
  }

  /// The steps inside it.
  func around(_ steps: [Step]) -> Step {
    switch self {
    case .redisson: return Self.lock(.redisson, steps)
    case .redissonFair: return Self.lock(.redissonFair, steps)
    case .redissonFenced: return Self.lock(.redissonFenced, keys: [0, Shop.itemKey], steps)
    case .watchdog: return Self.lock(.watchdog, steps)
    case .spin: return Self.lock(.spin, steps)
    case .perRequest: return Self.lock(.redisson, isPerRequest: true, steps)
    case .perRequestFair: return Self.lock(.redissonFair, isPerRequest: true, steps)
    case .perRequestSpin: return Self.lock(.spin, isPerRequest: true, steps)
    case .retry:
      let policy = RetryPolicy(on: [.deadlock, .versionConflict], attempts: 3, backoff: .none)
      return .retry(policy, steps: steps)
    case .connection: return .connection(steps: steps)
    case .gate: return .gate(0, steps: steps)
    case .transaction: return .transaction(TransactionStep(steps: steps))
    case .immediateRestart:
      return .transaction(TransactionStep(control: .immediateRestart, steps: steps))
    case .validation:
      return .transaction(
        TransactionStep(
          control: .validation, steps: steps,
          afterCommitPoint: [.use(server: 0, .constant(.milliseconds(1)))]))
    case .readCommitted:
      return .transaction(TransactionStep(isolation: .readCommitted, steps: steps))
    case .requiresNew:
      return .transaction(TransactionStep(propagation: .requiresNew, steps: steps))
    case .forEachItem: return .forEach(key: Shop.itemKey, steps: steps)
    case .forEachPart: return .forEach(key: Shop.partKey, steps: steps)
    case .chooseOrNothing:
      return .choose([WeightedSteps(weight: 1, steps: steps), WeightedSteps(weight: 2, steps: [])])
    case .chooseOne: return .choose([WeightedSteps(weight: 1, steps: steps)])
    case .everyNth: return .everyNth(EveryNth(every: 3), steps: steps, otherwise: [])
    case .everyNthOtherwise:
      return .everyNth(EveryNth(every: 3), steps: [.read(Shop.user)], otherwise: steps)
    case .idempotent: return Self.idempotent(steps) { _ in }
    case .idempotentForUpdate: return Self.idempotent(steps) { $0.lookup = .forUpdate }
    case .idempotentWithoutLookup: return Self.idempotent(steps) { $0.lookup = .none }
    case .idempotentUnchecked: return Self.idempotent(steps) { $0.onProcessing = .insert }
    case .idempotentForUpdateUnchecked:
      return Self.idempotent(steps) {
        $0.lookup = .forUpdate
        $0.onProcessing = .insert
      }
    case .idempotentRefusing: return Self.idempotent(steps) { $0.onFailed = .refuse }
    case .insertedWithin:
      return Self.idempotent(steps) {
        $0.insert = .same
        $0.completion = .same
      }
    case .insertedWithinForUpdate:
      return Self.idempotent(steps) {
        $0.insert = .same
        $0.lookup = .forUpdate
      }
    case .completedWithin: return Self.idempotent(steps) { $0.completion = .same }
    case .idempotentWithEffect: return Self.idempotent(steps) { $0.completion = .withEffect }
    case .idempotentTakingOver:
      return Self.idempotent(steps) {
        $0.completion = .withEffect
        $0.takeOverAfter = .minutes(1)
      }
    case .idempotentForUpdateTakingOver:
      // The mark stands apart from the effect: the hazard.
      return Self.idempotent(steps) {
        $0.lookup = .forUpdate
        $0.takeOverAfter = .minutes(1)
      }
    case .idempotentInsertingFailed: return Self.idempotent(steps) { $0.onFailed = .insert }
    case .idempotentForUpdateInsertingFailed:
      return Self.idempotent(steps) {
        $0.lookup = .forUpdate
        $0.onFailed = .insert
      }
    case .completedWithinTakingOver:
      return Self.idempotent(steps) {
        $0.completion = .same
        $0.takeOverAfter = .minutes(1)
      }
    case .cached: return .cache(CacheStep(cache: 0, steps: steps))
    case .cachedForUser: return .cache(CacheStep(cache: 0, key: 0, steps: steps))
    case .cachedInRedis: return .cache(CacheStep(cache: 1, key: 0, steps: steps))
    }
  }

  private static func lock(
    _ client: LockClient, keys: [Int] = [0], isPerRequest: Bool = false, _ steps: [Step]
  ) -> Step {
    .distributedLock(
      DistributedLockStep(
        name: LockName(text: "{user}", keys: keys, isPerRequest: isPerRequest), wait: .seconds(1),
        lease: .seconds(1), client: client, layer: nil, steps: steps))
  }

  private static func idempotent(
    _ steps: [Step], _ change: (inout IdempotentStep) -> Void
  ) -> Step {
    var idempotent = IdempotentStep(table: 1, layer: nil, steps: steps)
    change(&idempotent)
    return .idempotent(idempotent)
  }
}

/// A scenario with a user, two or three items, and some of these as parts, in which every kind of
/// step can stand.
enum Shop {
  static let user = RowReference(table: 0, key: 0)
  static let item = RowReference(table: 2, key: itemKey)
  static let part = RowReference(table: 2, key: partKey)
  static let itemKey = 1
  static let partKey = 2

  static func scenario(_ steps: [Step]) -> Scenario {
    var scenario = Scenarios.charge()
    scenario.name = "shop"
    scenario.tables.append(
      Table(
        name: "items", rows: 50,
        columns: [
          Table.Column(name: "stock", initialValue: 9), Table.Column(name: "sold", initialValue: 0),
        ]))
    scenario.system.serverPools = [ServerPoolModel(name: "disk", count: 2)]
    scenario.system.caches = [
      CacheModel(name: "near", timeToLive: .seconds(1), singleFlight: true),
      CacheModel(name: "far", timeToLive: .seconds(1), store: .redis),
    ]
    scenario.system.gates = [GateModel(name: "mpl", size: 5)]
    scenario.requests[0].keys += [
      RowKey(name: "item", table: 2, choice: .uniform, count: 2...3, redrawOnRetry: true),
      RowKey(
        name: "part", table: 2, choice: .subset(of: itemKey, probability: 0.25), count: 0...3),
    ]
    scenario.requests[0].steps = steps
    return scenario
  }

  static func add(_ row: RowReference, atLeast: Int64? = nil) -> Step {
    .update(UpdateStep(row: row, column: 0, change: .add(-1), atLeast: atLeast))
  }
}

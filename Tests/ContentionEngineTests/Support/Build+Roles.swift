import ScenarioModel
import SimulationBasics

/// Users who meet in one place but do different things there.
extension Build {
  /// A user on its own: when it comes, which rows of the accounts it is about, and what it does.
  struct Role {
    var start: VirtualDuration
    var rows: [Int]
    var steps: [Step]

    init(at milliseconds: UInt64, rows: [Int] = [1], _ steps: Step...) {
      start = .milliseconds(milliseconds)
      self.rows = rows
      self.steps = steps
    }
  }

  /// The users in their order, each with one request; `order` is that in which it has its rows.
  static func roles(
    _ roles: Role..., rows: Int = 3, order: RowKey.Order = .drawn,
    system: SystemModel = SystemModel()
  ) -> Scenario {
    var requests: [RequestClass] = []
    var loads: [Load] = []
    for (index, role) in roles.enumerated() {
      let name = "u\(index + 1)"
      requests.append(
        RequestClass(
          identifier: name, name: name,
          keys: [
            RowKey(
              name: "account", table: 0, choice: .list(role.rows),
              count: role.rows.count...role.rows.count, order: order)
          ], steps: role.steps))
      var load = once(1, request: index, name: name)
      load.startTime = role.start
      loads.append(load)
    }
    return scenario(requests, loads: loads, tables: tables(rows: rows), system: system)
  }

  /// Of `lists.count` users of one load, the first to come here does the first steps, and so on.
  static func inTurn(_ lists: [Step]...) -> Step {
    func branch(_ index: Int) -> [Step] {
      if index == lists.count - 1 { return lists[index] }
      return [
        .everyNth(
          EveryNth(every: 1_000_000, first: 1, counting: .ofGroup(size: lists.count)),
          steps: lists[index], otherwise: branch(index + 1))
      ]
    }
    return branch(0)[0]
  }

  /// Row number `item` of those that the request is about, counted from 0.
  static func item(_ item: Int) -> RowReference { RowReference(table: 0, key: 0, item: item) }

  static func rowLock(
    _ item: Int, _ mode: LockStep.Mode = .exclusive, _ patience: LockStep.Patience = .wait
  ) -> Step {
    .lock(LockStep(self.item(item), mode: mode, patience: patience))
  }

  static func change(_ item: Int, by amount: Int64 = 10) -> Step {
    .update(UpdateStep(row: self.item(item), column: 0, change: .add(amount)))
  }

  static func insert(_ ifDuplicate: InsertStep.IfDuplicate = .fail) -> Step {
    .insert(InsertStep(table: 1, ifDuplicate: ifDuplicate))
  }

  static var refuse: Step { .refuse(Refusal(status: 422, counter: .missingKeys)) }

  /// `SELECT … FOR UPDATE` of the key and its INSERT when it is missing, in the transaction around
  /// it.
  static func selectThenInsert(_ steps: Step...) -> Step {
    .idempotent(
      IdempotentStep(
        table: 1, lookup: .forUpdate, insert: .same, completion: .same, layer: nil, steps: steps))
  }

  static func retrying(
    _ reason: FailureReason, attempts: Int? = 2, pause: UInt64, _ steps: Step...
  ) -> Step {
    .retry(
      RetryPolicy(
        on: [reason], attempts: attempts, backoff: Backoff(base: .milliseconds(pause))),
      steps: steps)
  }

  static func requiresNew(_ steps: Step...) -> Step {
    .transaction(TransactionStep(propagation: .requiresNew, steps: steps))
  }
}

extension Scenario {
  func with(_ hazards: Hazard...) -> Scenario {
    var scenario = self
    scenario.hazards = hazards
    return scenario
  }
}

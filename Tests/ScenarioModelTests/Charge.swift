import ScenarioModel
import SimulationBasics

/// A service that charges a balance behind three layers, built in the order that is right.
enum Charge {
  static let user = RowReference(table: 0, key: 0)
  static let all = Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true)

  static let work: [Step] = [
    .read(user), .cpu(.constant(.milliseconds(1))),
    .update(UpdateStep(row: user, column: 0, change: .add(10_000))),
  ]

  static func lock(_ steps: [Step]) -> Step {
    .distributedLock(
      DistributedLockStep(
        name: LockName(text: "balance:user:{user}", keys: [0]), wait: .seconds(10),
        lease: .seconds(30), layer: .distributedLock, steps: steps))
  }

  static func idempotent(_ steps: [Step]) -> Step {
    .idempotent(IdempotentStep(table: 1, layer: .idempotencyKey, steps: steps))
  }

  static func retry(_ steps: [Step]) -> Step {
    .retry(RetryPolicy(on: [.versionConflict], attempts: 10, backoff: .none), steps: steps)
  }

  static func transaction(_ steps: [Step]) -> Step { .transaction(TransactionStep(steps: steps)) }

  /// Round trips of 300 us, statements of 200 us, commits of 2 ms.
  static func scenario(_ steps: [Step], _ hazards: Hazard...) -> Scenario {
    var system = SystemModel()
    system.database.network = .constant(.microseconds(150))
    let statement = DurationDistribution.constant(.microseconds(200))
    system.database.begin = statement
    system.database.select = statement
    system.database.insert = statement
    system.database.update = statement
    system.database.commit = .constant(.milliseconds(2))
    system.lockServer.network = .constant(.microseconds(150))
    system.lockServer.command = .constant(.microseconds(20))
    let key = RowKey(name: "user", table: 0, choice: .virtualUser)
    return Scenario(
      name: "charge", title: "", question: "",
      tables: [
        Table(name: "users", rows: 100, columns: [Table.Column(name: "balance", initialValue: 0)]),
        Table(name: "charges", rows: 0, columns: [], hasUniqueKey: true),
      ],
      system: system,
      requests: [RequestClass(identifier: "charge", name: "charge", keys: [key], steps: steps)],
      loads: [], strategy: Strategy(name: "all", defence: all), hazards: hazards)
  }

  /// cpu lock[idempotent[retry[transaction[read cpu update]]]] respond-200
  static func layered(_ hazards: Hazard...) -> Scenario {
    var scenario = scenario([
      .cpu(.constant(.microseconds(500))),
      lock([idempotent([retry([transaction(work)])])]),
      .respond(status: 200),
    ])
    scenario.hazards = hazards
    return scenario
  }
}

extension Scenario {
  /// The steps of the first request with the hazards worked in.
  func rewritten(under defence: Defence = Charge.all) -> String {
    tree(of: withHazardsApplied(under: defence).requests[0].steps)
  }

  /// The lease of the first lock with the hazards worked in.
  func rewrittenLease(under defence: Defence = Charge.all) -> VirtualDuration? {
    func lease(in steps: [Step]) -> VirtualDuration? {
      for step in steps {
        if case .distributedLock(let lock) = step { return lock.lease }
        if let found = lease(in: step.innerSteps) { return found }
      }
      return nil
    }
    return lease(in: withHazardsApplied(under: defence).requests[0].steps)
  }
}

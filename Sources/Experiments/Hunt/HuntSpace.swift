public import ContentionEngine
public import ScenarioModel
public import SimulationBasics

/// Where a hunt looks: a model under one defence, and what may be tried with it.
public struct HuntSpace: Sendable {
  /// The model, with its hazards and with the faults that every case has.
  public let base: Scenario
  public let strategy: Strategy
  /// The promises whose breach is looked for.
  public let promises: [SafetyPromise]
  /// The kinds of fault that a case may have.
  public let kinds: [FaultKind]
  /// Values that a case may put in the place of the model's.
  public let variations: [HuntVariation]
  /// What clients do where the model does not say; `nil` leaves the model as it is.
  public let client: ClientPolicy?
  /// The number of users that the model needs at least, as its barriers say.
  public let leastUsers: Int
  /// The lengths of time that mean something in the model, rising, none twice: what lasts a little
  /// longer than one of them breaks what one of them keeps together.
  public let scales: [VirtualDuration]

  /// - Precondition: The base has one load; there is a promise.
  public init(
    base: Scenario, strategy: Strategy, promises: [SafetyPromise] = SafetyPromise.costly,
    kinds: [FaultKind] = FaultKind.allCases, variations: [HuntVariation] = [],
    client: ClientPolicy? = nil, leastUsers: Int = 1
  ) {
    precondition(base.loads.count == 1, "a hunt needs a model with one load")
    precondition(leastUsers >= 1, "a hunt without users")
    precondition(!promises.isEmpty, "a hunt needs a promise")
    self.base = base
    self.strategy = strategy
    self.promises = promises
    self.kinds = kinds
    self.variations = variations
    self.client = client
    self.leastUsers = leastUsers
    scales = Self.scales(of: base, client: client)
  }

  /// The numbers of users that are tried.
  public var users: ClosedRange<Int> { max(2, leastUsers)...max(6, leastUsers) }

  // MARK: What may be tried

  /// The kinds of fault that can befall a scenario: where nothing asks a server, nothing of it
  /// can fail.
  ///
  /// - Complexity: O(number of steps).
  public static func kinds(for scenario: Scenario, under strategy: Strategy) -> [FaultKind] {
    FaultKind.allCases.filter { $0.canBefall(scenario, under: strategy.defence) }
  }

  /// Values that are worth trying: few rows, several instances, no think time, a network without
  /// chance, columns that a floor keeps from falling near that floor.
  ///
  /// Whether a model file can have them is for its reader to say.
  ///
  /// - Complexity: O(number of steps).
  public static func proposedVariations(for scenario: Scenario) -> [HuntVariation] {
    var proposed: [HuntVariation] = []
    func propose(_ variation: HuntVariation) {
      var changed = scenario
      variation.apply(to: &changed)
      if changed != scenario, !proposed.contains(variation) { proposed.append(variation) }
    }
    for count in 1...3 { propose(.instances(count)) }
    for (index, table) in scenario.tables.enumerated() where table.fixedRows > 1 {
      for rows in 1...2 { propose(.rows(table: index, rows)) }
    }
    for request in scenario.requests {
      for update in updates(in: request.steps) {
        guard let floor = update.atLeast, case .add(let change) = update.change, change < 0,
          change > Int64.min
        else { continue }
        let value = floor.addingReportingOverflow(-change)
        guard !value.overflow else { continue }
        propose(
          .initialValue(table: update.row.table, column: update.column, value.partialValue))
      }
    }
    for (step, content) in scenario.loads[0].iteration.enumerated() {
      guard case .sleep = content else { continue }
      for length in [VirtualDuration.zero, .milliseconds(10)] {
        propose(.sleep(step: step, length))
      }
    }
    for length in [VirtualDuration.zero, .milliseconds(1)] { propose(.network(length)) }
    return proposed
  }

  static func updates(in steps: [Step]) -> [UpdateStep] {
    var found: [UpdateStep] = []
    for step in steps {
      if case .update(let update) = step { found.append(update) }
      found += updates(in: step.innerSteps)
    }
    return found
  }

  // MARK: Scales

  private static func scales(of scenario: Scenario, client: ClientPolicy?) -> [VirtualDuration] {
    var scales: [VirtualDuration] = []
    func note(_ length: VirtualDuration?) {
      guard let length, length > .zero, length <= longestScale, !scales.contains(length) else {
        return
      }
      scales.append(length)
    }
    let server = scenario.system.lockServer
    for request in scenario.requests { noteScales(of: request.steps, in: server, note) }
    if let policy = scenario.loads[0].client ?? client { note(policy.timeout) }
    note(scenario.system.database.lockWaitTimeout)
    note(scenario.system.pool.timeout)
    if scales.isEmpty { scales = [.seconds(1)] }
    scales.sort()
    return scales
  }

  /// Longer ones would outlast every run.
  private static let longestScale = VirtualDuration.minutes(2)

  private static func noteScales(
    of steps: [Step], in server: LockServerModel, _ note: (VirtualDuration?) -> Void
  ) {
    for step in steps {
      switch step {
      case .distributedLock(let lock):
        note(lock.longestHold(on: server))
        note(lock.wait)
      case .idempotent(let idempotent): note(idempotent.takeOverAfter)
      default: break
      }
      noteScales(of: step.innerSteps, in: server, note)
    }
  }
}

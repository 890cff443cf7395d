package import ContentionEngine
package import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// A model as a hunt sees it: what its cases are made from, and how flags say them.
package struct HuntedModel {
  package let space: HuntSpace
  private let choice: ModelChoice
  /// How `--set` says each variation of the space, in their order.
  private let settings: [ModelOverride]
  /// How `--set` says a policy of the clients: 0 in the short form of a load, 1 in k6's.
  private let clientForm: Int

  /// What clients do where the model says nothing: they wait for two seconds and send three times,
  /// at once.
  static let usualClient = ClientPolicy(timeout: .seconds(2), attempts: 3)

  /// Reads the model, and tries which variations flags can say: reading the model with the flag
  /// must give what the variation makes of the scenario.
  init(_ request: HuntRequest, _ source: ModelSource) throws(CommandFailure) {
    choice = request.model
    let model = request.model
    let (any, plain) = try Self.fewestUsers(of: source, model)
    var base = plain
    guard base.loads.count == 1 else {
      throw .commandLine([.needsOneLoad(.hunt, names: base.loads.map(\.name))])
    }
    /// The first of the ways that gives what it should, and that no setting of the user's forbids.
    func form(_ ways: [ModelOverride], giving expected: Scenario) -> Int? {
      ways.firstIndex { way in
        guard !model.settings.contains(where: { $0.path == way.path }) else { return false }
        let read = try? source.scenario(
          settings: model.settings + [way], executor: any.executor, hazards: model.hazards)
        return read == expected
      }
    }

    var variations: [HuntVariation] = []
    var settings: [ModelOverride] = []
    for variation in HuntSpace.proposedVariations(for: plain) {
      var expected = plain
      variation.apply(to: &expected)
      let ways = variation.settings(in: plain)
      guard let form = form(ways, giving: expected) else { continue }
      variations.append(variation)
      settings.append(ways[form])
    }
    self.settings = settings

    var client: ClientPolicy?
    var clientForm = 0
    if plain.loads[0].client == nil {
      var expected = plain
      expected.loads[0].client = Self.usualClient
      if let form = form(Self.usualClient.settings(of: plain.loads[0]), giving: expected) {
        client = Self.usualClient
        clientForm = form
      }
    }
    self.clientForm = clientForm

    try model.switchOnHazards(in: &base)
    try model.addFaults(to: &base)
    let strategy = try model.guarding.strategy(in: base)
    let possible = HuntSpace.kinds(for: base, under: strategy)
    space = HuntSpace(
      base: base, strategy: strategy, promises: request.promises,
      kinds: possible.filter { request.kinds?.contains($0) ?? true }, variations: variations,
      client: client, leastUsers: any.users)
    try refuseUntested()
  }

  /// Refuses what could only end with "nothing found" because nothing is there to be looked for.
  private func refuseUntested() throws(CommandFailure) {
    var problems: [CommandLineDiagnostic] = []
    for promise in space.promises {
      guard let lack = space.lack(for: promise) else { return }
      var layer: String?
      if case .layer(let missing) = lack, !space.strategy.defence.includes(missing) {
        layer = missing.rawValue
      }
      problems.append(
        .untestedPromise(promise.name, reason: space.text(of: lack), layer: layer))
    }
    throw .commandLine(problems)
  }

  /// The model with the fewest users for whom its rules let it be: barriers need several.
  ///
  /// A model that lasts too short a time for its settings may be right for these users.
  private static func fewestUsers(
    of source: ModelSource, _ model: ModelChoice
  ) throws(CommandFailure) -> (HuntCase, Scenario) {
    var users = 1
    while true {
      let hunted = HuntCase(users: users, iterations: users)
      do throws(CommandFailure) {
        return (
          hunted,
          try source.scenario(
            settings: model.settings, executor: hunted.executor, hazards: model.hazards)
        )
      } catch {
        // Ends: what many users do not help is wrong for another reason.
        if users == mostUsers { throw error }
        users += 1
      }
    }
  }

  private static let mostUsers = 16

  /// The run of a case as the command line asks for it, with the timeline of a promise.
  package func request(for hunted: HuntCase, showing promise: SafetyPromise) -> RunRequest {
    var request = RunRequest()
    request.model = choice
    request.model.faults += hunted.faults
    for variation in hunted.variations {
      guard let place = space.variations.firstIndex(of: variation) else {
        preconditionFailure("a variation from elsewhere")
      }
      request.model.settings.append(settings[place])
    }
    if let client = hunted.client {
      request.model.settings.append(client.settings(of: space.base.loads[0])[clientForm])
    }
    request.users = .iterations(
      hunted.iterations, vus: hunted.users, maxDuration: HuntCase.longest)
    request.userFlags = [.iterations, .vus]
    request.seed = hunted.seed
    request.tieOrder = hunted.tieOrder
    request.timeline = .of(promise)
    return request
  }
}

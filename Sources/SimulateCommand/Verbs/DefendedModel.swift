import ContentionEngine
import Experiments
import Measurements
import Reports
import RequestPrograms
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// A model as a comparison of defences runs it: with the users that were asked for, with at least
/// two instances, and with clients who ask again.
struct DefendedModel {
  let scenario: Scenario
  /// What each kind of fault takes to be dangerous.
  let dangers: DangerousFaults
  /// What was changed besides what the command says, a sentence each.
  private(set) var remarks: [String] = []
  /// The flags that make a run of it, up to layers, hazard, fault and seed; `nil` where reading the
  /// model with no flags gives what runs.
  let flags: [String]?

  /// How many instances there are at least: with one, a fault of an instance is everybody's.
  static let fewestInstances = 2

  /// What clients do where the model says nothing: they send again when an answer is lost, within
  /// the run, and have an attempt left when a stall is over that made them wait.
  static func usualClient(timeout: VirtualDuration) -> ClientPolicy {
    ClientPolicy(
      timeout: timeout, attempts: 3,
      backoff: Backoff(base: .milliseconds(100), factor: 2, jitter: .full))
  }

  /// How long they wait at least.
  static let shortestTimeout = VirtualDuration.seconds(2)

  init(_ request: DefendRequest, _ source: ModelSource) throws(CommandFailure) {
    let model = request.model
    let own = try source.scenario(settings: model.settings, hazards: request.hazards)
    let users = try Self.users(request, own)
    let userFlags = [Flag.vus, .duration].filter { flag in
      flag == .vus ? request.users != nil : request.duration != nil
    }
    let plain = try source.scenario(
      settings: model.settings, executor: users.executor(insteadOf: nil), userFlags: userFlags,
      hazards: request.hazards)
    var scenario = plain
    var settings: [ModelOverride]? = model.settings

    /// Adds the first of the settings that gives the scenario as it is now, in the place of what
    /// the user has set there; none gives a later one either.
    func note(_ ways: [ModelOverride]) {
      guard let before = settings else { return }
      settings = nil
      for way in ways {
        let all = before.filter { $0.path != way.path } + [way]
        let read = try? source.scenario(
          settings: all, executor: users.executor(insteadOf: nil), hazards: request.hazards)
        guard read == scenario else { continue }
        settings = all
        return
      }
    }

    if scenario.system.instances < Self.fewestInstances {
      scenario.system.instances = Self.fewestInstances
      note([ModelOverride(path: "system.instances", value: "\(Self.fewestInstances)")])
      remarks.append(
        "The service has \(Self.fewestInstances) instances here, so that a fault of one is not"
          + " everybody's.")
    }
    if scenario.loads.contains(where: { $0.client == nil }) {
      let client = Self.usualClient(
        timeout: Self.timeout(for: scenario, seed: request.options.seed))
      for index in scenario.loads.indices where scenario.loads[index].client == nil {
        scenario.loads[index].client = client
        note(client.settings(of: scenario.loads[index]))
      }
    }
    self.scenario = scenario
    dangers = DangerousFaults(for: scenario)
    flags = settings.map { Self.flags(request, users: users, settings: $0) }
    remarks += Self.remarks(on: dangers, request)
  }

  // MARK: Users

  /// The users that the command asks for, or the usual ones where the model has users for a time; a
  /// load that counts iterations, or their rate, is left as it is.
  private static func users(
    _ request: DefendRequest, _ own: Scenario
  ) throws(CommandFailure) -> RunRequest.Users {
    let isAsked = request.users != nil || request.duration != nil
    if own.loads.count > 1 {
      guard isAsked else { return .asModelled }
      throw .commandLine([
        .severalLoads(request.users != nil ? .vus : .duration, names: own.loads.map(\.name))
      ])
    }
    let executor = own.loads[0].executor
    guard isAsked || (executor.lastsForATime && executor.arrivalRate == nil) else {
      return .asModelled
    }
    return .constant(
      vus: request.users ?? DefendRequest.usualUsers,
      duration: request.duration ?? DangerousFaults(for: own).shortestLoad)
  }

  /// How long clients wait who are patient when the service is well: twice as long as 99 % of the
  /// requests take when nothing goes wrong, in whole seconds.
  ///
  /// Who gives up sooner would send again all the time, fault or no fault.
  private static func timeout(for scenario: Scenario, seed: UInt64) -> VirtualDuration {
    var quiet = scenario
    quiet.faults = []
    let result = ProgramCompiler.compile(quiet, under: scenario.strategy).result(seed: seed)
    let slow = result.trend(.requestDuration).percentile(0.99) / 1e9
    return max(shortestTimeout, .seconds(UInt64((2 * slow).rounded(.up))))
  }

  private static func flags(
    _ request: DefendRequest, users: RunRequest.Users, settings: [ModelOverride]
  ) -> [String] {
    var flags = ["--model \(RunRequest.shellWord(request.model.name))"]
    if case .constant(let vus, let duration) = users {
      flags += ["--vus \(vus)", "--duration \(duration.description)"]
    }
    return flags
      + settings.map { "--set \(RunRequest.shellWord("\($0.path)=\($0.value)"))" }
  }

  private static func remarks(on dangers: DangerousFaults, _ request: DefendRequest) -> [String] {
    var remarks: [String] = []
    if let lease = dangers.longestLease {
      remarks.append(
        "The longest lease is \(lease.description): a pause is a second longer, and the clock of"
          + " the lock server jumps by as much.")
    } else if request.faults == nil {
      remarks.append(
        "The model has no distributed lock, so that redis-failover and clock-jump are left out.")
    }
    if request.faults == nil, !dangers.kinds.contains(.databaseStall) {
      remarks.append(
        "No step of the model works on the database, so that database-stall and slow-commit are"
          + " left out.")
    }
    return remarks
  }

  // MARK: What is compared

  /// The faults, nothing going wrong first.
  func faults(_ request: DefendRequest) throws(CommandFailure) -> [DefendedFault] {
    var problems: [CommandLineDiagnostic] = []
    var faults = [DefendedFault.none]
    for asked in request.faults ?? dangers.kinds.map(DefendRequest.Fault.kind) {
      switch asked {
      case .kind(let kind): faults.append(dangers.fault(kind))
      case .written(let fault):
        do throws(Problem) {
          try FaultParser.check(fault, in: scenario)
        } catch {
          problems.append(.wrongFault(fault.text, error))
        }
        faults.append(.asWritten(fault))
      }
    }
    if !problems.isEmpty { throw .commandLine(problems) }
    return faults
  }

  /// No hazard, and each of those that were asked for and that the model does not have anyway.
  func hazards(_ request: DefendRequest) throws(CommandFailure) -> [Hazard?] {
    var problems: [CommandLineDiagnostic] = []
    var hazards: [Hazard?] = [nil]
    for hazard in request.hazards where !scenario.hazards.contains(hazard) {
      do throws(Problem) {
        try HazardParser.check(hazard, in: scenario)
      } catch {
        problems.append(.unreadable(.hazard, error))
      }
      hazards.append(hazard)
    }
    if !problems.isEmpty { throw .commandLine(problems) }
    return hazards
  }
}

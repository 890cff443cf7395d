import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Looks for the largest load at which all thresholds of a model hold, and prints how its figures
  /// go with load.
  func capacity(_ request: CapacityRequest) throws(CommandFailure) {
    let scenario = try scenario(of: request.model)
    guard scenario.loads.count == 1 else {
      throw .commandLine([.needsOneLoad(.capacity, names: scenario.loads.map(\.name))])
    }
    if let needed = CapacityStudy.lengthNeeded(for: scenario, insteadOf: request.duration) {
      throw .commandLine([.tooShortForThresholds(request.duration, needed: needed)])
    }
    let isByRate = scenario.loads[0].executor.arrivalRate != nil
    let asked = try loads(request, isByRate: isByRate)
    let csv = try createOutput(request.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.markdownPath)
    defer { markdown?.discard() }

    var light = PilotSearch(from: scenario.loads[0].executor.amount, in: CapacityRequest.range)
    // Ends: it goes ten times up or down, and never back.
    while let wanted = light.next() {
      light.take(try runs(of: [wanted], scenario, request)[0][0])
    }
    let pilot = light.pilot
    var search = criteria(of: scenario, isByRate: isByRate).map { criteria in
      CapacitySearch(
        for: criteria, from: pilot.guess, in: CapacityRequest.range,
        replications: request.replications, precision: request.precision)
    }
    // Ends: each look either decides on a load or is the last but so many, and each load halves
    // what is left.
    while let wanted = search?.next() {
      search?.take(try runs(of: [wanted], scenario, request)[0])
    }
    let points = try points(asked, pilot, search, scenario, request)
    let study = CapacityStudy(
      criteria: search?.criteria, outcome: search?.outcome, points: points, pilot: pilot,
      isByRate: isByRate)
    let report = CapacityReport(
      study,
      setting: CapacitySetting(
        title: scenario.title,
        heading: "\(scenario.name) · \(scenario.strategy.name) · capacity in "
          + (isByRate ? "arrivals a second" : "users")
          + " · \(request.duration.description) at each load",
        length: request.duration, warmUp: CapacityRound.warmUp(of: scenario, in: request.duration),
        seed: request.seed, command: request.commandLine))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    try show(report.text)
  }

  /// What must hold at a load that is carried; `nil` where nothing has to hold.
  private func criteria(of scenario: Scenario, isByRate: Bool) -> CapacityCriteria? {
    if scenario.thresholds.isEmpty && !isByRate { return nil }
    return CapacityCriteria(
      scenario.thresholds, isByRate: isByRate, looks: CapacityRequest.looks)
  }

  /// The loads that the table is to have; `nil` for those about the capacity.
  private func loads(
    _ request: CapacityRequest, isByRate: Bool
  ) throws(CommandFailure) -> [Int]? {
    switch request.loads {
    case .aboutCapacity: return nil
    case .rates(let rates):
      guard isByRate else { throw .commandLine([.loadOfOtherUnit(.rate)]) }
      return rates
    case .users(let users):
      guard !isByRate else { throw .commandLine([.loadOfOtherUnit(.vus)]) }
      return users
    }
  }

  /// The points of the table: the loads that were asked for and the two between which the capacity
  /// lies; what the search has tried is not run again.
  private func points(
    _ asked: [Int]?, _ pilot: CapacityPilot, _ search: CapacitySearch?, _ scenario: Scenario,
    _ request: CapacityRequest
  ) throws(CommandFailure) -> [CapacityPoint] {
    let loads = CapacityStudy.loads(
      asked: asked, after: search, guess: pilot.guess, in: CapacityRequest.range)
    let trials = search?.trials ?? []
    let missing = loads.filter { load in !trials.contains { $0.load == load } }
    var made: [[CapacityRun]] = missing.map { _ in [] }
    // As the search does: twice as many runs of those that are not decided.
    for look in 0..<CapacityRequest.looks {
      let open = missing.indices.filter { index in
        look == 0 || search?.criteria.verdict(of: made[index]) == .open
      }
      if open.isEmpty { break }
      let first = look == 0 ? 0 : request.replications << (look - 1)
      let more = try runs(
        of: open.map {
          CapacityRound.Request(
            load: missing[$0], replications: first..<(request.replications << look))
        }, scenario, request)
      for (index, runs) in zip(open, more) { made[index] += runs }
    }
    return loads.map { load in
      if let trial = trials.first(where: { $0.load == load }) {
        return CapacityPoint(load: load, runs: trial.runs)
      }
      let place = missing.firstIndex(of: load) ?? 0
      return CapacityPoint(load: load, runs: made[place])
    }
  }

  private func runs(
    of requests: [CapacityRound.Request], _ scenario: Scenario, _ request: CapacityRequest
  ) throws(CommandFailure) -> [[CapacityRun]] {
    let loads = requests.map { "\($0.load)" }.joined(separator: ", ")
    return try runInParallel(
      CapacityRound(scenario, requests, length: request.duration, seed: request.seed),
      title: requests.count == 1 ? "capacity, \(loads)" : "capacity",
      showsProgress: request.showsProgress, atOnce: request.jobs)
  }
}

extension CapacityRequest {
  /// The command line that makes this study again, without the files that it wrote.
  var commandLine: String {
    var words = ["simulate", "capacity", "--model", model.name] + model.words
    switch loads {
    case .aboutCapacity: break
    case .rates(let rates): words += ["--rate", rates.map(String.init).joined(separator: ",")]
    case .users(let users): words += ["--vus", users.map(String.init).joined(separator: ",")]
    }
    if duration != Self.usualDuration { words += ["--duration", duration.description] }
    if precision != Self.usualPrecision {
      words += ["--precision", PercentText.text(of: precision)]
    }
    words += ["--seed", "\(seed)"]
    if replications != ComparisonOptions.usualReplications {
      words += ["--replications", "\(replications)"]
    }
    return words.map(RunRequest.shellWord).joined(separator: " ")
  }
}

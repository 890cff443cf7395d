import ContentionEngine
import Experiments
import Reports
import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Tries ways to retry under one load, and prints which of them nothing beats, one to take, and
  /// its settings.
  func tune(_ request: TuneRequest) throws(CommandFailure) {
    let scenario = try tunedScenario(request)
    let place = try place(request, in: scenario)
    var grid = request.grid
    if place == .clients && !request.namesBudgets { grid.budgets = TuneRequest.usualBudgets }
    guard grid.combinations <= TuneRequest.mostWays else {
      throw .commandLine([.tooManyWays(grid.combinations)])
    }
    let own = scenario.retries(at: place)
    let candidates = grid.candidates
    guard !candidates.isEmpty else {
      throw .commandLine([
        grid.shapes.contains(.exponential) ? .capBelowBase : .decorrelatedFixed
      ])
    }
    // What the model has stands first, and not twice.
    let ways: [RetryCandidate?] =
      [nil] + candidates.filter { own.count != 1 || !own[0].isSame(as: $0) }
    let csv = try createOutput(request.csvPath)
    defer { csv?.discard() }
    let markdown = try createOutput(request.markdownPath)
    defer { markdown?.discard() }
    let export = try createOutput(request.exportPath)
    defer { export?.discard() }

    var race = RetryRace(
      ways, replications: request.replications, isExhaustive: request.isExhaustive)
    var round = 1
    // Ends: a race has as many rounds as the replications can be doubled.
    while let pulls = race.next() {
      race.take(
        try runInParallel(
          TuneRound(scenario, ways, pulls: pulls, at: place, seed: request.seed),
          title: "tune, round \(round)", showsProgress: request.showsProgress,
          atOnce: request.jobs))
      round += 1
    }
    let report = TuneReport(
      race.table,
      setting: TuneSetting(
        title: scenario.title, heading: Self.heading(of: scenario, place, ways.count),
        place: place, own: own, runs: race.runCount,
        allRuns: ways.count * request.replications, isExhaustive: request.isExhaustive,
        longest: request.longest, seed: request.seed, command: request.commandLine))
    try finish(csv, with: report.csv)
    try finish(markdown, with: report.markdown)
    if !report.settings.isEmpty { try finish(export, with: report.settingsText()) }
    try show(report.text)
    if let path = request.exportPath, report.settings.isEmpty {
      try show("\n  \(path) is not written: there are no settings to recommend\n")
    }
  }

  /// The model under the load that was asked for: by default its own number of users, or its own
  /// rate, constant for a minute.
  ///
  /// No threshold ends a run, for all ways are judged by the same time. Who is still trying when
  /// the load ends has the model's graceful stop to go on: it counts how many retries it took.
  private func tunedScenario(_ request: TuneRequest) throws(CommandFailure) -> Scenario {
    var scenario = try scenario(
      of: request.model, users: request.users, userFlags: request.userFlags)
    if request.userFlags.isEmpty, scenario.loads.count == 1 {
      let own = scenario.loads[0].executor
      scenario.loads[0].executor = own.constant(
        max(1, Int(own.amount)), lasting: request.duration)
      if scenario.loads[0].warmUp >= request.duration { scenario.loads[0].warmUp = .zero }
    }
    for index in scenario.thresholds.indices { scenario.thresholds[index].abortsOnFail = false }
    return scenario
  }

  /// Who retries.
  private func place(
    _ request: TuneRequest, in scenario: Scenario
  ) throws(CommandFailure) -> RetryPlace {
    let serviceRetries = !scenario.retries(at: .service).isEmpty
    switch request.place {
    case nil:
      let place = serviceRetries && !request.namesBudgets ? RetryPlace.service : .clients
      return place
    case .service?:
      guard serviceRetries else { throw .commandLine([.nothingRetries]) }
      return .service
    case .clients?: return .clients
    }
  }

  private static func heading(of scenario: Scenario, _ place: RetryPlace, _ ways: Int) -> String {
    let load: String
    if scenario.loads.count == 1 {
      let executor = scenario.loads[0].executor
      let amount = Int(executor.amount)
      load =
        (executor.arrivalRate != nil ? "\(amount)/s" : counted(amount, "user"))
        + " · \(scenario.loads[0].end.description)"
    } else {
      load = "\(scenario.loads.count) scenarios"
    }
    return "\(scenario.name) · \(scenario.strategy.name) · \(load) · "
      + "\(counted(ways, "way")) for \(place == .service ? "the service" : "clients") to retry"
  }
}

extension TuneRequest {
  /// The command line that makes this search again, without the files that it wrote.
  var commandLine: String {
    var run = RunRequest()
    run.model = model
    run.users = users
    run.seed = seed
    // What `run` has for model, users and seed means the same here.
    var words = ["simulate", "tune"]
    if model.name == ModelChoice.defaultName { words += ["--model", model.name] }
    let usual = RetryGrid()
    func add(_ flag: Flag, _ values: [String], unless isUsual: Bool) {
      if !isUsual { words += [flag.spelling, values.joined(separator: ",")] }
    }
    if duration != Self.usualDuration { words += ["--duration", duration.description] }
    if let place { words += [Flag.at.spelling, place.rawValue] }
    add(.policy, grid.shapes.map(\.rawValue), unless: grid.shapes == usual.shapes)
    add(.base, grid.bases.map(\.description), unless: grid.bases == usual.bases)
    add(.factor, grid.factors.map(NumberText.shortest), unless: grid.factors == usual.factors)
    add(.cap, grid.caps.map(\.description), unless: grid.caps == usual.caps)
    add(.attempts, grid.attempts.map(String.init), unless: grid.attempts == usual.attempts)
    add(.jitter, grid.jitters.map(\.rawValue), unless: grid.jitters == usual.jitters)
    add(
      .retryBudget,
      grid.budgets.map { budget in budget.map { PercentText.text(of: $0.ratio) } ?? "none" },
      unless: !namesBudgets)
    if let longest { words += [Flag.maxP99.spelling, longest.description] }
    if isExhaustive { words.append(Flag.exhaustive.spelling) }
    if replications != Self.usualReplications { words += ["--replications", "\(replications)"] }
    let own = words.map(RunRequest.shellWord).joined(separator: " ")
    return own + run.commandLine.dropFirst("simulate".count)
  }
}

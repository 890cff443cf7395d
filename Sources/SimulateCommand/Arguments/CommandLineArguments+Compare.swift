import Experiments
import ScenarioFiles
import ScenarioModel

/// The flags of `compare`.
extension CommandLineArguments {
  mutating func compareRequest() -> CompareRequest {
    var request = CompareRequest()
    rejectWords(after: 2)
    for word in words.prefix(2) { noteVerb(word) }
    request.left = side(.strategyA, .layersA, .setA)
    request.right = side(.strategyB, .layersB, .setB)
    noteTwoStrategies()
    if let first = words.first { (request.left.name, request.right.name) = (first, first) }
    if words.count > 1 { request.right.name = words[1] }
    let hazards = hazards()
    let faults = texts(of: .fault).compactMap { parsed(.fault, $0, FaultParser.parse) }
    (request.left.hazards, request.right.hazards) = (hazards, hazards)
    (request.left.faults, request.right.faults) = (faults, faults)
    request.ownFlags = [.strategyA, .layersA, .setA, .strategyB, .layersB, .setB].filter {
      isGiven($0)
    }
    request.simulationFlags = Self.ofSimulations.filter { isGiven($0) }
    if let users = users() { request.users = users }
    request.userFlags = [.profile, .stage, .iterations, .vus, .duration].filter { isGiven($0) }
    request.warmUp = warmUp()
    if let seed = seed() { request.seed = seed }
    if let count = severalReplications() { request.replications = count }
    request.isIndependent = isGiven(.independent)
    request.tolerance = value(of: .tolerance) { PercentText.value(of: $0, most: 1_000) }
    request.figures = figures()
    for figure in request.figures ?? [] where figure.preference == .neither {
      problems.append(.figureWithoutPreference(figure.title))
    }
    if isGiven(.figures), !isGiven(.tolerance) {
      problems.append(.flagNeedsFlag(.figures, .tolerance))
    }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (request.csvPath, request.markdownPath) = reportPaths()
    noteInputs(request)
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  /// The flags of what is simulated, which two measured runs do not have.
  private static let ofSimulations: [Flag] = [
    .strategy, .layers, .set, .hazard, .fault, .profile, .stage, .iterations, .vus, .duration,
    .warmUp, .seed, .replications, .independent,
  ]

  /// A file that is written must not take the place of one that is compared.
  private mutating func noteInputs(_ request: CompareRequest) {
    for (flag, path) in [(Flag.csv, request.csvPath), (.markdown, request.markdownPath)] {
      guard let path, !path.isEmpty else { continue }
      if words.contains(where: { PathText.isSame($0, path) }) {
        problems.append(.outputIsInput(flag, path))
      }
    }
  }

  /// What the flags of one side and those of both say of it; the own ones come before the common
  /// ones.
  private mutating func side(_ strategy: Flag, _ layers: Flag, _ set: Flag) -> ModelChoice {
    var choice = ModelChoice()
    let before = problems
    let common = guarding()
    let commonSettings = settings()
    // What is wrong with the flags of both sides is told once.
    if strategy == .strategyB { problems = before }
    let own = guarding(by: strategy, or: layers)
    choice.guarding = own == .asModelled ? common : own
    let settings = settings(by: set)
    choice.settings =
      commonSettings.filter { common in !settings.contains { $0.path == common.path } } + settings
    return choice
  }

  /// One strategy is for both sides: two names in it are meant for one each.
  private mutating func noteTwoStrategies() {
    if let text = text(of: .strategy), text.contains(",") {
      problems.append(.strategyOfBoth(text))
    }
  }
}

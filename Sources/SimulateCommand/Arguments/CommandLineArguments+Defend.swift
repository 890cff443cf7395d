import Experiments
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// The flags of `defend` and of `pulse`.
extension CommandLineArguments {
  mutating func defendRequest() -> DefendRequest {
    var request = DefendRequest()
    request.model = modelChoice()
    request.hazards = request.model.hazards
    request.model.hazards = []
    let combinations = combinations()
    if !combinations.isEmpty { request.combinations = combinations }
    request.faults = defendedFaults()
    request.users = count(of: .vus, in: RunRequest.userRange)
    request.duration = positiveTime(of: .duration)
    if let seed = seed() { request.seed = seed }
    if let count = replications() { request.replications = count }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (request.csvPath, request.markdownPath) = reportPaths()
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  mutating func pulseRequest() -> PulseRequest {
    var request = PulseRequest()
    let choice = modelChoice()
    let usual = request.model.name
    request.model = choice
    if !namesModel { request.model.name = usual }
    if isGiven(.rate), isGiven(.vus) { problems.append(.contradiction(.rate, .vus)) }
    if let rates = counts(of: .rate) { request.loads = .rates(rates) }
    if let users = counts(of: .vus) { request.loads = .users(users) }
    if let stall = positiveTime(of: .stall) { request.stall = stall }
    request.duration = positiveTime(of: .duration)
    if let seed = seed() { request.seed = seed }
    if let count = replications() { request.replications = count }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (request.csvPath, request.markdownPath) = reportPaths()
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  private mutating func replications() -> Int? {
    count(of: .replications, in: DefendRequest.replicationRange)
  }

  /// Every combination that is named, once; `none` is the one without layers.
  private mutating func combinations() -> [DefenceCombination] {
    var combinations: [DefenceCombination] = []
    for text in texts(of: .layers) {
      let defence =
        text == Self.nothing ? Defence() : parsed(.layers, text, LayerListParser.parse)
      guard let defence else { continue }
      let combination = DefenceCombination(defence)
      if !combinations.contains(combination) { combinations.append(combination) }
    }
    return combinations
  }

  /// Each fault that is named: a kind alone, or a whole fault; `none` alone leaves them all out.
  private mutating func defendedFaults() -> [DefendRequest.Fault]? {
    let texts = texts(of: .fault)
    if texts.isEmpty { return nil }
    var faults: [DefendRequest.Fault] = []
    for text in texts {
      if text == Self.nothing {
        if texts.count > 1, !problems.contains(.faultBesideNone) {
          problems.append(.faultBesideNone)
        }
        continue
      }
      let isName = !text.contains { "=@,".contains($0) }
      let fault =
        isName
        ? parsed(.fault, text, FaultParser.kind).map(DefendRequest.Fault.kind)
        : parsed(.fault, text, FaultParser.parse).map(DefendRequest.Fault.written)
      if let fault, !faults.contains(fault) { faults.append(fault) }
    }
    return faults
  }

  /// What `--layers` says for no layer, and `--fault` for no fault.
  private static let nothing = "none"

  /// Where the two files of a comparison go, which must not be one.
  private mutating func reportPaths() -> (csv: String?, markdown: String?) {
    let csv = text(of: .csv)
    let markdown = text(of: .markdown)
    if let csv, !csv.isEmpty, csv == markdown { problems.append(.sameFile(.csv, .markdown, csv)) }
    return (csv, markdown)
  }

  /// Whole numbers with commas between them, sorted and none twice.
  private mutating func counts(of flag: Flag) -> [Int]? {
    guard let text = text(of: flag), !text.isEmpty else { return nil }
    var counts: [Int] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let count = WholeNumberText.value(of: String(item), as: Int.self),
        RunRequest.userRange.contains(count)
      else {
        problems.append(.badValue(flag, text))
        return nil
      }
      if !counts.contains(count) { counts.append(count) }
    }
    return counts.sorted()
  }
}

import ScenarioFiles
import SimulationBasics

/// The flags of `pulse`.
extension CommandLineArguments {
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
    request.options = comparisonOptions()
    return request
  }

  /// Whole numbers with commas between them, sorted and none twice.
  mutating func counts(of flag: Flag) -> [Int]? {
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

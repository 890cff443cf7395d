import Experiments
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// The flags of `defend`.
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
    request.options = comparisonOptions()
    return request
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
}

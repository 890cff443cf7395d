import ContentionEngine
import ScenarioFiles
import ScenarioModel

/// The flags of `hunt`.
extension CommandLineArguments {
  mutating func huntRequest() -> HuntRequest {
    var request = HuntRequest()
    request.model = modelChoice()
    readFaults(into: &request)
    let promises = promises()
    if !promises.isEmpty { request.promises = promises }
    if let budget = value(of: .budget, read: { HuntRequest.Budget(text: $0) }) {
      request.budget = budget
    }
    if let seed = seed() { request.seed = seed }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    request.mermaidPath = text(of: .mermaid)
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  private mutating func promises() -> [SafetyPromise] {
    var promises: [SafetyPromise] = []
    for name in texts(of: .promise) {
      guard let promise = SafetyPromise.allCases.first(where: { $0.name == name }) else {
        problems.append(.unknownPromise(name))
        continue
      }
      if !promises.contains(promise) { promises.append(promise) }
    }
    return promises
  }

  /// `--fault none` leaves them all out, `--fault KIND` lets only these kinds be tried, and
  /// `--fault TEXT` puts a fault into every run; texts without a kind let nothing else be tried.
  private mutating func readFaults(into request: inout HuntRequest) {
    let texts = texts(of: .fault)
    if texts.isEmpty { return }
    var kinds: [FaultKind] = []
    for text in texts {
      if text == Self.noFault {
        if texts.count > 1 { problems.append(.faultBesideNone) }
        continue
      }
      let isName = !text.contains { "=@,".contains($0) }
      if isName {
        if let kind = parsed(.fault, text, FaultParser.kind), !kinds.contains(kind) {
          kinds.append(kind)
        }
      } else if let fault = parsed(.fault, text, FaultParser.parse) {
        request.model.faults.append(fault)
      }
    }
    request.kinds = kinds
  }

  /// What `--fault` says for no fault at all.
  static let noFault = "none"
}

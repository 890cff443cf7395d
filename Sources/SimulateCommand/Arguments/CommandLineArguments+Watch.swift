import ContentionEngine

/// The flags that say what is told of a run, and what comes first in it.
extension CommandLineArguments {
  mutating func readWatch(into request: inout RunRequest) {
    if let order = value(of: .tieOrder, read: { TieOrder(text: $0) }) { request.tieOrder = order }
    if isGiven(.timeline) {
      request.timeline = .worst
      let promise = value(of: .timeline) { name in
        SafetyPromise.allCases.first { $0.name == name }
      }
      if let promise { request.timeline = .of(promise) }
    } else if isGiven(.mermaid) {
      request.timeline = .worst
    }
  }
}

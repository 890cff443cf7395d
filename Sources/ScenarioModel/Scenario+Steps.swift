extension Scenario {
  /// Whether a request has a step that is on and of which a claim is true.
  ///
  /// - Parameter defence: The layers that are on; `nil` takes every step as if it were.
  /// - Complexity: O(number of steps · depth).
  package func hasStep(under defence: Defence? = nil, where claim: (Step) -> Bool) -> Bool {
    func search(_ steps: [Step]) -> Bool {
      steps.contains { step in
        let isOn = defence?.includes(step.layer) ?? true
        return isOn && claim(step) || search(step.innerSteps)
      }
    }
    return requests.contains { search($0.steps) }
  }
}

extension Step {
  package var isDistributedLock: Bool {
    if case .distributedLock = self { true } else { false }
  }

  /// The layer without which the step itself is left out.
  fileprivate var layer: Layer? {
    switch self {
    case .distributedLock(let step): step.layer
    case .idempotent(let step): step.layer
    default: nil
    }
  }
}

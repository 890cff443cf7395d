extension Load {
  /// The names of the checks of an iteration, in the order in which they are written, each as often
  /// as it is.
  public var checkNames: [String] {
    var names: [String] = []
    Self.collectChecks(of: iteration, into: &names)
    return names
  }

  private static func collectChecks(of steps: [IterationStep], into names: inout [String]) {
    for step in steps {
      switch step {
      case .request, .sleep, .barrier: break
      case .check(let name, _): names.append(name)
      case .repeated(_, let inner): collectChecks(of: inner, into: &names)
      case .everyNth(_, let inner, let otherwise), .ifStatus(_, let inner, let otherwise):
        collectChecks(of: inner, into: &names)
        collectChecks(of: otherwise, into: &names)
      case .choose(let branches):
        for branch in branches { collectChecks(of: branch.steps, into: &names) }
      }
    }
  }
}

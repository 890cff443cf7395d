extension Step {
  /// The steps directly inside this one, in their order; none for a step that contains no others.
  public var innerSteps: [Step] {
    switch self {
    case .distributedLock(let step): step.steps
    case .idempotent(let step): step.steps
    case .retry(_, let steps), .connection(let steps), .forEach(_, let steps), .gate(_, let steps):
      steps
    case .cache(let step): step.steps
    case .transaction(let step): step.steps + step.afterCommitPoint
    case .choose(let branches): branches.flatMap { $0.steps }
    case .everyNth(_, let steps, let otherwise): steps + otherwise
    case .cpu, .delay, .read, .lock, .lockAll, .update, .insert, .use, .barrier, .refuse, .respond:
      []
    }
  }
}

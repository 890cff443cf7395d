import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  /// What has been written of an iteration.
  private struct IterationDraft {
    var instructions: [IterationInstruction] = []
    var checks: [(name: String, statuses: [UInt16])] = []

    var position: Int32 { Int32(instructions.count) }

    /// Writes an instruction that jumps to a place which is not known yet.
    ///
    /// - Returns: Where it stands.
    mutating func reserve() -> Int {
      instructions.append(.jump(-1))
      return instructions.count - 1
    }
  }

  /// Flattens what a user does; repetitions become counters and jumps back.
  mutating func compileIteration(of load: Load) -> IterationProgram {
    var draft = IterationDraft()
    flatten(load.iteration, depth: 0, into: &draft)
    draft.instructions.append(.endIteration)
    var stagger: TimingID?
    if case .drawn(let time) = load.startStagger { stagger = timing(.startStagger, time) }
    var gap: TimingID?
    if load.arrivals == .poisson, let rate = load.executor.arrivalRate {
      gap = timing(.arrivalGap, .exponential(mean: .nanoseconds(rate.partsOfIteration)))
    }
    return IterationProgram(
      instructions: draft.instructions, stagger: stagger, arrivalGap: gap, checks: draft.checks)
  }

  private mutating func flatten(
    _ steps: [IterationStep], depth: Int, into draft: inout IterationDraft
  ) {
    for step in steps {
      switch step {
      case .request(let index, let key, nil):
        draft.instructions.append(.request(program: Int32(index), key: key))
      case .request(let index, let key, let click?):
        draft.instructions.append(.requestTwice(program: Int32(index), key: key))
        draft.instructions.append(
          .doubleClick(after: timing(.doubleClick, click.after), probability: click.probability))
      case .sleep(let time):
        if time != .zero { draft.instructions.append(.sleep(timing(.thinkTime, time))) }
      case .check(let name, let statuses):
        draft.instructions.append(.check(Int32(draft.checks.count)))
        draft.checks.append((name, statuses))
      case .barrier(let parties):
        draft.instructions.append(.awaitBarrier(barrier(parties: parties)))
      case .everyNth(let every, let inner, let otherwise):
        let occasion = self.occasion(every)
        let branch = draft.reserve()
        flatten(inner, depth: depth, into: &draft)
        let skip = draft.reserve()
        draft.instructions[branch] = .everyNth(draft.position, occasion)
        flatten(otherwise, depth: depth, into: &draft)
        draft.instructions[skip] = .jump(draft.position)
      case .repeated(let count, let inner):
        draft.instructions.append(.setCounter(Int32(depth), to: Int32(count)))
        let start = draft.position
        flatten(inner, depth: depth + 1, into: &draft)
        draft.instructions.append(.countDown(Int32(depth), jump: start))
      case .choose(let branches):
        choose(branches, depth: depth, into: &draft)
      case .ifStatus(let statuses, let inner, let otherwise):
        let tests = statuses.map { (status: $0, place: draft.reserve()) }
        let others = draft.reserve()
        for test in tests {
          draft.instructions[test.place] = .ifStatus(test.status, jump: draft.position)
        }
        flatten(inner, depth: depth, into: &draft)
        let skip = otherwise.isEmpty ? nil : draft.reserve()
        draft.instructions[others] = .jump(draft.position)
        flatten(otherwise, depth: depth, into: &draft)
        if let skip { draft.instructions[skip] = .jump(draft.position) }
      }
    }
  }

  /// One of several lists of steps: the draw, where each list begins, and the lists.
  private mutating func choose(
    _ branches: [WeightedIteration], depth: Int, into draft: inout IterationDraft
  ) {
    precondition(branches.contains { $0.weight > 0 }, "a choice of nothing")
    draft.instructions.append(.choose(below: branches.reduce(0) { $0 + UInt64($1.weight) }))
    let places = branches.map { _ in draft.reserve() }
    var sum: UInt64 = 0
    var skips: [Int] = []
    for (index, branch) in branches.enumerated() {
      sum += UInt64(branch.weight)
      draft.instructions[places[index]] = .branch(below: sum, jump: draft.position)
      flatten(branch.steps, depth: depth, into: &draft)
      if index < branches.count - 1 { skips.append(draft.reserve()) }
    }
    for skip in skips { draft.instructions[skip] = .jump(draft.position) }
  }
}

import ScenarioModel

/// What a user of one load does, in words, instruction by instruction.
struct IterationListing {
  let compiled: CompiledScenario
  let load: Int

  func rows() -> [ListingRow] {
    let iteration = compiled.iterations[load]
    return iteration.instructions.enumerated().map { index, instruction in
      ListingRow(number: "\(index + 1)", text: words(for: instruction, at: index, in: iteration))
    }
  }

  private func words(
    for instruction: IterationInstruction, at index: Int, in iteration: IterationProgram
  ) -> String {
    switch instruction {
    case .request(let program, let key), .requestTwice(let program, let key):
      let name = compiled.scenario.requests[Int(program)].identifier
      switch key {
      case .new: return "request " + name + " with a new key"
      case .same: return "request " + name + " with the key that all share"
      case .previous: return "request " + name + " with the key of the request before"
      case .ofGroup(let size):
        return "request " + name + " with a key that \(size) users share in this iteration"
      }
    case .doubleClick(let after, let probability):
      let chance =
        probability < 1 ? ", with a chance of \((probability * 100).toThousandths) %" : ""
      return "the same once more (after " + words(of: after) + chance + ")"
    case .choose(let sum): return "one by chance, weights of \(sum) in all"
    case .branch(let sum, let target):
      var before: UInt64 = 0
      if case .branch(let sum, _) = iteration.instructions[index - 1] { before = sum }
      return "weight \(sum - before) → \(target + 1)"
    case .ifStatus(let status, let target):
      return (status == 0 ? "no answer" : "status \(status)") + " → \(target + 1)"
    case .sleep(let timing):
      return "sleep (" + words(of: timing) + ")"
    case .check(let index):
      let check = iteration.checks[Int(index)]
      var text = "check '" + check.name + "': status"
      for (position, status) in check.statuses.enumerated() {
        text += (position == 0 ? " " : " or ") + "\(status)"
      }
      return text
    case .everyNth(let target, let occasion):
      return compiled.occasions[Int(occasion.index)].words + ", else → \(target + 1)"
    case .awaitBarrier(let barrier):
      return "wait for \(compiled.barriers[Int(barrier)]) users"
    case .jump(let target): return "→ \(target + 1)"
    case .setCounter(_, let count): return "\(count) times"
    case .countDown(_, let target): return "until it is done → \(target + 1)"
    case .endIteration: return "the iteration is over"
    }
  }
  private func words(of timing: TimingID) -> String {
    compiled.timings[Int(timing.index)].distribution.words
  }
}

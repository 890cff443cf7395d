import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  /// Flattens what a user does; repetitions become counters and jumps back.
  mutating func compileIteration(of load: Load) -> IterationProgram {
    var instructions: [IterationInstruction] = []
    var checks: [(name: String, statuses: [UInt16])] = []
    flatten(load.iteration, depth: 0, into: &instructions, &checks)
    instructions.append(.endIteration)
    var stagger: TimingID?
    if case .drawn(let time) = load.startStagger { stagger = timing(.startStagger, time) }
    return IterationProgram(instructions: instructions, stagger: stagger, checks: checks)
  }

  private mutating func flatten(
    _ steps: [IterationStep], depth: Int, into instructions: inout [IterationInstruction],
    _ checks: inout [(name: String, statuses: [UInt16])]
  ) {
    for step in steps {
      switch step {
      case .choose(let branches):
        flatten(branches[0].steps, depth: depth, into: &instructions, &checks)
      case .ifStatus(_, let steps, _): flatten(steps, depth: depth, into: &instructions, &checks)
      case .request(let index, let key, _):
        instructions.append(.request(program: Int32(index), key: key))
      case .sleep(let time):
        if time != .zero { instructions.append(.sleep(timing(.thinkTime, time))) }
      case .check(let name, let statuses):
        instructions.append(.check(Int32(checks.count)))
        checks.append((name, statuses))
      case .barrier(let parties):
        instructions.append(.awaitBarrier(barrier(parties: parties)))
      case .everyNth(let every, let inner, let otherwise):
        let occasion = self.occasion(every)
        let branch = instructions.count
        instructions.append(.everyNth(0, occasion))
        flatten(inner, depth: depth, into: &instructions, &checks)
        let skip = instructions.count
        instructions.append(.jump(0))
        instructions[branch] = .everyNth(Int32(instructions.count), occasion)
        flatten(otherwise, depth: depth, into: &instructions, &checks)
        instructions[skip] = .jump(Int32(instructions.count))
      case .repeated(let count, let inner):
        instructions.append(.setCounter(Int32(depth), to: Int32(count)))
        let start = Int32(instructions.count)
        flatten(inner, depth: depth + 1, into: &instructions, &checks)
        instructions.append(.countDown(Int32(depth), jump: start))
      }
    }
  }
}

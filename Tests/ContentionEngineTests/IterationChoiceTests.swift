import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Iterations that do one thing or another.
@Suite("Choices of iterations")
struct IterationChoiceTests {
  private func run(_ steps: [IterationStep], users: Int = 1, iterations: Int = 1) -> RunResult {
    let requests = [200, 409, 503].map { status in
      Build.request([Build.delay(1), .respond(status: UInt16(status))], name: "answers\(status)")
    }
    let load = Load(
      name: "load",
      executor: .perVUIterations(vus: users, iterations: iterations, maxDuration: .hours(10)),
      iteration: steps)
    return Build.scenario(requests, loads: [load]).compiled("none").run()
  }

  /// A check that passes whatever was answered, so that its passes count how often it was come to.
  private func mark(_ name: String) -> IterationStep {
    .check(name: name, statuses: [0, 200, 409, 503])
  }

  private func marks(_ result: RunResult) -> [UInt64] { result.checks.map(\.passes) }

  /// Of 20 000 the standard deviation of a share p is √(p (1 − p)/20 000).
  @Test("take each list as often as its weight says")
  func weights() {
    let weights: [UInt32] = [5, 0, 3, 2]
    let branches = weights.enumerated().map { index, weight in
      WeightedIteration(
        weight: weight, steps: [mark("\(index)"), .sleep(.constant(.milliseconds(1)))])
    }
    let result = run([.choose(branches)], users: 20, iterations: 1_000)
    #expect(marks(result).reduce(0, +) == 20_000)
    for (index, weight) in weights.enumerated() {
      let share = Double(weight) / 10
      let tolerance = 4 * (share * (1 - share) / 20_000).squareRoot()
      #expect(abs(Double(marks(result)[index]) / 20_000 - share) <= tolerance)
    }
  }

  @Test("may stand inside repetitions and inside each other, and may be empty")
  func nested() {
    let inner = IterationStep.choose([
      WeightedIteration(weight: 1, steps: [.repeated(3, steps: [mark("inner")])]),
      WeightedIteration(weight: 0, steps: [mark("never")]),
    ])
    let result = run([
      .repeated(4, steps: [.choose([WeightedIteration(weight: 7, steps: [inner])])]),
      .choose([WeightedIteration(weight: 1, steps: [])]), mark("end"),
    ])
    #expect(marks(result) == [12, 0, 1])
  }

  @Test("do what stands for the status of the last answer, and else the others")
  func statuses() {
    func answering(_ request: Int) -> [IterationStep] {
      [
        .request(request, key: .new),
        .ifStatus([200, 503], steps: [mark("a")], otherwise: [mark("b")]),
        .ifStatus([409], steps: [mark("c")], otherwise: []), mark("d"),
      ]
    }
    #expect(marks(run(answering(0))) == [1, 0, 0, 1])
    #expect(marks(run(answering(1))) == [0, 1, 1, 1])
    #expect(marks(run(answering(2))) == [1, 0, 0, 1])
    // Nobody has answered yet, and then somebody has.
    let first = run(
      [.ifStatus([0], steps: [mark("new")], otherwise: [mark("old")]), .request(0, key: .new)],
      iterations: 3)
    #expect(marks(first) == [1, 2])
  }

  @Test("draw from a stream of their own")
  func streams() {
    func starts(_ weight: UInt32) -> [VirtualTime] {
      let load = Load(
        name: "load",
        executor: .perVUIterations(vus: 3, iterations: 20, maxDuration: .hours(1)),
        iteration: [
          .choose([
            WeightedIteration(weight: weight, steps: []), WeightedIteration(weight: 1, steps: []),
          ]), .sleep(.exponential(mean: .milliseconds(10))), .request(0, key: .new),
        ])
      return Build.scenario([Build.delay(1)], load: load).compiled("none").stories().stories
        .map(\.sentAt)
    }
    #expect(starts(1) == starts(100))
  }
}

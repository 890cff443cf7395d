import ContentionEngine
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// A charge of the small run takes 5 ms alone.
@Suite("The answer in words, for iterations by rate")
struct RunAnswerArrivalTests {
  private func answer(_ run: SmallRun, _ strategy: String = "atomic") -> String {
    RunScreen.answerText(run.result(strategy)).split(separator: "\n").enumerated()
      .map { String($1.dropFirst($0 == 0 ? 0 : 11)) }.joined(separator: " ")
  }

  private func constant(
    _ rate: Int, each unit: VirtualDuration = .seconds(1), users: Int, upTo most: Int? = nil
  ) -> Executor {
    .constantArrivalRate(
      rate: ArrivalRate(iterations: rate, timeUnit: unit), duration: .seconds(60),
      users: UserPool(preAllocated: users, maximum: most ?? users))
  }

  private func ramping(to rate: Int) -> Executor {
    .rampingArrivalRate(
      startRate: ArrivalRate(iterations: 0),
      stages: [Executor.Stage(duration: .seconds(60), target: rate)],
      users: UserPool(preAllocated: 5, maximum: 5))
  }

  @Test("names the rate and the users that there may be in its headline")
  func headline() {
    var run = SmallRun()
    run.executor = constant(20, users: 2)
    #expect(answer(run).hasPrefix("small · atomic · 20 arrivals/s · 2 users · 60 s · "))
    run.executor = constant(750, each: .minutes(1), users: 2, upTo: 9)
    #expect(answer(run).hasPrefix("small · atomic · 12.5 arrivals/s · up to 9 users · 60 s · "))
    run.executor = constant(30, each: .minutes(1), users: 1)
    #expect(answer(run).hasPrefix("small · atomic · 30 arrivals/min · 1 user · 60 s · "))
    run.executor = ramping(to: 40)
    #expect(answer(run).hasPrefix("small · atomic · up to 40 arrivals/s · 5 users · 60 s · "))
  }

  /// Each charge holds the row for 4 ms: 20 arrivals/s keep it busy 8 %, so 250 would all the time.
  @Test("foresees at which rate the busiest thing binds")
  func forecast() {
    var run = SmallRun()
    run.executor = constant(20, users: 2)
    #expect(answer(run).contains("users[1], at about 250 arrivals/s."))
  }

  /// A charge and a pause of 90 ms take more than one gap of 50 ms, and less than two: every second
  /// iteration is dropped.
  @Test("tells how many iterations were dropped, and then foresees nothing")
  func dropped() {
    var run = SmallRun()
    run.executor = constant(20, users: 1)
    run.thinkTime = .milliseconds(90)
    let text = answer(run)
    #expect(text.contains(" 50.0 % of iterations were dropped: no user was idle. "))
    #expect(!text.contains("First to bind"))
    #expect(!text.contains("binds at"))
  }
}

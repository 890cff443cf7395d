import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// What is noted of the first breach of each promise, and runs that stop there.
@Suite("First breaches")
struct StoryBreachTests {
  private static let system: SystemModel = {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(1))
    system.database.update = .constant(.milliseconds(1))
    system.database.commit = .constant(.milliseconds(3))
    return system
  }()

  /// Ten users who come 1 ms after one another and charge one row five times each.
  private func unguarded() -> CompiledScenario {
    let load = Load(
      name: "some",
      executor: .perVUIterations(vus: 10, iterations: 5, maxDuration: .minutes(1)),
      startStagger: Build.everyStep(1, users: 10), iteration: [.request(0, key: .new)])
    return Build.scenario(
      [Build.transaction(Build.read(), Build.add(10))], load: load, system: Self.system
    ).compiled("none")
  }

  @Test("end a run that is to stop at them, behind the event that broke the promise")
  func stops() {
    let run = unguarded().watched(stopsAt: [.neverOversold, .noLostUpdate])
    // As in the story of two: the second commits at 9 ms what it read at 2 ms.
    #expect(run.firstBreach?.promise == .noLostUpdate)
    #expect(run.firstBreach?.at == .start + .milliseconds(9))
    #expect(run.result.breaches == run.firstBreach.map { [$0] })
    #expect(run.result.virtualTime == .milliseconds(9))
    #expect(run.result.events == run.firstBreach?.event)
    #expect(run.result.broken(.noLostUpdate) == 1)
    #expect(run.result.count(.lostUpdates) == 1)
    // The first has its answer; all others are on their way.
    #expect(run.result.count(.requests) == 1)
    #expect(run.result.safety.answered == 1)
    #expect(run.result.safety.inFlight == run.result.safety.arrived - 1)
    #expect(run.story.last?.fact == .broke(.noLostUpdate))
  }

  @Test("leave what only the end can tell unjudged in a run that stops")
  func endIsNotJudged() {
    let safety = unguarded().watched(stopsAt: [.noLostUpdate]).result.safety
    for promise in [SafetyPromise.noKeyStuck, .nothingHeldAtEnd] {
      #expect(safety.finding(promise).examined == 0)
      #expect(safety.finding(promise).broken == 0)
    }
  }

  @Test("end a run for good")
  func staysOver() {
    var watch = RunWatch()
    watch.stopsAt = [.noLostUpdate]
    var simulation = Simulation(unguarded(), seed: 1, watch: watch)
    var isOver = simulation.isOver
    #expect(!isOver)
    let breach = simulation.firstBreach
    #expect(breach == nil)
    simulation.run(through: .start + .milliseconds(8))
    isOver = simulation.isOver
    #expect(!isOver)
    simulation.run(through: .start + .seconds(1))
    isOver = simulation.isOver
    #expect(isOver)
    let events = simulation.eventCount
    simulation.run(through: .start + .seconds(2))
    simulation.runToEnd()
    let eventsAfter = simulation.eventCount
    #expect(eventsAfter == events)
    #expect(simulation.now == .start + .milliseconds(9))
  }

  @Test("of promises that it does not stop at leave a run alone")
  func otherPromises() {
    let run = unguarded().watched(stopsAt: [.oneEffectPerIntent])
    #expect(run.firstBreach == nil)
    #expect(run.result.digest == unguarded().run().digest)
    #expect(run.result.breaches.map(\.promise) == [.noLostUpdate])
  }

  /// Whatever a model does, the run that stops is the beginning of the one that does not.
  @Test("are the same whether a run stops there or goes on")
  func sameBreaches() {
    var seen = [Int](repeating: 0, count: SafetyPromise.allCases.count)
    withEverySeed(1...120) { seed, random in
      let compiled = anyScenario(&random)
      let whole = compiled.watched(seed: seed)
      let broken = SafetyPromise.allCases.filter { !whole.result.safety.finding($0).isHeld }
      let noted = whole.result.breaches.map(\.promise)
      if noted.sorted(by: { $0.rawValue < $1.rawValue }) != broken {
        throw Mismatch("\(noted) are noted, \(broken) are broken")
      }
      for breach in whole.result.breaches {
        seen[Int(breach.promise.rawValue)] += 1
        let run = compiled.watched(seed: seed, stopsAt: [breach.promise])
        if run.firstBreach != breach { throw Mismatch("\(breach) when it goes on") }
        if run.result.breaches.last != breach { throw Mismatch("not the last: \(breach)") }
        if Array(whole.story.prefix(run.story.count)) != run.story {
          throw Mismatch("another story")
        }
      }
    }
    for promise in [
      SafetyPromise.noLostUpdate, .oneEffectPerIntent, .failedHasNoEffect, .neverOversold,
      .oneHolderPerLock, .noDuplicateFails,
    ] {
      #expect(seen[Int(promise.rawValue)] > 5, "\(promise) was broken too seldom to tell")
    }
  }

  /// Some users on one row, who add or take, with locks whose leases may end too soon and keys that
  /// may repeat.
  private func anyScenario(_ random: inout TestRandom) -> CompiledScenario {
    let takes = random.oneIn(2)
    let work = Build.transaction(
      Build.read(),
      .delay(.uniform(least: .zero, most: .milliseconds(12))),
      Build.add(takes ? -10 : 10, atLeast: takes ? 0 : nil))
    var step = work
    if random.oneIn(2) {
      step = .idempotent(
        IdempotentStep(
          table: 1, onProcessing: random.oneIn(2) ? .insert : .refuse, layer: nil,
          steps: [work]))
    }
    if random.oneIn(2) { step = Build.lock(lease: .milliseconds(10), step) }
    let click = DoubleClick(
      after: .uniform(least: .zero, most: .milliseconds(20)), probability: 0.5)
    let load = Load(
      name: "some",
      executor: .perVUIterations(
        vus: 2 + random.below(4), iterations: 1 + random.below(3), maxDuration: .minutes(1)),
      startStagger: .drawn(.uniform(least: .zero, most: .milliseconds(10))),
      iteration: [.request(0, key: .new, doubleClick: random.oneIn(2) ? click : nil)])
    return Build.scenario(
      [step], load: load, tables: Build.tables(balance: takes ? 20 : 0), system: Self.system
    ).compiled(Defence(distributedLock: true))
  }

  // MARK: What only the end can tell

  @Test("of a key that is stuck name the key, at the end of the run")
  func stuckKey() {
    // The instance dies at 100 ms of the third request, while the first has its key PROCESSING.
    var system = Self.system
    system.memory = MemoryModel(size: 25, base: 5, perRequest: 10, restart: .milliseconds(50))
    let first = Build.idempotent(
      layer: nil, Build.transaction(Build.delay(500), Build.add(10)))
    let scenario = Build.roles(
      Build.Role(at: 0, first), Build.Role(at: 100, Build.delay(1_000)),
      Build.Role(at: 100, Build.delay(1_000)), system: system)
    let run = scenario.compiled("none").watched(stopsAt: [.noKeyStuck])
    let keys = run.story.compactMap { event -> UInt64? in
      guard case .request(let teller) = event.teller,
        case .keyInserted = event.fact
      else { return nil }
      return teller.key
    }
    #expect(keys.count == 1)
    #expect(run.firstBreach == nil)
    #expect(run.result.breaches.map(\.promise) == [.noKeyStuck])
    #expect(run.result.breaches.first?.key == keys.first)
    #expect(run.result.breaches.first?.user == nil)
    #expect(run.result.breaches.first?.event == run.result.events)
  }

  // MARK: Duplicates

  /// A request of 5 ms, sent again after 2 ms, whose key is looked up and inserted as the check
  /// says.
  private func clicks(_ onProcessing: IdempotentStep.OnProcessing) -> WatchedRun {
    let load = Load(
      name: "impatient",
      executor: .perVUIterations(vus: 1, iterations: 1, maxDuration: .hours(1)),
      iteration: [
        .request(
          0, key: .new, doubleClick: DoubleClick(after: .constant(.milliseconds(2))))
      ])
    let step = Step.idempotent(
      IdempotentStep(
        table: 1, onProcessing: onProcessing, layer: nil,
        steps: [Build.transaction(Build.delay(5), Build.add(10))]))
    return Build.scenario([step], load: load).compiled("atomic").watched()
  }

  @Test("of duplicates are errors of the unique key, not refusals")
  func duplicates() {
    let unchecked = clicks(.insert)
    #expect(unchecked.result.safety.finding(.noDuplicateFails).examined == 1)
    #expect(unchecked.result.broken(.noDuplicateFails) == 1)
    #expect(unchecked.result.breaches.map(\.promise) == [.noDuplicateFails])
    #expect(unchecked.result.breaches.first?.at == .start + .milliseconds(2))
    #expect(unchecked.result.breaches.first?.key != nil)
    #expect(
      unchecked.lines.suffix(6) == [
        "2ms u1#2 key 1 found processing", "2ms u1#2 key 1 duplicate", "2ms u1#2 replied 500",
        "2ms u1#2 broke no-duplicate-error", "5ms u1 key 1 committed completed",
        "5ms u1 replied 200",
      ])
    // It is one danger, whatever it meets.
    #expect(unchecked.result.dangers[.duplicateWhileProcessing] == 1)
    #expect(unchecked.result.safety.isSafe)

    let checked = clicks(.refuse)
    #expect(checked.result.safety.finding(.noDuplicateFails).examined == 1)
    #expect(checked.result.broken(.noDuplicateFails) == 0)
  }

  @Test("of duplicates are looked for only where something repeats")
  func noRepeats() {
    let load = Load(
      name: "some",
      executor: .perVUIterations(vus: 3, iterations: 4, maxDuration: .minutes(1)),
      iteration: [.request(0, key: .new)])
    let step = Build.idempotent(layer: nil, Build.transaction(Build.add(10)))
    let result = Build.scenario([step], load: load).compiled("atomic").run()
    #expect(result.safety.finding(.noDuplicateFails).examined == 0)
    // One key for all: all but the first repeat it.
    var same = load
    same.iteration = [.request(0, key: .same)]
    let repeated = Build.scenario([step], load: same).compiled("atomic").run()
    #expect(repeated.safety.finding(.noDuplicateFails).examined == 11)
    #expect(repeated.broken(.noDuplicateFails) == 0)
  }
}

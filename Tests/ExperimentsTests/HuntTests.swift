import ContentionEngine
import Experiments
import Measurements
import ScenarioModel
import SimulationBasics
import Testing

@Suite("A hunt")
struct HuntTests {
  private static func hunt(_ strategy: Strategy, seed: UInt64 = 1) -> Hunt {
    let model = smallScenario()
    return Hunt(
      HuntSpace(
        base: model, strategy: strategy, kinds: [],
        variations: HuntSpace.proposedVariations(for: model)), seed: seed)
  }

  private static let unguarded = Strategy.builtIn[0]
  private static let atomic = Strategy.builtIn[1]

  private func progress(of hunt: Hunt, groups: Int) -> HuntProgress<HuntCase> {
    var progress = HuntProgress<HuntCase>(limit: .none)
    for group in HuntBatch(hunt, groups: 0..<groups).runAll() { progress.take(group) }
    return progress
  }

  @Test("finds an update that is lost, and makes it small")
  func lostUpdate() throws {
    let hunt = Self.hunt(Self.unguarded)
    let find = try #require(progress(of: hunt, groups: 20).find)
    #expect(find.promise == .noLostUpdate)
    #expect(hunt.hunted(find.index) == find.hunted)
    let shrinker = Shrinker(
      find.hunted, evidence: hunt.run(find.hunted, tellingStory: true).story.count, limit: 500,
      passes: hunt.passes, cost: { $0.cost(lines: $1, in: hunt.space) },
      judge: { smaller in
        let run = hunt.run(smaller, tellingStory: true)
        return run.breach?.promise == find.promise ? run.story.count : nil
      })
    // Two must meet, and one time each is enough.
    #expect(shrinker.candidate.users == 2)
    #expect(shrinker.candidate.iterations == 2)
    #expect(hunt.run(shrinker.candidate).breach?.promise == .noLostUpdate)
  }

  @Test("finds nothing where nothing can be lost")
  func nothing() {
    let progress = progress(of: Self.hunt(Self.atomic), groups: 10)
    #expect(progress.find == nil)
    #expect(progress.tally.runs == 160)
    #expect(progress.tally.requests > 320)
  }

  @Test("counts what its runs met: the sum over the runs of the cases, made alone")
  func coverage() {
    let hunt = Self.hunt(Self.atomic)
    let tally = progress(of: hunt, groups: 3).tally
    var sum = HuntTally()
    for index in 0..<(3 * Hunt.groupSize) {
      let run = hunt.run(hunt.hunted(index))
      sum.runs += 1
      sum.requests += run.result.safety.arrived
      // All have come to their end.
      #expect(run.result.safety.arrived == run.result.count(.requests))
      for (place, finding) in run.result.safety.findings.enumerated() {
        sum.examined[place] += finding.examined
      }
      sum.events += run.result.events
      sum.dangers.add(run.result.dangers)
    }
    #expect(tally == sum)
  }

  @Test("counts requests that were under way when a run was stopped")
  func stopped() throws {
    let hunt = Self.hunt(Self.unguarded)
    let find = try #require(progress(of: hunt, groups: 20).find)
    let result = hunt.run(find.hunted).result
    let group = hunt.group(find.index / Hunt.groupSize)
    let trial = hunt.trial(of: find.hunted, in: group)
    // Two at least have come in before one update can overwrite another.
    #expect(trial.tally.requests >= 2)
    #expect(trial.tally.requests > result.count(.requests))
    #expect(trial.tally.examined(.noLostUpdate) > 0)
    #expect(trial.tally.examined(.noKeyStuck) == 0)
  }

  @Test("tells the story of a run without changing it")
  func telling() {
    let hunt = Self.hunt(Self.unguarded)
    for index in 0..<40 {
      let hunted = hunt.hunted(index)
      let silent = hunt.run(hunted)
      let told = hunt.run(hunted, tellingStory: true)
      #expect(silent.result.digest == told.result.digest)
      #expect(silent.breach == told.breach)
      #expect(silent.story.isEmpty)
      #expect(!told.story.isEmpty)
    }
  }
}

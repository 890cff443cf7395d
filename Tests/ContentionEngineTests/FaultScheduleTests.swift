import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// When faults happen, against a list of moments and occasions that is worked out beside the run.
@Suite("The schedule of faults")
struct FaultScheduleTests {
  // MARK: Moments

  /// The moments at which a fault happens before an end, one draw after another.
  private func moments(
    _ rule: FaultMoments, fault: Int, before end: VirtualTime, seed: UInt64, drawsInstance: Bool
  ) -> [VirtualTime] {
    let samplers = DurationSamplerTable([rule.at, rule.every ?? .zero])
    var stream = RandomStream(
      runSeed: seed, replication: 0, purpose: .faultMoment, entity: UInt32(fault))
    func draw(_ index: Int) -> VirtualDuration {
      samplers.constant(index) ?? samplers.sample(index, from: &stream)
    }
    var happened: [VirtualTime] = []
    var moment = VirtualTime.start + draw(0)
    var met = 0
    while moment < end, met < rule.times ?? .max {
      met += 1
      if rule.probability >= 1 || stream.unitInterval() < rule.probability {
        happened.append(moment)
      }
      if drawsInstance { _ = stream.uniform(below: 3) }
      if rule.every == nil || met == rule.times { break }
      moment = moment + draw(1)
    }
    return happened
  }

  private func randomTime(_ random: inout TestRandom, least: Int) -> DurationDistribution {
    let mean = VirtualDuration.milliseconds(UInt64(least + random.below(2_000)))
    switch random.below(3) {
    case 0: return .constant(mean)
    case 1: return .uniform(least: .milliseconds(UInt64(least)), most: mean)
    default: return .exponential(mean: mean)
    }
  }

  @Test("faults happen at the moments that their streams say, and no longer than the load")
  func drawnMoments() {
    withEverySeed(1...40) { seed, random in
      var scenario = Build.scenario([Build.delay(9_999)], load: Build.once(1))
      scenario.system.instances = 3
      let drawing = random.below(3)
      for fault in 0..<3 {
        let rule = FaultMoments(
          at: randomTime(&random, least: 0),
          every: random.oneIn(4) ? nil : randomTime(&random, least: 20),
          times: random.oneIn(2) ? nil : random.below(6),
          probability: random.oneIn(2) ? 1 : 0.4)
        let event: FaultEvent =
          fault == drawing
          ? .pause(.zero, instance: nil) : .clockJump(by: .seconds(1), .ahead)
        scenario.faults.append(.event(event, rule))
      }
      let result = scenario.compiled("none").run(seed: seed)
      let end = VirtualTime.start + .milliseconds(9_999)
      for (fault, model) in scenario.faults.enumerated() {
        guard case .event(_, let rule) = model, let use = result.faults?.uses[fault] else {
          throw Mismatch("no use of fault \(fault)")
        }
        let expected = moments(
          rule, fault: fault, before: end, seed: seed, drawsInstance: fault == drawing)
        if use.count != UInt64(expected.count) || use.first != expected.first
          || use.lastEnd != expected.last
        {
          throw Mismatch("fault \(fault): \(use), not \(expected)")
        }
      }
    }
  }

  @Test("a fault that is drawn befalls the instance that its stream says")
  func drawnInstance() {
    for seed in UInt64(1)...20 {
      var stream = RandomStream(
        runSeed: seed, replication: 0, purpose: .faultMoment, entity: 0)
      let instance = Int(stream.uniform(below: 3))
      var system = SystemModel()
      system.instances = 3
      let compiled = Build.scenario(
        [Build.delay(50)], load: Build.once(3), system: system
      ).with(Build.pause(at: 20, for: 100, instance: nil)).compiled("none")
      let paused = compiled.stories(seed: seed).stories.filter {
        !$0.lengths(of: .paused).isEmpty
      }
      #expect(paused.map(\.user) == [instance + 1], "seed \(seed)")
      #expect(paused.first?.lengths(of: .paused) == [.milliseconds(70)])
    }
  }

  // MARK: Occasions

  /// Which of some messages, by the moments at which they are sent, a fault befalls.
  private func struck(
    _ rule: FaultOccasions, fault: Int, sentAt moments: [VirtualTime], seed: UInt64
  ) -> [Bool] {
    var stream = RandomStream(
      runSeed: seed, replication: 0, purpose: .faultOccasion, entity: UInt32(fault))
    return moments.enumerated().map { index, moment in
      let isDrawn = rule.probability >= 1 || stream.unitInterval() < rule.probability
      let isNamed = rule.numbers.isEmpty || rule.numbers.contains(UInt64(index + 1))
      let start = VirtualTime.start + rule.from
      let isInside = start <= moment && (rule.length.map { moment < start + $0 } ?? true)
      return isDrawn && isNamed && isInside
    }
  }

  @Test("late messages are those that the numbers, the window and the stream of each fault mean")
  func occasions() {
    withEverySeed(1...40) { seed, random in
      // One user, whose requests follow each other: a message there, 1 ms outside, a message back.
      var load = Build.once(1)
      load.executor = .perVUIterations(vus: 1, iterations: 30, maxDuration: .minutes(10))
      var system = SystemModel()
      system.network = .constant(.milliseconds(1))
      var scenario = Build.scenario([Build.delay(1)], load: load, system: system)
      var rules: [FaultOccasions] = []
      for place in 0..<2 {
        var numbers: [UInt64] = []
        if random.oneIn(2) {
          for number in 1...60 where random.oneIn(3) { numbers.append(UInt64(number)) }
        }
        rules.append(
          FaultOccasions(
            probability: random.oneIn(2) ? 1 : 0.5,
            from: .milliseconds(UInt64(random.below(60))),
            length: random.oneIn(2) ? nil : .milliseconds(UInt64(random.below(200))),
            numbers: numbers))
        scenario.faults.append(
          .condition(
            .networkDelay(
              by: .milliseconds(place == 0 ? 10 : 100), on: place == 0 ? .client : .all),
            rules[place]))
      }
      let (stories, result) = scenario.compiled("none").stories(seed: seed)
      let messages = stories.flatMap { $0.spells.filter { $0.share == .network } }
      let moments = messages.map(\.start)
      if messages.count != 60 { throw Mismatch("\(messages.count) messages") }
      let first = struck(rules[0], fault: 0, sentAt: moments, seed: seed)
      let second = struck(rules[1], fault: 1, sentAt: moments, seed: seed)
      for (index, message) in messages.enumerated() {
        let expected = 1 + (first[index] ? 10 : 0) + (second[index] ? 100 : 0)
        if message.length != .milliseconds(UInt64(expected)) {
          throw Mismatch("message \(index + 1): \(message)")
        }
      }
      for (fault, expected) in [first, second].enumerated() {
        let count = UInt64(expected.count { $0 })
        if result.faults?.uses[fault].count != count { throw Mismatch("uses of \(fault)") }
      }
    }
  }

  @Test("messages that take no time are occasions, too, and cost no event when none is late")
  func instantMessages() {
    // A statement that commits by itself: to the database and back are messages 1 and 2.
    let scenario = Build.scenario(
      [.connection(steps: [Build.add(1)])], load: Build.once(1))
    for number in UInt64(1)...3 {
      let result = scenario.with(
        Build.fault(.networkDelay(by: .milliseconds(7), on: .database), on: number)
      ).compiled("atomic").run()
      #expect(result.timeSplit.total(.statement) == (number <= 2 ? 7_000_000 : 0))
      #expect(result.faults?.uses[0].count == (number <= 2 ? 1 : 0))
      #expect(result.count(.requests) == 1)
    }
  }
}

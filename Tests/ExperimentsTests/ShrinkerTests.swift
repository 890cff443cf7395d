import ContentionEngine
import Experiments
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Shrinking")
struct ShrinkerTests {
  // MARK: Lists

  /// Lists without one of their elements, or with one element one less.
  private static var listPasses: [([Int]) -> [[Int]]] {
    [
      { list in
        list.indices.map { index in
          var rest = list
          rest.remove(at: index)
          return rest
        }
      },
      { list in
        list.indices.filter { list[$0] > 0 }.map { index in
          var less = list
          less[index] -= 1
          return less
        }
      },
    ]
  }

  private static var shrinkPasses: [ShrinkPass<[Int]>] {
    listPasses.map { ShrinkPass<[Int]>($0) }
  }

  private func shrink(
    _ list: [Int], limit: Int = 100_000, while holds: ([Int]) -> Bool
  ) -> Shrinker<[Int], Int> {
    Shrinker(
      list, evidence: list.count, limit: limit, passes: Self.shrinkPasses,
      cost: { list, count in [UInt64(count), UInt64(list.reduce(0, +))] },
      judge: { holds($0) ? $0.count : nil })
  }

  @Test("leaves what is needed and nothing else")
  func minimum() {
    let shrinker = shrink([5, 3, 9, 8, 1, 8]) { $0.contains { $0 >= 3 } && $0.contains { $0 >= 7 } }
    #expect(shrinker.candidate == [7])
    #expect(shrinker.evidence == 1)
    #expect(shrinker.isSmallest)
    let both = shrink([5, 3, 9, 8, 1, 8]) { $0.count { $0 >= 3 } >= 2 }
    #expect(both.candidate == [3, 3])
    #expect(shrink([1, 2, 3]) { _ in true }.candidate == [])
  }

  @Test("keeps what cannot be smaller")
  func nothing() {
    let shrinker = shrink([4, 4]) { $0 == [4, 4] }
    #expect(shrinker.candidate == [4, 4])
    #expect(shrinker.isSmallest)
    // Each pass once: two elements to leave out, two to lower.
    #expect(shrinker.runs == 4)
  }

  @Test("never returns what holds, and no single step makes it smaller")
  func oneMinimal() {
    var random = TestRandom(seed: 5)
    for _ in 0..<200 {
      let list = (0..<6).map { _ in Int.random(in: 0...9, using: &random) }
      let factors = (0..<3).map { _ in Int.random(in: 1...4, using: &random) }
      // Anything, also what is true of a list and not of what contains it.
      func breaks(_ list: [Int]) -> Bool {
        list.enumerated().reduce(0) { $0 + $1.element * factors[$1.offset % 3] } % 5 != 1
          && list.count >= factors[0]
      }
      guard breaks(list) else { continue }
      let shrinker = shrink(list, while: breaks)
      #expect(breaks(shrinker.candidate))
      #expect(shrinker.isSmallest)
      for pass in Self.listPasses {
        for smaller in pass(shrinker.candidate) { #expect(!breaks(smaller), "\(smaller)") }
      }
    }
  }

  @Test("tries no more often than it may")
  func limit() {
    let list = Array(repeating: 9, count: 20)
    // 20 elements of 9: 18 to leave out, then some tries for each step of the two that stay.
    for limit in [0, 1, 7, 30] {
      var judged = 0
      let shrinker = Shrinker(
        list, evidence: list.count, limit: limit, passes: Self.shrinkPasses,
        cost: { list, count in [UInt64(count), UInt64(list.reduce(0, +))] },
        judge: {
          judged += 1
          return $0.count >= 2 ? $0.count : nil
        })
      #expect(judged == limit)
      #expect(shrinker.runs == limit)
      #expect(!shrinker.isSmallest)
      #expect(shrinker.candidate.count == max(2, 20 - limit))
    }
  }

  @Test("counts the runs that place candidates, and places none that it does not come to")
  func placing() {
    var placed: [[Int]] = []
    var judged: [[Int]] = []
    let pass = ShrinkPass<[Int]>(
      { list in (1..<list.count).reversed().map { Array(list[..<$0]) } },
      placing: { list in
        placed.append(list)
        return [list, list.reversed()]
      })
    func shrinker(limit: Int, mayRun: (Int) -> Bool = { _ in true }) -> Shrinker<[Int], Int> {
      placed = []
      judged = []
      return Shrinker(
        [1, 2, 3, 4], evidence: 4, limit: limit, passes: [pass],
        cost: { list, _ in [UInt64(list.count)] }, mayRun: mayRun,
        judge: { list in
          judged.append(list)
          return list.first == 3 ? list.count : nil
        })
    }
    let whole = shrinker(limit: 100)
    // Three are left backwards; of those, two the same way round.
    #expect(whole.candidate == [3])
    #expect(placed == [[1, 2, 3], [3, 2], [3]])
    #expect(judged == [[1, 2, 3], [3, 2, 1], [3, 2], [3]])
    #expect(whole.runs == placed.count + judged.count)
    #expect(whole.isSmallest)
    for limit in 0..<7 {
      let part = shrinker(limit: limit)
      #expect(part.runs == limit)
      #expect(placed.count + judged.count == limit)
      #expect(!part.isSmallest)
      var asked: [Int] = []
      let stopped = shrinker(limit: 100) { number in
        asked.append(number)
        return number <= limit
      }
      #expect(stopped.candidate == part.candidate)
      #expect(stopped.runs == limit)
      #expect(placed.count + judged.count == limit)
      #expect(asked == Array(1...(limit + 1)))
      #expect(!stopped.isSmallest)
    }
  }

  // MARK: Cases of a hunt

  private static let space = HuntSpace(
    base: smallScenario(), strategy: Strategy.builtIn[0],
    variations: HuntSpace.proposedVariations(for: smallScenario()),
    client: ClientPolicy(timeout: .seconds(2), attempts: 3))

  private static let large = HuntCase(
    users: 6, iterations: 15, seed: 77_123,
    tieOrder: .priorities(seed: 900, changes: 3, events: 500),
    faults: [
      .event(
        .pause(.nanoseconds(35_123_456_789), instance: 2),
        FaultMoments(at: .constant(.nanoseconds(1_234_567_891)))),
      .condition(.responseLoss, FaultOccasions(numbers: [3, 9, 12])),
      .event(
        .redisFailover(losing: .milliseconds(210)),
        FaultMoments(at: .constant(.milliseconds(777)))),
    ],
    variations: [.instances(3), .network(.milliseconds(1))],
    client: ClientPolicy(timeout: .seconds(2), attempts: 3))

  private func shrink(
    lines: (HuntCase) -> Int = { $0.iterations * 2 }, while breaks: (HuntCase) -> Bool
  ) -> Shrinker<HuntCase, Int> {
    #expect(breaks(Self.large), "what is shrunk is broken")
    return Shrinker(
      Self.large, evidence: lines(Self.large), limit: 20_000,
      passes: HuntCase.passes(in: Self.space), cost: { $0.cost(lines: $1, in: Self.space) },
      judge: { breaks($0) ? lines($0) : nil })
  }

  @Test("of a case that always breaks leaves one user who does one thing")
  func trivial() {
    let left = shrink { _ in true }.candidate
    #expect(left.users == 1)
    #expect(left.iterations == 1)
    #expect(left.faults.isEmpty)
    #expect(left.seed == 1)
    #expect(left.tieOrder == .scheduling)
    #expect(left.client == nil)
  }

  @Test("keeps the users, the fault, the instance and the moment that it takes")
  func pause() {
    let left = shrink { hunted in
      hunted.users >= 3 && hunted.iterations >= 7
        && hunted.faults.contains { fault in
          guard case .event(.pause(let length, let instance?), let moments) = fault,
            case .constant(let at) = moments.at
          else { return false }
          return length >= .milliseconds(30_500) && instance >= 1 && at >= .milliseconds(950)
            && at <= .milliseconds(1_240)
        }
    }
    #expect(left.isSmallest)
    #expect(left.candidate.users == 3)
    #expect(left.candidate.iterations == 7)
    #expect(
      left.candidate.faults == [
        // Just longer than the pool's 30 s, which a plain amount may be.
        .event(.pause(.seconds(31), instance: 1), FaultMoments(at: .constant(.seconds(1))))
      ])
  }

  @Test("of every amount leaves the least plain one that is enough")
  func amounts() {
    func left(_ fault: Fault, while isEnough: (VirtualDuration) -> Bool) -> VirtualDuration? {
      var start = Self.large
      start.faults = [fault]
      let shrinker = Shrinker(
        start, evidence: 1, limit: 20_000, passes: HuntCase.passes(in: Self.space),
        cost: { hunted, lines in hunted.cost(lines: lines, in: Self.space) },
        judge: { hunted in
          guard let amount = hunted.faults.first.flatMap(Self.amount) else { return nil }
          return isEnough(amount) ? 1 : nil
        })
      return shrinker.candidate.faults.first.flatMap(Self.amount)
    }
    let now = FaultMoments(at: .constant(.milliseconds(2)))
    let failover = Fault.event(.redisFailover(losing: .seconds(30)), now)
    #expect(left(failover) { _ in true } == .milliseconds(1))
    #expect(left(failover) { $0 >= .microseconds(1_700) } == .milliseconds(2))
    #expect(left(failover) { $0 >= .milliseconds(210) } == .milliseconds(500))
    // Nobody starts a service within milliseconds: less than a second is odd.
    for restart in [VirtualDuration.milliseconds(500), .seconds(30), .milliseconds(2)] {
      let crash = Fault.event(.instanceCrash(restart: restart, instance: 0), now)
      #expect(left(crash) { _ in true } == .seconds(1))
    }
    // An odd one grows where nothing less will do.
    let pause = Fault.event(.pause(.nanoseconds(3_456_789), instance: 0), now)
    #expect(left(pause) { $0 > .milliseconds(3) } == .milliseconds(5))
  }

  private static func amount(of fault: Fault) -> VirtualDuration? {
    switch fault {
    case .event(.pause(let length, _), _), .event(.instanceCrash(let length, _), _),
      .event(.redisFailover(let length), _):
      length
    default: nil
    }
  }

  @Test("takes a row away together with the user who had it alone")
  func rows() {
    var base = smallScenario()
    base.tables[0].rows = 50
    let space = HuntSpace(
      base: base, strategy: Strategy.builtIn[0],
      variations: HuntSpace.proposedVariations(for: base))
    func breaks(_ hunted: HuntCase) -> Bool {
      let rows = hunted.scenario(from: base).tables[0].rows
      // Users take rows in turn: two of them meet.
      return hunted.users > rows && hunted.iterations > rows
    }
    let start = HuntCase(
      users: 3, iterations: 3, variations: [.rows(table: 0, 2), .sleep(step: 1, .zero)])
    #expect(breaks(start))
    let left = Shrinker(
      start, evidence: 1, limit: 20_000, passes: HuntCase.passes(in: space),
      cost: { $0.cost(lines: $1, in: space) }, judge: { breaks($0) ? 1 : nil }
    ).candidate
    #expect(left.users == 2)
    #expect(left.iterations == 2)
    #expect(left.scenario(from: base).tables[0].rows == 1)
  }

  @Test("keeps the story that is meant, and two users, rather than fewer of anything")
  func likeness() {
    func cost(_ users: Int, lines: Int = 10, _ likeness: StoryLikeness) -> [UInt64] {
      HuntCase(users: users, iterations: users)
        .cost(lines: lines, likeness: likeness, in: Self.space)
    }
    #expect(cost(6, lines: 30, .near).lexicographicallyPrecedes(cost(1, .other)))
    #expect(cost(2, .exact).lexicographicallyPrecedes(cost(1, .near)))
    // But not beyond what fits.
    #expect(cost(1, .near).lexicographicallyPrecedes(cost(2, lines: 17, .exact)))
  }

  @Test("keeps the occasions that it takes, as early as they may be")
  func occasions() {
    let left = shrink { hunted in
      hunted.faults.contains { fault in
        guard case .condition(.responseLoss, let occasions) = fault else { return false }
        return occasions.numbers.contains { $0 >= 2 } && occasions.numbers.count >= 1
      }
    }
    #expect(
      left.candidate.faults == [.condition(.responseLoss, FaultOccasions(numbers: [2]))])
  }

  @Test("keeps seed, ties, attempts and variations that it takes")
  func rest() {
    let left = shrink { hunted in
      var isRandom = false
      if case .drawn = hunted.tieOrder { isRandom = true }
      if case .priorities = hunted.tieOrder { isRandom = true }
      return isRandom && hunted.seed >= 3 && hunted.variations.contains(.instances(3))
        && (hunted.client?.attempts ?? 1) >= 2
    }
    #expect(left.candidate.seed == 3)
    #expect(left.candidate.tieOrder == .drawn(seed: 1))
    #expect(left.candidate.variations.contains(.instances(3)))
    #expect(left.candidate.client?.attempts == 2)
  }

  @Test("prefers a timeline that fits to fewer users")
  func lines() {
    let left = shrink(lines: { $0.users == 1 ? 40 : 10 }) { _ in true }.candidate
    #expect(left.users == 2)
  }

  @Test("takes delays away, and gives back what it does not take")
  func delays() {
    let left = shrink { $0.users >= 2 }.candidate
    #expect(left.variations == [.sleep(step: 1, .zero)])
  }

  @Test("simpler lengths have fewer digits or are shorter, and none is the length itself")
  func simplerLengths() {
    var random = TestRandom(seed: 9)
    for _ in 0..<300 {
      let digits = Int.random(in: 1...13, using: &random)
      var limit: UInt64 = 1
      for _ in 0..<digits { limit *= 10 }
      let length = VirtualDuration.nanoseconds(UInt64.random(in: 1..<limit, using: &random))
      let simpler = length.simpler
      #expect(simpler.first == .zero)
      for (index, other) in simpler.enumerated() {
        #expect(other != length)
        #expect(other < length || other.digits < length.digits)
        #expect(!simpler[..<index].contains(other))
      }
    }
    #expect(VirtualDuration.zero.simpler.isEmpty)
    #expect(VirtualDuration.milliseconds(35_123).simpler.contains(.seconds(30)))
    #expect(VirtualDuration.milliseconds(35_123).simpler.contains(.seconds(40)))
    #expect(VirtualDuration.milliseconds(35_123).simpler.contains(.seconds(35)))
  }

  @Test("the roundest length between two has the fewest digits of all")
  func roundest() {
    for first in UInt64(0)..<130 {
      for last in (first + 1)..<140 {
        let found = VirtualDuration.roundest(after: .nanoseconds(first), upTo: .nanoseconds(last))
        let all = ((first + 1)...last).map { VirtualDuration.nanoseconds($0) }
        #expect(all.contains(found))
        #expect(found.digits == all.map(\.digits).min(), "\(first), \(last)")
      }
    }
  }
}

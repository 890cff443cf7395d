import ContentionEngine
import Experiments
import TestSupport
import Testing

@Suite("Hunting")
struct HuntSearchTests {
  /// Cases that are their numbers; those of a list break a promise.
  private struct Numbers: HuntGround {
    let breaking: [Int]
    /// Those of them that break it not quite as it is meant.
    var near: [Int] = []
    var byLetter: [Int] = []

    static var groupSize: Int { 4 }

    func group(_ number: Int) -> Int { number }

    func hunted(_ index: Int, in group: Int) -> Int {
      #expect(index / Self.groupSize == group, "a case of its own group")
      return index
    }

    func trial(of hunted: Int, in group: Int) -> HuntTrial {
      let likeness: StoryLikeness =
        byLetter.contains(hunted) ? .other : near.contains(hunted) ? .near : .exact
      return HuntTrial(
        tally: tally(of: hunted), broken: breaking.contains(hunted) ? .noLostUpdate : nil,
        likeness: likeness)
    }

    func tally(of hunted: Int) -> HuntTally {
      var tally = HuntTally()
      tally.runs = 1
      tally.requests = UInt64(hunted % 5)
      tally.events = UInt64(hunted * hunted)
      for _ in 0..<(hunted % 3) { tally.dangers.note(.versionMoved) }
      return tally
    }
  }

  /// The hunt by batches of these sizes, again and again, the groups of a batch run last first.
  private func hunt(
    _ ground: Numbers, limit: HuntLimit, sizes: [Int], upTo last: Int
  ) -> HuntProgress<Int> {
    var progress = HuntProgress<Int>(limit: limit)
    var turn = 0
    while !progress.isOver, progress.groups * Numbers.groupSize < last {
      let batch = HuntBatch(
        ground, groups: progress.groups..<(progress.groups + sizes[turn % sizes.count]))
      var parts: [HuntedGroup<Int>?] = Array(repeating: nil, count: batch.runCount)
      for index in (0..<batch.runCount).reversed() { parts[index] = batch.run(index) }
      for part in batch.merge(parts.compactMap { $0 }) { progress.take(part) }
      turn += 1
    }
    return progress
  }

  /// Case by case, up to the first that breaks, or to the limit.
  private func naiveHunt(
    _ ground: Numbers, limit: HuntLimit, upTo last: Int
  ) -> (find: Int?, tally: HuntTally) {
    var sum = HuntTally()
    for hunted in 0..<last {
      sum.add(ground.tally(of: hunted))
      if ground.breaking.contains(hunted) { return (hunted, sum) }
      switch limit {
      case .none: continue
      case .runs(let count): if sum.runs >= count { return (nil, sum) }
      case .requests(let count): if sum.requests >= count { return (nil, sum) }
      }
    }
    return (nil, sum)
  }

  @Test("finds the lowest case that breaks, whatever the batches")
  func lowest() {
    let last = 48
    for breaking in [[], [0], [3], [4], [17, 5, 40], [47], [20, 21]] {
      let ground = Numbers(breaking: breaking)
      let naive = naiveHunt(ground, limit: .none, upTo: last)
      for sizes in [[1], [2], [3], [12], [1, 2, 3], [5, 1, 6]] {
        let progress = hunt(ground, limit: .none, sizes: sizes, upTo: last)
        #expect(progress.find?.index == breaking.min())
        #expect(progress.find?.hunted == breaking.min())
        #expect(progress.find?.promise == (breaking.isEmpty ? nil : .noLostUpdate))
        #expect(progress.tally == naive.tally, "\(breaking), \(sizes)")
      }
    }
  }

  @Test("ends at its limit of runs or requests, whatever the batches")
  func limits() {
    for count in UInt64(1)...60 {
      for limit in [HuntLimit.runs(count), .requests(count)] {
        for breaking in [[], [13]] {
          let ground = Numbers(breaking: breaking)
          let naive = naiveHunt(ground, limit: limit, upTo: 1_000)
          for sizes in [[1], [2, 3], [7]] {
            let progress = hunt(ground, limit: limit, sizes: sizes, upTo: 1_000)
            #expect(progress.isOver)
            #expect(progress.find?.index == naive.find)
            #expect(progress.tally == naive.tally)
          }
        }
      }
    }
  }

  @Test("looks on for a breach as it is meant, and else takes the nearest, whatever the batches")
  func likeness() {
    let patience = HuntProgress<Int>.patience * Numbers.groupSize
    let cases: [(near: [Int], byLetter: [Int], exact: [Int], find: Int, runs: Int)] = [
      // The one that is meant, as long as it comes in time.
      ([], [5], [30], 30, 31), ([5], [6], [7], 7, 8), ([2], [], [1], 1, 2),
      ([], [5], [7 + patience], 7 + patience, 8 + patience),
      // It comes too late: the nearest, and of equals the first.
      ([9, 10], [5], [8 + patience], 9, 8 + patience), ([], [5, 6], [], 5, 8 + patience),
    ]
    for (near, byLetter, exact, find, runs) in cases {
      let ground = Numbers(
        breaking: near + byLetter + exact, near: near, byLetter: byLetter)
      for sizes in [[1], [3], [2, 5], [40]] {
        let progress = hunt(ground, limit: .none, sizes: sizes, upTo: 1_000)
        #expect(progress.isOver)
        #expect(progress.find?.index == find)
        #expect(progress.tally.runs == UInt64(runs))
      }
    }
    // A limit ends it, too, and what lies behind the limit is not known.
    let ground = Numbers(breaking: [5, 6], near: [6], byLetter: [5])
    #expect(hunt(ground, limit: .runs(6), sizes: [2], upTo: 100).find?.index == 5)
    #expect(hunt(ground, limit: .runs(7), sizes: [2], upTo: 100).find?.index == 6)
    #expect(hunt(ground, limit: .runs(5), sizes: [2], upTo: 100).find == nil)
  }

  @Test("counts what was met up to the find, and nothing behind it")
  func coverage() {
    let progress = hunt(Numbers(breaking: [6]), limit: .none, sizes: [4], upTo: 100)
    #expect(progress.tally.runs == 7)
    // 0 1 2 0 1 2 0
    #expect(progress.tally.dangers[.versionMoved] == 6)
    #expect(progress.tally.dangers[.deadlockFound] == 0)
    // 0 1 2 3 4 0 1
    #expect(progress.tally.requests == 11)
  }

  @Test("tells how much of its limit is behind")
  func share() {
    var progress = HuntProgress<Int>(limit: .runs(16))
    #expect(progress.share == 0)
    progress.take(HuntBatch(Numbers(breaking: []), groups: 0..<1).run(0))
    #expect(progress.share == 0.25)
    #expect(!progress.isOver)
  }
}

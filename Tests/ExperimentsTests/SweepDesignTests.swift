import ContentionEngine
import Experiments
import Testing

@Suite("Sweep design")
struct SweepDesignTests {
  private func design(
    _ counts: [Int], _ layout: SweepDesign.Layout = .grid, replications: Int = 1, seed: UInt64 = 1
  ) -> SweepDesign {
    SweepDesign(
      axes: counts.enumerated().map { axis, count in
        SweepAxis(name: "axis\(axis)", values: (0..<count).map { "\($0)" })
      }, layout: layout, seed: seed, replications: replications)
  }

  @Test("goes through a grid as nested loops would, the last axis fastest")
  func grid() {
    let design = design([2, 3, 2], replications: 4)
    var expected: [[Int]] = []
    for first in 0..<2 {
      for second in 0..<3 { for third in 0..<2 { expected.append([first, second, third]) } }
    }
    #expect((0..<design.pointCount).map { design.choice(of: $0) } == expected)
    #expect(design.runCount == 48)
    #expect(design.run(0) == (0, 0))
    #expect(design.run(3) == (0, 3))
    #expect(design.run(4) == (1, 0))
    #expect(design.run(47) == (11, 3))
  }

  @Test("shows each value of each axis once on a Latin hypercube, and depends on the seed alone")
  func latin() {
    for count in [1, 2, 5, 40] {
      let design = design([count, count, count], .latin(points: count), seed: 9)
      #expect(design.pointCount == count)
      let choices = (0..<count).map { design.choice(of: $0) }
      #expect(choices.map { $0[0] } == Array(0..<count))
      for axis in 1..<3 { #expect(choices.map { $0[axis] }.sorted() == Array(0..<count)) }
      #expect(design == self.design([count, count, count], .latin(points: count), seed: 9))
    }
    let one = design([40, 40, 40], .latin(points: 40), seed: 1)
    let other = design([40, 40, 40], .latin(points: 40), seed: 2)
    let choices = (0..<40).map { one.choice(of: $0) }
    #expect(choices != (0..<40).map { other.choice(of: $0) })
    #expect(choices.map { $0[1] } != choices.map { $0[2] }, "axes are shuffled apart")
  }

  @Test("shuffles every axis fairly: each of the 24 orders of four comes about as often")
  func fairness() {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<2_400 {
      let design = design([4, 4], .latin(points: 4), seed: UInt64(seed))
      counts[(0..<4).map { design.choice(of: $0)[1] }, default: 0] += 1
    }
    #expect(counts.count == 24)
    // Chi-square with 23 degrees of freedom: 49.7 is exceeded with probability 0.001.
    let statistic = counts.values.reduce(0.0) { $0 + Double(($1 - 100) * ($1 - 100)) / 100 }
    #expect(statistic < 49.7)
  }

  @Test("has times in whole nanoseconds, and anything else as it was written")
  func fields() {
    let times = SweepAxis(name: "retry.base", values: ["0", "1.5ms", "1m30s"])
    #expect(times.column == "retry.base_ns")
    #expect(times.fields == ["0", "1500000", "90000000000"])
    let numbers = SweepAxis(name: "pool", values: ["0", "10", "1e2"])
    #expect(numbers.column == "pool")
    #expect(numbers.fields == ["0", "10", "1e2"])
    #expect(SweepAxis(name: "pool", values: ["0"]).column == "pool")
    #expect(SweepAxis(name: "lease", values: ["5s", "none"]).column == "lease")
  }

  @Test("refuses more than ten million runs, also where their number overflows")
  func size() {
    let axis = SweepAxis(name: "a", values: (0..<10_000).map { "\($0)" })
    #expect(SweepDesign.runCount(of: [axis], .grid, replications: 1_000) == 10_000_000)
    #expect(SweepDesign.runCount(of: [axis, axis], .grid, replications: 1) == nil)
    let many = Array(repeating: axis, count: 20)
    #expect(SweepDesign.runCount(of: many, .grid, replications: 1) == nil)
    #expect(SweepDesign.runCount(of: many, .latin(points: 7), replications: 3) == 21)
  }

  @Test("gives each run to one shard, whatever their numbers")
  func shards() {
    for total in [0, 1, 2, 5, 6, 7, 8, 100] {
      for count in [1, 2, 3, 7, 20] {
        var found: [Int] = []
        for number in 1...count {
          let shard = SweepShard(number: number, of: count)
          let indices = (0..<shard.runCount(of: total)).map { shard.index(of: $0) }
          for (position, index) in indices.enumerated() {
            #expect(index % count == number - 1)
            #expect(shard.position(of: index) == position)
            #expect(
              SweepShard(number: number % count + 1, of: count).position(of: index) == nil
                || count == 1)
          }
          found += indices
        }
        #expect(found.sorted() == Array(0..<total))
      }
    }
  }

  @Test("divides positions into blocks that have each once")
  func blocks() {
    for runCount in [1, 511, 512, 513, 1_024, 1_300] {
      var next = 0
      while next < runCount {
        let block = SweepBlocks.block(of: next, runCount: runCount)
        #expect(block.lowerBound == next)
        #expect(!block.isEmpty)
        #expect(SweepBlocks.block(of: block.upperBound - 1, runCount: runCount) == block)
        next = block.upperBound
      }
      #expect(next == runCount)
    }
  }
}

@Suite("Sweep ranking")
struct SweepRankingTests {
  /// A point whose runs have this success, and this 95th percentile.
  private func point(
    _ index: Int, _ success: Double, _ latency: Double, _ broken: [SafetyPromise] = []
  ) -> SweepPoint {
    var figures = [Double](repeating: 0, count: RunFigure.allCases.count)
    figures[RunFigure.successShare.index] = success
    figures[RunFigure.latency95.index] = latency
    return SweepPoint(
      index: index,
      runs: [SweepRun(figures: figures, broken: []), SweepRun(figures: figures, broken: broken)])
  }

  @Test("keeps the best as sorting all of them would, in whatever order they come")
  func order() {
    // Few values, so that ties come often; numbers from a small generator, as a test needs them.
    var state: UInt64 = 1
    func next(_ bound: UInt64) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33 % bound)
    }
    for count in 1...40 {
      let points = (0..<count).map { point($0, Double(Int(next(3))) / 4, next(4)) }
      var ranking = SweepRanking(by: SweepRanking.usualCriteria, keeping: 7)
      for point in points { ranking.take(point) }
      let sorted = points.sorted { first, second in
        let (one, other) = (first.mean(.successShare), second.mean(.successShare))
        if one != other { return one > other }
        let (fast, slow) = (first.mean(.latency95), second.mean(.latency95))
        return fast != slow ? fast < slow : first.index < second.index
      }
      #expect(ranking.best.map(\.index) == sorted.prefix(7).map(\.index))
      #expect(ranking.seen == count)
    }
  }

  @Test("puts what is no number last")
  func noNumber() {
    var ranking = SweepRanking(by: [.successShare], keeping: 3)
    for (index, success) in [Double.nan, 0.2, .nan, 0.5].enumerated() {
      ranking.take(point(index, success, 0))
    }
    #expect(ranking.best.map(\.index) == [3, 1, 0])
  }

  @Test("puts points that broke a promise behind all that broke none, and knows the lure")
  func safety() {
    var ranking = SweepRanking(by: SweepRanking.usualCriteria, keeping: 3)
    ranking.take(point(0, 1, 5, [.noLostUpdate]))
    #expect(ranking.best.map(\.index) == [0])
    // Nothing keeps its promises: nothing lures away from anything.
    #expect(ranking.lure == nil)
    ranking.take(point(1, 1, 2, [.neverOversold]))
    ranking.take(point(2, 0.5, 9))
    #expect(ranking.best.map(\.index) == [2, 1, 0])
    #expect(ranking.lure?.index == 1)
    ranking.take(point(3, 0.9, 9))
    // The lure is known although it is kept no more.
    ranking.take(point(4, 0.1, 9))
    ranking.take(point(5, 0.2, 9))
    #expect(ranking.best.map(\.index) == [3, 2, 5])
    #expect(ranking.lure?.index == 1)
    #expect((ranking.safe, ranking.seen) == (4, 6))
    ranking.take(point(6, 1, 1))
    #expect(ranking.lure == nil)
  }

  @Test("counts a promise as broken when any run broke it")
  func brokenOnce() {
    let point = point(0, 1, 1, [.oneHolderPerLock])
    #expect(point.broken == [.oneHolderPerLock])
    #expect(!point.isSafe)
  }

  @Test("has the mean of the replications, and its interval")
  func means() {
    var first = [Double](repeating: 0, count: RunFigure.allCases.count)
    var second = first
    first[RunFigure.latency95.index] = 1
    second[RunFigure.latency95.index] = 4
    let point = SweepPoint(
      index: 0, runs: [first, second].map { SweepRun(figures: $0, broken: []) })
    #expect(point.mean(.latency95) == 2.5)
    #expect(point.interval(.latency95) == ConfidenceInterval(of: [1, 4]))
    #expect(point.mean(.successShare) == 0)
  }
}

@Suite("Sweep effects")
struct SweepEffectsTests {
  /// The axes without effect where each point comes to what `word` makes of its choice.
  private func inert(
    _ counts: [Int], _ layout: SweepDesign.Layout = .grid, _ word: ([Int]) -> UInt64
  ) -> [Int] {
    let design = SweepDesign(
      axes: counts.enumerated().map { axis, count in
        SweepAxis(name: "axis\(axis)", values: (0..<count).map { "\($0)" })
      }, layout: layout, seed: 1, replications: 1)
    var effects = SweepEffects(of: design)
    for point in 0..<design.pointCount { effects.take(point, word(design.choice(of: point))) }
    return effects.inert
  }

  @Test("finds the axes that change nothing, and only them")
  func grid() {
    #expect(inert([3, 2, 4]) { _ in 7 } == [0, 1, 2])
    #expect(inert([3, 2, 4]) { UInt64($0[1]) } == [0, 2])
    #expect(inert([3, 2, 4]) { UInt64($0[0] * 10 + $0[2]) } == [1])
    #expect(inert([3, 2, 4]) { UInt64($0[0] * 100 + $0[1] * 10 + $0[2]) } == [])
    // An effect at a single point is one: the other axes matter there, too.
    #expect(inert([3, 2, 4]) { $0 == [2, 1, 3] ? 1 : 0 } == [])
    // What swaps the results of two points has an effect, though the results are the same ones.
    #expect(inert([2, 2]) { UInt64($0[0] ^ $0[1]) } == [])
    #expect(inert([1, 2]) { _ in 7 } == [1])
  }

  @Test("says of a Latin hypercube all or nothing")
  func latin() {
    #expect(inert([5, 5], .latin(points: 5)) { _ in 7 } == [0, 1])
    #expect(inert([5, 5], .latin(points: 5)) { UInt64($0[1]) } == [])
  }
}

import Experiments
import ScenarioModel
import Testing

@Suite("Capacity search")
struct CapacitySearchTests {
  private static let threshold = Threshold(
    metric: "http_req_duration", method: .percentile(95), comparison: .less, bound: 100,
    text: "p(95)<100")

  private static func run(_ reading: Double?, dropped: Double = 0) -> CapacityRun {
    CapacityRun(
      requestsPerSecond: 1, successesPerSecond: 1, errorShare: 0, meanLatency: 1, latency95: 1,
      lockTimeouts: 0, droppedShare: dropped, readings: [reading], uses: [])
  }

  private static func criteria(looks: Int = 3, isByRate: Bool = false) -> CapacityCriteria {
    CapacityCriteria([threshold], isByRate: isByRate, looks: looks)
  }

  private func search(
    _ first: Int, in range: ClosedRange<Int> = 1...1_000, precision: Double = 0
  ) -> CapacitySearch {
    CapacitySearch(
      for: Self.criteria(), from: first, in: range, replications: 2, precision: precision)
  }

  @Test("finds the largest load that holds, wherever it lies and wherever it begins")
  func exhaustive() {
    for capacity in 0...40 {
      for first in [1, 2, 7, 20, 40, 41] {
        var search = search(first, in: 1...40)
        var rounds = 0
        while let request = search.next() {
          rounds += 1
          let reading = request.load <= capacity ? 50.0 : 200
          search.take(request.replications.map { _ in Self.run(reading) })
        }
        let expected: CapacitySearch.Outcome =
          capacity == 0
          ? .never : capacity == 40 ? .always(40) : .found(capacity, notAt: capacity + 1)
        #expect(search.outcome == expected, "capacity \(capacity) from \(first)")
        #expect(rounds <= 14)
        #expect(Swift.Set(search.trials.map(\.load)).count == search.trials.count)
      }
    }
  }

  @Test("stops when the two loads are as near as was asked for")
  func precision() {
    var search = search(100, precision: 0.05)
    while let request = search.next() {
      let reading = request.load <= 633 ? 50.0 : 200
      search.take(request.replications.map { _ in Self.run(reading) })
    }
    guard case .found(let held, let notAt) = search.outcome else {
      Issue.record("nothing found")
      return
    }
    #expect(held <= 633)
    #expect(notAt > 633)
    #expect(Double(notAt - held) <= 0.05 * Double(held))
  }

  @Test("looks again, with twice as many runs, until they decide, and takes doubt for no")
  func looks() {
    var search = search(1, in: 1...1)
    var asked: [Range<Int>] = []
    while let request = search.next() {
      asked.append(request.replications)
      // Values on both sides of the bound decide nothing.
      search.take(request.replications.map { Self.run($0 % 2 == 0 ? 50 : 149) })
    }
    #expect(asked == [0..<2, 2..<4, 4..<8])
    #expect(search.outcome == .never)
    #expect(search.trials[0].runs.count == 8)
    #expect(search.trials[0].verdict == .open)
  }

  @Test("shares the chance of being wrong among criteria and looks")
  func confidence() {
    // Mean 90, standard deviation 10, n = 5: the one-sided limit is 90 + t₄(1 − e)·10/√5.
    let runs = [77.35, 90 - 6.3245, 90, 90 + 6.3245, 102.65].map { Self.run($0) }
    // t₄ at 95 % is 2.132, so that the limit is 99.5; at 98.33 % it is 3.19 or so, and 104.
    #expect(Self.criteria(looks: 1).verdict(of: runs) == .holds)
    #expect(Self.criteria(looks: 3).verdict(of: runs) == .open)
    #expect(Self.criteria(looks: 1, isByRate: true).verdict(of: runs) == .open)
  }

  @Test("holds where nothing was read, and counts dropped arrivals as not carried")
  func offered() {
    let criteria = Self.criteria(isByRate: true)
    #expect(criteria.verdict(of: [Self.run(nil), Self.run(nil)]) == .holds)
    let dropping = [Self.run(50, dropped: 0.2), Self.run(50, dropped: 0.2)]
    #expect(criteria.verdict(of: dropping) == .breaks)
    #expect(criteria.unkept(in: dropping) == [.offered])
    #expect(Self.criteria().verdict(of: dropping) == .holds, "users drop nothing")
  }

  @Test(
    "judges by the side on which each comparison must hold",
    arguments: [
      (Threshold.Comparison.less, [99.0, 99], CapacityVerdict.holds), (.less, [100, 100], .breaks),
      (.lessOrEqual, [100, 100], .holds), (.greater, [100, 100], .breaks),
      (.greaterOrEqual, [100, 100], .holds), (.greater, [101, 101], .holds),
      (.equal, [100, 100], .holds), (.equal, [100, 101], .breaks), (.different, [1, 2], .holds),
      (.identical, [100, 100], .holds), (.different, [100, 2], .breaks),
      (.less, [50, 149], .open), (.greater, [50, 149], .open),
    ])
  func sides(comparison: Threshold.Comparison, readings: [Double], expected: CapacityVerdict) {
    let criteria = CapacityCriteria(
      [
        Threshold(
          metric: "m", method: .average, comparison: comparison, bound: 100, text: "avg")
      ], isByRate: false, looks: 1)
    #expect(criteria.verdict(of: readings.map { Self.run($0) }) == expected)
  }
}

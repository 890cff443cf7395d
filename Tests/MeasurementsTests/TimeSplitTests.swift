import Measurements
import Testing

@Suite("Time split")
struct TimeSplitTests {
  private func shares(_ parts: [TimeShare: UInt64]) -> TimeShares {
    var shares = TimeShares()
    for share in TimeShare.allCases { shares[share] = parts[share] ?? 0 }
    return shares
  }

  private func randomShares(_ numbers: inout SeededNumbers) -> TimeShares {
    var shares = TimeShares()
    for share in TimeShare.allCases where Bool.random(using: &numbers) {
      shares[share] = numbers.anyMagnitude(bits: 34)
    }
    return shares
  }

  @Test("keeps each kind of time apart and adds them to the latency")
  func parts() {
    var sum = TimeShares()
    for (index, share) in TimeShare.allCases.enumerated() {
      var one = TimeShares()
      one[share] = 1 << UInt64(index)
      sum += one
    }
    for (index, share) in TimeShare.allCases.enumerated() {
      #expect(sum[share] == 1 << UInt64(index))
    }
    #expect(sum.total == 1 << UInt64(TimeShare.allCases.count) - 1)
    #expect(sum != TimeShares())
  }

  @Test("names every share differently")
  func names() {
    #expect(Set(TimeShare.allCases.map(\.name)).count == TimeShare.allCases.count)
  }

  @Test("has sums that are exact and add to the sum of latencies", arguments: 1...5)
  func exactSums(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var recorder = TimeSplitRecorder()
    var sums: [TimeShare: UInt128] = [:]
    var latencies: UInt128 = 0
    var wastedSum: UInt128 = 0
    for _ in 0..<1000 {
      let request = randomShares(&numbers)
      let wasted = UInt64.random(in: 0...request.total, using: &numbers)
      recorder.record(request, wasted: wasted)
      for share in TimeShare.allCases { sums[share, default: 0] += UInt128(request[share]) }
      latencies += UInt128(request.total)
      wastedSum += UInt128(wasted)
    }
    let result = recorder.result()
    for share in TimeShare.allCases { #expect(result.total(share) == sums[share]) }
    #expect(result.totalLatency == latencies)
    #expect(result.totalWasted == wastedSum)
    #expect(result.requests == 1000)
    if let mean = result.mean {
      for share in TimeShare.allCases {
        let expected = Double(sums[share] ?? 0) / 1000
        #expect(abs(mean[share] - expected) <= expected * 1e-12)
      }
      #expect(abs(mean.wasted - Double(wastedSum) / 1000) <= mean.wasted * 1e-12)
    } else {
      Issue.record("no mean of 1000 requests")
    }
  }

  @Test("mixes the requests around a percentile by their ranks")
  func aroundRanks() throws {
    // Latencies 1 to 20 ns have a bucket each; fifty requests of each latency, so ranks 940..<960
    // are ten requests of 19 ns and ten of 20 ns, and ranks 985..<995 are ten of 20 ns.
    var recorder = TimeSplitRecorder()
    for latency in UInt64(1)...20 {
      for _ in 0..<50 {
        recorder.record(
          shares(latency == 20 ? [.cpu: 1, .backoff: 19] : [.cpu: 1, .network: latency - 1]),
          wasted: latency == 20 ? 19 : 0)
      }
    }
    let result = recorder.result()
    let around95 = try #require(result.around(percentile: 0.95))
    #expect(abs(around95[.cpu] - 1) < 1e-9)
    #expect(abs(around95[.network] - 9) < 1e-9)
    #expect(abs(around95[.backoff] - 9.5) < 1e-9)
    #expect(abs(around95.wasted - 9.5) < 1e-9)
    #expect(abs(around95.latency - 19.5) < 1e-9)
    let around99 = try #require(result.around(percentile: 0.99))
    #expect(abs(around99[.backoff] - 19) < 1e-9)
    #expect(around99[.network] == 0)
    let around50 = try #require(result.around(percentile: 0.5))
    #expect(abs(around50.latency - 10.5) < 1e-9)
  }

  @Test("comes close to the mean over the same ranks of the sorted requests", arguments: 1...5)
  func aroundOracle(seed: Int) throws {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var recorder = TimeSplitRecorder()
    var latencies: [UInt64] = []
    for _ in 0..<10_000 {
      let latency = UInt64.random(in: 1_000_000...50_000_000, using: &numbers)
      recorder.record(shares([.statement: latency]), wasted: 0)
      latencies.append(latency)
    }
    latencies.sort()
    let result = recorder.result()
    for (fraction, ranks) in [
      (0.5, 4900..<5100), (0.95, 9400..<9600), (0.99, 9850..<9950),
    ] {
      let expected = Double(latencies[ranks].reduce(0, +)) / Double(ranks.count)
      let split = try #require(result.around(percentile: fraction))
      #expect(abs(split.latency - expected) <= expected / 16)
    }
  }

  @Test("has no split without requests, and a split of zeros for a request of no length")
  func nothing() {
    var recorder = TimeSplitRecorder()
    #expect(recorder.result() == .empty)
    #expect(recorder.result().mean == nil)
    #expect(recorder.result().around(percentile: 0.5) == nil)
    recorder.record(TimeShares(), wasted: 0)
    #expect(recorder.result().mean?.latency == 0)
    recorder.reset()
    #expect(recorder.result() == .empty)
  }

  @Test("takes the longest latencies")
  func longest() {
    var recorder = TimeSplitRecorder()
    recorder.record(shares([.paused: .max]), wasted: .max)
    recorder.record(shares([.paused: 1]), wasted: 0)
    #expect(recorder.result().totalLatency == UInt128(UInt64.max) + 1)
  }

  @Test("merges results to what recording everything gives", arguments: 1...5)
  func merge(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var whole = TimeSplitRecorder()
    var first = TimeSplitRecorder()
    var second = TimeSplitRecorder()
    for _ in 0..<300 {
      let request = randomShares(&numbers)
      let wasted = request.total / 3
      whole.record(request, wasted: wasted)
      if Bool.random(using: &numbers) {
        first.record(request, wasted: wasted)
      } else {
        second.record(request, wasted: wasted)
      }
    }
    #expect(first.result().merging(second.result()) == whole.result())
    #expect(second.result().merging(first.result()) == whole.result())
    #expect(whole.result().merging(.empty) == whole.result())
  }

  @Test("stops when more time is wasted than spent")
  func wastedTooMuch() async {
    await #expect(processExitsWith: .failure) {
      var recorder = TimeSplitRecorder()
      recorder.record(TimeShares(), wasted: 1)
    }
  }
}

import Measurements
import Testing

@Suite("Run digest")
struct RunDigestTests {
  private let events: [(time: UInt64, word: UInt64)] = (0..<40).map { ($0 * 1000, $0 % 7) }

  private func digest(of events: [(time: UInt64, word: UInt64)]) -> UInt64 {
    var digest = RunDigest()
    for event in events { digest.record(time: event.time, word: event.word) }
    return digest.value
  }

  @Test("is printed as sixteen hexadecimal digits in groups of four")
  func text() {
    #expect(RunDigest().text == "6a09-e667-f3bc-c909")
  }

  @Test("differs when any bit of any event differs, an event is missing, or two change places")
  func sensitivity() {
    var seen: Set<UInt64> = [digest(of: events)]
    var variants = 1
    for index in events.indices {
      for bit in UInt64(0)..<64 {
        var changed = events
        changed[index].time ^= 1 << bit
        seen.insert(digest(of: changed))
        changed = events
        changed[index].word ^= 1 << bit
        seen.insert(digest(of: changed))
        variants += 2
      }
      var shorter = events
      shorter.remove(at: index)
      seen.insert(digest(of: shorter))
      variants += 1
      if index > 0 {
        var swapped = events
        swapped.swapAt(index - 1, index)
        seen.insert(digest(of: swapped))
        variants += 1
      }
    }
    #expect(seen.count == variants)
  }

  @Test("remembers the past across an event whose word makes the product zero")
  func zeroProduct() {
    let constant: UInt64 = 0xBB67_AE85_84CA_A73B
    #expect(digest(of: [(1, 1), (5, constant)]) != digest(of: [(2, 1), (5, constant)]))
  }

  @Test("is the documented function, computed elsewhere")
  func knownAnswer() {
    // By arbitrary-precision arithmetic from the formula in the documentation.
    #expect(digest(of: [(0, 0)]) == 0xF778_A2F3_60A0_A81B)
    #expect(digest(of: [(1, 2), (3, 4), (.max, .max)]) == 0x1F47_A602_BB97_E1AE)
  }

  @Test("of several runs depends on their order")
  func ofRuns() {
    var first = RunDigest()
    first.record(time: 1, word: 1)
    var second = RunDigest()
    second.record(time: 2, word: 2)
    var forward = RunDigest()
    forward.record(first)
    forward.record(second)
    var backward = RunDigest()
    backward.record(second)
    backward.record(first)
    #expect(forward != backward)
  }
}

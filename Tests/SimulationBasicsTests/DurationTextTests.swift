import SimulationBasics
import TestSupport
import Testing

@Suite("Text of a duration")
struct DurationTextTests {
  @Test(
    "is read exactly",
    arguments: [
      ("0", 0), ("0s", 0), ("0.0", 0), ("1ns", 1), ("20ns", 20), ("300us", 300_000),
      ("300µs", 300_000), ("300\u{3BC}s", 300_000), ("1.5us", 1_500), ("250ms", 250_000_000),
      ("1.5s", 1_500_000_000), ("0.000000001s", 1), ("1.500000000000s", 1_500_000_000),
      ("1m", 60_000_000_000), ("1m30s", 90_000_000_000), ("2h", 7_200_000_000_000),
      ("1h1m1s", 3_661_000_000_000), ("1h0.5m", 3_630_000_000_000), ("1d", 86_400_000_000_000),
      ("1d12h", 129_600_000_000_000), ("1s500ms", 1_500_000_000), ("007ms", 7_000_000),
      ("36500d", 3_153_600_000_000_000_000), ("0.0000000001m", 6),
      ("0.0000000000000001953125d", nil),
    ] as [(String, UInt64?)])
  func reading(_ text: String, _ nanoseconds: UInt64?) {
    #expect((try? VirtualDuration(text: text))?.inNanoseconds == nanoseconds)
  }

  @Test(
    "says what is wrong with it",
    arguments: [
      ("", .empty), ("-5s", .negative), ("-", .negative), ("5", .missingUnit),
      ("1.5", .missingUnit), ("1s5", .missingUnit), ("1s0", .missingUnit), ("s", .notANumber),
      ("+5s", .notANumber), (" 5s", .notANumber), (".5s", .notANumber), ("1.s", .notANumber),
      ("1..5s", .notANumber), ("1.2.3s", .notANumber), ("1.5", .missingUnit),
      ("5 s", .unknownUnit(" s")), ("5s ", .unknownUnit("s ")), ("5S", .unknownUnit("S")),
      ("5sec", .unknownUnit("sec")), ("5w", .unknownUnit("w")), ("1e3s", .unknownUnit("e")),
      ("5s-3s", .unknownUnit("s-")), ("5é", .unknownUnit("é")), ("١s", .notANumber),
      ("0.5ns", .notWholeNanoseconds), ("1.0000000001s", .notWholeNanoseconds),
      ("0.3333333333333333333333333333s", .notWholeNanoseconds),
      ("36500d1ns", .tooLong), ("36501d", .tooLong), ("18446744073709551616ns", .tooLong),
      ("99999999999999999999999999s", .tooLong), ("30000d30000d", .tooLong),
      ("99999999999999999999999999parsec", .unknownUnit("parsec")),
    ] as [(String, DurationTextFailure)])
  func failures(_ text: String, _ expected: DurationTextFailure) {
    #expect(throws: expected) { try VirtualDuration(text: text) }
  }

  @Test(
    "is written in the largest units that lose nothing",
    arguments: [
      (0, "0"), (1, "1ns"), (999, "999ns"), (1_000, "1us"), (1_250, "1.25us"),
      (999_999, "999.999us"), (1_000_001, "1.000001ms"), (250_000_000, "250ms"),
      (1_000_000_000, "1s"), (1_500_000_000, "1.5s"), (59_000_000_000, "59s"),
      (60_000_000_000, "1m"), (90_000_000_000, "1m30s"), (90_000_000_001, "1m30.000000001s"),
      (3_600_000_000_000, "1h"), (3_605_000_000_000, "1h5s"), (5_400_000_000_000, "1h30m"),
      (86_400_000_000_000, "24h"),
    ] as [(UInt64, String)])
  func writing(_ nanoseconds: UInt64, _ text: String) {
    #expect(VirtualDuration.nanoseconds(nanoseconds).description == text)
  }

  @Test("gives the same length when what was written is read, for every scale")
  func roundTrip() throws {
    withEverySeed(1...20) { _, random in
      for _ in 0..<2_000 {
        let any = random.next() >> UInt64(random.below(64))
        let length = VirtualDuration.nanoseconds(
          any % (VirtualDuration.longestInAModel.inNanoseconds + 1))
        let read = try VirtualDuration(text: length.description)
        guard read == length else { throw Mismatch("\(length.inNanoseconds) as \(length)") }
      }
    }
    let longest = VirtualDuration.longestInAModel
    #expect(longest.description == "876000h")
    #expect(try VirtualDuration(text: longest.description) == longest)
  }

  /// The oracle adds what each letter stands for; a word is well-formed when every number is
  /// followed by a unit.
  @Test("agrees with an oracle on every word of at most six of its parts")
  func everyWord() {
    let parts = ["1", "25", ".", "ms", "s", "m"]
    forEveryWord(upTo: 6, over: parts) { word in
      let text = word.joined()
      #expect(
        (try? VirtualDuration(text: text))?.inNanoseconds == oracle(text), "\(text)")
    }
  }

  /// The value of a text over the letters of `everyWord`, in 128 bits, where none of these texts
  /// overflows.
  private func oracle(_ text: String) -> UInt64? {
    guard text.wholeMatch(of: #/(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m))+/#) != nil else { return nil }
    var total: UInt128 = 0
    for match in text.matches(of: #/([0-9]+)(?:\.([0-9]+))?(ms|s|m)/#) {
      let scale: UInt128 =
        match.3 == "m" ? 60_000_000_000 : match.3 == "s" ? 1_000_000_000 : 1_000_000
      guard let whole = UInt128(match.1), let digits = UInt128(match.2 ?? "0") else { return nil }
      let denominator = (match.2 ?? "").reduce(UInt128(1)) { product, _ in product * 10 }
      guard digits * scale % denominator == 0 else { return nil }
      total += whole * scale + digits * scale / denominator
    }
    let longest = UInt128(VirtualDuration.longestInAModel.inNanoseconds)
    return total <= longest ? UInt64(total) : nil
  }
}

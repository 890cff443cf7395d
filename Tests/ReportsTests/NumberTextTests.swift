import Reports
import Testing

@Suite("Number text")
struct NumberTextTests {
  @Test(
    "is the shortest that reads back, without exponent and without a fraction of zero",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (-1, "-1"), (0.1, "0.1"), (19.5, "19.5"),
      (0.1 + 0.2, "0.30000000000000004"), (1e-5, "0.00001"), (1.25e-7, "0.000000125"),
      (-1.5e-10, "-0.00000000015"), (1e15, "1000000000000000"), (1e16, "10000000000000000"),
      (1.5e20, "150000000000000000000"), (123_456_789.125, "123456789.125"),
      (9_007_199_254_740_992, "9007199254740992"), (.infinity, "inf"), (-.infinity, "-inf"),
      (.nan, "nan"),
    ] as [(Double, String)])
  func shortest(value: Double, text: String) {
    #expect(NumberText.shortest(value) == text)
  }

  @Test("reads back as the same number at every magnitude", arguments: 1...5)
  func roundTrip(seed: Int) {
    var state = UInt64(seed)
    for _ in 0..<2000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state ^ state >> 29)
      if !value.isFinite { continue }
      let text = NumberText.shortest(value)
      #expect(Double(text) == value)
      #expect(!text.contains("e"))
    }
  }

  @Test(
    "has fixed decimals as ECMAScript's toFixed, from the exact binary value",
    arguments: [
      // A tie goes up; 1.005, 1.45 and 8.345 are a little less, or more, than they look.
      (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "-3"), (1.005, 2, "1.00"),
      (1.45, 1, "1.4"), (8.345, 2, "8.35"), (0.000_001, 6, "0.000001"), (1e-7, 6, "0.000000"),
      (0, 2, "0.00"), (-0.0, 2, "0.00"), (-0.001, 2, "-0.00"), (10, 0, "10"), (9.999, 2, "10.00"),
      (123.456, 0, "123"), (1e20, 2, "100000000000000000000.00"),
      (1e20, 20, "100000000000000000000.00000000000000000000"),
      (0.1, 20, "0.10000000000000000555"), (.leastNonzeroMagnitude, 20, "0.00000000000000000000"),
      (4_503_599_627_370_497.5, 0, "4503599627370498"), (1e21, 2, "1000000000000000000000"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(
    "divides a whole number by a power of ten exactly",
    arguments: [
      (0, 9, "0"), (1, 9, "0.000000001"), (1_250_000_000, 9, "1.25"), (60_000_000_000, 9, "60"),
      (.max, 9, "18446744073.709551615"), (1_250, 3, "1.25"), (100, 0, "100"),
    ] as [(UInt64, Int, String)])
  func scaled(value: UInt64, decimals: Int, text: String) {
    #expect(NumberText.scaled(value, decimals: decimals) == text)
  }

  @Test(
    "groups digits by three",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1 000"), (58_912, "58 912"), (123_456, "123 456"),
      (1_234_567, "1 234 567"), (.max, "18 446 744 073 709 551 615"),
    ] as [(UInt64, String)])
  func grouped(value: UInt64, text: String) {
    #expect(NumberText.grouped(value) == text)
  }
}

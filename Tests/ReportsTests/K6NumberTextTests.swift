import Reports
import Testing

/// The expected texts are documented in `OUTPUTS.md`, section 3.1, or were printed by k6's own
/// `summary.js`.
@Suite("Numbers in k6's summary")
struct K6NumberTextTests {
  @Test(
    "prints a rate as a truncated percentage",
    arguments: [
      (0.99999, "99.99%"), (1, "100.00%"), (0, "0.00%"), (0.0123, "1.23%"), (0.29, "28.99%"),
      (0.5, "50.00%"), (0.000_099, "0.00%"),
    ] as [(Double, String)])
  func rate(value: Double, text: String) {
    #expect(K6NumberText.rate(value) == text)
  }

  @Test(
    "prints a plain number with at most six decimals",
    arguments: [
      (0, "0"), (7, "7"), (4321, "4321"), (144.03333, "144.03333"), (10000.0 / 30, "333.333333"),
      (20000.0 / 30, "666.666667"), (0.000_000_4, "0"), (0.000_000_5, "0"), (1e-6, "0.000001"),
      (123_456_789_012.345_67, "123456789012.34567"), (-0.000_000_1, "0"),
    ] as [(Double, String)])
  func plain(value: Double, text: String) {
    #expect(K6NumberText.plain(value) == text)
  }

  @Test(
    "prints amounts of data in powers of 1000",
    arguments: [
      (0, "0 B"), (9, "9 B"), (10, "10 B"), (999, "999 B"), (1000, "1.0 kB"), (1500, "1.5 kB"),
      (9999, "10 kB"), (41152.2, "41 kB"), (999_999, "1000 kB"), (1_000_000, "1.0 MB"),
      (1_234_567, "1.2 MB"), (12_345_678_901, "12 GB"), (1e27, "1000 YB"),
    ] as [(Double, String)])
  func data(bytes: Double, text: String) {
    #expect(K6NumberText.data(bytes: bytes) == text)
  }

  @Test(
    "prints a time in the unit that suits it, truncated",
    arguments: [
      (0, "0s"), (0.000_5, "500ns"), (0.000_999_9, "999ns"), (0.001, "1µs"),
      (0.123_456, "123.45µs"),
      (0.999_999, "999.99µs"), (1, "1ms"), (1.2, "1.2ms"), (1.239, "1.23ms"), (4.35, "4.34ms"),
      (12.3456, "12.34ms"), (999.999, "999.99ms"), (1000, "1s"), (1234.567, "1.23s"),
      (12_345.678, "12.34s"), (59_999, "59.99s"), (60_000, "1m0s"), (61_000, "1m1s"),
      (61_999, "1m1s"), (3_599_999, "59m59s"), (3_600_000, "1h0m0s"), (3_661_000, "1h1m1s"),
      (90_061_000, "25h1m1s"),
    ] as [(Double, String)])
  func duration(milliseconds: Double, text: String) {
    #expect(K6NumberText.duration(milliseconds: milliseconds) == text)
  }

  @Test(
    "prints every time in one unit with two decimals, rounded, when told to",
    arguments: [
      (12.3456, .milliseconds, "12.35ms"), (1234.567, .seconds, "1.23s"), (0, .seconds, "0.00s"),
      (0.123_456, .microseconds, "123.46µs"), (70_000.125, .milliseconds, "70000.13ms"),
    ] as [(Double, K6NumberText.TimeUnit, String)])
  func unit(milliseconds: Double, unit: K6NumberText.TimeUnit, text: String) {
    #expect(K6NumberText.duration(milliseconds: milliseconds, unit: unit) == text)
  }
}

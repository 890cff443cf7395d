import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// The message of what a piece of work throws, or `nil` when it throws nothing.
private func message<Value>(_ work: () throws(Problem) -> Value) -> String? {
  do throws(Problem) {
    _ = try work()
    return nil
  } catch {
    return error.message
  }
}

@Suite("Spelling suggestions")
struct SpellingSuggestionTests {
  static let known = ["timeout", "size", "vus", "optimistic", "pessimistic", "distributed-lock"]

  @Test(
    "name the closest word",
    arguments: [
      ("timout", "timeout"), ("tmieout", "timeout"), ("timeoutt", "timeout"),
      ("timeouf", "timeout"),
      ("TIMEOUT", "timeout"), ("sise", "size"), ("vu", "vus"), ("vsu", "vus"),
      ("optimstic", "optimistic"), ("pesimistic", "pessimistic"),
      ("distributedlock", "distributed-lock"),
    ])
  func close(written: String, expected: String) {
    #expect(SpellingSuggestion.closest(to: written, in: Self.known) == expected)
  }

  @Test(
    "keep silent when nothing is close", arguments: ["", "x", "colour", "ab", "vuser", "op", "é"])
  func far(written: String) {
    #expect(SpellingSuggestion.closest(to: written, in: Self.known) == nil)
  }

  @Test("take the first of equally close words, and look at no very long ones")
  func ties() {
    #expect(SpellingSuggestion.closest(to: "cat", in: ["bat", "hat"]) == "bat")
    let long = String(repeating: "a", count: 65)
    #expect(SpellingSuggestion.closest(to: long, in: [long]) == nil)
    #expect(SpellingSuggestion.closest(to: "a", in: [long]) == nil)
  }
}

@Suite("Texts of the command line")
struct CommandTextTests {
  @Test("of stages are a time and a number of users")
  func stages() throws {
    #expect(
      try StageParser.parse("30s:100") == Executor.Stage(duration: .seconds(30), target: 100))
    #expect(try StageParser.parse("1m30s:0") == Executor.Stage(duration: .seconds(90), target: 0))
    #expect(
      try StageParser.parse("0:1000000") == Executor.Stage(duration: .zero, target: 1_000_000))
    for text in [
      "", "30s", "30s:", ":100", "30s:-1", "30s:1:2", "30s:1.5", "30s: 5", "30:5", "x:5",
    ] {
      #expect(message { () throws(Problem) in try StageParser.parse(text) } != nil, "\(text)")
    }
    #expect(
      message { () throws(Problem) in try StageParser.parse("30s:99999999999999999999") }
        == "expected at most 1000000 users")
  }

  @Test("of layers are a defence")
  func layers() throws {
    #expect(try LayerListParser.parse("") == Defence())
    #expect(try LayerListParser.parse("atomic") == Defence(writeGuard: .atomic))
    #expect(
      try LayerListParser.parse("distributed-lock, optimistic,idempotency-key")
        == Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true))
    #expect(
      try LayerListParser.parse("fencing-token,distributed-lock")
        == Defence(distributedLock: true, fencingToken: true))
    let wrong: [(String, String)] = [
      ("optimstic", "unknown layer 'optimstic'; did you mean 'optimistic'?"),
      (
        "none",
        "unknown layer 'none'; known: 'distributed-lock', 'idempotency-key', 'fencing-token', "
          + "'optimistic', 'pessimistic' and 'atomic'"
      ),
      ("atomic,atomic", "'atomic' is given twice"),
      ("atomic,pessimistic", "'atomic' and 'pessimistic' guard the same write; choose one"),
      ("fencing-token", "'fencing-token' needs 'distributed-lock'"),
      (
        "atomic,",
        "unknown layer ''; known: 'distributed-lock', 'idempotency-key', 'fencing-token', "
          + "'optimistic', 'pessimistic' and 'atomic'"
      ),
    ]
    for (text, expected) in wrong {
      #expect(message { () throws(Problem) in try LayerListParser.parse(text) } == expected)
    }
  }

  @Test("of strategies are names that the model knows")
  func strategies() throws {
    let known = Strategy.builtIn
    #expect(try StrategyListParser.parse("none, atomic", among: known) == [known[0], known[1]])
    #expect(try StrategyListParser.strategy("three-layer", among: known) == known[6])
    #expect(
      message { () throws(Problem) in try StrategyListParser.parse("none,none", among: known) }
        == "'none' is given twice")
    #expect(
      message { () throws(Problem) in try StrategyListParser.strategy("three-layers", among: known)
      }
        == "unknown strategy 'three-layers'; did you mean 'three-layer'?")
  }

  @Test("of thresholds follow k6's grammar")
  func thresholds() throws {
    let cases: [(String, String, Threshold.Method, Threshold.Comparison, Double)] = [
      ("http_req_duration", "p(95)<1000", .percentile(95), .less, 1_000),
      ("http_req_duration", "p(99.9) <= 2e3", .percentile(99.9), .lessOrEqual, 2_000),
      ("http_req_duration", "avg>1", .average, .greater, 1),
      ("lock_wait_time", "med>=-1.5", .median, .greaterOrEqual, -1.5),
      ("retry_count", "max == 5", .maximum, .equal, 5),
      ("retry_count", "min===0", .minimum, .identical, 0),
      ("errors", "rate<0.05", .rate, .less, 0.05),
      ("lost_updates", "count==0", .count, .equal, 0),
      ("http_reqs", "rate>100", .rate, .greater, 100),
      ("vus", " value != 5 ", .value, .different, 5),
      ("vus", "\n\tvalue\r!=\u{B}5\u{C}", .value, .different, 5),
      ("http_req_duration", "avg<.5", .average, .less, 0.5),
      ("http_req_duration", "avg<5.", .average, .less, 5),
      ("http_req_duration", "p(.5)>-.5e1", .percentile(0.5), .greater, -5),
      ("http_req_duration{status:200}", "p(95)<1000", .percentile(95), .less, 1_000),
    ]
    for (metric, text, method, comparison, bound) in cases {
      #expect(
        try ThresholdParser.parse(text, of: metric)
          == Threshold(
            part: try MetricPartParser.parse(metric), method: method, comparison: comparison,
            bound: bound, text: text))
    }
  }

  @Test("of thresholds that k6 would refuse are refused")
  func wrongThresholds() {
    for text in [
      "", "p(95)", "p(95)<", "<5", "p95<5", "p(101)<5", "p(-1)<5", "p()<5", "p(95<5", "avg=5",
      "avg<5ms", "avg<.", "avg<1e", "avg<1e999", "avg<0x5", "average<5", "avg<5 or",
      "avg<<5", "mean<5",
    ] {
      #expect(
        message { () throws(Problem) in try ThresholdParser.parse(text, of: "http_req_duration") }
          == "expected a threshold such as \"p(95)<1000\" or \"rate<0.05\", found '\(text)'")
    }
    #expect(
      message { () throws(Problem) in try ThresholdParser.parse("p(95)<1", of: "vus") }
        == "'p(…)' is not known for 'vus', which is a gauge; expected 'value'")
    #expect(
      message { () throws(Problem) in try ThresholdParser.parse("rate<1", of: "error") }
        == "unknown metric 'error'; did you mean 'errors'?")
  }
}

@Suite("Numbers of a model")
struct NumberLiteralTests {
  @Test("are whole when their value is, however they are written")
  func whole() {
    let cases: [(String, NumberLiteral.Whole)] = [
      ("0", .exactly(0)), ("-0", .exactly(0)), ("5", .exactly(5)), ("+5", .exactly(5)),
      ("-5", .exactly(-5)), ("5.", .exactly(5)), ("5.000", .exactly(5)), ("5e3", .exactly(5_000)),
      ("0.05e2", .exactly(5)), (".5E+1", .exactly(5)), ("500e-2", .exactly(5)),
      ("0x1f", .exactly(31)),
      ("-0X10", .exactly(-16)), ("0e999999999999999999999", .exactly(0)), ("0.0", .exactly(0)),
      ("9007199254740992", .exactly(1 << 53)), ("-9007199254740992", .exactly(-(1 << 53))),
      ("9007199254740993", .tooLarge), ("-9007199254740993", .tooSmall), ("1e16", .tooLarge),
      ("1e99999999999999999999", .tooLarge), ("-1e99", .tooSmall), ("0x20000000000001", .tooLarge),
      ("0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", .tooLarge), ("0.5", .notWhole), ("5e-1", .notWhole),
      ("1e-99999999999999999999", .notWhole), ("Infinity", .notWhole), ("-Infinity", .notWhole),
      ("NaN", .notWhole), ("+NaN", .notWhole),
    ]
    for (text, expected) in cases {
      #expect(NumberLiteral(text: text).whole == expected, "\(text)")
    }
  }

  @Test("are the nearest floating-point number otherwise")
  func floating() {
    let cases: [(String, Double?)] = [
      ("0.1", 0.1), ("5.", 5), (".5", 0.5), ("+1e3", 1_000), ("-2.5", -2.5), ("0x10", 16),
      ("1e999", nil), ("NaN", nil), ("Infinity", nil), ("-Infinity", nil),
    ]
    for (text, expected) in cases {
      #expect(NumberLiteral(text: text).floatingPoint == expected, "\(text)")
    }
  }
}

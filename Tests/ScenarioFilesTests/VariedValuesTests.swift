import ScenarioFiles
import Testing

@Suite("Varied values")
struct VariedValuesTests {
  private func values(_ text: String) throws -> [String] {
    try VariedValues(text: text).values()
  }

  @Test(
    "are a list, or what lies between two ends",
    arguments: [
      ("5", ["5"]), ("1,2,5", ["1", "2", "5"]), ("none,full", ["none", "full"]),
      ("50ms,1s", ["50ms", "1s"]),
      ("1..4", ["1", "2", "3", "4"]), ("0..1", ["0", "1"]),
      ("1..10:4", ["1", "4", "7", "10"]),
      // Whole numbers stay whole: 1, 3.25, 5.5, 7.75, 10.
      ("1..10:5", ["1", "3", "6", "8", "10"]),
      ("1.0..3.0:5", ["1", "1.5", "2", "2.5", "3"]),
      ("0.1..0.5:5", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
      ("0.0..1.0:4", ["0", "0.3333", "0.6667", "1"]),
      (".5..1:3", ["0.5", "0.75", "1"]),
      ("10ms..500ms:6", ["10ms", "108ms", "206ms", "304ms", "402ms", "500ms"]),
      ("0..1s:3", ["0", "500ms", "1s"]), ("1ns..2ns:2", ["1ns", "2ns"]),
      ("1s..2s:4", ["1s", "1.333333333s", "1.666666667s", "2s"]),
      // Three significant digits, and the ends as they are.
      ("10..1000:log5", ["10", "32", "100", "316", "1000"]),
      ("1..1024:log3", ["1", "32", "1024"]),
      ("10ms..10s:log4", ["10ms", "100ms", "1s", "10s"]),
      ("1ms..2s:log3", ["1ms", "44.7ms", "2s"]),
      ("0.01..1:log3", ["0.01", "0.1", "1"]),
      ("123456..654321:log2", ["123456", "654321"]),
    ])
  func grid(text: String, expected: [String]) throws {
    #expect(try values(text) == expected)
  }

  @Test("keep JSON5 whole, with its commas")
  func values() throws {
    #expect(
      try values(#"{fixed:"1s",jitter:"none"},[1,2],'a,b',x"#) == [
        #"{fixed:"1s",jitter:"none"}"#, "[1,2]", "'a,b'", "x",
      ])
    #expect(try values(#""a\",b",c"#) == [#""a\",b""#, "c"])
    #expect(try values(" 1,  2 , 3 4") == ["1", "2", "3 4"])
    #expect(try values("5,50,0,1ms,1,01e0") == ["5", "50", "0", "1ms", "1", "01e0"])
  }

  @Test(
    "say what is wrong with them",
    arguments: [
      ("1,,2", VariedProblem.emptyItem), (",", .emptyItem), ("", .emptyItem),
      ("1,2,1", .repeatedValue("1")), ("1,2..5", .rangeInList("2..5", all: "1,2,3,4,5")),
      ("2ms,1ms..5ms", .rangeInList("1ms..5ms", all: nil)),
      ("1..90,95", .rangeInList("1..90", all: nil)),
      ("5,5.0", .equalValues("5", "5.0")), ("1s,1000ms", .equalValues("1s", "1000ms")),
      ("0.5,.50", .equalValues("0.5", ".50")), ("5, 5", .repeatedValue("5")),
      ("-1..3", .notAnEnd("-1", of: "-1..3")), ("1-5", .dash("1-5", right: "1..5")),
      ("1...5", .threeDots("1...5", right: "1..5")),
      ("1...50:log3", .threeDots("1...50:log3", right: "1..50:log3")),
      ("..5", .missingEnd("..5", other: "5")),
      ("0.123456789..2", .tooManyDigits("0.123456789", of: "0.123456789..2")),

      ("a\tb", .controlCharacter("a\tb")),
      ("1..", .missingEnd("1..", other: "1")), ("1..x", .notAnEnd("x", of: "1..x")),
      ("1ms..5:3", .mixedEnds("1ms..5:3")), ("1..5ms:3", .mixedEnds("1..5ms:3")),
      ("5..5:2", .notRising("5..5:2")), ("5..1", .notRising("5..1")),
      ("1..5:", .badCount("", of: "1..5:")), ("1..5:1", .badCount("1", of: "1..5:1")),
      ("1..5:x", .badCount("x", of: "1..5:x")), ("1..5:log1", .badCount("log1", of: "1..5:log1")),
      ("1ms..5ms", .missingCount("1ms..5ms", right: "1ms..5ms:6")),
      ("1.5..5.5", .missingCount("1.5..5.5", right: "1.5..5.5:6")),
      ("1..5:log", .missingCount("1..5:log", right: "1..5:log5")),
      ("0..5:log3", .logOfZero("0..5:log3")),
      ("1..3:4", .tooFine("1..3:4", value: "2")), ("1..20000", .tooManyValues(20_000)),
      ("1..5:20000", .tooManyValues(20_000)),
      (
        "1..99999999999999999999",
        .tooManyDigits("99999999999999999999", of: "1..99999999999999999999")
      ),
    ])
  func problems(text: String, expected: VariedProblem) {
    #expect(throws: expected) { try VariedValues(text: text).values() }
  }

  @Test("lie within their ends and never fall, at any number of steps")
  func bounds() throws {
    for text in ["1..7", "3..4000", "1..1000000", "17..18"] {
      for scale in ["", "log"] {
        for count in 2...60 {
          let varied = try VariedValues(text: "\(text):\(scale)\(count)")
          let ends = text.split(separator: ".").compactMap { Int($0) }
          let values = varied.strata(count).compactMap { Int($0) }
          #expect(values.count == count)
          #expect(values == values.sorted())
          #expect(values.first.map { $0 >= ends[0] } ?? false)
          #expect(values.last.map { $0 <= ends[1] } ?? false)
        }
      }
    }
  }

  @Test("have one value for each part of a Latin hypercube: its middle")
  func strata() throws {
    #expect(try VariedValues(text: "0..100").strata(5) == ["10", "30", "50", "70", "90"])
    #expect(try VariedValues(text: "0..1s").strata(2) == ["250ms", "750ms"])
    #expect(try VariedValues(text: "1..10000:log").strata(2) == ["10", "1000"])
    #expect(try VariedValues(text: "a,b,c").strata(6) == ["a", "a", "b", "b", "c", "c"])
    #expect(try VariedValues(text: "a,b,c").strata(2) == ["a", "c"])
  }
}

@Suite("Short paths")
struct ShortPathTests {
  private let model = Array(
    """
    { requests: { a: { steps: [
        { cpu: "1ms" },
        { distributedLock: "x", lease: "5s", steps: [
          { retry: { attempts: 3, backoff: { exponential: { base: "1ms" }, jitter: "full" } },
            steps: [ { retry: { backoff: { fixed: "2ms" } }, steps: [] } ] } ] },
        { distributedLock: "y", steps: [] },
        { retry: { attempts: 2, backoff: "none" }, steps: [] },
      ] } } }
    """.utf8)

  @Test("lead to every place that a model has, in its order")
  func places() {
    let outer = "requests.a.steps[1].steps[0]"
    let inner = outer + ".steps[0]"
    func paths(_ short: ShortPath) -> [String] { short.paths(in: model) }
    #expect(paths(.lease) == ["requests.a.steps[1].lease"])
    #expect(
      paths(.retryAttempts) == [outer + ".retry.attempts", "requests.a.steps[3].retry.attempts"])
    #expect(
      paths(.retryBase) == [
        outer + ".retry.backoff.exponential.base", inner + ".retry.backoff.fixed",
      ])
    #expect(paths(.retryFactor) == [outer + ".retry.backoff.exponential.factor"])
    #expect(paths(.retryCap) == [outer + ".retry.backoff.exponential.cap"])
    #expect(
      paths(.retryJitter) == [outer + ".retry.backoff.jitter", inner + ".retry.backoff.jitter"])
    #expect(paths(.pool) == ["system.pool.size"])
    #expect(paths(.threads) == ["system.threads.size"])
    #expect(paths(.instances) == ["system.instances"])
  }

  @Test("find what the command line adds, and nothing in a text that is no model")
  func overrides() {
    let added = ModelOverride(path: "requests.a.steps[2].lease", value: "1s")
    #expect(
      ShortPath.lease.paths(in: model, overrides: [added])
        == ["requests.a.steps[1].lease", "requests.a.steps[2].lease"])
    #expect(ShortPath.lease.paths(in: Array("{".utf8)).isEmpty)
    #expect(ShortPath.retryBase.paths(in: Array("{}".utf8)).isEmpty)
    #expect(ShortPath.retryBase.paths(in: Array("[]".utf8)).isEmpty)
  }
}

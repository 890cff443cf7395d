import SimulateCommand
import Testing

/// A model that is as large as `ModelLimits` lets it be goes through the whole program;
/// `ModelProblemTests` says what is told about one that is larger.
@Suite("Limits of models")
struct ModelLimitTests {
  /// Items for the numbers from 0, with commas between them.
  private func list(_ count: Int, of item: (Int) -> String) -> String {
    (0..<count).map(item).joined(separator: ", ")
  }

  /// 64 tables of up to 32 columns, the last one with the unique key, and a request with 16 keys
  /// that reads 7 × 32 + 31 columns and makes 64 updates, the last ones of the last column.
  ///
  /// With 9 requests of 999 steps and one of 1000, and an iteration with repetitions nested 8 deep
  /// and one request, there are 10 000 steps, and nearly each takes a time of its own.
  private var model: String {
    let wide = "{ rows: 3, columns: { \(list(32) { "c\($0): \($0)" }) } }"
    let narrow = "{ rows: 3, columns: { \(list(31) { "c\($0): \($0)" }) } }"
    let reads = list(8) { #"{ read: "t\#($0 + 55)[k\#($0 + 8)]" }"# }
    let updates = list(64) { #"{ update: "t62[k15].c\#($0 % 31)", add: 1 }"# }
    let delays = { (request: Int, count: Int) in
      list(count) { #"{ delay: "\#(request * 1_000 + $0 + 1)ns" }"# }
    }
    // 1 + 1 + 1 + 8 + 64 + 924 + 1 = 1000 steps.
    let charge = """
      { keys: { \(list(16) { #"k\#($0): { row: "t\#($0 + 47)", by: "uniform" }"# }) },
        steps: [
          { distributedLock: "{k15}", wait: "1s", lease: "1s", layer: "distributed-lock", steps: [
            { idempotent: "t63", layer: "idempotency-key", steps: [
              { transaction: [\(reads), \(updates)] }, \(delays(0, 924)) ] } ] },
          { respond: 200 } ] }
      """
    return """
      {
        title: "Large", question: "Does it fit?", strategy: "none",
        tables: { \(list(62) { "t\($0): \(wide)" }), t62: \(narrow), t63: { uniqueKey: true } },
        system: { pool: { size: 2 }, threads: { size: 2 }, cores: 1 },
        requests: {
          charge: \(charge),
          \(list(9) { "r\($0): { steps: [\(delays($0 + 1, 998)), { respond: 200 }] }" })
        },
        iteration: [\(String(repeating: "{ repeat: 2, steps: [", count: 8))
          { request: "charge" }\(String(repeating: "] }", count: 8))],
        load: { executor: "per-vu-iterations", vus: 2, iterations: 1 },
      }
      """
  }

  @Test("let a model at every limit be checked, run and explained")
  func atEveryLimit() {
    let outside = FakeOutside()
    outside.add("large.json5", model)
    #expect(outside.run("models check large.json5") == .success)
    #expect(outside.errors == "")
    for choice in [
      "--strategy pessimistic",
      "--layers distributed-lock,fencing-token,idempotency-key,optimistic",
    ] {
      #expect(outside.run("run large.json5 \(choice)") == .success)
      // Two users, each with 2⁸ requests.
      #expect(outside.output.contains(": 512 "), "\(choice)")
      #expect(outside.errors == "")
    }
    #expect(outside.run("explain large.json5") == .success)
    #expect(outside.output.contains("t62[k15].c30"))
  }

  /// A request with 255 rows in two keys, one column each, of which it updates 64 in the innermost
  /// of 8 open transactions, behind 64 gates and a choice among 100 uses of 64 kinds of servers.
  private var modelOfRows: String {
    let nested = { (inner: String) in
      String(repeating: "{ transaction: [", count: 8) + inner
        + String(repeating: #"], propagation: "requires-new" }"#, count: 8)
    }
    return """
      {
        title: "Many rows", question: "Do they fit?", strategy: "none",
        tables: { rows: { rows: 255, columns: { value: 0 } } },
        system: {
          servers: { \(list(64) { #"s\#($0): { count: 10000, queue: "each" }"# }) },
          gates: { \(list(64) { "g\($0): { size: 1 }" }) },
        },
        requests: { change: {
          keys: {
            some: { row: "rows", by: "uniform", count: 64, order: "sorted" },
            others: { row: "rows", by: "uniform", count: { from: 1, to: 191 } },
          },
          steps: [
            { choose: [\(list(100) {
              #"{ weight: 1000000, steps: [{ use: "s\#($0 % 64)", time: "1us" }] }"#
            })] },
            \(list(64) { #"{ gate: "g\#($0)", steps: [{ delay: "1us" }] }"# }),
            \(nested(#"{ read: "rows[some]" }, { update: "rows[some].value", add: 1 }"#)),
            { forEach: "others", steps: [{ read: "rows[others]" }, { delay: "1us" }] },
            { everyNth: { every: 1000000, first: 1, of: { group: 1000000 } },
              steps: [{ barrier: 1 }] },
            { respond: 200 } ] } },
        iteration: [{ request: "change", key: { group: 1000000 } }, { barrier: 2 }],
        load: { executor: "per-vu-iterations", vus: 2, iterations: 3 },
      }
      """
  }

  @Test(
    "let a model with as many rows, servers, gates and transactions be checked, run and explained")
  func atEveryLimitOfRows() {
    let outside = FakeOutside()
    outside.add("rows.json5", modelOfRows)
    #expect(outside.run("models check rows.json5") == .success)
    #expect(outside.errors == "")
    #expect(outside.run("explain rows.json5") == .success)
    #expect(outside.output.contains("rows[others 191]"))
    #expect(outside.run("run rows.json5") == .success)
    #expect(outside.errors == "")
  }
}

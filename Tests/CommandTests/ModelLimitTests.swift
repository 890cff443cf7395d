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
}

import ContentionEngine
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Orders and payments that reach a user's row and a stock row by two paths.
///
/// Each statement takes 10 ms at the database, under the row's lock; nothing else takes time.
@Suite("Locks of several rows")
struct LockAllTests {
  private static let user = RowReference(table: 0, key: 0)
  private static let stock = RowReference(table: 1, key: 1)

  private func tables(rows: Int) -> [Table] {
    ["users", "stock"].map { name in
      Table(name: name, rows: rows, columns: [Table.Column(name: "value", initialValue: 0)])
    }
  }

  private var system: SystemModel {
    var system = SystemModel()
    system.database.select = .constant(.milliseconds(10))
    return system
  }

  private func request(
    _ name: String, locking rows: [RowReference], _ order: LockAllStep.Order,
    users: RowChoice, stock: RowChoice, count: Int = 1
  ) -> RequestClass {
    RequestClass(
      identifier: name, name: name,
      keys: [
        RowKey(name: "user", table: 0, choice: users, count: count...count, order: .sorted),
        RowKey(name: "item", table: 1, choice: stock, count: count...count, order: .sorted),
      ], steps: [Build.transaction(.lockAll(LockAllStep(rows, order: order)))])
  }

  /// An order at 0 that names the user first, and a payment that names the stock first.
  private func two(
    _ order: LockAllStep.Order, paymentAt start: UInt64, rows: (Int, Int, Int, Int) = (1, 1, 1, 1)
  ) -> Scenario {
    var loads = [Build.once(1, name: "order"), Build.once(1, request: 1, name: "payment")]
    loads[1].startTime = .milliseconds(start)
    return Build.scenario(
      [
        request(
          "order", locking: [Self.user, Self.stock], order, users: .list([rows.0]),
          stock: .list([rows.1])),
        request(
          "payment", locking: [Self.stock, Self.user], order, users: .list([rows.2]),
          stock: .list([rows.3])),
      ], loads: loads, tables: tables(rows: 2), system: system)
  }

  @Test("in the order in which they are written two paths deadlock, and the later one loses")
  func written() {
    // The order has the user's row from 0 and asks for the stock at 10. The payment has the stock
    // from 5 and asks for the user at 15: a cycle; it asked last and both have locked one row, so
    // it is rolled back and hears of it as an event of its own; the order goes on from 15 to 25.
    #expect(
      two(.written, paymentAt: 5).compiled("none").timeline() == [
        "0 u1 statements", "5ms u2 statements", "10ms u1 row-lock wait", "15ms u2 statements",
        "15ms u1 statements", "15ms u2 answer 500", "25ms u1 answer 200",
      ])
  }

  @Test("sorted, the second waits for the first row and then has the other to itself")
  func sorted() {
    // The payment asks for the user first, too: it waits until the order ends at 20.
    #expect(
      two(.sorted, paymentAt: 5).compiled("none").timeline() == [
        "0 u1 statements", "5ms u2 row-lock wait", "10ms u1 statements", "20ms u1 answer 200",
        "20ms u2 statements", "30ms u2 statements", "40ms u2 answer 200",
      ])
  }

  @Test("the hazard makes the sorted step lock as it is written")
  func hazard() {
    let hazardous = two(.sorted, paymentAt: 5).with(.unorderedLocks)
    #expect(
      hazardous.compiled("none").timeline()
        == two(.written, paymentAt: 5).compiled("none").timeline())
  }

  @Test("every meeting of the two on every choice of rows: deadlocks only where they are written")
  func everyMeeting() {
    for start in [0, 3, 7, 12, 17, 23] as [UInt64] {
      for choice in 0..<16 {
        let rows = (
          1 + choice & 1, 1 + choice >> 1 & 1, 1 + choice >> 2 & 1, 1 + choice >> 3 & 1
        )
        let sorted = two(.sorted, paymentAt: start, rows: rows)
        let written = two(.written, paymentAt: start, rows: rows)
        // A cycle needs both rows in common, and that each has its first before the other asks.
        let meets = rows.0 == rows.2 && rows.1 == rows.3 && start < 10
        let name: Comment = "payment at \(start) ms, rows \(rows)"
        #expect(sorted.compiled("none").run().count(.deadlocks) == 0, name)
        #expect(written.compiled("none").run().count(.deadlocks) == (meets ? 1 : 0), name)
        let hazardous = sorted.with(.unorderedLocks)
        #expect(hazardous.compiled("none").run().count(.deadlocks) == (meets ? 1 : 0), name)
      }
    }
  }

  @Test("many users on few rows, two of each table: sorted never deadlocks, else it does")
  func manyUsers() {
    func deadlocks(_ order: LockAllStep.Order, seed: UInt64) -> UInt64 {
      let loads = [0, 1].map { index in
        Load(
          name: "load\(index)", executor: .constantVUs(vus: 10, duration: .seconds(5)),
          iteration: [
            .request(index, key: .new), .sleep(.exponential(mean: .milliseconds(50))),
          ])
      }
      let scenario = Build.scenario(
        [
          request(
            "order", locking: [Self.user, Self.stock], order, users: .uniform, stock: .uniform,
            count: 2),
          request(
            "payment", locking: [Self.stock, Self.user], order, users: .uniform, stock: .uniform,
            count: 2),
        ], loads: loads, tables: tables(rows: 5), system: system)
      let result = scenario.compiled("none").run(seed: seed)
      #expect(result.count(.requests) > 100)
      return result.count(.deadlocks)
    }
    for seed in 1...5 as ClosedRange<UInt64> {
      #expect(deadlocks(.sorted, seed: seed) == 0, "seed \(seed)")
      #expect(deadlocks(.written, seed: seed) > 0, "seed \(seed)")
    }
  }
}

import Measurements
import Reports
import SimulationBasics
import Testing

@Suite("CSV")
struct CSVTests {
  private let table = CSVTable(columns: ["a", "b"])

  @Test("ends each line with a line feed")
  func header() {
    #expect(table.header == "a,b\n")
    #expect(table.line(["1", ""]) == "1,\n")
  }

  @Test(
    "quotes a field with a comma, a quote or a line end, and doubles quotes",
    arguments: [
      ("x y", "x y"), ("x,y", "\"x,y\""), ("say \"x\"", "\"say \"\"x\"\"\""),
      ("x\ny", "\"x\ny\""), ("x\ry", "\"x\ry\""), ("x\r\ny", "\"x\r\ny\""), (" é✓;", " é✓;"),
    ])
  func quoting(field: String, text: String) {
    #expect(table.line([field, "1"]) == text + ",1\n")
  }

  @Test("stops at a row with too few fields")
  func tooFew() async {
    await #expect(processExitsWith: .failure) {
      _ = CSVTable(columns: ["a", "b"]).line(["1"])
    }
  }

  @Test(
    "writes a row for each interval: seconds, counts, milliseconds, and nothing where nothing was timed"
  )
  func intervals() {
    var series = IntervalSeries()
    for _ in 0..<3 { series.record(.attempt) }
    for _ in 0..<2 { series.record(.success) }
    series.record(.conflict)
    // Smallest and largest are exact, so two lengths have exact percentiles.
    series.record(.latency, .milliseconds(10))
    series.record(.latency, .milliseconds(20))
    series.record(.rowWait, .microseconds(1500))
    let first = series.close(at: .start + .milliseconds(1500), users: 4, queueLength: 2)
    let second = series.close(at: .start + .seconds(2), users: 5, queueLength: 0)
    #expect(
      IntervalCSV.header
        == "t_s,vus,attempts,successes,conflicts,deadlocks,lock_timeouts,pool_wait_p95_ms,"
        + "row_wait_p95_ms,redis_wait_p95_ms,p50_ms,p95_ms,p99_ms,queue_len\n")
    #expect(IntervalCSV.line(first) == "1.5,4,3,2,1,0,0,,1.5,,15,19.5,19.9,2\n")
    #expect(IntervalCSV.line(second) == "2,5,0,0,0,0,0,,,,,,,0\n")
  }
}

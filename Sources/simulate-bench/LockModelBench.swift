/// A thousand users, some rows, an exclusive lock on each: what an engine costs without statistics
/// or a database.
///
/// It is the upper bound for whole runs: the gap to them is the price of everything else that they
/// model and measure.
enum LockModelBench {
  static func run() {
    let events = 3_000_000
    for (rows, milliseconds) in [(1, 1), (1, 2), (100, 1)] {
      let seconds = BenchClock.median(of: 5) {
        measure(events: events, rows: rows, milliseconds: milliseconds).seconds
      }
      // The model is deterministic: every run of it answers as many requests.
      let requests = measure(events: events, rows: rows, milliseconds: milliseconds).requests
      let size = "\(rows) \(rows == 1 ? "row" : "rows"), \(milliseconds) ms"
      BenchReport.line("lock model", size, Double(events) / seconds / 1e6, "million events/s")
      BenchReport.line("", "", Double(requests) / seconds / 1e6, "million requests/s")
    }
  }

  /// Runs the model until it is warm and then through so many events.
  private static func measure(
    events: Int, rows: Int, milliseconds: Int
  ) -> (seconds: Double, requests: Int) {
    var model = LockModel(users: 1_000, rows: rows, meanHold: Double(milliseconds) * 1e6)
    model.run(events: events / 10)
    let before = model.requestCount
    let start = BenchClock.now
    model.run(events: events)
    return (BenchClock.seconds(since: start), model.requestCount - before)
  }
}

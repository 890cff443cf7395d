/// A thousand users, some rows, an exclusive lock on each: what an engine costs without statistics or a database.
///
/// It is the upper bound for whole runs: the gap to them is the price of everything else that they model and measure.
enum LockModelBench {
  static func run() {
    let events = 3_000_000
    for (rows, hold) in [(1, 1e6), (1, 2e6), (100, 1e6)] {
      var requests = 0
      let seconds = BenchClock.median(of: 5) {
        var model = LockModel(users: 1_000, rows: rows, meanHold: hold)
        model.run(events: events / 10)
        let before = model.requestCount
        let start = BenchClock.now
        model.run(events: events)
        let seconds = BenchClock.seconds(since: start)
        requests = model.requestCount - before
        return seconds
      }
      let size = "\(rows) \(rows == 1 ? "row" : "rows"), \(Int(hold / 1e6)) ms"
      BenchReport.line("lock model", size, Double(events) / seconds / 1e6, "million events/s")
      BenchReport.line("", "", Double(requests) / seconds / 1e6, "million requests/s")
    }
  }
}

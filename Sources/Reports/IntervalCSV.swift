public import Measurements
import SimulationBasics

/// Writes the per-interval series of a run as comma-separated values, for plotting over time.
///
/// `t_s` is the end of the interval in seconds, the moment at which `vus` and `queue_len` are read.
/// Percentiles are in milliseconds; a field is empty when nothing was timed in the interval.
public enum IntervalCSV {
  private static let table = CSVTable(columns: [
    "t_s", "vus", "attempts", "successes", "conflicts", "deadlocks", "lock_timeouts",
    "pool_wait_p95_ms", "row_wait_p95_ms", "redis_wait_p95_ms", "p50_ms", "p95_ms", "p99_ms",
    "queue_len",
  ])

  /// The first line.
  public static var header: String { table.header }

  /// The line of one interval.
  public static func line(_ row: IntervalRow) -> String {
    table.line([
      NumberText.scaled(row.end.nanosecondsSinceStart, decimals: 9),
      String(row.users), String(row.attempts), String(row.successes), String(row.conflicts),
      String(row.deadlocks), String(row.lockTimeouts),
      milliseconds(row.poolWaitPercentile95), milliseconds(row.rowWaitPercentile95),
      milliseconds(row.redisWaitPercentile95), milliseconds(row.median),
      milliseconds(row.percentile95), milliseconds(row.percentile99), String(row.queueLength),
    ])
  }

  private static func milliseconds(_ nanoseconds: Double?) -> String {
    nanoseconds.map { NumberText.shortest($0 / 1e6) } ?? ""
  }
}

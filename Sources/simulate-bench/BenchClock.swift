/// Wall time of benchmarks: the only place, beside the command's progress bar, where a real clock
/// is read.
enum BenchClock {
  static var now: ContinuousClock.Instant { ContinuousClock.now }

  /// What has passed since an earlier `now`, in seconds.
  static func seconds(since start: ContinuousClock.Instant) -> Double {
    let taken = ContinuousClock.now - start
    return Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
  }

  /// The median of `repetitions` measurements; an odd number has a middle.
  static func median(of repetitions: Int, _ measure: () -> Double) -> Double {
    precondition(repetitions % 2 == 1, "a median needs an odd number of repetitions")
    return (0..<repetitions).map { _ in measure() }.sorted()[repetitions / 2]
  }
}

import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Thresholds that end a run.
///
/// Source of the rules: k6, `internal/metrics/engine/engine.go` and `metrics/thresholds.go`: every
/// two seconds those metrics are judged that have samples, and a threshold that fails ends the run
/// when more of it is over than its delay. A run whose thresholds end nothing has no such event.
extension Simulation {
  /// How often k6 judges.
  static let judgingPeriod = VirtualDuration.seconds(2)

  mutating func scheduleJudging() {
    guard compiled.scenario.thresholds.contains(where: { $0.abortsOnFail }) else { return }
    queue.schedule(Event.thresholdsDue.word, at: now + Self.judgingPeriod)
  }

  /// Judges the thresholds that may end the run; the first that fails does.
  mutating func judgeThresholds() {
    guard endOfLoads == nil else { return }
    if meters.isWindowOpen {
      for threshold in compiled.scenario.thresholds where threshold.abortsOnFail {
        guard threshold.abortDelay < now.sinceStart, fails(threshold) else { continue }
        abort(because: threshold)
        return
      }
    }
    scheduleJudging()
  }

  /// Whether what has been measured so far breaks a threshold; what has no samples breaks none.
  private func fails(_ threshold: Threshold) -> Bool {
    guard let metric = MetricName(text: threshold.part.metric),
      let value = currentValue(of: threshold.part, metric: metric), value.hasSamples
    else { return false }
    return !threshold.outcome(for: value, of: metric.content).passed
  }

  /// What a metric, or a part of one, has come to.
  private func currentValue(of part: MetricPart, metric: MetricName) -> MetricValue? {
    let window = now - windowStart
    if !part.tags.isEmpty { return meters.value(of: part, over: window) }
    for (counter, promise) in Self.ledgerCounters where counter == metric {
      let broken = ledger.brokenSoFar(promise)
      return .counter(CounterResult(count: broken, window: window))
    }
    let value = meters.metrics.value(of: metric, over: window)
    guard metric == .checks, case .rate(let own) = value else { return value }
    return .rate(ledger.addingChecks(to: own))
  }

  /// Ends every load at this moment: no iteration begins, those that run are interrupted, and the
  /// measurements are over.
  private mutating func abort(because threshold: Threshold) {
    stoppedBy = threshold
    endMeasurements()
    for load in 0..<loads.count {
      loads[load].hasStarted = true
      loads[load].hasEnded = true
      _ = queue.cancel(loads[load].end)
    }
    for load in 0..<loads.count {
      interruptUsers(of: load)
      closeLoadIfOver(load)
    }
  }
}

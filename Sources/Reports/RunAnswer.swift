import ContentionEngine
import Experiments
import Measurements
import ScenarioModel

/// The answer to the model's question in words, derived from what a run measured.
///
/// Paragraphs: was anything lost; what went wrong from outside; did an instance die; what stopped
/// the run, if anything did; how fast and how well; what was refused, if anything was; what
/// requests contended for; what binds first.
struct RunAnswer {
  let result: RunResult
  let words: ScenarioWords
  let steps: StepsInUse
  let limits: RunLimits
  let summary: K6Summary

  init(_ result: RunResult, summary: K6Summary) {
    self.result = result
    self.summary = summary
    words = ScenarioWords(result.scenario)
    steps = StepsInUse(result.scenario, under: result.strategy.defence)
    limits = RunLimits(result)
  }

  /// Sentences, a paragraph for each subject; one that has nothing to say is left out.
  var paragraphs: [[String]] {
    [
      safetySentences, faultSentences, deathSentences, stopSentences, speedSentences,
      refusalSentences,
      contentionSentences,
      bindingSentences,
    ]
    .filter { !$0.isEmpty }
  }

  // MARK: How fast and how well

  private var speedSentences: [String] {
    let requests = result.count(.requests)
    if requests == 0 { return droppedSentences + thresholdSentences }
    guard case .counter(let counter) = result[.requests] else { return [] }
    let refused = max(0, result.rate(.requestFailed) - result.rate(.errors))
    var figures = [
      "\(ScreenText.rate(counter.perSecond)) requests/s",
      "p95 \(ScreenText.time(result.trend(.requestDuration).percentile(0.95)))",
      "\(ScreenText.percent(result.rate(.errors), decimals: 2)) errors",
    ]
    if refused > 0 { figures.append("\(ScreenText.percent(refused)) refused") }
    return [figures.joined(separator: ", ") + "."] + droppedSentences + thresholdSentences
  }

  /// Iterations that were never begun: those due at a rate when no user was idle, and those of a
  /// count that nobody had come to when the time was over.
  ///
  /// Where there are loads of both kinds it cannot be told whose were dropped. A threshold that
  /// ends the run drops none.
  private var droppedSentences: [String] {
    let executors = result.scenario.loads.map(\.executor)
    let dropped = result.count(.droppedIterations)
    if dropped == 0 { return [] }
    if executors.allSatisfy(\.lastsForATime) {
      let due = dropped + result.count(.iterations)
      let share = ScreenText.percent(Double(dropped) / Double(due))
      return ["\(share) of iterations were dropped: no user was idle."]
    }
    if executors.contains(where: { $0.arrivalRate != nil }) { return [] }
    let planned = executors.reduce(0) { $0 + $1.plannedIterations }
    let were = dropped == 1 ? "was" : "were"
    return [
      "\(ScreenText.count(dropped)) of \(ScreenText.count(planned, "iteration")) \(were) not begun "
        + "in time."
    ]
  }

  private var thresholdSentences: [String] {
    let all = summary.thresholds
    let failed = all.filter { !$0.passed }
    if all.isEmpty { return [] }
    if failed.isEmpty {
      return [
        all.count == 1
          ? "The threshold holds."
          : all.count == 2
            ? "Both thresholds hold." : "All \(all.count) thresholds hold."
      ]
    }
    let names = failed.map { "\($0.threshold.metric) \($0.threshold.text)" }
    let which =
      all.count == 1
      ? "The threshold fails"
      : failed.count == all.count
        ? all.count == 2 ? "Both thresholds fail" : "All \(all.count) thresholds fail"
        : failed.count == 1
          ? "1 of \(all.count) thresholds fails" : "\(failed.count) of \(all.count) thresholds fail"
    return [which + ": " + names.joined(separator: ", ") + "."]
  }
}

extension Executor {
  /// How many iterations there are to be; 0 for executors that last for a time.
  fileprivate var plannedIterations: UInt64 {
    switch self {
    case .sharedIterations(_, let iterations, _): UInt64(iterations)
    case .perVUIterations(let vus, let iterations, _): UInt64(vus) * UInt64(iterations)
    case .constantVUs, .rampingVUs, .constantArrivalRate, .rampingArrivalRate: 0
    }
  }
}

import Experiments
import SimulationBasics

/// The flags of several runs.
extension CommandLineArguments {
  /// The flags that are about a single run.
  private static let ofOneRun: [Flag] = [
    .out, .epoch, .summaryExport, .summaryMode, .summaryTrendStats, .summaryTimeUnit, .innoDBStatus,
    .timeline, .mermaid, .tieOrder, .verify, .replication,
  ]

  /// How often a run is to be made; `nil` when the flags say nothing of it.
  mutating func repetition() -> RunRequest.Repetition? {
    var repetition = RunRequest.Repetition()
    repetition.count = count(of: .replications, in: ComparisonOptions.replicationRange)
    repetition.precision = value(of: .precision, read: PercentText.positiveValue)
    repetition.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    if let figures = figures() { repetition.figures = figures }
    if isGiven(.figures), !isGiven(.precision) {
      problems.append(.flagNeedsFlag(.figures, .precision))
    }
    guard isGiven(.replications) || isGiven(.precision) else {
      if isGiven(.jobs) { problems.append(.flagNeedsFlag(.jobs, .replications)) }
      return nil
    }
    for flag in Self.ofOneRun where isGiven(flag) { problems.append(.flagOfOneRun(flag)) }
    if repetition.precision != nil, repetition.count == 1 {
      problems.append(.tooFewReplications)
    }
    return repetition
  }

  /// As many replications as tell an interval.
  mutating func severalReplications() -> Int? {
    guard let text = text(of: .replications), !text.isEmpty else { return nil }
    let count = WholeNumberText.value(of: text, as: Int.self)
    if let count, count > 1, ComparisonOptions.replicationRange.contains(count) { return count }
    problems.append(count == 1 ? .tooFewReplications : .badReplications(text))
    return nil
  }

  /// The figures that are named, each once, in the order of all figures.
  mutating func figures() -> [RunFigure]? {
    guard let text = text(of: .figures), !text.isEmpty else { return nil }
    var named: [RunFigure] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let figure = RunFigure(name: String(name)) else {
        problems.append(.unknownFigure(.figures, String(name)))
        continue
      }
      named.append(figure)
    }
    return RunFigure.allCases.filter { named.contains($0) }
  }

  mutating func warmUp() -> WarmUpChoice {
    guard let text = text(of: .warmUp), !text.isEmpty else { return .asModelled }
    if text == WarmUpChoice.foundWord { return .found }
    return positiveTime(of: .warmUp).map(WarmUpChoice.of) ?? .asModelled
  }
}

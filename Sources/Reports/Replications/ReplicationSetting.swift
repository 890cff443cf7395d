public import Experiments
import SimulationBasics

/// What all replications have in common, in words.
public struct ReplicationSetting: Equatable, Sendable {
  /// How sure the figures were to become, and of which.
  public struct Precision: Equatable, Sendable {
    public var rule: StopRule
    public var figures: [RunFigure]

    public init(rule: StopRule, figures: [RunFigure]) {
      self.rule = rule
      self.figures = figures
    }
  }

  /// What runs, as a heading has it.
  public var heading: String
  /// What was aimed at; `nil` where the number of runs was said.
  public var precision: Precision?
  /// How the warm-up was found; `nil` where nobody asked for that.
  public var warmUp: FoundWarmUp?
  /// The thresholds of the model, in declared order: "http_req_duration p(95)<1000".
  public var thresholds: [String]
  /// The command that makes the same runs again, without the files that it wrote.
  public var command: String

  public init(
    heading: String, precision: Precision? = nil, warmUp: FoundWarmUp? = nil,
    thresholds: [String] = [], command: String
  ) {
    self.heading = heading
    self.precision = precision
    self.warmUp = warmUp
    self.thresholds = thresholds
    self.command = command
  }
}

/// What reports say of a warm-up that was looked for.
package enum WarmUpWords {
  package static func sentence(_ found: FoundWarmUp) -> String {
    let how =
      "MSER-5 on \(ScreenText.count(UInt64(found.warmUp.batches), "batch", "batches")) of"
      + " \(ScreenText.count(UInt64(found.size), "answer")), averaged over"
      + " \(ScreenText.count(UInt64(found.runs), "run"))"
    if found.isTooShort {
      return "TOO SHORT: the runs do not show that they settle (\(how)), so that the first"
        + " \(found.length.description) are left out, which is no more than a guess: make them longer."
    }
    return found.length == .zero
      ? "Nothing is left out: the runs have settled from the start (\(how))."
      : "The first \(found.length.description) of each run are left out, until it has settled (\(how))."
  }
}

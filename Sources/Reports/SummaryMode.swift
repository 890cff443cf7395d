/// How much of k6's summary is shown: k6's `--summary-mode`.
public enum SummaryMode: String, CaseIterable, Sendable {
  /// The thresholds and the results of the whole run.
  case compact
  /// Also a section for each scenario that is not called `default`.
  case full
  /// Nothing of it.
  case disabled
}

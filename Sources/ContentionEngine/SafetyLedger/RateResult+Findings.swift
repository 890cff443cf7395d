import Measurements

extension RateResult {
  /// The rate with what the ledger has examined: a safety check passes once for each thing that
  /// keeps its promise, and fails once for each violation.
  func adding(_ findings: [SafetyReport.Finding]) -> RateResult {
    var passes = trues
    var trials = total
    for finding in findings {
      passes += finding.passes
      trials += finding.passes + finding.broken
    }
    return RateResult(trues: passes, total: trials)
  }
}

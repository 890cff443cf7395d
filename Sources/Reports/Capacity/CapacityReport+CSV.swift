import Experiments
import ScenarioModel

extension CapacityReport {
  /// One row for each load.
  public var csv: String {
    let layout = CSVTable(columns: [
      study.isByRate ? "arrivals_per_s" : "users", "runs", "requests_per_s", "requests_per_s_ci95",
      "successes_per_s", "successes_per_s_ci95", "error_share", "error_share_ci95", "mean_ms",
      "mean_ms_ci95", "p95_ms", "p95_ms_ci95", "lock_timeouts", "lock_timeouts_ci95",
      "dropped_share", "criteria", "knee", "usl_successes_per_s", "binding", "binding_busy", "next",
      "next_ceiling_per_s",
    ])
    let knee = study.knee?.load
    let fit = study.isByRate ? nil : study.fit
    var text = layout.header
    for point in study.points {
      var fields = ["\(point.load)", "\(point.runs.count)"]
      fields +=
        ReportText.csvFields(of: point.requestsPerSecond)
        + ReportText.csvFields(of: point.successesPerSecond)
      fields +=
        ReportText.csvFields(of: point.errorShare)
        + ReportText.csvFields(of: point.meanLatency, by: 1e-6)
      fields +=
        ReportText.csvFields(of: point.latency95, by: 1e-6)
        + ReportText.csvFields(of: point.lockTimeouts)
      fields.append(NumberText.shortest(point.droppedShare.mean))
      fields.append(study.verdict(at: point)?.word ?? "")
      fields.append(point.load == knee ? "knee" : "")
      fields.append(fit.map { NumberText.shortest($0.throughput(at: Double(point.load))) } ?? "")
      let binding = point.binding
      switch binding {
      case .saturated(let use):
        fields += [use.resource.shortName, NumberText.shortest(use.utilisation)]
      case .turnedAway(let place, _): fields += [place.shortName, ""]
      case .nothing(let busiest):
        fields += ["", busiest.map { NumberText.shortest($0.utilisation) } ?? ""]
      }
      let next = study.next(after: binding)
      fields += [
        next?.resource.shortName ?? "",
        next.map { NumberText.shortest($0.requestsPerSecond) } ?? "",
      ]
      text += layout.line(fields)
    }
    return text
  }
}

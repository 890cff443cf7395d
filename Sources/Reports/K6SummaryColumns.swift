import Measurements
import ScenarioModel

/// The columns of one block of metrics: every value starts below the one above it.
struct K6SummaryColumns {
  private let unit: K6NumberText.TimeUnit?
  private var nameWidth = 0
  private var valueWidth = 0
  private var extraWidths: [Int] = []
  private var statisticWidths: [Int] = []

  /// Columns wide enough for all of `metrics`.
  init(of metrics: [K6Summary.Metric], unit: K6NumberText.TimeUnit?) {
    self.unit = unit
    for metric in metrics {
      nameWidth = max(nameWidth, Self.width(of: Self.displayName(of: metric)))
      switch texts(of: metric) {
      case .trend(let statistics):
        Self.widen(&statisticWidths, for: statistics.map(\.value))
      case .other(let value, let extras):
        valueWidth = max(valueWidth, Self.width(of: value))
        Self.widen(&extraWidths, for: extras)
      }
    }
  }

  /// The line of one of the metrics.
  func line(for metric: K6Summary.Metric, _ style: TextStyle) -> String {
    let name = Self.displayName(of: metric)
    let dots = String(repeating: ".", count: nameWidth - Self.width(of: name) + 3)
    let start = "    " + name + style.faintWhite(dots + ":") + " "
    switch texts(of: metric) {
    case .trend(let statistics):
      var parts: [String] = []
      for (index, statistic) in statistics.enumerated() {
        parts.append(
          statistic.name + "=" + style.cyan(statistic.value)
            + Self.padding(after: statistic.value, to: statisticWidths[index]))
      }
      return start + parts.joined(separator: " ")
    case .other(let value, let extras):
      let first = start + style.cyan(value) + Self.padding(after: value, to: valueWidth)
      // A single extra ends the line as it is; of several, each is padded, the last too.
      if extras.count == 1 { return first + " " + style.faintCyan(extras[0]) }
      var parts: [String] = []
      for (index, extra) in extras.enumerated() {
        parts.append(style.faintCyan(extra) + Self.padding(after: extra, to: extraWidths[index]))
      }
      return first + " " + parts.joined(separator: " ")
    }
  }

  /// What stands in the columns of a metric.
  private enum Texts {
    case trend([(name: String, value: String)])
    case other(String, extras: [String])
  }

  private func texts(of metric: K6Summary.Metric) -> Texts {
    func text(_ value: Double) -> String { K6NumberText.text(value, metric.content, unit: unit) }
    switch metric.value {
    case .counter(let count, let perSecond):
      return .other(text(count), extras: [text(perSecond) + "/s"])
    case .gauge(let value, let minimum, let maximum):
      return .other(text(value), extras: ["min=" + text(minimum), "max=" + text(maximum)])
    case .rate(let rate):
      return .other(K6NumberText.rate(rate.rate), extras: ["\(rate.trues) out of \(rate.total)"])
    case .trend(let statistics):
      return .trend(
        statistics.map {
          (
            $0.statistic.text,
            $0.statistic.method == .count ? NumberText.shortest($0.value) : text($0.value)
          )
        })
    }
  }

  /// A part of a metric is shown by its tags alone, indented below the whole.
  private static func displayName(of metric: K6Summary.Metric) -> String {
    guard let brace = metric.name.firstIndex(of: "{") else { return metric.name }
    return "  { " + metric.name[metric.name.index(after: brace)...].dropLast() + " }"
  }

  /// The width on a terminal, where every character that we print takes one place.
  private static func width(of text: String) -> Int { text.unicodeScalars.count }

  private static func padding(after text: String, to width: Int) -> String {
    String(repeating: " ", count: width - self.width(of: text))
  }

  private static func widen(_ widths: inout [Int], for texts: [String]) {
    for (index, text) in texts.enumerated() {
      if index == widths.count { widths.append(0) }
      widths[index] = max(widths[index], width(of: text))
    }
  }
}

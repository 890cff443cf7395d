import ContentionEngine
import Measurements

/// TIME: what the latency consists of, at the mean and around three percentiles.
extension RunScreen {
  var timeLines: [String] {
    let time = result.timeSplit
    guard let mean = time.mean, let median = time.around(percentile: 0.5),
      let slow = time.around(percentile: 0.95), let slowest = time.around(percentile: 0.99)
    else { return [title("TIME", "no request was answered")] }
    let splits = [mean, median, slow, slowest]
    let shares = TimeShare.allCases.filter { time.total($0) > 0 }

    var rows = shares.map { share in (share.name, splits.map { $0[share] }) }
    rows.append(("all", splits.map(\.latency)))
    if time.totalWasted > 0 { rows.append(("of which wasted", splits.map(\.wasted))) }
    let widths = splits.indices.map { column in
      max(8, (rows.map { ScreenText.width(of: cell($0.1[column])) }.max() ?? 0) + 2)
    }
    let labelWidth = 23
    var head = ScreenText.left("", labelWidth - 2)
    for (column, name) in ["mean", "p50", "p95", "p99"].enumerated() {
      head += ScreenText.right(name, widths[column])
    }
    var lines = [title("TIME (ms)", head)]
    for (name, values) in rows {
      var line = String(repeating: " ", count: 15) + ScreenText.left(name, labelWidth - 2)
      for (column, value) in values.enumerated() {
        line += ScreenText.right(cell(value), widths[column])
      }
      let bar = mean.latency > 0 ? ScreenText.bar(values[0] / mean.latency * 24) : ""
      if name != "all" && !bar.isEmpty { line += "   " + style.cyan(bar) }
      lines.append(line)
    }
    for line in ScreenText.lines(of: [answer.constraintSentence], within: ScreenText.width - 15) {
      lines.append(String(repeating: " ", count: 15) + line)
    }
    return lines
  }

  private func cell(_ nanoseconds: Double) -> String { ScreenText.tenths(nanoseconds / 1e6) }
}

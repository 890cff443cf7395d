import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

extension RunScreen {
  // MARK: FAULTS

  private static let textWidth = 46
  private static let countWidth = 13
  private static let timeWidth = 12

  /// Each fault, how often it happened and when; then whether goodput came back, and what is stuck.
  var faultLines: [String] {
    guard let report = result.faults, let words = FaultWords(result) else { return [] }
    var lines = [
      title(
        "FAULTS",
        ScreenText.left("fault", Self.textWidth) + ScreenText.right("happened", Self.countWidth)
          + ScreenText.right("first", Self.timeWidth) + ScreenText.right("over", Self.timeWidth))
    ]
    for use in report.uses { lines += self.lines(of: use) }
    if let recovery = words.recovery {
      lines.append(row("recovery", words.isDown ? style.red(recovery) : recovery))
    }
    let stuck = words.stuck
    if !stuck.isEmpty {
      let pieces = ScreenText.lines(of: [stuck.joined(separator: ", ")], within: 67)
      lines += pieces.enumerated().map { row($0.offset == 0 ? "stuck" : "", style.red($0.element)) }
    }
    return lines
  }

  /// A line of a fault, or two where its text is long.
  private func lines(of use: FaultReport.Use) -> [String] {
    let indent = String(repeating: " ", count: 15)
    let text = Self.cut(use.fault.text)
    var figures = ScreenText.right(ScreenText.count(use.count), Self.countWidth)
    if let first = use.first, let end = use.lastEnd {
      figures +=
        ScreenText.right(Self.moment(first), Self.timeWidth)
        + ScreenText.right(Self.moment(end), Self.timeWidth)
    } else {
      figures += ScreenText.right(reasonOfNothing(use.fault), 2 * Self.timeWidth)
    }
    if ScreenText.width(of: text) <= Self.textWidth {
      return [indent + ScreenText.left(text, Self.textWidth) + figures]
    }
    return [indent + text, indent + String(repeating: " ", count: Self.textWidth) + figures]
  }

  /// Why a fault did not happen.
  private func reasonOfNothing(_ fault: Fault) -> String {
    if !fault.canBefall(result.scenario, under: result.strategy.defence) {
      return "nothing here to befall"
    }
    if case .event(_, let moments) = fault, case .constant(let at) = moments.at,
      at >= result.virtualTime
    {
      return "the load was over"
    }
    return "never"
  }

  private static func moment(_ time: VirtualTime) -> String {
    ScreenText.time(Double(time.nanosecondsSinceStart))
  }

  /// The text of a fault as far as a line has room for it.
  private static func cut(_ text: String) -> String {
    let room = ScreenText.width - 15
    return ScreenText.width(of: text) <= room ? text : text.prefix(room - 1) + "…"
  }

  // MARK: Clients

  /// How often clients tried, stopped waiting and were held back; none where they just wait.
  var clientLines: [String] {
    guard result.scenario.hasClients else { return [] }
    var parts = ["\(NumberText.fixed(attemptsPerCall, decimals: 2)) attempts a call"]
    func add(_ metric: MetricName, _ singular: String, _ plural: String) {
      let count = result.count(metric)
      if count > 0 { parts.append(ScreenText.count(count, singular, plural)) }
    }
    add(.clientTimeouts, "time-out", "time-outs")
    add(.responsesLost, "answer lost", "answers lost")
    add(.retriesDenied, "retry denied", "retries denied")
    add(.callsNotPermitted, "call not permitted", "calls not permitted")
    return ScreenText.lines(of: [parts.joined(separator: " · ")], within: 67).enumerated().map {
      row($0.offset == 0 ? "clients" : "", $0.element)
    }
  }

  /// The first attempts and the retries of calls, by calls; those that were not permitted are none.
  private var attemptsPerCall: Double {
    guard case .rate(let calls) = result[.callSuccess], calls.total > 0 else { return 1 }
    return 1 + Double(result.count(.clientRetries)) / Double(calls.total)
  }
}

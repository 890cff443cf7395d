public import ContentionEngine
import Experiments
import Measurements
import ScenarioModel
import SimulationBasics

/// What a person reads at the end of a run: the answer in words first, then k6's summary, then what
/// k6 cannot tell.
///
/// Lines of its own stay within 100 columns; k6's block keeps k6's layout, whatever its width.
public struct RunScreen {
  let result: RunResult
  let style: TextStyle
  let summary: K6Summary
  let answer: RunAnswer
  let options: RunScreenOptions

  private init(_ result: RunResult, _ options: RunScreenOptions) {
    self.result = result
    style = TextStyle(isColored: options.isColored)
    summary = K6Summary(
      result, statistics: options.statistics,
      scenarios: options.summaryMode == .full ? options.scenarios : [])
    answer = RunAnswer(result, summary: summary)
    self.options = options
  }

  /// The whole screen, with a line end after the last line.
  public static func text(
    _ result: RunResult, options: RunScreenOptions = RunScreenOptions()
  ) -> String {
    let screen = RunScreen(result, options)
    let k6Options = K6SummaryText.Options(
      isColored: options.isColored, timeUnit: options.timeUnit)
    let k6Sections =
      options.summaryMode == .disabled
      ? "\n" : K6SummaryText(screen.summary, options: k6Options).sections
    let isAskedFor = options.toldBreach != nil
    let own =
      [
        screen.safetyLines, isAskedFor ? [] : screen.timelineLines, screen.faultLines,
        screen.contentionLines, screen.timeLines,
        screen.innoDBStatusLines, screen.lastLines,
      ]
      .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    // What somebody has asked for comes first, before what everybody gets.
    let told = isAskedFor ? "\n" + screen.timelineLines.joined(separator: "\n") + "\n" : ""
    return screen.head + told + k6Sections + own + "\n"
  }

  /// The answer alone, under the headline that says of which run; the whole screen begins with it.
  package static func answerText(
    _ result: RunResult, options: RunScreenOptions = RunScreenOptions()
  ) -> String {
    RunScreen(result, options).head
  }

  // MARK: Headline and answer

  private var head: String { style.bold(headline) + "\n\n" + answerText }

  /// More faults than these are only counted in the headline.
  private static let mostFaultsNamed = 3

  /// Which run it is: model, strategy, mistakes made on purpose, what goes wrong from outside,
  /// users, length, seed.
  private var headline: String {
    let scenario = result.scenario
    var parts = [scenario.name, result.strategy.name]
    for hazard in scenario.hazards { parts.append("hazard \(hazard.rawValue)") }
    let faults = scenario.faults
    if faults.count > Self.mostFaultsNamed {
      parts.append("\(faults.count) faults")
    } else {
      for fault in faults { parts.append("fault \(fault.text)") }
    }
    let arrivals = answer.limits.arrivals
    if arrivals.peak > 0 {
      parts.append((arrivals.isRamp ? "up to " : "") + ScreenText.arrivals(arrivals.peak))
    }
    let users = result.users == 1 ? "1 user" : "\(result.users) users"
    parts.append(isUserCountVaried && result.users > 1 ? "up to \(users)" : users)
    parts.append(Self.length(plannedNanoseconds))
    if result.window != result.virtualTime {
      parts.append("measured \(Self.length(result.window.inNanoseconds))")
    }
    parts.append("seed \(result.seed)")
    if result.replication > 0 { parts.append("replication \(result.replication)") }
    return parts.joined(separator: " · ")
  }

  /// Whether there are fewer users at times: by plan, or because more are made when they are
  /// needed.
  private var isUserCountVaried: Bool {
    answer.limits.users.isRamp
      || result.scenario.loads.contains { $0.executor.mayMakeUsers }
  }

  /// The length of the loads as planned; where iterations are counted, as it came out.
  private var plannedNanoseconds: UInt64 {
    var longest: UInt64 = 0
    for load in result.scenario.loads {
      let length =
        load.executor.lastsForATime
        ? load.end.inNanoseconds : result.virtualTime.inNanoseconds
      longest = max(longest, length)
    }
    return longest
  }

  /// "60 s", "6 min 30 s", "24 h"; what is no whole second keeps its fraction.
  static func length(_ nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    if nanoseconds % 1_000_000_000 != 0 && seconds < 120 {
      return ScreenText.time(Double(nanoseconds))
    }
    if seconds <= 120 { return "\(seconds) s" }
    var parts: [String] = []
    if seconds >= 3600 { parts.append("\(seconds / 3600) h") }
    if seconds / 60 % 60 > 0 { parts.append("\(seconds / 60 % 60) min") }
    if seconds % 60 > 0 { parts.append("\(seconds % 60) s") }
    return parts.joined(separator: " ")
  }

  private var answerText: String {
    var lines: [String] = []
    for paragraph in answer.paragraphs {
      lines += ScreenText.lines(of: paragraph, within: ScreenText.width - 11)
    }
    if let found = options.warmUp, found.isTooShort {
      lines += ScreenText.lines(
        of: [WarmUpWords.sentence(found)], within: ScreenText.width - 11)
    }
    // The verdict goes up to the first colon or full stop.
    let verdict = lines[0].prefix { $0 != ":" && $0 != "." }
    let colored =
      answer.isDoubtful ? style.bold(style.red(String(verdict))) : style.green(String(verdict))
    lines[0] = colored + lines[0].dropFirst(verdict.count)
    var text = ""
    for (index, line) in lines.enumerated() {
      text += (index == 0 ? "  " + style.bold("ANSWER") + "   " : "           ") + line + "\n"
    }
    return text
  }

  // MARK: InnoDB's monitor

  /// Without indentation: these are the server's own words.
  private var innoDBStatusLines: [String] {
    guard options.showsInnoDBStatus else { return [] }
    guard let deadlock = result.latestDeadlock else { return ["No deadlock was detected."] }
    return [String(InnoDBMonitorText.text(deadlock).dropLast())]
  }

  // MARK: The last line

  private var lastLines: [String] { warmUpLines + digestLines }

  /// What is said of a warm-up that was found; where the run was too short, the answer says it.
  private var warmUpLines: [String] {
    guard let found = options.warmUp, !found.isTooShort else { return [] }
    let sentence = WarmUpWords.sentence(found)
    return ScreenText.lines(of: [sentence], within: ScreenText.width - 2).map { "  " + $0 } + [""]
  }

  private var digestLines: [String] {
    let digest = "  digest " + style.cyan(result.digest.text)
    guard let repeatCommand = options.repeatCommand else { return [digest] }
    let oneLine = "   repeat with: " + repeatCommand
    let width = ScreenText.width(of: "  digest " + result.digest.text + oneLine)
    return width <= ScreenText.width
      ? [digest + oneLine] : [digest, "  repeat with: " + repeatCommand]
  }

  // MARK: Rows of a section

  /// A row of a section: its label and what follows, below the title.
  func row(_ label: String, _ rest: String) -> String {
    String(repeating: " ", count: 15) + ScreenText.left(label, 18) + rest
  }

  /// A title in the columns before a section's rows.
  func title(_ title: String, _ rest: String) -> String {
    "  " + style.bold(title) + String(repeating: " ", count: max(1, 13 - title.count)) + rest
  }
}

import ContentionEngine
import SimulationBasics

/// A timeline as text: a lane for each user, one for the row, one for the lock, one for the key.
extension Timeline {
  /// The number of columns within which lines stay; there is room for a margin within 100.
  public static let width = 96

  /// The lines, at most `width` columns wide: what it is about, the heads of the lanes, a line for
  /// each moment, and last the rule that broke.
  public var lines: [String] { lines(isColored: false) }

  /// The lines, with the colours of a terminal or without.
  public func lines(isColored: Bool) -> [String] {
    TimelineLanes(self, TextStyle(isColored: isColored)).lines
  }

  /// The lines as one text, each with its line feed.
  public func text(isColored: Bool = false) -> String {
    lines(isColored: isColored).map { $0 + "\n" }.joined()
  }

  /// What it is about: the row, the lock and the key.
  var subject: String {
    var parts: [String] = []
    if let row = cast.row { parts.append(names.column(cast.column, of: row)) }
    if let lock = cast.lock {
      parts.append(
        cast.hasSeveralLocks ? "locks" : "lock " + names.lock(lock, key: cast.lockKey))
    }
    if let key = cast.key { parts.append("key \(key)") }
    return parts.joined(separator: " · ")
  }

  /// The head of a user's lane: who it is, and what it asks for where there is a choice.
  func head(ofLane lane: Int) -> String {
    let user = cast.users[lane]
    var words = [names.user(user)]
    for request in cast.requests where request.user == user {
      let name = names.request(request.program)
      if !name.isEmpty && !words.contains(name) { words.append(name) }
    }
    return words.joined(separator: " ")
  }
}

/// The layout of a timeline.
private struct TimelineLanes {
  private let timeline: Timeline
  private let style: TextStyle
  private let times: [String]
  /// The heads of the columns, and what stands in them; the time is the first.
  private var heads: [String]
  private var cells: [[String]]
  private let gap = 3

  init(_ timeline: Timeline, _ style: TextStyle) {
    self.timeline = timeline
    self.style = style
    let moments = timeline.moments
    times = moments.map { Timeline.seconds($0.at) }
    heads = ["time (s)"]
    cells = times.map { [$0] }
    for lane in timeline.cast.users.indices {
      heads.append(timeline.head(ofLane: lane))
      for index in moments.indices {
        cells[index].append(moments[index].place == .user(lane: lane) ? moments[index].text : "")
      }
    }
    func add(_ head: String, _ texts: [String]) {
      if texts.allSatisfy(\.isEmpty) { return }
      heads.append(head)
      for index in moments.indices { cells[index].append(texts[index]) }
    }
    add("row", moments.map { $0.place == .row ? $0.text : $0.row })
    add("lock", moments.map { $0.place == .lock ? $0.text : $0.lock })
    add("key", moments.map(\.key))
  }

  var lines: [String] {
    let moments = timeline.moments
    let widths = columnWidths
    var lines = timeline.subject.isEmpty ? [] : [cut(timeline.subject, to: Timeline.width)]
    lines.append(style.faintWhite(line(heads, widths)))
    for index in moments.indices {
      if moments[index].place == .across {
        let room = Timeline.width - widths[0] - gap
        let text = "── " + cut(moments[index].text, to: room - 3)
        lines.append(ScreenText.left(times[index], widths[0] + gap) + style.cyan(text))
      } else {
        lines.append(line(cells[index], widths))
      }
    }
    let room = Timeline.width - widths[0] - gap
    let indent = String(repeating: " ", count: widths[0] + gap)
    for (index, part) in ScreenText.lines(of: ["✗ " + timeline.rule], within: room).enumerated() {
      lines.append(indent + style.red(index == 0 ? part : "  " + part))
    }
    return lines
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (cell, width) in zip(cells, widths) {
      text += ScreenText.left(cut(cell, to: width), width + gap)
    }
    return ScreenText.trimmed(text)
  }

  /// As wide as what stands in them; where that is too much, the widest give way first.
  private var columnWidths: [Int] {
    var widths = heads.map { ScreenText.width(of: $0) }
    for row in cells.indices where timeline.moments[row].place != .across {
      for column in widths.indices {
        widths[column] = max(widths[column], ScreenText.width(of: cells[row][column]))
      }
    }
    let room = Timeline.width - gap * (widths.count - 1)
    while widths.reduce(0, +) > room,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
    }
    return widths
  }

  private func cut(_ text: String, to width: Int) -> String {
    if ScreenText.width(of: text) <= width { return text }
    var kept = ""
    for character in text where ScreenText.width(of: kept) < width - 1 { kept.append(character) }
    return kept + "…"
  }
}

extension Timeline {
  /// Seconds with microseconds, in groups of three: "1.203 481".
  static func seconds(_ time: VirtualTime) -> String {
    let microseconds = time.nanosecondsSinceStart / 1000
    let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
    return ScreenText.grouped("\(microseconds / 1_000_000).\(fraction)")
  }
}

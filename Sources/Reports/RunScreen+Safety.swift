import ContentionEngine
import ScenarioModel
import SimulationBasics

extension RunScreen {
  // MARK: SAFETY

  /// Each promise, whether it was held, and how often it was broken.
  var safetyLines: [String] {
    var lines = [
      title(
        "SAFETY",
        ScreenText.left("promise", 34) + "held" + ScreenText.right("broken", 11)
          + ScreenText.right("of", 11))
    ]
    // Where nothing repeats, there is nothing to say about what repeats.
    for finding in result.safety.findings
    where finding.promise != .noDuplicateFails || finding.examined > 0 {
      let mark =
        finding.examined == 0 && finding.isHeld
        ? "–" : finding.isHeld ? style.green("✓") : style.red("✗")
      lines.append(
        String(repeating: " ", count: 15) + ScreenText.left(finding.promise.text, 34) + "   " + mark
          + ScreenText.right(ScreenText.count(finding.broken), 11)
          + ScreenText.right(ScreenText.count(finding.examined), 11))
    }
    return lines
  }

  // MARK: WITNESS

  /// The first lost update as a timeline: two users and the row between them.
  var witnessLines: [String] {
    guard let witness = result.safety.firstLostUpdate else { return [] }
    let table = result.scenario.tables[witness.table]
    return WitnessTimeline(
      witness, row: "\(table.name)[\(witness.rowNumber)]",
      column: table.columns[witness.column].name,
      lost: result.safety.finding(.noLostUpdate).broken
    ).lines(style)
  }
}

/// The timeline of a lost update: what each of two users read and wrote, and what the row then
/// held.
private struct WitnessTimeline {
  private struct Moment {
    let time: VirtualTime
    /// 0 for the user whose effect was lost, 1 for the one who overwrote it.
    let lane: Int
    let text: String
    let row: String
  }

  private let head: String
  private let users: [String]
  private let moments: [Moment]
  private let end: String

  init(_ witness: LostUpdateWitness, row: String, column: String, lost: UInt64) {
    let first = witness.overwritten
    let second = witness.overwriting
    head = "\(row), " + (lost > 1 ? "first of \(ScreenText.count(lost))" : "the only one")
    users = [first, second].map { "user \($0.user.index + 1)" }
    func number(_ value: Int64) -> String { ScreenText.signed(Int128(value)) }
    func read(_ part: LostUpdateWitness.Part, lane: Int) -> Moment {
      let value = number(part.valueRead)
      return Moment(time: part.readAt, lane: lane, text: "read  \(column) \(value)", row: value)
    }
    func write(_ part: LostUpdateWitness.Part, lane: Int, after: Int64) -> Moment {
      Moment(
        time: part.committedAt, lane: lane, text: "write \(number(part.valueWritten)), commit",
        row: number(after))
    }
    let reads = [read(first, lane: 0), read(second, lane: 1)]
    // The second commit is what makes it a lost update, so the first one comes before it; the reads
    // may come in either order.
    let ordered = second.readAt < first.readAt ? Array(reads.reversed()) : reads
    moments =
      ordered + [
        write(first, lane: 0, after: witness.valueAfterFirst),
        write(second, lane: 1, after: witness.valueAfterSecond),
      ]
    let change = Int128(first.valueWritten) - Int128(first.valueRead)
    end = "\(users[0])'s \(ScreenText.signed(change)) is gone"
  }

  func lines(_ style: TextStyle) -> [String] {
    let times = moments.map { Self.seconds($0.time) }
    let timeWidth = (times.map { ScreenText.width(of: $0) }.max() ?? 0) + 3
    let laneWidths = [0, 1].map { lane in
      let texts = moments.filter { $0.lane == lane }.map(\.text) + [users[lane]]
      return texts.reduce(0) { max($0, ScreenText.width(of: $1)) } + 3
    }
    let indent = String(repeating: " ", count: 11)
    func line(_ time: String, _ lanes: [String], _ row: String) -> String {
      indent + ScreenText.left(time, timeWidth) + ScreenText.left(lanes[0], laneWidths[0])
        + ScreenText.left(lanes[1], laneWidths[1]) + row
    }
    var lines = [
      "  " + style.bold("WITNESS") + "  " + head, line("time (s)", users, "row"),
    ]
    for (index, moment) in moments.enumerated() {
      let lanes = [0, 1].map { $0 == moment.lane ? moment.text : "" }
      lines.append(line(times[index], lanes, moment.row))
    }
    lines.append(
      indent + String(repeating: " ", count: timeWidth) + style.red("✗ " + end))
    return lines
  }

  /// Seconds with microseconds, in groups of three: "1.203 481".
  private static func seconds(_ time: VirtualTime) -> String {
    let microseconds = time.nanosecondsSinceStart / 1000
    let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
    return ScreenText.grouped("\(microseconds / 1_000_000).\(fraction)")
  }
}

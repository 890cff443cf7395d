import ContentionEngine

/// A timeline as a sequence diagram of Mermaid, which GitHub and other forges draw.
///
/// Source of the grammar: Mermaid 10, `sequenceDiagram.jison`: a text ends at a line feed, a
/// semicolon or a number sign, unless these are written as entities.
extension Timeline {
  /// The diagram, each line with its line feed: users, lock, row and key as participants, a message
  /// for each moment, notes for faults, for what clients hear and for the rule that broke.
  public var mermaid: String {
    var lines = ["sequenceDiagram"]
    for lane in cast.users.indices {
      let parts = head(ofLane: lane).split(separator: " ").dropFirst().joined(separator: " ")
      lines.append("  participant \(user(lane)) as VU " + Self.escaped(parts))
    }
    if showsLock {
      lines.append("  participant R as Redis " + Self.escaped(lockName))
    }
    if let row = cast.row {
      lines.append("  participant M as MySQL " + Self.escaped(names.column(cast.column, of: row)))
    }
    if let key = cast.key { lines.append("  participant K as Key \(key)") }
    for moment in moments { lines.append("  " + line(moment)) }
    lines.append("  " + acrossAll("✗ " + rule))
    return lines.map { $0 + "\n" }.joined()
  }

  private var showsLock: Bool {
    moments.contains { $0.place == .lock || $0.route == .toLock || $0.route == .fromLock }
  }

  private var lockName: String {
    guard let lock = cast.lock, !cast.hasSeveralLocks else { return "locks" }
    return names.lock(lock, key: cast.lockKey)
  }

  private func user(_ lane: Int) -> String { "U\(lane + 1)" }

  private func line(_ moment: TimelineMoment) -> String {
    let time = Self.seconds(moment.at) + " "
    switch moment.place {
    case .across: return acrossAll(time + moment.text)
    case .lock: return "Note over R: " + Self.escaped(time + moment.text)
    case .row: return "Note over M: " + Self.escaped(time + moment.text)
    case .key: return "Note over K: " + Self.escaped(time + moment.key)
    case .user(let lane):
      let user = self.user(lane)
      var text = time + moment.text
      if !moment.row.isEmpty, moment.route == .toRow { text += ": " + moment.row }
      if !moment.lock.isEmpty, cast.hasSeveralLocks { text += ": " + moment.lock }
      let escaped = Self.escaped(text)
      switch moment.route {
      case .toLock: return "\(user)->>R: \(escaped)"
      case .fromLock: return "R-->>\(user): \(escaped)"
      case .toRow:
        return cast.row == nil ? "Note over \(user): \(escaped)" : "\(user)->>M: \(escaped)"
      case .fromRow:
        return cast.row == nil ? "Note over \(user): \(escaped)" : "M-->>\(user): \(escaped)"
      case .toKey: return "\(user)->>K: \(escaped)"
      case .fromKey: return "K-->>\(user): \(escaped)"
      case .own: return "Note over \(user): \(escaped)"
      }
    }
  }

  /// A note from the first participant to the last.
  private func acrossAll(_ text: String) -> String {
    var places = cast.users.indices.map { user($0) }
    if showsLock { places.append("R") }
    if cast.row != nil { places.append("M") }
    if cast.key != nil { places.append("K") }
    guard let first = places.first, let last = places.last else {
      return "%% " + text
    }
    return "Note over \(first == last ? first : first + "," + last): " + Self.escaped(text)
  }

  /// A text as Mermaid takes it: what would end it, or be taken for markup, as entities.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "#": escaped += "#35;"
      case ";": escaped += "#59;"
      case "<": escaped += "#lt;"
      case ">": escaped += "#gt;"
      case "\"": escaped += "#quot;"
      case "%": escaped += "#37;"
      case "\n", "\r": escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }
}

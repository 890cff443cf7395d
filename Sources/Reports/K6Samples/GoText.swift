import SimulationBasics

/// Text as Go's standard library writes it, where k6's files show it.
enum GoText {
  /// A JSON string as `encoding/json` writes it without escapes for HTML.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{8}": quoted += "\\b"
      case "\u{C}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{2028}": quoted += "\\u2028"
      case "\u{2029}": quoted += "\\u2029"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A length of time as `time.Duration` writes itself: "1m30s", "2.5s", "1h0m0s", "300µs".
  static func duration(_ duration: VirtualDuration) -> String {
    let nanoseconds = duration.inNanoseconds
    if nanoseconds == 0 { return "0s" }
    if nanoseconds < 1_000 { return "\(nanoseconds)ns" }
    if nanoseconds < 1_000_000 { return NumberText.scaled(nanoseconds, decimals: 3) + "µs" }
    if nanoseconds < 1_000_000_000 { return NumberText.scaled(nanoseconds, decimals: 6) + "ms" }
    let minutes = nanoseconds / 60_000_000_000
    let seconds = NumberText.scaled(nanoseconds % 60_000_000_000, decimals: 9) + "s"
    if minutes == 0 { return seconds }
    return minutes < 60 ? "\(minutes)m\(seconds)" : "\(minutes / 60)h\(minutes % 60)m\(seconds)"
  }
}

/// The colours that k6 uses on a terminal, as ANSI escape sequences; switched off, text stays as it
/// is.
struct TextStyle: Sendable {
  let isColored: Bool

  func green(_ text: String) -> String { sequence("32", text) }
  func red(_ text: String) -> String { sequence("31", text) }
  func cyan(_ text: String) -> String { sequence("36", text) }
  func faintCyan(_ text: String) -> String { sequence("2;36", text) }
  func white(_ text: String) -> String { sequence("37", text) }
  func faintWhite(_ text: String) -> String { sequence("2;37", text) }
  func bold(_ text: String) -> String { sequence("1", text) }

  private func sequence(_ codes: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(codes)m\(text)\u{1B}[0m" : text
  }
}

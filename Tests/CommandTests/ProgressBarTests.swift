import SimulateCommand
import Testing

@Suite("Progress bar")
struct ProgressBarTests {
  private let line = "--vus 2 --duration 10s"

  /// What was drawn, one entry a drawing; the clock moves by the step at each look.
  private func drawings(_ line: String, clockStep: UInt64, isTerminal: Bool = true) -> [String] {
    draw(line, clockStep: clockStep, isTerminal: isTerminal).drawings
  }

  private func draw(
    _ line: String, clockStep: UInt64, isTerminal: Bool = true
  ) -> (drawings: [String], wallTime: UInt64) {
    let outside = FakeOutside()
    outside.errorIsTerminal = isTerminal
    outside.clockStep = clockStep
    outside.terminalWidth = 70
    #expect(outside.run(line) == .success)
    return (outside.errors.split(separator: "\r").map(String.init), outside.now)
  }

  @Test("is drawn at most ten times a second and removed at the end")
  func rate() {
    let (drawn, wallTime) = draw("--vus 1000 --duration 20s", clockStep: 30_000_000)
    #expect(drawn.count > 3)
    #expect(drawn.count - 1 <= wallTime / 100_000_000)
    #expect(drawn.last == "\u{1B}[K")
    #expect(drawn[0].hasPrefix("balance-charge  "))
    #expect(drawn[0].hasSuffix(" s simulated\u{1B}[K"))
  }

  @Test("never wraps")
  func width() {
    for text in drawings(line, clockStep: 100_000_000) {
      #expect(text.replacing("\u{1B}[K", with: "").count < 70)
    }
  }

  @Test("is not drawn in a run that is over at once, without a terminal, or with --quiet")
  func silence() {
    #expect(drawings(line, clockStep: 0) == [])
    #expect(drawings(line, clockStep: 100_000_000, isTerminal: false) == [])
    #expect(drawings("\(line) --quiet", clockStep: 100_000_000) == [])
  }
}

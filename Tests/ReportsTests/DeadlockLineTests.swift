import ContentionEngine
import Reports
import SimulationBasics
import Testing

@Suite("Deadlock on the run screen")
struct DeadlockLineTests {
  private func screen(
    _ deadlock: DeadlockReport?, showsInnoDBStatus: Bool = false
  ) -> [Substring] {
    var result = SmallRun().result("none")
    result.latestDeadlock = deadlock
    let options = RunScreenOptions(showsInnoDBStatus: showsInnoDBStatus)
    return RunScreen.text(result, options: options)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The sentence about a deadlock, its lines joined.
  private func sentence(_ deadlock: DeadlockReport) -> String? {
    let lines = screen(deadlock)
    guard let first = lines.firstIndex(where: { $0.contains("last deadlock") }) else { return nil }
    let rest = lines[(first + 1)...].prefix { $0.hasPrefix(String(repeating: " ", count: 33)) }
    let pieces = [lines[first].dropFirst(33)] + rest.map { $0.dropFirst(33) }
    return pieces.joined(separator: " ")
  }

  @Test("is told in words: who wanted what of whom, and who lost")
  func words() {
    #expect(
      sentence(Deadlocks.updates)
        == "user 312 lost: it wanted users[1] of user 7, who wanted users[2]")
    #expect(
      sentence(Deadlocks.inserts)
        == "user 2 lost: it wanted the gap at the end of payments of user 1, who wanted the same")
    #expect(
      sentence(Deadlocks.upgrades)
        == "user 2 lost: it wanted users[200] of user 1, who wanted the same")
  }

  @Test("fits on one line for rows, and is broken between words within 100 columns else")
  func width() {
    for deadlock in [Deadlocks.updates, Deadlocks.inserts, Deadlocks.upgrades] {
      for line in screen(deadlock) { #expect(line.count <= 100) }
    }
    let line = screen(Deadlocks.updates).first { $0.contains("last deadlock") }.map(String.init)
    #expect(
      line == "               last deadlock     user 312 lost: it wanted users[1] of user 7, "
        + "who wanted users[2]")
  }

  @Test("a gap before a record and a key are named as such")
  func places() {
    var deadlock = Deadlocks.inserts
    deadlock.members[1].waitsFor = Deadlocks.key(.key(12), .insertIntention)
    deadlock.members[0].waitsFor = Deadlocks.key(.key(13), .nextKey)
    #expect(
      sentence(deadlock)
        == "user 2 lost: it wanted the gap before key 12 of payments of user 1, "
        + "who wanted key 13 of payments")
  }

  @Test("a cycle of many names the first four and their number")
  func longCycle() {
    func cycle(_ count: Int) -> DeadlockReport {
      let members = (1...count).map {
        Deadlocks.member(
          $0, UInt64($0), .update, .zero, rowChanges: 0, holds: Deadlocks.row($0),
          waitsFor: Deadlocks.row($0 % count + 1))
      }
      return DeadlockReport(moment: .start, members: members, victim: 1)
    }
    #expect(
      sentence(cycle(3))
        == "user 2 lost: it wanted users[3] of user 3, who wanted users[1] of user 1, "
        + "who wanted users[2]")
    #expect(
      sentence(cycle(4))
        == "user 2 lost: it wanted users[3] of user 3, who wanted users[4] of user 4, "
        + "who wanted users[1] of user 1, who wanted users[2]")
    #expect(
      sentence(cycle(6))
        == "user 2 lost: it wanted users[3] of user 3, who wanted users[4] of user 4, "
        + "who wanted users[5] of user 5, who wanted users[6] of user 6, "
        + "and so on round 6 transactions")
  }

  @Test("is not mentioned when there was none")
  func none() {
    #expect(!screen(nil).contains { $0.contains("last deadlock") })
  }

  @Test("is printed as InnoDB does before the last line, if one asks for it")
  func status() {
    let plain = screen(Deadlocks.updates)
    #expect(!plain.contains("LATEST DETECTED DEADLOCK"))
    let text = InnoDBMonitorText.text(Deadlocks.updates)
      .split(separator: "\n", omittingEmptySubsequences: false)
    // The digest and the line end.
    #expect(
      screen(Deadlocks.updates, showsInnoDBStatus: true)
        == plain.dropLast(2) + text + plain.suffix(2))
    #expect(
      screen(nil, showsInnoDBStatus: true)
        == screen(nil).dropLast(2) + ["No deadlock was detected.", ""] + screen(nil).suffix(2))
  }
}

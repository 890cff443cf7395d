import SimulateCommand
import Testing

@Suite("Exit codes")
struct ExitCodeTests {
  @Test("are the documented numbers")
  func table() {
    let documented: [(ExitCode, Int32)] = [
      (.success, 0), (.found, 1), (.badModel, 2), (.badCommandLine, 3), (.fileFailed, 4),
      (.internalFault, 70), (.thresholdFailed, 99), (.interrupted, 130),
    ]
    #expect(documented.map(\.0) == ExitCode.allCases.sorted { $0.rawValue < $1.rawValue })
    for (code, number) in documented { #expect(code.rawValue == number) }
  }

  @Test("are all in the help")
  func help() {
    let outside = FakeOutside()
    #expect(outside.run("--help") == .success)
    for code in ExitCode.allCases { #expect(outside.output.contains(" \(code.rawValue)   ")) }
  }
}

import Foundation
import SimulateCommand
import Testing

@Suite("Documentation")
struct DocumentationTests {
  private func readme() throws -> String { try text("README.md") }

  private func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test(
    "shows only command lines that the program accepts",
    arguments: [
      "README.md", "models/README.md", "Sources/SimulateCommand/Simulate.docc/K6.md",
      "Sources/SimulateCommand/Simulate.docc/Hunt.md",
      "Sources/SimulateCommand/Simulate.docc/Faults.md",
      "Sources/SimulateCommand/Simulate.docc/Defend.md",
      "Sources/SimulateCommand/Simulate.docc/Pulse.md",
      "Sources/SimulateCommand/Simulate.docc/Replications.md",
      "Sources/SimulateCommand/Simulate.docc/Compare.md",
      "Sources/SimulateCommand/Simulate.docc/Capacity.md",
      "Sources/SimulateCommand/Simulate.docc/Tune.md",
      "Sources/SimulateCommand/Simulate.docc/Sweep.md",
    ])
  func commands(page: String) throws {
    var commands: [Substring] = []
    for line in try text(page).split(separator: "\n") {
      if line.hasPrefix("    swift run -c release ") {
        commands.append(line.dropFirst("    swift run -c release ".count))
      } else if line.hasPrefix("    simulate ") {
        commands.append(line.dropFirst(4))
      } else {
        // What stands between backquotes is code.
        let spans = line.split(separator: "`", omittingEmptySubsequences: false)
        for (index, span) in spans.enumerated() where index % 2 == 1 {
          if span.hasPrefix("simulate ") { commands.append(span) }
        }
      }
    }
    #expect(commands.count >= 4)
    for command in commands {
      // What a shell takes away.
      let words = command.filter { $0 != "\"" }.split(separator: " ").map(String.init)
      #expect(words[0] == "simulate")
      #expect(throws: Never.self, "\(command)") {
        _ = try CommandLineArguments.command(from: Array(words.dropFirst()))
      }
    }
  }

  @Test("lists the exit codes as the program means them")
  func exitCodes() throws {
    let text = try readme()
    for code in ExitCode.allCases {
      #expect(text.contains("| \(code.rawValue) | \(code.meaning) |\n"))
    }
  }

  @Test("names the one command that runs the tests")
  func testCommand() throws {
    let commands = try readme().split(separator: "\n").filter { $0.hasPrefix("    swift test") }
    #expect(commands == ["    swift test -c release"])
  }
}

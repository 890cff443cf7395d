import Foundation
import Testing

/// The real program in a process of its own: what only the operating system can show.
@Suite("Process")
struct ProcessTests {
  /// The program that was built beside these tests.
  private static let program = URL(filePath: CommandLine.arguments[0])
    .deletingLastPathComponent().appending(path: "simulate")

  private struct Outcome {
    var code: Int32
    var isSignal: Bool
    var output: String
    var errors: String
  }

  /// Runs a line of shell with the program as `simulate`, in an empty folder.
  private func shell(_ line: String) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "simulate-process-\(ProcessInfo.processInfo.globallyUniqueString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "simulate() { \"$0\" \"$@\"; }; \(line)", Self.program.path]
    process.currentDirectoryURL = folder
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let written = try output.fileHandleForReading.readToEnd() ?? Data()
    let complaints = try errors.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, isSignal: process.terminationReason == .uncaughtSignal,
      output: String(decoding: written, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }

  private let run = "simulate --vus 10 --duration 2s --strategy atomic"

  @Test("prints, writes its files and exits with the code of the command")
  func whole() throws {
    let outcome = try shell("\(run) --csv a.csv --summary-export a.json; echo $?; ls -A")
    #expect(outcome.output.hasSuffix("\n0\na.csv\na.json\n"))
    #expect(outcome.errors == "")
    #expect(try shell("simulate --bogus").code == 3)
    #expect(try shell("simulate run missing.json5").code == 4)
  }

  @Test("does not care whether anybody reads, and still writes its files")
  func closedPipe() throws {
    let outcome = try shell("\(run) --csv a.csv | true; echo ${PIPESTATUS[0]}; ls -A")
    #expect(outcome.output == "0\na.csv\n")
    #expect(outcome.errors == "")
    let closed = try shell("\(run) --csv a.csv >&-; echo $?; ls -A; wc -l <a.csv")
    #expect(closed.output.hasPrefix("0\na.csv\n"))
    #expect(closed.errors == "")
  }

  @Test("says so when the screen cannot be written")
  func fullDevice() throws {
    let outcome = try shell("\(run) >/dev/full")
    #expect(outcome.code == 4)
    #expect(
      outcome.errors
        == "simulate: cannot write 'standard output': no space left on device\n")
  }

  @Test("says so and leaves nothing behind when a file would grow beyond the user's limit")
  func fileSizeLimit() throws {
    // In kibibytes; the samples of this run have more.
    let outcome = try shell("ulimit -f 8; \(run) --out json=a.json >/dev/null; echo $?; ls -A")
    #expect(outcome.output == "4\n")
    #expect(outcome.errors == "simulate: cannot write 'a.json': file too large\n")
  }

  @Test("writes to standard output by its name, also when that is a file")
  func standardOutputAsFile() throws {
    let outcome = try shell("\(run) --csv /dev/stdout >all.txt; head -c 3 all.txt; ls -A")
    #expect(outcome.output == "t_sall.txt\n")
    let piped = try shell("\(run) --csv /dev/stdout | head -c 3")
    #expect(piped.output == "t_s")
  }

  @Test(
    "ends with 130 and leaves nothing behind at Ctrl-C and SIGTERM", arguments: ["INT", "TERM"])
  func interruption(signal: String) throws {
    // Ninety years take far longer than the signal; job control lets the child have SIGINT.
    let outcome = try shell(
      """
      set -m
      "$0" --vus 1000 --duration 788400h --csv a.csv --quiet & child=$!
      for try in {1..500}; do ls -A | grep -q partial && break; sleep 0.02; done
      kill -\(signal) $child; wait $child; echo $?; ls -A
      """)
    #expect(outcome.output == "130\n")
    #expect(outcome.errors.contains("simulate: interrupted; no file was touched\n"))
  }

  @Test("ends with 70, says so and leaves nothing behind when it meets a fault of its own")
  func fault() throws {
    let outcome = try shell(
      """
      "$0" --vus 1000 --duration 788400h --csv a.csv --quiet & child=$!
      for try in {1..500}; do ls -A | grep -q partial && break; sleep 0.02; done
      kill -ILL $child; wait $child; echo $?; ls -A
      """)
    #expect(outcome.output == "70\n")
    #expect(
      outcome.errors
        == "simulate: a fault of this program; please report the model and the command\n")
  }

  @Test("gives the same bytes from any folder")
  func workingFolder() throws {
    let here = try shell(run)
    let there = try shell("mkdir -p a/b && cd a/b && \(run)")
    #expect(here.code == 0)
    #expect(here.output == there.output)
  }

  @Test("keeps the finished runs of a sweep that is killed, and ends with the same bytes")
  func killedSweep() throws {
    let outcome = try shell(
      """
      sweep="sweep --vus 100 --duration 60s --vary pool=2,20 --replications 40 --quiet --csv"
      "$0" $sweep whole.csv >whole.txt
      for round in {1..3}; do
        "$0" $sweep killed.csv --resume >killed.txt 2>/dev/null & child=$!
        for try in {1..2000}; do
          [ $(grep -c '^[0-9]' killed.csv.part 2>/dev/null || true) -gt $((round * 8)) ] && break
          sleep 0.005
        done
        kill -9 $child; wait $child 2>/dev/null
        ls -A
      done
      "$0" $sweep killed.csv --resume >killed.txt; echo $?
      cmp whole.csv killed.csv && ls -A
      """)
    let left = "killed.csv.part\nkilled.txt\nwhole.csv\nwhole.txt\n"
    #expect(
      outcome.output == left + left + left + "0\nkilled.csv\nkilled.txt\nwhole.csv\nwhole.txt\n")
  }

  @Test("ends a sweep with 130 at SIGTERM, and says how to go on")
  func stoppedSweep() throws {
    let outcome = try shell(
      """
      "$0" sweep --vus 1000 --vary pool=2,20 --replications 1000 --quiet --csv a.csv & child=$!
      for try in {1..2000}; do grep -q '^[0-9]' a.csv.part 2>/dev/null && break; sleep 0.01; done
      kill -TERM $child; wait $child; echo $?; ls -A
      """)
    #expect(outcome.output == "130\na.csv.part\n")
    #expect(outcome.errors.contains(" of 2000 runs are in 'a.csv.part'\n"))
    #expect(outcome.errors.contains("write --resume to go on with them\n"))
  }
}

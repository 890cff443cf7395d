import BundledMeasurements
import SimulateCommand
import Testing

/// `simulate validate`, on a few runs of the bundled tables.
@Suite("Validate command")
struct ValidateCommandTests {
  private static let runs = String(decoding: BundledMeasurements.runs.text, as: UTF8.self)
    .split(separator: "\n").map(String.init)

  /// The table with the runs of these numbers alone.
  private func table(_ numbers: [Int]) -> String {
    let rows = Self.runs.dropFirst().filter { row in
      numbers.contains { row.hasPrefix("\($0),") }
    }
    return ([Self.runs[0]] + rows).joined(separator: "\n") + "\n"
  }

  @Test("ends with 0 when every judged run agrees, and writes the same in all forms")
  func agrees() throws {
    let outside = FakeOutside()
    // A queue for one row: nothing about it is left to chance.
    outside.add("runs.csv", table([18]))
    let flags = "--runs runs.csv --seeds 2 --quiet --csv v.csv --markdown v.md"
    #expect(outside.run("validate \(flags)") == .success)
    #expect(outside.errors == "")
    #expect(outside.output.hasPrefix("1 of 1 judged runs agree in every figure"))
    let csv = try #require(outside.text(of: "v.csv"))
    #expect(csv.contains("\n18,"))
    #expect(try #require(outside.text(of: "v.md")).contains("| 18 | ✓ |"))
    #expect(outside.unfinishedFiles == 0)
    let again = FakeOutside()
    again.add("runs.csv", table([18]))
    #expect(again.run("validate \(flags) --jobs 1") == .success)
    #expect(again.text(of: "v.csv") == csv)
    #expect(again.output == outside.output)
  }

  @Test("ends with 1 when a judged figure disagrees")
  func disagrees() throws {
    let row = try #require(table([18]).split(separator: "\n").last)
    let columns = Self.runs[0].split(separator: ",").map(String.init)
    var fields = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    fields[try #require(columns.firstIndex(of: "throughput_ok_rps"))] = "80"
    let outside = FakeOutside()
    outside.add("runs.csv", Self.runs[0] + "\n" + fields.joined(separator: ",") + "\n")
    #expect(outside.run("validate --runs runs.csv --seeds 2 --quiet") == .found)
    #expect(outside.output.contains("✗ run 18,"))
    #expect(outside.output.contains("throughput 80.00 measured"))
  }

  @Test("ends with 2 for a table that cannot be read, and says where it is wrong")
  func wrongTable() {
    let outside = FakeOutside()
    outside.add("runs.csv", table([18]).replacing("pessimistic", with: "pesimistic"))
    #expect(outside.run("validate --runs runs.csv --csv v.csv") == .badModel)
    #expect(outside.errors.contains("runs.csv:2: strategy: "))
    #expect(outside.errors.contains("did you mean 'pessimistic'?"))
    #expect(outside.text(of: "v.csv") == nil)
  }

  @Test("ends with 4 for a file that is not there, or cannot be written")
  func files() {
    let outside = FakeOutside()
    #expect(outside.run("validate --steps nowhere.csv") == .fileFailed)
    #expect(outside.errors.contains("nowhere.csv"))
    outside.refusedPaths = [("v.csv", .missing)]
    outside.add("runs.csv", table([18]))
    #expect(outside.run("validate --runs runs.csv --csv v.csv") == .fileFailed)
    #expect(outside.output == "")
  }

  @Test("ends with 3 for a number of seeds that is none")
  func seeds() {
    let outside = FakeOutside()
    #expect(outside.run("validate --seeds 0") == .badCommandLine)
  }
}

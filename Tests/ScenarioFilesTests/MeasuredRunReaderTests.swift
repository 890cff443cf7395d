import BundledMeasurements
import ScenarioFiles
import SimulationBasics
import Testing

/// The tables of the load driver, as text.
@Suite("Reader of measured runs")
struct MeasuredRunReaderTests {
  static let columns =
    "run,strategy,W_work_ms,explicit_tx,step,n,mean_ms,p50_ms,p95_ms,p99_ms,max_ms"
  static let row = "3,optimistic,20,1,select,247,0.05,0.04,0.1,0.2,0.5"

  private func steps(_ text: String) throws -> [MeasuredStep] {
    try MeasuredRunReader.steps(Array(text.utf8), file: "steps.csv")
  }

  /// The lines that are printed for a table of steps; none when it is right.
  private func problems(of text: String) -> [String] {
    do throws(ReadingFailure) {
      _ = try MeasuredRunReader.steps(Array(text.utf8), file: "steps.csv")
      return []
    } catch {
      return error.diagnostics.map { $0.line }
    }
  }

  @Test("takes milliseconds as whole nanoseconds, and columns in any order")
  func units() throws {
    let step = try #require(try steps("\(Self.columns)\n\(Self.row)\n").first)
    #expect(step.set == 3)
    #expect(step.strategy == "optimistic")
    #expect(step.hasTransaction)
    #expect(step.work == .milliseconds(20))
    #expect(step.name == "select")
    #expect(step.count == 247)
    #expect(step.mean == .microseconds(50))
    #expect(step.longest == .microseconds(500))
    func reversed(_ line: String) -> String {
      line.split(separator: ",").reversed().joined(separator: ",")
    }
    #expect(try steps("more,\(reversed(Self.columns))\n,\(reversed(Self.row))") == [step])
  }

  @Test(
    "reads a table however its lines end and its fields are quoted",
    arguments: [
      "\(columns)\n\(row)", "\(columns)\r\n\(row)\r\n", "\u{FEFF}\(columns)\n\n\(row)\n\n",
      "\"run\",strategy,W_work_ms,explicit_tx,step,n,mean_ms,p50_ms,p95_ms,p99_ms,max_ms\n"
        + "\"3\",\"optimistic\",20,1,select,247,0.05,0.04,0.1,0.2,0.5",
    ])
  func dialects(text: String) throws {
    #expect(try steps(text) == steps("\(Self.columns)\n\(Self.row)\n"))
  }

  @Test("keeps commas, line ends and doubled quotes inside of quotes")
  func quotes() throws {
    let row = Self.row.replacing("select", with: "\"a,\"\"b\"\"\nc\"")
    #expect(try steps("\(Self.columns)\n\(row)").first?.name == "a,\"b\"\nc")
  }

  @Test(
    "names a wrong table by line and column",
    arguments: [
      (
        "",
        ["steps.csv:1: expected a line with the names of the columns, found the end of the text"]
      ),
      (columns, ["steps.csv:1: expected at least one row below the names of the columns"]),
      (
        "\(columns),n\n\(row),1", ["steps.csv:1: there are two columns 'n'"]
      ),
      (
        columns.replacing(",step", with: "") + "\n" + row.replacing(",select", with: ""),
        ["steps.csv:1: there is no column 'step'"]
      ),
      (
        "\(columns)\n\(row)\n\(row),7",
        ["steps.csv:3: expected 11 fields, as there are columns, found 12"]
      ),
      (
        "\(columns)\n\(row.replacing("0.05", with: "fast"))",
        ["steps.csv:2: mean_ms: expected a number from 0 to 1e15, found 'fast'"]
      ),
      (
        "\(columns)\n\(row.replacing("0.05", with: "-1"))",
        ["steps.csv:2: mean_ms: expected a number from 0 to 1e15, found '-1'"]
      ),
      (
        "\(columns)\n\(row.replacing("247", with: "0"))",
        ["steps.csv:2: n: expected a whole number from 1 to 1000000, found '0'"]
      ),
      (
        "\(columns)\n\(row.replacing("0.5", with: ""))",
        ["steps.csv:2: max_ms: missing; expected a number from 0 to 1e15"]
      ),
      (
        "\(columns)\n\(row.replacing("select", with: "\"select"))",
        [
          "steps.csv:2: expected 11 fields, as there are columns, found 5",
          "steps.csv:2: a field that begins here has no closing quote",
        ]
      ),
      (
        "\(columns)\n\(row.replacing("select", with: "sel\"ect"))",
        ["steps.csv:2: a quote inside a field; put the field in quotes and write the quote twice"]
      ),
    ])
  func wrongTables(text: String, expected: [String]) {
    #expect(problems(of: text) == expected)
  }

  @Test("tells everything that is wrong, in the order of the file")
  func severalProblems() {
    let bad = Self.row.replacing("0.04", with: "x")
    #expect(problems(of: "\(Self.columns)\n\(bad)\n\(Self.row)\n\(bad)").count == 2)
  }

  @Test("reads the tables that come with the program")
  func bundled() throws {
    let runs = try MeasuredRunReader.runs(
      BundledMeasurements.runs.text, file: BundledMeasurements.runs.file)
    #expect(runs.count == 64)
    #expect(runs.filter { !$0.isContaminated }.count == 42)
    let first = try #require(runs.first)
    #expect(first.number == 10)
    #expect(first.isContaminated)
    #expect(first.setting.strategy == .optimistic)
    #expect(first.setting.backoff?.kind == .exp)
    #expect(first.setting.backoff?.base == .milliseconds(50))
    #expect(first.setting.maxRetries == 10)
    #expect(first.setting.pool == nil)
    #expect(first.measured.contains(MeasuredFigure(column: "conflicts_window", value: 233)))
    let steps = try MeasuredRunReader.steps(
      BundledMeasurements.steps.text, file: BundledMeasurements.steps.file)
    #expect(steps.count == 131)
  }

  @Test("makes of each step as many times as were measured, with its quantiles and its mean")
  func times() throws {
    let steps = try MeasuredRunReader.steps(
      BundledMeasurements.steps.text, file: BundledMeasurements.steps.file)
    for step in steps {
      let times = step.times
      #expect(times.count == step.count)
      #expect(times == times.sorted())
      #expect(times.last == Double(step.longest.inNanoseconds))
      func near(_ rank: Double, _ length: VirtualDuration) -> Bool {
        // Between the two ranks beside it, where the quantile must lie.
        let place = rank * Double(times.count - 1)
        let low = times[max(0, Int(place) - 1)]
        let high = times[min(times.count - 1, Int(place) + 2)]
        return low <= Double(length.inNanoseconds) + 1 && Double(length.inNanoseconds) <= high + 1
      }
      #expect(near(0.5, step.median), "\(step)")
      #expect(near(0.95, step.percentile95), "\(step)")
      let mean = times.reduce(0, +) / Double(times.count)
      // The table's own numbers may not admit the mean exactly, but they are within a quarter.
      #expect(abs(mean / Double(step.mean.inNanoseconds) - 1) < 0.25, "\(step)")
    }
  }
}

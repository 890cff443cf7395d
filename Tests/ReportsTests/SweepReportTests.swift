import ContentionEngine
import Experiments
import Measurements
import Reports
import SimulationBasics
import Testing

/// Part files, CSV and screen of a sweep, of results made up for it.
@Suite("Sweep report")
struct SweepReportTests {
  private static let design = SweepDesign(
    axes: [
      SweepAxis(name: "retry.base", values: ["10ms", "1s"]),
      SweepAxis(name: "requests.charge.steps[1].retry.on", values: ["[\"deadlock\"]", "none, x"]),
    ], layout: .grid, seed: 7, replications: 2)

  private static func header(
    _ design: SweepDesign = design, shard: SweepShard = .whole, settings: [String] = [],
    path: String = "small", digest: String = "d41d8cd98f00b204e9800998ecf8427e"
  ) -> SweepPartHeader {
    SweepPartHeader(
      modelName: "small", modelPath: path, modelDigest: digest, settings: settings,
      design: design, format: .runs, shard: shard)
  }

  /// The row of a run with this success and this 95th percentile; everything else is 0.
  private static func row(
    _ index: Int, _ success: Double, _ latency: Double, lost: Int = 0, _ broken: String = ""
  ) -> String {
    let (point, replication) = design.run(index)
    let figures = RunFigure.allCases.map { figure in
      switch figure {
      case .successShare: NumberText.shortest(success)
      case .latency95: NumberText.shortest(latency)
      case .lostUpdates: "\(lost)"
      default: "0"
      }
    }
    return String(
      CSVTable(columns: Array(repeating: "", count: 8 + figures.count)).line(
        ["\(point + 1)", "\(replication)", "7"] + design.fields(of: point) + ["12"] + figures
          + [broken, "0123-4567-89ab-cdef"]
      ).dropLast())
  }

  private static let rows = [
    row(0, 0.5, 1e6), row(1, 0.7, 3e6), row(2, 1, 2e6), row(3, 1, 4e6), row(4, 1, 1e6),
    row(5, 1, 2.5e6), row(6, 0, 0), row(7, 0.1, 2e9),
  ]

  @Test("has columns for the run, the axes, the figures and the digest, and reads them back")
  func columns() {
    let columns = SweepColumns(of: Self.design)
    #expect(
      columns.header.hasPrefix(
        "point,replication,seed,retry.base_ns,requests.charge.steps[1].retry.on,requests,"))
    #expect(Self.rows[2].hasPrefix(#"2,0,7,10000000,"none, x",12,1,"#))
    #expect(Self.rows[0].hasPrefix(#"1,0,7,10000000,"[""deadlock""]",12,0.5,"#))
    let run = columns.run(1, row: Self.rows[1])
    #expect(run?.figures[RunFigure.successShare.index] == 0.7)
    #expect(run?.figures[RunFigure.latency95.index] == 3e6)
    #expect(run?.broken == [])
    let broken = Self.row(1, 0.7, 3e6, "no-lost-update+one-holder")
    #expect(columns.run(1, row: broken)?.broken == [.noLostUpdate, .oneHolderPerLock])
    // The row of another run is none of this one.
    #expect(columns.run(0, row: Self.rows[1]) == nil)
    #expect(columns.run(1, row: String(Self.rows[1].dropLast())) == nil)
    #expect(columns.run(1, row: Self.rows[1] + ",1") == nil)
    #expect(columns.run(1, row: Self.rows[1].replacing(",0.7,", with: ",x,")) == nil)
    #expect(columns.run(1, row: Self.rows[1].replacing(",12,", with: ",banana,")) == nil)
    #expect(columns.run(1, row: Self.row(1, 0.7, 3e6, "no-lost-updates")) == nil)
    #expect(columns.run(1, row: Self.row(1, 0.7, 3e6, "one-holder+no-lost-update")) == nil)
  }

  @Test("begins a part file with what the sweep is, to the byte, and reads it back")
  func header() throws {
    let header = Self.header(shard: SweepShard(number: 2, of: 3))
    let lines = header.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.prefix(14) == [
        "simulate sweep part\t2", "version\t\(ProductVersion.text)",
        "model\td41d8cd98f00b204e9800998ecf8427e", "settings", "seed\t7", "replications\t2",
        "layout\tgrid", "axis\tretry.base\t10ms,1s", "value\t10ms", "value\t1s",
        "axis\trequests.charge.steps[1].retry.on\t[\"deadlock\"],none, x",
        "value\t[\"deadlock\"]", "value\tnone, x", "csv\truns",
      ])
    #expect(lines[14].hasPrefix("columns\tpoint,replication,seed,"))
    #expect(lines[15] == "runs\t8")
    #expect(lines[16] == "fingerprint\t\(header.fingerprint)")
    #expect(lines[17].hasPrefix("source\tsmall\tsmall\t"))
    #expect(lines[18].hasPrefix("shard\t2\t3\t"))
    #expect(lines[19...] == ["", ""])
    #expect(try SweepPartHeader(lines: lines[..<19].map(String.init)) == header)
    #expect(header.runCount == 3)
  }

  @Test(
    "tells whether two parts belong together, and reads no header that lacks or has a line more")
  func headers() throws {
    let header = Self.header()
    #expect(header.difference(from: Self.header(shard: SweepShard(number: 2, of: 2))) == nil)
    #expect(header.fingerprint == Self.header(shard: SweepShard(number: 2, of: 2)).fingerprint)
    #expect(header.difference(from: Self.header(path: "elsewhere/small.json5")) == nil)
    #expect(header.fingerprint == Self.header(path: "elsewhere/small.json5").fingerprint)
    let more = Self.header(settings: ["--vus", "5"])
    #expect(
      header.difference(from: more)
        == SweepDifference(subject: "choice of flags", own: "", other: "--vus 5"))
    #expect(header.difference(from: Self.header(digest: "x"))?.subject == "model")
    let other = SweepDesign(axes: Self.design.axes, layout: .grid, seed: 8, replications: 2)
    #expect(header.difference(from: Self.header(other))?.subject == "seed")
    #expect(header.fingerprint != Self.header(other).fingerprint)
    let lines = header.text.split(separator: "\n").map(String.init)
    for index in lines.indices {
      var fewer = lines
      fewer.remove(at: index)
      #expect(throws: SweepPartProblem.self) { try SweepPartHeader(lines: fewer) }
      var more = lines
      more.insert(lines[index], at: index)
      #expect(throws: SweepPartProblem.self) { try SweepPartHeader(lines: more) }
    }
    #expect(throws: SweepPartProblem.noPart) { try SweepPartHeader(lines: []) }
  }

  @Test("writes a line of a part as index, row and check, and reads nothing else")
  func partLines() throws {
    let check = SweepPartCheck("a")
    let line = SweepPartLine(index: 12, row: "a,b\tc")
    let text = String(line.text(check).dropLast())
    #expect(text.hasPrefix("12\ta,b\tc\t"))
    #expect(try SweepPartLine(text: text, check, number: 1) == line)
    // Any other byte anywhere is found.
    for index in text.indices {
      var changed = text
      changed.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
      #expect(throws: SweepPartProblem.self) { try SweepPartLine(text: changed, check, number: 1) }
    }
    #expect(throws: SweepPartProblem.self) {
      try SweepPartLine(text: text, SweepPartCheck("b"), number: 1)
    }
    for text in ["", "12", "\ta", "-1\ta", "+1\ta", "012\ta", "1 \ta", "x\ta"] {
      let whole = "\(text)\t\(check.text(of: text[...]))"
      #expect(throws: SweepPartProblem.damagedRow(line: 3), "\(text)") {
        try SweepPartLine(text: whole, check, number: 3)
      }
    }
  }

  @Test("checks lines by FNV-1a")
  func check() {
    // The test vectors of the authors for "" and "foobar" (draft-eastlake-fnv).
    #expect(SweepPartCheck("").text(of: "") == "cbf29ce484222325")
    #expect(SweepPartCheck("").text(of: "foobar") == "85944171f73967e8")
    #expect(SweepPartCheck("foo").text(of: "bar") == "85944171f73967e8")
  }

  private static func telling(
    _ rows: [String] = rows, by criteria: [RunFigure] = SweepRanking.usualCriteria
  ) -> SweepCollector {
    var telling = SweepCollector(header(), by: criteria)
    for row in rows { #expect(telling.take(row) == row + "\n") }
    return telling
  }

  @Test("recommends no point that loses money, and says that it would come first")
  func lure() {
    let promise = "no-lost-update"
    let rows = [
      Self.row(0, 0.5, 1e6), Self.row(1, 0.7, 3e6),
      Self.row(2, 1, 2e6, lost: 200, promise), Self.row(3, 1, 4e6, lost: 224, promise),
      Self.row(4, 0.2, 1e6), Self.row(5, 0.2, 2.5e6), Self.row(6, 0.1, 0), Self.row(7, 0.1, 2e9),
    ]
    for criteria in [SweepRanking.usualCriteria, [.latency99], [.successShare, .latency99]] {
      let report = Self.telling(rows, by: criteria).report
      #expect(report.answer[0].contains("The best of the 3 points that keep every promise: "))
      #expect(!report.answer[0].contains("none, x, "))
      #expect(report.text.contains("lost-updates"))
      #expect(report.text.contains("  broken  "))
      for line in report.text.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100) }
    }
    #expect(
      Self.telling(rows).report.answer[1]
        == "retry.base=10ms, requests.charge.steps[1].retry.on=none, x would come first, but loses"
        + " 212 updates a run.")
    #expect(Self.telling(rows, by: [.latency99]).report.text.contains(" --best p99\n"))
  }

  @Test("says that no point keeps its promises, and what the best costs")
  func allBroken() {
    let rows = (0..<8).map { Self.row($0, 1, 1e6 * Double($0), "one-holder") }
    let answer = Self.telling(rows).report.answer
    #expect(answer[0].hasPrefix("No point keeps every promise; the best of 4 points: "))
    #expect(answer[1] == "It breaks the promise 'one holder per distributed lock'.")
  }

  @Test("says which axes change nothing")
  func inert() {
    // Replications differ; points differ in the second axis alone.
    let rows = (0..<8).map { Self.row($0, 1, Double($0 % 4) * 1e6) }
    let answer = Self.telling(rows).report.answer
    #expect(
      answer[1]
        == "retry.base changes nothing here: runs that differ only there have the same digest.")
    let equal = (0..<8).map { Self.row($0, 1, Double($0 % 2) * 1e6) }
    let report = Self.telling(equal).report
    #expect(report.answer[0].hasPrefix("All 4 points come to the same: success 100.00±0.00 %"))
    #expect(report.answer.count == 2)
    #expect(report.answer[1].hasPrefix("retry.base and requests.charge.steps[1].retry.on change"))
  }

  @Test("stays within its columns, however many axes there are and however long their values")
  func width() {
    for (count, length) in [(1, 3), (4, 60), (9, 12), (30, 200)] {
      let design = SweepDesign(
        axes: (0..<count).map { axis in
          SweepAxis(
            name: String(repeating: "name\(axis).", count: length / 5 + 1),
            values: [String(repeating: "v", count: length), "w"])
        }, layout: .latin(points: 2), seed: 7, replications: 1)
      let header = SweepPartHeader(
        modelName: "small", modelPath: "small", modelDigest: "", settings: [], design: design,
        format: .runs, shard: .whole)
      var telling = SweepCollector(header, by: SweepRanking.usualCriteria)
      for index in 0..<2 {
        let figures = RunFigure.allCases.map { $0 == .lostUpdates ? "5" : "1" }
        let fields =
          ["\(index + 1)", "0", "7"] + design.fields(of: index) + ["12"] + figures
          + ["no-lost-update", "0123-4567-89ab-cdef"]
        _ = telling.take(fields.joined(separator: ","))
      }
      // The command stands behind the last empty line, and its words are never broken.
      let lines = telling.report.text.split(separator: "\n", omittingEmptySubsequences: false)
      let command = lines.firstIndex { $0.hasPrefix("    $ ") } ?? 0
      for line in lines[..<command] { #expect(line.unicodeScalars.count <= 100, "\(line)") }
      #expect(lines.contains { $0.hasSuffix("lost-updates") || $0.contains("lost-updates ") })
    }
  }

  @Test("finds the best by success, then by the 95th percentile")
  func answer() {
    let report = Self.telling().report
    #expect(
      report.answer == [
        "The best of 4 points: success 100.00±0.00 %, p95 1.8±9.5 ms with retry.base=1s,"
          + " requests.charge.steps[1].retry.on=[\"deadlock\"].",
        "1 more point lies within these intervals; 'simulate compare' tells whether two differ.",
      ])
  }

  @Test("is, of these results, exactly this")
  func golden() throws {
    let text = Self.telling().report.text
    #expect(text == (try goldenText("sweep-report.txt", of: text)))
    for line in text.split(separator: "\n") { #expect(line.unicodeScalars.count <= 100) }
  }
}

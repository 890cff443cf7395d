import Experiments
import Reports
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

/// The command lines of `simulate sweep` and `simulate merge`, and what they write.
@Suite("Sweep command")
struct SweepCommandTests {
  /// Users of two rows who change them by read and write, for a second.
  private static let model = """
    {
      title: "Two", question: "What is best?", tables: { items: { rows: 2, columns: { n: 0 } } },
      system: { pool: { size: 3, timeout: "1s" }, database: { roundTrip: "200us" } },
      requests: { add: {
        name: "add", keys: { item: { row: "items", by: "vu" } },
        steps: [
          { retry: { on: ["version-conflict"], attempts: 3, backoff: {
              exponential: { base: "1ms" }, jitter: "full" } },
            steps: [ { transaction: [
              { read: "items[item]" }, { cpu: "2ms" }, { update: "items[item].n", add: 1 } ] } ] },
          { respond: 200 } ],
      } },
      iteration: [ { request: "add" }, { sleep: { exponential: "20ms" } } ],
      load: { vus: 6, duration: "1s" }, strategy: "optimistic",
    }
    """

  private func outside() -> FakeOutside {
    let outside = FakeOutside()
    outside.add("two.json5", Self.model)
    return outside
  }

  private static let grid =
    "sweep two.json5 --vary pool=1,3 --vary retry.base=1ms,4ms --vary strategy=optimistic,atomic"
    + " --replications 3"

  /// How often Ctrl-C is looked for while the points are read: for each of the 4 values that are
  /// not the first, or for all that are, then for each of the 8 points.
  private static let looksForPoints = 4 + 8

  /// The CSV that a sweep writes without anything in its way.
  private func whole(_ flags: String = "") throws -> String {
    let outside = outside()
    #expect(outside.run("\(Self.grid) \(flags) --csv s.csv") == .success, "\(outside.errors)")
    return try #require(outside.text(of: "s.csv"))
  }

  private func request(_ line: String) throws -> SweepRequest {
    let command = try CommandLineArguments.command(
      from: ("sweep " + line).split(separator: " ").map(String.init))
    let request: SweepRequest? = if case .sweep(let request) = command { request } else { nil }
    return try #require(request)
  }

  // MARK: Reading

  @Test("takes axes in their order, and what the flags say of the rest")
  func flags() throws {
    let request = try request(
      "m.json5 --vary vus=10..30:3 --vary layers=none,optimistic+distributed-lock --latin 6"
        + " --seed 4 --replications 2 --jobs 3 --duration 5s --csv a.csv --long --shard 2/7 --resume -q"
        + " --best p99,successes_per_s --set system.cores=2")
    #expect(request.model.name == "m.json5")
    #expect(request.axes.map(\.name) == ["vus", "layers"])
    #expect(request.axes[0].values == ["12", "15", "18", "22", "25", "28"])
    let both = "optimistic+distributed-lock"
    #expect(request.axes[1].values == ["none", "none", "none", both, both, both])
    #expect(request.layout == .latin(points: 6))
    #expect(request.seed == 4)
    #expect(request.replications == 2)
    #expect(request.jobs == 3)
    #expect(request.duration == .seconds(5))
    #expect(request.csvPath == "a.csv")
    #expect(request.format == .long)
    #expect(request.shard == SweepShard(number: 2, of: 7))
    #expect(request.resumes)
    #expect(!request.showsProgress)
    #expect(request.criteria == [.latency99, .successesPerSecond])
    #expect(try self.request("--vary pool=1,2").criteria == [.successShare, .latency95])
  }

  @Test("says again what makes the same sweep")
  func commandLine() throws {
    let outside = outside()
    let line =
      "sweep --model two.json5 --vary pool=1..9:log3 --latin 2 --vus 5 --duration 1s"
      + " --strategy atomic --set system.database.roundTrip=100us --seed 4 --replications 1"
      + " --best p95"
    #expect(outside.run(line) == .success, "\(outside.errors)")
    let told = outside.output
    #expect(told.replacing(" \\\n     ", with: "").hasSuffix("    $ simulate \(line)\n"), "\(told)")
    // What the shell would split stays together.
    let value = "requests.add.steps[1].respond=200, 201"
    #expect(
      outside.run(
        "sweep two.json5 --replications 1 --vary".split(separator: " ").map(String.init) + [value])
        == .success, "\(outside.errors)")
    #expect(outside.output.contains("--vary '\(value)'"))
  }

  // MARK: One machine

  @Test("writes a row for each run in the order of the points, the same at any number of jobs")
  func rows() throws {
    let csv = try whole("--jobs 1")
    let lines = csv.split(separator: "\n").map(String.init)
    #expect(lines.count == 1 + 2 * 2 * 2 * 3)
    #expect(lines[0].hasPrefix("point,replication,seed,pool,retry.base_ns,strategy,requests,"))
    #expect(lines[0].hasSuffix(",digest"))
    #expect(lines[1].hasPrefix("1,0,1,1,1000000,optimistic,"))
    #expect(lines[2].hasPrefix("1,1,1,1,1000000,optimistic,"))
    #expect(lines[4].hasPrefix("2,0,1,1,1000000,atomic,"))
    #expect(lines[24].hasPrefix("8,2,1,3,4000000,atomic,"))
    #expect(try whole("--jobs 2") == csv)
    #expect(try whole("--jobs 64") == csv)
    #expect(try whole("--seed 2") != csv)
  }

  @Test("makes the runs that 'run' makes with the same settings")
  func sameRuns() throws {
    let outside = outside()
    let digests = try whole().split(separator: "\n").map { $0.suffix(19) }
    _ = outside.run(
      "run two.json5 --set system.pool.size=3 --strategy atomic --set"
        + " requests.add.steps[0].retry.backoff.exponential.base=4ms")
    #expect(outside.output.contains("digest \(digests[1 + 7 * 3])"))
  }

  @Test("recommends no strategy that loses updates, and says what it would lose")
  func unsafe() throws {
    let outside = outside()
    let line = "sweep two.json5 --vary strategy=none,pessimistic --replications 3"
    #expect(outside.run("\(line) --csv s.csv --best p95") == .success)
    let rows = try #require(outside.text(of: "s.csv")).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let lost = try #require(rows[0].firstIndex(of: "lost_updates"))
    let broken = try #require(rows[0].firstIndex(of: "broken_promises"))
    for row in rows[1...3] {
      #expect(Int(row[lost]) ?? 0 > 0)
      #expect(row[broken] == "no-lost-update")
    }
    for row in rows[4...6] { #expect(row[broken] == "") }
    #expect(outside.output.contains("The only one of 2 points that keeps every promise: "))
    #expect(outside.output.contains("strategy=none would come first, but loses "))
    #expect(outside.output.contains("  1      2  pessimistic  "))
  }

  @Test("prints the same best points with a file and without one")
  func screens() {
    let outside = outside()
    #expect(outside.run("\(Self.grid) --csv s.csv") == .success)
    let told = outside.output
    #expect(outside.run(Self.grid) == .success)
    #expect(told.replacing("  s.csv has a row for each run.\n", with: "") == outside.output)
    #expect(outside.output.contains("two · 8 points × 3 replications · 24 runs · seed 1\n"))
    for line in told.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("leaves nothing but the CSV behind")
  func clean() throws {
    let outside = outside()
    #expect(outside.run("\(Self.grid) --csv s.csv") == .success)
    #expect(outside.files.map(\.path) == ["two.json5", "s.csv"])
    #expect(outside.unfinishedFiles == 0)
    #expect(outside.growingPaths.isEmpty)
  }

  @Test("has a mean and an interval for each point, in two forms")
  func aggregates() throws {
    let rows = try whole().split(separator: "\n").map { $0.split(separator: ",") }
    let column = try #require(rows[0].firstIndex(of: "p95_ns"))
    let interval = ConfidenceInterval(
      of: try (4...6).map { try #require(Double(rows[$0][column])) })
    let aggregate = try whole("--aggregate").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(aggregate.count == 1 + 8)
    #expect(
      aggregate[0].prefix(6) == [
        "point", "replications", "seed", "pool", "retry.base_ns", "strategy",
      ])
    let mean = try #require(aggregate[0].firstIndex(of: "p95_ns"))
    #expect(aggregate[0][(mean + 1)...(mean + 2)] == ["p95_ns_ci_lo", "p95_ns_ci_hi"])
    #expect(Double(aggregate[2][mean]) == interval.mean)
    #expect(Double(aggregate[2][mean + 1]) == interval.lower)
    #expect(Double(aggregate[2][mean + 2]) == interval.upper)
    let long = try whole("--long")
    #expect(
      long.hasPrefix(
        "point,pool,retry.base_ns,strategy,seed,replications,metric,stat,value,ci_lo,ci_hi\n"))
    #expect(long.split(separator: "\n").count == 1 + 8 * RunFigure.allCases.count)
    let fields = aggregate[2][mean...(mean + 2)].joined(separator: ",")
    #expect(long.contains("\n2,1,1000000,atomic,1,3,p95_ns,mean,\(fields)\n"))
  }

  // MARK: Stopping and going on

  @Test("keeps what is finished at Ctrl-C, and ends with the same bytes when it goes on")
  func interruption() throws {
    let csv = try whole()
    for looks in [1, 2, 5, 12, 23].map({ Self.looksForPoints + $0 }) {
      let outside = outside()
      outside.looksUntilInterruption = looks
      #expect(outside.run("\(Self.grid) --csv s.csv --jobs 2") == .interrupted)
      let part = try #require(outside.text(of: "s.csv.part"))
      let rows = part.split(separator: "\n").count { $0.first?.isNumber == true }
      #expect(
        outside.errors == """
          simulate: interrupted; \(rows) of 24 runs \(rows == 1 ? "is" : "are") in 's.csv.part'
                    write --resume to go on with them

          """)
      #expect(rows == looks - Self.looksForPoints)
      #expect(outside.text(of: "s.csv") == nil)
      outside.looksUntilInterruption = nil
      #expect(outside.run("\(Self.grid) --csv s.csv --resume") == .success)
      #expect(outside.text(of: "s.csv") == csv)
      #expect(outside.text(of: "s.csv.part") == nil)
    }
  }

  @Test("goes on from a file that was cut off anywhere, and repeats no run that is there")
  func cutOff() throws {
    let csv = try whole()
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 20
    #expect(outside.run("\(Self.grid) --csv s.csv") == .interrupted)
    let part = try #require(outside.files.last).bytes
    for length in stride(from: 0, through: part.count, by: 53) {
      let again = self.outside()
      again.files.append(("s.csv.part", Array(part.prefix(length))))
      // Runs that are there may say anything that a run could: they are not made again.
      #expect(again.run("\(Self.grid) --csv s.csv --resume") == .success, "\(length)")
      #expect(again.text(of: "s.csv") == csv, "\(length)")
    }
    // A row that only this file has must be in the result.
    let text = String(decoding: part, as: UTF8.self)
    let line = String(text.split(separator: "\n").last ?? "")
    let check = try SweepPartHeader(
      lines: text.prefix(through: try #require(text.firstRange(of: "\n\n")?.lowerBound))
        .split(separator: "\n").map(String.init)
    ).check
    let run = try SweepPartLine(text: line, check, number: 1)
    let row = run.row
    let changed = row.dropLast(19) + "0000-0000-0000-0000"
    let other = SweepPartLine(index: run.index, row: String(changed)).text(check)
    let last = self.outside()
    last.add("s.csv.part", text.replacing(line + "\n", with: other))
    #expect(last.run("\(Self.grid) --csv s.csv --resume") == .success)
    #expect(csv.contains("\n\(row)\n"))
    #expect(last.text(of: "s.csv") == csv.replacing(row, with: changed))
  }

  @Test("stops when the disk is full, and goes on when it is not any more")
  func fullDisk() throws {
    let csv = try whole()
    for room in [0, 100, 1_500, 2_500, 4_001] {
      let outside = outside()
      outside.roomInGrowingFiles = room
      #expect(outside.run("\(Self.grid) --csv s.csv") == .fileFailed)
      let lines = outside.errors.split(separator: "\n")
      #expect(lines[0] == "simulate: cannot write 's.csv.part': no space left on device")
      let text = try #require(outside.text(of: "s.csv.part"))
      if text.contains("\n\n") {
        // A run is a line with its end, and the header's end is no run.
        let runs = text.split(separator: "\n\n").dropFirst().joined().count { $0 == "\n" }
        #expect(
          lines[1]
            == "          \(runs) of 24 runs \(runs == 1 ? "is" : "are") in 's.csv.part': write"
            + " --resume to go on with them")
      } else {
        #expect(lines.count == 1)
      }
      outside.roomInGrowingFiles = nil
      #expect(outside.run("\(Self.grid) --csv s.csv --resume") == .success)
      #expect(outside.text(of: "s.csv") == csv)
    }
  }

  @Test("says what is kept when the CSV cannot be written, or Ctrl-C comes while it is")
  func keptAtEnd() throws {
    let csv = try whole()
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 24
    #expect(outside.run("\(Self.grid) --csv s.csv --jobs 1") == .interrupted)
    #expect(
      outside.errors == """
        simulate: interrupted; 24 of 24 runs are in 's.csv.part'
                  write --resume to go on with them

        """)
    outside.looksUntilInterruption = nil
    outside.roomInCreatedFiles = 100
    #expect(outside.run("\(Self.grid) --csv s.csv --resume") == .fileFailed)
    #expect(
      outside.errors == """
        simulate: cannot write 's.csv': no space left on device
                  24 of 24 runs are in 's.csv.part': write --resume to go on with them

        """)
    outside.roomInCreatedFiles = nil
    #expect(outside.run("\(Self.grid) --csv s.csv --resume") == .success)
    #expect(outside.text(of: "s.csv") == csv)
  }

  @Test("says that another process is writing the runs, and notices when they are replaced")
  func twoProcesses() throws {
    let outside = outside()
    let busy = "simulate: cannot write 's.csv.part': another process is writing it\n"
    let other = try outside.io.growFile("s.csv.part", .new)
    for flags in ["", "--resume"] {
      #expect(outside.run("\(Self.grid) \(flags) --csv s.csv") == .fileFailed)
      #expect(outside.errors == busy)
    }
    other.close()
    outside.files.removeAll { $0.path == "s.csv.part" }
    // Somebody removes the file while its runs are made.
    outside.looksUntilInterruption = Self.looksForPoints + 23
    outside.atInterruption = { outside.files.removeAll { $0.path == "s.csv.part" } }
    #expect(outside.run("\(Self.grid) --csv s.csv --jobs 1") == .fileFailed)
    #expect(
      outside.errors.hasPrefix(
        "simulate: 's.csv.part' is no longer the file to which this sweep's runs went\n"))
    #expect(outside.text(of: "s.csv") == nil)
  }

  @Test("takes no place at which its runs cannot be kept")
  func places() {
    let outside = outside()
    outside.devices = ["pipe", "p.csv.part"]
    #expect(outside.run("\(Self.grid) --csv pipe") == .badCommandLine)
    #expect(
      outside.errors
        == "simulate: --csv 'pipe' is no regular file\n          a sweep keeps its finished runs"
        + " beside the file: name a file, and read it afterwards\n")
    for flags in ["", "--resume"] {
      #expect(outside.run("\(Self.grid) --csv p.csv \(flags)") == .fileFailed)
      #expect(
        outside.errors.hasPrefix("simulate: cannot use 'p.csv.part': it is no regular file\n"))
    }
    #expect(outside.files.map(\.path) == ["two.json5"])
  }

  @Test("overwrites nothing with --resume but the beginning of its own part")
  func foreign() throws {
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 20
    #expect(outside.run("\(Self.grid) --csv s.csv") == .interrupted)
    let part = try #require(outside.text(of: "s.csv.part"))
    func answer(_ text: String) -> String {
      let other = self.outside()
      other.add("s.csv.part", text)
      #expect(other.run("\(Self.grid) --csv s.csv --resume") == .fileFailed)
      #expect(other.text(of: "s.csv.part") == text)
      return other.errors
    }
    // The empty line behind the header is gone.
    #expect(
      answer(part.replacing("\n\n", with: "\n")).contains("line 23 is not what it must be"))
    #expect(answer("no line end").contains("it is no part of a sweep"))
    #expect(
      answer(String(part.prefix(60)).replacing("version\t", with: "version\t9."))
        .contains("it was made by version"))
    let other = "simulate sweep part\t2\nversion\t\(ProductVersion.text)\nmodel\tx\n"
    #expect(answer(other).contains("it ends in its header"))
    #expect(answer(part.replacing("\n", with: "\r\n")).contains("it has Windows line ends"))
    #expect(
      answer(part + String(repeating: "x", count: 17 << 20))
        == "simulate: cannot read 's.csv.part': it has a line that is longer than 16 MiB\n")
  }

  @Test("does not begin again where something is left, nor go on with another sweep")
  func existing() throws {
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 4
    #expect(outside.run("\(Self.grid) --csv s.csv") == .interrupted)
    outside.looksUntilInterruption = nil
    #expect(outside.run("\(Self.grid) --csv s.csv") == .fileFailed)
    #expect(
      outside.errors == """
        simulate: 's.csv.part' is there already: a sweep that is not over
                  write --resume to go on with it, or remove the file to begin again

        """)
    for (flags, words) in [
      ("--seed 2", "its seed is '1', and here it is '2'"),
      ("--vus 3", "its choice of flags is '', and here it is '--vus 3'"),
      ("--aggregate", "its form of the CSV is 'runs', and here it is 'aggregate'"),
    ] {
      #expect(outside.run("\(Self.grid) \(flags) --csv s.csv --resume") == .fileFailed)
      #expect(
        outside.errors.replacing("\n            ", with: " ") == """
          simulate: 's.csv.part' belongs to another sweep: \(words)
                    sweep as then, remove the file, or name another one with --csv

          """)
    }
    let part = try #require(outside.text(of: "s.csv.part"))
    // Where the model lies does not matter.
    outside.add("sub/two.json5", Self.model)
    #expect(
      outside.run(
        Self.grid.replacing("two.json5", with: "sub/two.json5") + " --csv s.csv --resume")
        == .success, "\(outside.errors)")
    let changed = self.outside()
    changed.add("s.csv.part", part)
    changed.add("two.json5", Self.model.replacing("\"2ms\"", with: "\"3ms\""))
    #expect(changed.run("\(Self.grid) --csv s.csv --resume") == .fileFailed)
    #expect(changed.errors.contains("belongs to another sweep: its model is"))
  }

  @Test("refuses a part that says what it cannot")
  func damage() throws {
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 20
    #expect(outside.run("\(Self.grid) --csv s.csv --jobs 1") == .interrupted)
    let part = try #require(outside.text(of: "s.csv.part"))
    func answer(_ text: String) -> String {
      let damaged = self.outside()
      damaged.add("s.csv.part", text)
      #expect(damaged.run("\(Self.grid) --csv s.csv --resume") == .fileFailed)
      #expect(damaged.text(of: "s.csv") == nil)
      #expect(damaged.text(of: "s.csv.part") == text)
      return String(damaged.errors.prefix { $0 != "\n" })
    }
    func startsWithRow(_ text: String) -> Bool { answer(text).hasPrefix(refused + row) }
    let refused = "simulate: cannot use 's.csv.part': "
    let first =
      part.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.hasPrefix("0\t") }.map { $0 + 1 } ?? 0
    let row = "line \(first) was changed: its check is"
    #expect(answer("hello\n") == refused + "it is no part of a sweep")
    #expect(answer("point,replication\n\n1,2\n") == refused + "it is no part of a sweep")
    #expect(
      answer(part.replacing("part\t2\n", with: "part\t9\n")) == refused
        + "its format '9' is not known")
    #expect(
      answer(part.replacing("version\t", with: "version\t9.")) == refused
        + "it was made by version '9.\(ProductVersion.text)'")
    #expect(
      answer(part.replacing("\nseed\t1\n", with: "\nseed\tx\n")) == refused
        + "line 5 is not what it must be")
    #expect(
      answer(part.replacing("\nseed\t1\n", with: "\nseed\t2\n")) == refused
        + "its header was changed")
    #expect(startsWithRow(part.replacing("\n0\t1,0,1,", with: "\n0\t1,0,2,")))
    #expect(startsWithRow(part.replacing("\n0\t", with: "\n-1\t")))
    #expect(startsWithRow(part.replacing("\n0\t", with: "\n24\t")))
    #expect(startsWithRow(part.replacing("\n0\t1,0,", with: "\n0\t1,\0,")))
    #expect(
      answer(part.replacing("\n0\t", with: "\nx\n0\t"))
        == refused + "line \(first) is not the row of a run that belongs there")
    // The same run twice.
    let line = part.split(separator: "\n").first { $0.hasPrefix("0\t") } ?? ""
    #expect(
      answer(part.replacing("\n\(line)\n", with: "\n\(line)\n\(line)\n"))
        == refused + "line \(first + 1) is not the row of a run that belongs there")
  }

  @Test("goes on with the lines before one that was changed")
  func beforeChange() throws {
    let csv = try whole()
    let outside = outside()
    outside.looksUntilInterruption = Self.looksForPoints + 20
    #expect(outside.run("\(Self.grid) --csv s.csv --jobs 1") == .interrupted)
    let part = try #require(outside.text(of: "s.csv.part"))
    let changed = self.outside()
    changed.add("s.csv.part", part.replacing("\n7\t3,1,", with: "\n7\t3,1,x"))
    #expect(changed.run("\(Self.grid) --csv s.csv --resume") == .fileFailed)
    let command = try #require(changed.errors.firstRange(of: "head -n "))
    let count = try #require(
      Int(changed.errors[command.upperBound...].prefix { $0.isNumber }))
    let kept = part.split(separator: "\n", omittingEmptySubsequences: false).prefix(count)
    #expect(kept.last?.hasPrefix("6\t") == true)
    let again = self.outside()
    again.add("s.csv.part", kept.joined(separator: "\n") + "\n")
    #expect(again.run("\(Self.grid) --csv s.csv --resume") == .success)
    #expect(again.text(of: "s.csv") == csv)
  }

  // MARK: Many machines

  @Test("gives the bytes of a single run when its shards are made in any order and merged")
  func shards() throws {
    for (flags, count) in [("", 7), ("--aggregate", 2), ("--long", 5), ("", 24), ("", 30)] {
      let single = outside()
      #expect(single.run("\(Self.grid) \(flags) --csv s.csv") == .success)
      let outside = outside()
      var paths: [String] = []
      for number in (1...count).map({ $0 * 17 % count + 1 }).reversed() where paths.count < count {
        let path = "s.csv.\(number)-of-\(count).part"
        if paths.contains(path) { continue }
        #expect(
          outside.run("\(Self.grid) \(flags) --csv s.csv --shard \(number)/\(count)") == .success)
        #expect(outside.output.contains("$ simulate merge s.csv.*-of-\(count).part --csv s.csv\n"))
        paths.append(path)
      }
      #expect(paths.count == count)
      #expect(outside.text(of: "s.csv") == nil)
      #expect(outside.run("merge \(paths.joined(separator: " ")) --csv s.csv") == .success)
      #expect(outside.text(of: "s.csv") == single.text(of: "s.csv"))
      #expect(outside.output == single.output)
      for path in paths { #expect(outside.text(of: path) != nil, "parts stay") }
      #expect(
        outside.run("\(Self.grid) \(flags) --csv s.csv --shard 1/\(count) --resume") == .success)
    }
  }

  @Test("says which shards are missing, twice or not over, and which do not belong together")
  func badMerge() throws {
    let outside = outside()
    for number in 1...3 {
      #expect(outside.run("\(Self.grid) --csv s.csv --shard \(number)/3") == .success)
    }
    #expect(outside.run("\(Self.grid) --csv t.csv --shard 2/3 --seed 2") == .success)
    #expect(outside.run("\(Self.grid) --csv u.csv --shard 1/2") == .success)
    outside.looksUntilInterruption = Self.looksForPoints + 3
    #expect(outside.run("\(Self.grid) --csv v.csv --shard 2/3") == .interrupted)
    outside.looksUntilInterruption = nil
    let parts = (1...3).map { "s.csv.\($0)-of-3.part" }
    func answer(_ line: String) -> String {
      #expect(outside.run("merge \(line) --csv r.csv") == .fileFailed)
      #expect(outside.text(of: "r.csv") == nil)
      #expect(outside.unfinishedFiles == 0)
      return outside.errors
    }
    #expect(
      answer("\(parts[0]) \(parts[2])") == """
        simulate: shard 2 of 3 is missing
                  make it with the same command and --shard 2/3

        """)
    #expect(
      answer(parts[1]) == """
        simulate: 2 of 3 shards are missing: 1, 3
                  make them with the same command and --shard 1/3, --shard 3/3

        """)
    #expect(
      answer("\(parts[0]) \(parts[0])") == """
        simulate: 's.csv.1-of-3.part' and 's.csv.1-of-3.part' are both shard 1/3
                  name each shard once

        """)
    #expect(
      answer("\(parts[0]) t.csv.2-of-3.part \(parts[2])") == """
        simulate: 't.csv.2-of-3.part' and 's.csv.1-of-3.part' are of different sweeps: the \
        seed is '2' and
                    '1'
                  merge the parts of one sweep

        """)
    #expect(
      answer("\(parts[1]) u.csv.1-of-2.part") == """
        simulate: 'u.csv.1-of-2.part' is of 2 shards, 's.csv.2-of-3.part' of 3
                  merge the parts of one division

        """)
    #expect(
      answer("\(parts[0]) v.csv.2-of-3.part \(parts[2])") == """
        simulate: 'v.csv.2-of-3.part' has 3 of 8 runs
                  go on with the same command and --resume

        """)
    #expect(
      answer("two.json5").hasPrefix("simulate: cannot use 'two.json5': it is no part of a sweep\n"))
    #expect(answer("none.part") == "simulate: cannot read 'none.part': there is no such file\n")
  }

  @Test("overwrites none of its parts, whatever the result is called")
  func resultIsPart() throws {
    let outside = outside()
    for number in 1...2 {
      #expect(outside.run("\(Self.grid) --csv s.csv --shard \(number)/2") == .success)
    }
    outside.aliases = [("./a", "s.csv.2-of-2.part")]
    #expect(outside.run("merge s.csv.1-of-2.part s.csv.2-of-2.part --csv ./a") == .badCommandLine)
    #expect(
      outside.errors == "simulate: --csv './a' is one of the parts\n          name another file\n")
    #expect(outside.text(of: "./a") == nil)
  }

  @Test("writes other rows than the shards were asked for")
  func otherRows() throws {
    let outside = outside()
    for number in 1...2 {
      #expect(outside.run("\(Self.grid) --csv s.csv --shard \(number)/2") == .success)
    }
    for flag in ["--aggregate", "--long"] {
      #expect(
        outside.run("merge s.csv.1-of-2.part s.csv.2-of-2.part --csv r.csv \(flag)") == .success)
      #expect(outside.text(of: "r.csv") == (try whole(flag)))
    }
  }

  // MARK: Bad input

  @Test("blames the model for what is wrong with its text")
  func brokenModel() {
    let outside = FakeOutside()
    outside.add("b.json5", "{broken")
    #expect(outside.run("sweep b.json5 --vary pool=1,2") == .badModel)
    #expect(outside.errors.hasPrefix("b.json5:1: "))
  }

  @Test(
    "is answered with what is wrong and what would be right",
    arguments: [
      ("sweep", "'sweep' needs something to vary"),
      ("sweep --vary pool", "--vary: expected NAME=VALUES, found 'pool'"),
      ("sweep --vary pool=", "--vary: expected NAME=VALUES, found 'pool='"),
      ("sweep --vary pool=1,1", "--vary 'pool': '1' stands there twice"),
      ("sweep --vary pool=5..1", "--vary 'pool': the first end of '5..1' is not below the second"),
      ("sweep --vary pool=1 --vary pool=2", "--vary: 'pool' is varied twice"),
      (
        "sweep --vary vus=0,5", "--vary 'vus': expected a whole number from 1 to 1000000, found '0'"
      ),
      (
        "sweep --vary duration=5",
        "--vary 'duration': expected a time with a unit such as \"5ms\", found"
      ),
      ("sweep --vary layers=optimistc", "--vary 'layers': unknown layer 'optimistc'"),
      ("sweep --vary vus=1,2 --vus 5", "--vary 'vus' and --vus contradict each other"),
      (
        "sweep --vary strategy=none --layers atomic",
        "--vary 'strategy' and --layers contradict each other"
      ),
      (
        "sweep --vary strategy=none --vary layers=none",
        "--vary 'strategy' and --vary 'layers' contradict each other"
      ),
      (
        "sweep --vary system.cores=1,2 --set system.cores=4",
        "--vary 'system.cores' and --set contradict each other"
      ),
      (
        "sweep --vary pool=1,2 --set system.pool.size=4",
        "--vary 'pool' and --set both set 'system.pool.size'\n"
      ),
      (
        "sweep --vary pool=1,2 --vary system.pool.size=2",
        "--vary 'system.pool.size' and --vary 'pool' both set 'system.pool.size'\n"
      ),
      (
        "sweep --vary pool=1-5",
        "--vary 'pool': '1-5' is neither a value nor a range\n          write --vary pool=1..5\n"
      ),
      (
        "sweep --vary pool=1..10:log",
        "--vary 'pool': how many values has '1..10:log'?\n"
          + "          write --vary pool=1..10:log5\n"
      ),
      (
        "sweep --vary pool=1..3,5",
        "--vary 'pool': the range '1..3' stands among other values\n"
          + "          write --vary pool=1,2,3,5\n"
      ),
      ("sweep --vary pool=5,5.0", "--vary 'pool': '5' and '5.0' are the same value\n"),
      (
        "sweep --vary pool=1,2 --latin 1",
        "--latin: expected a whole number from 2 to 10000, found '1'\n"
      ),
      ("sweep --vary pol=1,2", "--vary: unknown name 'pol'; did you mean 'pool'?"),
      (
        "sweep hot-row --vary lease=1s,2s",
        "--vary 'lease': the model has no distributed lock with a lease"
      ),
      (
        "sweep --vary strategy=none,optimstic",
        "unknown strategy 'optimstic'; did you mean 'optimistic'?"
      ),
      ("sweep --vary rate=5,6", "--vary 'rate': the load of this model is counted in users"),
      (
        "sweep --vary duration=5s,6s", "--vary 'duration': the load of this model is not constant"
      ),
      ("sweep --vary pool=0,5", "--vary pool=0: system.pool.size: expected a whole number"),
      ("sweep --vary system.poool=1,5", "--vary system.poool=1: unknown key"),
      (
        "sweep --vary retry.jitter=none,bogus",
        "--vary retry.jitter=bogus:\n"
          + "            requests.charge.steps[1].steps[0].steps[0].retry.backoff.jitter: expected"
      ),
      (
        "sweep --vary system.cores=1..5000:2500 --vary pool=1..5000:2500 --replications 2",
        "--vary: the points and their replications are more than 10000000 runs"
      ),
      ("sweep --vary pool=1,2 --resume", "--resume has no meaning without --csv"),
      ("sweep --vary pool=1,2 --shard 1/2", "--shard has no meaning without --csv"),
      (
        "sweep --vary pool=1,2 --shard 3/2 --csv a",
        "--shard: expected K/N with K from 1 to N, and N up to 1000, found '3/2'"
      ),
      (
        "sweep --vary pool=1,2 --aggregate --long --csv a",
        "--aggregate and --long contradict each other\n"
          + "          the rows of a file are of one kind: write one of the two\n"
      ),
      ("sweep --vary pool=1,2 --best p96", "--best: unknown figure 'p96'; did you mean 'p95'?"),
      ("merge", "'merge' needs the parts of a sweep"),
      ("merge a b --csv b", "--csv 'b' is one of the parts"),
    ])
  func badInput(line: String, answer: String) {
    let outside = FakeOutside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.hasPrefix("simulate: \(answer)"), "\(outside.errors)")
    for line in outside.errors.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    #expect(outside.output == "")
    #expect(outside.files.isEmpty)
  }
}

import Experiments
import Reports
import SimulateCommand
import SimulationBasics
import Testing

/// The flags of several runs, and what they print.
@Suite("Replications command")
struct ReplicationCommandTests {
  private func request(_ line: String) throws -> RunRequest {
    let command = try CommandLineArguments.command(
      from: line.split(separator: " ").map(String.init))
    let request: RunRequest? = if case .run(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("are none unless the flags ask for them")
  func usual() throws {
    #expect(try request("run").repetition == nil)
    #expect(try request("run").warmUp == .asModelled)
    #expect(try request("--warm-up auto").repetition == nil)
    #expect(try request("--warm-up auto").warmUp == .found)
    #expect(try request("--warm-up 1500ms").warmUp == .of(.milliseconds(1_500)))
  }

  @Test("take a number, a precision, figures by either name, and jobs")
  func flags() throws {
    let plain = try #require(try request("--replications 10 --jobs 3").repetition)
    #expect(plain.count == 10)
    #expect(plain.precision == nil)
    #expect(plain.figures == [.successShare, .latency95])
    #expect(plain.jobs == 3)
    let precise = try #require(
      try request("--precision 2.5% --figures p99,requests_per_s,p99").repetition)
    #expect(precise.count == nil)
    #expect(precise.precision == 0.025)
    #expect(precise.figures == [.requestsPerSecond, .latency99])
  }

  @Test("repeat with a command line that asks for the same")
  func commandLine() throws {
    for line in [
      "simulate --vus 5 --seed 1 --warm-up auto",
      "simulate --vus 5 --seed 2 --warm-up 10s --replications 7",
      "simulate --model hot-row --seed 1 --replications 50 --precision 0.7% --figures p99",
    ] {
      let request = try request(String(line.dropFirst("simulate ".count)))
      #expect(request.commandLine == line)
    }
  }

  static let line = "run --vus 20 --duration 5s --quiet"

  @Test("print the same at any number of jobs, and write a row for each run")
  func runs() throws {
    let first = FakeOutside()
    #expect(first.run(Self.line + " --replications 4 --csv r.csv") == .success)
    #expect(first.errors == "")
    #expect(first.unfinishedFiles == 0)
    #expect(first.output.hasPrefix("balance-charge · 20 users · 5s · "))
    #expect(first.output.contains("  ANSWER   Every promise was held in all 4 runs.\n"))
    let rows = try #require(first.text(of: "r.csv")).split(separator: "\n")
    #expect(rows.count == 1 + 4)
    #expect(rows[1].hasPrefix("0,1,"))
    let second = FakeOutside()
    #expect(second.run(Self.line + " --replications 4 --csv r.csv --jobs 1") == .success)
    #expect(second.output == first.output)
    #expect(second.text(of: "r.csv") == first.text(of: "r.csv"))
  }

  @Test("of which the first is the run that the seed alone makes")
  func firstRun() throws {
    let alone = FakeOutside()
    #expect(alone.run(Self.line) == .success)
    let many = FakeOutside()
    #expect(many.run(Self.line + " --replications 2 --csv r.csv") == .success)
    let fields = try #require(many.text(of: "r.csv")).split(separator: "\n")[1].split(
      separator: ",")
    #expect(alone.output.contains("digest \(fields[2])"))
  }

  @Test("are each made alone by its number, with everything that a single run shows")
  func alone() throws {
    let outside = FakeOutside()
    #expect(outside.run(Self.line + " --replications 3 --csv r.csv") == .success)
    let rows = try #require(outside.text(of: "r.csv")).split(separator: "\n")
    let third = rows[3].split(separator: ",")[2]
    let single = FakeOutside()
    #expect(single.run(Self.line + " --replication 2") == .success)
    #expect(single.output.contains("digest \(third)"))
    #expect(single.output.contains(" --replication 2\n"))
    #expect(single.run(Self.line + " --replication 2 --replications 3") == .badCommandLine)
  }

  @Test("are as many as a precision takes, whatever is made at once, and no more than allowed")
  func precision() throws {
    func counted(_ flags: String) throws -> Int {
      let outside = FakeOutside()
      #expect(outside.run(Self.line + " --csv r.csv " + flags) == .success)
      return try #require(outside.text(of: "r.csv")).split(separator: "\n").count - 1
    }
    let some = try counted("--precision 3% --figures mean")
    #expect(some >= 5)
    #expect(try counted("--precision 3% --figures mean --jobs 1") == some)
    #expect(try counted("--precision 90% --figures mean") == 5)
    #expect(try counted("--precision 0.001% --figures mean --replications 7") == 7)
    #expect(try counted("--precision 0.001% --figures mean --replications 3") == 3)
  }

  @Test("leave out what the runs take to settle, and say so")
  func warmUp() throws {
    let outside = FakeOutside()
    #expect(outside.run(Self.line + " --warm-up auto --replications 3") == .success)
    #expect(outside.output.contains("MSER-5 on "))
    #expect(outside.run(Self.line + " --warm-up auto") == .success)
    #expect(outside.output.contains("MSER-5 on "))
    #expect(outside.run(Self.line + " --set load.warmUp=auto") == .success)
    #expect(outside.output.contains("MSER-5 on "))
    #expect(outside.run(Self.line + " --warm-up 2s") == .success)
    #expect(outside.output.contains("measured 3"))
    #expect(outside.run("run --vus 1 --duration 200ms -q --warm-up auto") == .success)
    #expect(outside.output.contains("TOO SHORT"))
  }

  @Test("end with 99 when a threshold fails in one of them")
  func thresholds() {
    let outside = FakeOutside()
    let line = Self.line + " --replications 2 --set"
    #expect(outside.run(line + " thresholds={http_reqs:['count>1']}") == .success)
    #expect(outside.output.contains("The threshold holds in all 2 runs."))
    #expect(outside.run(line + " thresholds={http_reqs:['count<1']}") == .thresholdFailed)
    #expect(outside.output.contains("Thresholds fail: http_reqs count<1 in 2 of 2 runs."))
  }

  @Test("are interrupted without a file")
  func interruption() {
    let outside = FakeOutside()
    outside.looksUntilInterruption = 1
    #expect(outside.run(Self.line + " --replications 20 --csv r.csv") == .interrupted)
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test(
    "are refused with words where the flags make no sense",
    arguments: [
      ("--replications 0", "--replications: expected a whole number from 1 to 1000"),
      ("--precision 5", "--precision: expected a percentage above 0% and up to 100%, found '5'"),
      ("--precision 0%", "--precision: expected a percentage above 0%"),
      ("--precision 101%", "--precision: expected a percentage above 0%"),
      ("--precision 1e1%", "--precision: expected a percentage above 0%"),
      (
        "--precision 5% --replications 1",
        "--replications: a single run cannot tell how sure a mean is"
      ),
      ("--figures p95", "--figures has no meaning without --precision"),
      ("--precision 5% --figures p59", "--figures: unknown figure 'p59'"),
      ("--precision 5% --figures p95,", "--figures: unknown figure ''"),
      ("--jobs 2", "--jobs has no meaning without --replications"),
      ("--replications 2 --verify", "--verify is about a single run, and several are made"),
      ("--replications 2 --out csv=a", "--out is about a single run"),
      ("--replications 2 --timeline", "--timeline is about a single run"),
      ("--replications 2 --summary-export a", "--summary-export is about a single run"),
      ("--warm-up never", "--warm-up: "),
      ("--warm-up 0s", "--warm-up: "),
      ("run --vus 2 -d 10s --warm-up 10s", "--warm-up: 10s leave nothing of a load of 10s"),
      ("run --stage 10s:5 --warm-up auto", "--warm-up auto: the load changes all the time"),
      (
        "run --stage 10s:5 --set load.warmUp=auto",
        "\"auto\" needs a load that stays the same"
      ),
    ])
  func refused(line: String, words: String) {
    let outside = FakeOutside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.contains(words), "\(outside.errors)")
    #expect(outside.output == "")
    // What is wrong with a model stands on one line, however long.
    for text in outside.errors.split(separator: "\n") where !text.contains(" --set ") {
      #expect(text.count <= 100, "\(text)")
    }
  }
}

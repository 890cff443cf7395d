import Experiments
import ScenarioFiles
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

/// The command lines of `simulate compare`, and what they print.
@Suite("Compare command")
struct CompareCommandTests {
  private func request(_ line: String) throws -> CompareRequest {
    let command = try CommandLineArguments.command(
      from: ("compare " + line).split(separator: " ").map(String.init))
    let request: CompareRequest? = if case .compare(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("takes the usual model for both sides, one for both, or one for each")
  func models() throws {
    #expect(try request("") == CompareRequest())
    let one = try request("order-create")
    #expect(one.left.name == "order-create")
    #expect(one.right.name == "order-create")
    let two = try request("order-create hot-row")
    #expect(two.left.name == "order-create")
    #expect(two.right.name == "hot-row")
  }

  @Test("takes flags for one side, which come before those for both")
  func sides() throws {
    let request = try request(
      "--strategy none --strategy-b optimistic --set a=1 --set b=2 --set-a b=3 --set-b c=4"
        + " --hazard single-user --fault pause=1s@2s --replications 4 --independent"
        + " --tolerance 2.5% --figures p95,success --jobs 3 --seed 9 -q --csv x --markdown y"
        + " --vus 7 --duration 9s --warm-up 1s")
    #expect(request.left.guarding == .strategy("none"))
    #expect(request.right.guarding == .strategy("optimistic"))
    #expect(request.left.settings.map(\.assignment) == ["a=1", "b=3"])
    #expect(request.right.settings.map(\.assignment) == ["a=1", "b=2", "c=4"])
    #expect(request.left.hazards == [.singleUser])
    #expect(request.right.hazards == [.singleUser])
    #expect(request.left.faults.count == 1)
    #expect(request.right.faults == request.left.faults)
    #expect(request.replications == 4)
    #expect(request.isIndependent)
    #expect(request.tolerance == 0.025)
    #expect(request.figures == [.successShare, .latency95])
    #expect(request.jobs == 3)
    #expect(request.seed == 9)
    #expect(request.csvPath == "x")
    #expect(request.markdownPath == "y")
    #expect(request.users == .constant(vus: 7, duration: .seconds(9)))
    #expect(request.warmUp == .of(.seconds(1)))
    #expect(
      try self.request("--layers-a optimistic --layers-b atomic").ownFlags == [.layersA, .layersB])
  }

  static let line = "compare hot-row --vus 20 --duration 5s --set load.warmUp=0s --quiet"

  @Test("says that a thing and itself are identical under equal seeds, and not under independent")
  func itself() {
    let outside = FakeOutside()
    #expect(outside.run(Self.line + " --replications 3 --tolerance 0%") == .success)
    #expect(outside.errors == "")
    #expect(outside.output.hasPrefix("compare · hot-row · 20 users · 5s\n"))
    #expect(
      outside.output.contains(
        "ANSWER   A and B are identical: every figure of each of 3 runs is the same to the last bit."
      ))
    #expect(outside.run(Self.line + " --replications 3 --independent") == .success)
    #expect(!outside.output.contains("A and B are identical"))
    #expect(outside.output.contains("with random numbers of their own"))
  }

  private static let longer =
    " --set-b requests.hold.steps[0].transaction[1].cpu={exponential:'20ms'} --replications 4"

  @Test("prints the same at any number of jobs, writes files, and ends with 1 on a regression")
  func regression() throws {
    let line = Self.line + Self.longer + " --tolerance 5%"
    let first = FakeOutside()
    #expect(first.run(line + " --csv c.csv --markdown c.md") == .found)
    #expect(first.errors == "")
    #expect(first.unfinishedFiles == 0)
    #expect(first.output.contains("  ANSWER   REGRESSION beyond 5.0 %: "))
    #expect(try #require(first.text(of: "c.csv")).hasPrefix("figure,a,b,difference,"))
    #expect(try #require(first.text(of: "c.md")).contains("| figure | A | B | B − A |"))
    let second = FakeOutside()
    #expect(second.run(line + " --csv c.csv --markdown c.md --jobs 1") == .found)
    #expect(second.output == first.output)
    #expect(second.text(of: "c.md") == first.text(of: "c.md"))
    // Without a tolerance a loss is a result, and so is a gain.
    #expect(first.run(Self.line + Self.longer) == .success)
    let gain = Self.longer.replacing("--set-b", with: "--set-a")
    #expect(first.run(Self.line + gain + " --tolerance 0%") == .success)
    #expect(first.output.contains("B is better in "))
  }

  @Test("repeats with a command line that asks for the same")
  func commandLine() throws {
    for line in [
      "simulate compare balance-charge --seed 1",
      "simulate compare balance-charge hot-row --seed 3 --replications 5 --independent",
      "simulate compare balance-charge --strategy-a none --strategy-b atomic --set a=1 --set-a b=2"
        + " --set-b c=3 --vus 7 --seed 1 --warm-up auto --tolerance 2.5% --figures p95",
      "simulate compare balance-charge --layers optimistic --hazard single-user --seed 1",
    ] {
      let words = line.split(separator: " ").dropFirst().map(String.init)
      let command = try CommandLineArguments.command(from: words)
      guard case .compare(let request) = command else { continue }
      #expect(request.commandLine == line)
    }
  }

  /// What a run of ours would export, with a p95 of so many milliseconds.
  private static func summary(_ latency: Double) -> String {
    """
    { "metrics": { "http_req_duration": { "avg": 5, "p(95)": \(latency) },
      "http_reqs": { "count": 100, "rate": 20.5 }, "http_req_failed": { "value": 0 } } }
    """
  }

  @Test("puts a measured run beside a model, or two beside each other")
  func measured() throws {
    let outside = FakeOutside()
    outside.add("a.json", Self.summary(1_000_000))
    outside.add("b.json", Self.summary(2_000_000))
    #expect(outside.run(Self.line.replacing("hot-row", with: "a.json hot-row")) == .success)
    #expect(outside.output.contains("One measured run beside 10 runs"))
    #expect(outside.output.contains("  A   a.json\n"))
    #expect(outside.output.contains("B is better in "))
    #expect(outside.run("compare a.json b.json -q --tolerance 5%") == .found)
    #expect(outside.output.contains("REGRESSION beyond 5.0 %: p95."))
    #expect(outside.output.contains("One run on each side"))
    #expect(outside.run("compare a.json b.json -q --tolerance 150%") == .success)
    // What two measured runs are repeated with has no seed, which they would refuse.
    #expect(
      outside.output.contains("repeat with: simulate compare a.json b.json --tolerance 150%\n"))
    outside.add("c.json", Self.summary(1_000_000))
    #expect(outside.run("compare a.json c.json -q --tolerance 0%") == .success)
    #expect(
      outside.output.contains("A and B are identical in each of the 6 figures that both have."))
  }

  @Test("takes what k6 counts by itself for success: of 20.5 requests a second a tenth fails")
  func plainFile() {
    let outside = FakeOutside()
    outside.add("a.json", Self.summary(10))
    outside.add("b.json", Self.summary(10).replacing("\"value\": 0 ", with: "\"value\": 0.1 "))
    #expect(outside.run("compare a.json b.json -q --tolerance 5%") == .found)
    #expect(outside.output.contains("REGRESSION beyond 5.0 %: success and successes/s."))
    #expect(outside.run("compare a.json b.json -q --tolerance 5% --figures p95") == .success)
    #expect(outside.output.contains("NO REGRESSION beyond 5.0 %."))
  }

  @Test("measures from the longest warm-up on, found or said, which must leave something")
  func declaredWarmUp() {
    let outside = FakeOutside()
    let line = "compare hot-row --vus 20 --duration 5s -q --replications 2 --set-b load.warmUp=auto"
    #expect(outside.run(line + " --set-a load.warmUp=4s") == .success)
    // Both sides are one model, so that one moment makes them equal.
    #expect(outside.output.contains("A and B are identical"))
    #expect(outside.output.contains("The first 4s of each run are left out"))
  }

  @Test("takes the summary that a run of ours has exported for one more run of the model")
  func own() {
    let outside = FakeOutside()
    #expect(
      outside.run(
        "run hot-row --vus 20 --duration 5s --set load.warmUp=0s -q --seed 7 --summary-export own.json"
      )
        == .success)
    let line = Self.line.replacing("hot-row", with: "own.json hot-row")
    #expect(outside.run(line + " --tolerance 5%") == .success)
    #expect(outside.output.contains("  A   own.json (hot-row · "))
  }

  @Test("finds one warm-up for both sides")
  func warmUp() {
    let outside = FakeOutside()
    #expect(outside.run(Self.line + Self.longer + " --warm-up auto") == .success)
    #expect(outside.output.contains("MSER-5 on "))
  }

  @Test(
    "is refused with words where the flags make no sense",
    arguments: [
      ("compare a b c", "unexpected 'c' after 'compare'"),
      ("compare balance-chrage", "unknown model 'balance-chrage'; did you mean 'balance-charge'?"),
      (
        "compare --strategy none,atomic",
        "--strategy: 'none,atomic' are two, and it is one for both"
      ),
      ("compare --strategy-a x --layers-a atomic", "--strategy-a and --layers-a contradict"),
      (
        "compare --strategy-b optimstic", "unknown strategy 'optimstic'; did you mean 'optimistic'?"
      ),
      ("compare --set-b a=1 --set-b a=2", "--set-b: 'a' is set twice"),
      ("compare --set-b a", "--set-b: expected PATH=VALUE, found 'a'"),
      ("compare --set a=1 --set a=2", "--set: 'a' is set twice"),
      ("compare --replications 1", "--replications: a single run cannot tell how sure a mean is"),
      ("compare --tolerance 5", "--tolerance: expected a percentage from 0% to 1000%, found '5'"),
      ("compare --tolerance -1%", "--tolerance: expected a percentage"),
      ("compare --figures p95", "--figures has no meaning without --tolerance"),
      ("compare --model hot-row", "--model is not a flag of 'compare'"),
      ("compare m.json --set-a a=1", "--set-a: 'm.json' has been measured, and cannot be changed"),
      ("compare m.json", "'m.json' is a measured run, and stands beside itself"),
      ("compare m.json m.json", "'m.json' is a measured run, and stands beside itself"),
      ("compare m.json n.json --vus 5", "--vus is about a simulation, and both sides have been"),
      ("compare m.json n.json --seed 5", "--seed is about a simulation"),
      (
        "compare m.json hot-row --tolerance 5% --figures p99", "--figures: 'm.json' has no 'p99'"
      ),
      (
        "compare hot-row m.json --tolerance 5% --figures oversold",
        "it has: success, requests/s, successes/s, mean, p95, failed"
      ),
      (
        "compare --tolerance 5% --figures p95,requests/s",
        "--figures: 'requests/s' tells how much was done, not how well"
      ),
      ("compare m.json n.json --csv ./m.json", "--csv './m.json' is one of the two sides"),
      ("compare --csv a --markdown ./a", "--csv and --markdown name the same file './a'"),
      (
        "compare --replications 1001",
        "--replications: expected a whole number from 2 to 1000, found '1001'"
      ),
      (
        "compare --stage 5s:5 --warm-up auto",
        "--warm-up auto: the load changes all the time"
      ),
    ])
  func refused(line: String, words: String) {
    let outside = FakeOutside()
    outside.add("m.json", Self.summary(5))
    outside.add("n.json", Self.summary(6))
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.contains(words), "\(outside.errors)")
    #expect(outside.output == "")
    #expect(
      outside.errors.split(separator: words, omittingEmptySubsequences: false).count == 2,
      "told once")
    for line in outside.errors.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("ends as other verbs do with a file that is missing or wrong")
  func files() {
    let outside = FakeOutside()
    outside.add("wrong.json5", "{ title: 5 }")
    #expect(outside.run("compare missing.json hot-row") == .fileFailed)
    #expect(outside.run("compare wrong.json5 hot-row") == .badModel)
    outside.add("e.json", "{ metrics: { mine: {} } }")
    #expect(outside.run("compare e.json hot-row") == .badModel)
    #expect(
      outside.errors.contains("e.json:1: metrics: no figure in common with 'hot-row'; expected "))
    #expect(outside.errors.contains("found 'mine'"))
    outside.add("negative.json", Self.summary(-5))
    #expect(outside.run("compare negative.json hot-row") == .badModel)
    #expect(outside.run("compare --set-a x=1") == .badCommandLine)
    #expect(outside.errors.contains("--set-a x=1: x: unknown key"))
    outside.refusedPaths = [("c.csv", .permissionDenied)]
    #expect(outside.run("compare --csv c.csv") == .fileFailed)
    #expect(outside.run("compare --csv a --markdown a") == .badCommandLine)
  }
}

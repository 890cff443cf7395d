import Experiments
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

/// The command lines of `simulate tune`, and what they print.
@Suite("Tune command")
struct TuneCommandTests {
  private func request(_ line: String) throws -> TuneRequest {
    let command = try CommandLineArguments.command(
      from: ("tune " + line).split(separator: " ").map(String.init))
    let request: TuneRequest? = if case .tune(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("tries the usual ways under the model's own number of users unless the flags say otherwise")
  func usual() throws {
    let request = try request("")
    #expect(request == TuneRequest())
    #expect(request.grid == RetryGrid())
    #expect(request.duration == .seconds(60))
    #expect(request.replications == 8)
    let short = try self.request("--duration 5s")
    #expect(short.duration == .seconds(5))
    #expect(short.users == .asModelled)
    #expect(try self.request("--vus 7").users == .constant(vus: 7, duration: .seconds(60)))
  }

  @Test("takes the values of every axis, each once")
  func axes() throws {
    let request = try request(
      "--at clients --policy exponential,exponential --base 10ms,1s,10ms --factor 1.5,2 --cap 2s"
        + " --attempts 1,4 --jitter full,none --retry-budget none,10%,2.5% --exhaustive"
        + " --replications 3 --max-p99 2s --csv a --markdown b --export c")
    #expect(request.place == .clients)
    #expect(request.grid.shapes == [.exponential])
    #expect(request.grid.bases == [.milliseconds(10), .seconds(1)])
    #expect(request.grid.factors == [1.5, 2])
    #expect(request.grid.caps == [.seconds(2)])
    #expect(request.grid.attempts == [1, 4])
    #expect(request.grid.jitters == [.full, .none])
    #expect(
      request.grid.budgets == [nil, RetryBudget(ratio: 0.1), RetryBudget(ratio: 0.025)])
    #expect(request.isExhaustive)
    #expect(request.longest == .seconds(2))
    #expect(request.replications == 3)
    #expect(request.exportPath == "c")
  }

  /// Ten users of one row, whose optimistic writes conflict.
  private static let model = """
    {
      title: "Ten", question: "How to retry?", tables: { items: { rows: 1, columns: { n: 0 } } },
      strategy: "optimistic",
      system: { database: { roundTrip: "200us", cores: 4, statement: "200us" } },
      requests: { add: {
        name: "add", keys: { item: { row: "items", by: "vu" } },
        steps: [
          { retry: { on: ["version-conflict"], attempts: 4,
                     backoff: { exponential: { base: "20ms", factor: 2, cap: "1s" } } },
            steps: [ { transaction: [
              { read: "items[item]" }, { cpu: "5ms" }, { update: "items[item].n", add: 1 } ] } ] },
          { respond: 200 } ],
      } },
      iteration: [ { request: "add" }, { sleep: "50ms" } ], load: { vus: 10, duration: "5s" },
    }
    """

  private func outside() -> FakeOutside {
    let outside = FakeOutside()
    outside.add("ten.json5", Self.model)
    return outside
  }

  @Test("prints and writes the same at any number of jobs, with settings for three libraries")
  func runs() throws {
    let line =
      "tune ten.json5 --duration 3s --base 10ms,40ms --cap 1s --attempts 4,8 --replications 4 -q"
      + " --csv t.csv --markdown t.md --export t.txt"
    let first = outside()
    #expect(first.run(line) == .success)
    #expect(first.errors == "")
    #expect(first.unfinishedFiles == 0)
    #expect(
      first.output.hasPrefix(
        "ten · optimistic · 10 users · 3s · 29 ways for the service to retry\n"))
    #expect(first.output.contains("by racing (Maron and Moore, 1994; Zhang and others, 2013)"))
    for line in first.output.split(separator: "\n") {
      #expect(line.unicodeScalars.count <= 100, "\(line)")
    }
    let settings = try #require(first.text(of: "t.txt"))
    for word in ["maxAttempts = ", "maxRetries = ", "maxAttempts: "] {
      #expect(settings.contains(word))
    }
    // 2 bases, 2 attempts: 3 kinds of fixed pause and 4 of exponential. What the model has is not
    // among them: it pauses for 20 ms first.
    #expect(try #require(first.text(of: "t.csv")).split(separator: "\n").count == 1 + 1 + 2 * 2 * 7)
    let second = outside()
    #expect(second.run(line + " --jobs 1") == .success)
    #expect(second.output == first.output)
    for path in ["t.csv", "t.md", "t.txt"] {
      #expect(second.text(of: path) == first.text(of: path))
    }
  }

  @Test("finds by racing the front and the way to take that all runs find, in fewer of them")
  func exhaustive() throws {
    let line =
      "tune ten.json5 --duration 3s --base 10ms,40ms --cap 1s --attempts 4,8 --replications 16 -q"
      + " --markdown t.md"
    func found(_ line: String) throws -> (answer: Substring, front: [Substring], runs: Int) {
      let outside = outside()
      #expect(outside.run(line) == .success)
      let lines = try #require(outside.text(of: "t.md")).split(separator: "\n")
      let counts = try #require(lines.first { $0.hasPrefix("- 29 ways, ") })
      let runs = try #require(counts.dropFirst("- 29 ways, ".count).split(separator: " ").first)
      return (
        try #require(lines.first { $0.hasPrefix("- ") }), lines.filter { $0.hasPrefix("| ") },
        try #require(Int(runs))
      )
    }
    let race = try found(line)
    let all = try found(line + " --exhaustive")
    #expect(race.answer == all.answer)
    #expect(race.front == all.front)
    #expect(all.runs == 29 * 16)
    #expect(race.runs < all.runs, "\(race.runs) runs")
  }

  @Test("does not try twice what the model has")
  func own() {
    let outside = outside()
    #expect(
      outside.run(
        "tune ten.json5 --duration 2s --policy exponential --base 20ms --cap 1s --attempts 4"
          + " --jitter none,full --replications 2 -q") == .success)
    #expect(outside.output.contains(" · 2 ways for the service to retry\n"))
  }

  @Test("tunes clients, with and without a budget, where the service does not retry")
  func clients() {
    let outside = FakeOutside()
    #expect(
      outside.run(
        "tune metastable-retries --duration 3s --policy fixed --base 50ms --attempts 3 --jitter full"
          + " --replications 2 -q") == .success, "\(outside.errors)")
    #expect(outside.output.contains(" · 3 ways for clients to retry\n"))
  }

  @Test("judges clients that never ask again by their requests")
  func withoutClients() throws {
    let outside = outside()
    #expect(
      outside.run(
        "tune ten.json5 --at clients --duration 2s --policy fixed --base 50ms --attempts 3"
          + " --jitter full --replications 2 -q --csv t.csv") == .success, "\(outside.errors)")
    let lines = try #require(outside.text(of: "t.csv")).split(separator: "\n")
    let column = try #require(
      lines[0].split(separator: ",").firstIndex { $0 == "p99_ms" })
    let fields = lines[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields[0] == "as modelled (one attempt)")
    #expect(try #require(Double(fields[column])) > 5, "an attempt takes 5 ms of CPU")
  }

  @Test("runs to the end whatever the thresholds say")
  func thresholds() {
    let outside = FakeOutside()
    let load = #"load: { vus: 10, duration: "5s" },"#
    let abort = #"""
       thresholds: {
        http_reqs: [{ threshold: "count>1000000", abortOnFail: true, delayAbortEval: "0s" }] },
      """#
    let line =
      "tune ten.json5 --duration 2s --policy fixed --base 50ms --attempts 3 --jitter full"
      + " --replications 2 -q"
    outside.add("ten.json5", Self.model.replacing(load, with: load + abort))
    #expect(outside.run(line) == .success, "\(outside.errors)")
    let plain = self.outside()
    #expect(plain.run(line) == .success)
    #expect(outside.output == plain.output)
  }

  @Test("writes no settings where there are none, and says so")
  func noSettings() {
    let outside = FakeOutside()
    outside.add(
      "one.json5", Self.model.replacing("vus: 10", with: "vus: 1"))
    #expect(
      outside.run(
        "tune one.json5 --duration 1s --policy fixed --base 50ms --attempts 3 --replications 2 -q"
          + " --export t.txt") == .success, "\(outside.errors)")
    #expect(outside.output.contains("Nothing was retried"))
    #expect(
      outside.output.hasSuffix("  t.txt is not written: there are no settings to recommend\n"))
    #expect(outside.text(of: "t.txt") == nil)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test("counts the ways before it makes them")
  func tooMany() {
    let outside = outside()
    let times = (1...1_000).map { "\($0)ms" }.joined(separator: ",")
    #expect(
      outside.run("tune ten.json5 --base \(times) --cap \(times)") == .badCommandLine)
    #expect(
      outside.errors.contains(
        "\(1_000 * 3 * (3 + 1_000 * 4)) ways to retry are more than the 10000 that are tried"),
      "\(outside.errors)")
  }

  @Test(
    "answers a wrong command line with what is wrong",
    arguments: [
      (
        "tune --at servce",
        "--at: expected service or clients, found 'servce'; did you mean 'service'"
      ),
      ("tune metastable-retries --at service", "--at service: no request of this model has a step"),
      ("tune --policy linear", "--policy: expected fixed, exponential or both"),
      ("tune --base 10", "--base: expected times"), ("tune --base 0", "--base: expected times"),
      ("tune --cap 2h", "--cap: expected times"), ("tune --factor 1", "--factor: expected numbers"),
      ("tune --factor 1e1", "--factor: expected numbers"),
      ("tune --attempts 0", "--attempts: expected whole numbers from 1 to 100"),
      ("tune --attempts 3,", "--attempts: expected whole numbers"),
      ("tune --jitter ful", "--jitter: expected some of none, full"),
      ("tune --retry-budget 10", "--retry-budget: expected none and percentages"),
      (
        "tune --at service --retry-budget 10%",
        "--retry-budget: only clients have a budget of retries"
      ),
      (
        "tune ten.json5 --policy exponential --base 5s --cap 1s",
        "--cap: every cap is below every --base, so that no exponential pause is left"
      ),
      (
        "tune ten.json5 --policy fixed --jitter decorrelated",
        "--jitter decorrelated: a fixed pause cannot be decorrelated, so that no way is left"
      ),
      ("tune --max-p99 0s", "--max-p99"),
      ("tune --replications 1", "--replications: a single run cannot tell"),
      ("tune --vus 5 --stage 1s:5 --profile soak", "--profile and --stage contradict each other"),
      ("tune --csv a --export a", "--csv and --export name the same file 'a'"),
      ("tune --rate 5", "--rate is not a flag of 'tune'"),
      ("capacity --exhaustive", "--exhaustive is not a flag of 'capacity'"),
      ("tune --exhaustive=yes", "--exhaustive takes no value"),
    ])
  func wrong(line: String, answer: String) {
    let outside = outside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.contains(answer), "\(outside.errors)")
    #expect(outside.output == "")
  }
}

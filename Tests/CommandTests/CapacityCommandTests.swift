import SimulateCommand
import SimulationBasics
import Testing

/// The command lines of `simulate capacity`, and what they print.
@Suite("Capacity command")
struct CapacityCommandTests {
  private func request(_ line: String) throws -> CapacityRequest {
    let command = try CommandLineArguments.command(
      from: ("capacity " + line).split(separator: " ").map(String.init))
    let request: CapacityRequest? =
      if case .capacity(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("looks at every load for 90 s, to within 1 %, unless the flags say otherwise")
  func usual() throws {
    let request = try request("")
    #expect(request == CapacityRequest())
    #expect(request.duration == .seconds(90))
    #expect(request.precision == 0.01)
    #expect(request.replications == 5)
    #expect(request.loads == .aboutCapacity)
  }

  @Test("takes what the flags say")
  func flags() throws {
    let request = try request(
      "order-create --strategy optimistic --hazard unordered-locks --set system.cores=2 --vus"
        + " 30,10,30 --duration 12s --precision 2.5% --seed 4 --replications 7 --jobs 3 --csv a"
        + " --markdown b -q")
    #expect(request.model.name == "order-create")
    #expect(request.loads == .users([10, 30]))
    #expect(request.duration == .seconds(12))
    #expect(request.precision == 0.025)
    #expect(request.seed == 4)
    #expect(request.replications == 7)
    #expect(request.jobs == 3)
    #expect(request.csvPath == "a")
    #expect(request.markdownPath == "b")
    #expect(!request.showsProgress)
    #expect(try self.request("--rate 5").loads == .rates([5]))
  }

  /// One core with 10 ms of work for each request of users who think for 100 ms: eleven keep it
  /// busy.
  private static let model = """
    {
      title: "Core", question: "How many?", tables: { items: { rows: 1, columns: { n: 0 } } },
      strategy: "none",
      system: { cores: 1 },
      requests: { look: {
        name: "look", keys: { item: { row: "items", by: "vu" } },
        steps: [ { cpu: { exponential: "10ms" } }, { respond: 200 } ],
      } },
      iteration: [ { request: "look" }, { sleep: { exponential: "100ms" } } ],
      load: { vus: 5, duration: "20s" },
      thresholds: { http_req_duration: ["p(95)<100"] },
    }
    """

  private func outside() -> FakeOutside {
    let outside = FakeOutside()
    outside.add("core.json5", Self.model)
    return outside
  }

  @Test("finds a capacity, and prints and writes the same at any number of jobs")
  func runs() throws {
    let line =
      "capacity core.json5 --duration 9s --replications 3 --precision 10% --quiet --csv c.csv"
      + " --markdown c.md"
    let first = outside()
    #expect(first.run(line) == .success)
    #expect(first.errors == "")
    #expect(first.unfinishedFiles == 0)
    #expect(first.output.hasPrefix("core · none · capacity in users · 9s at each load\n"))
    #expect(first.output.contains("ANSWER   Up to "))
    #expect(first.output.contains("the service's CPU (1 core)"))
    for line in first.output.split(separator: "\n") {
      #expect(line.unicodeScalars.count <= 100, "\(line)")
    }
    let second = outside()
    #expect(second.run(line + " --jobs 1") == .success)
    #expect(second.output == first.output)
    #expect(second.text(of: "c.csv") == first.text(of: "c.csv"))
    #expect(second.text(of: "c.md") == first.text(of: "c.md"))
  }

  @Test("prints the loads that are asked for, and those between which the capacity lies")
  func table() throws {
    let outside = outside()
    #expect(
      outside.run(
        "capacity core.json5 --vus 2,40 --duration 6s --replications 2 --precision 50% -q --csv c")
        == .success)
    let rows = try #require(outside.text(of: "c")).split(separator: "\n").dropFirst()
    let loads = rows.map { Int($0.split(separator: ",")[0]) ?? 0 }
    #expect(loads == loads.sorted())
    #expect(loads.contains(2))
    #expect(loads.contains(40))
    #expect((3...4).contains(loads.count))
  }

  @Test("shows the knee and what binds of a model that promises nothing")
  func noThresholds() {
    let outside = FakeOutside()
    outside.add(
      "free.json5",
      Self.model.replacing("thresholds: { http_req_duration: [\"p(95)<100\"] },", with: ""))
    #expect(
      outside.run("capacity free.json5 --duration 6s --replications 2 --vus 2,5,10,20,40 -q")
        == .success)
    #expect(outside.output.contains("ANSWER   The model promises nothing"))
    #expect(outside.output.contains("The knee of goodput is at "))
  }

  @Test("is interrupted by Ctrl-C, and touches no file")
  func interruption() {
    let outside = outside()
    outside.looksUntilInterruption = 3
    #expect(outside.run("capacity core.json5 --duration 6s --csv c --quiet") == .interrupted)
    #expect(outside.text(of: "c") == nil)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test(
    "answers a wrong command line with what is wrong",
    arguments: [
      ("capacity --rate 5 --vus 5", "--rate and --vus contradict each other"),
      ("capacity --rate 5", "--rate: the load of this model is counted in users"),
      (
        "capacity metastable-retries --vus 5",
        "--vus: the load of this model is counted in iterations a second"
      ),
      ("capacity balance-mixed", "'capacity' needs a model with one scenario, this one has 2"),
      ("capacity --replications 1", "--replications: a single run cannot tell how sure a mean is"),
      (
        "capacity --precision 5",
        "--precision: expected a percentage above 0% and up to 100%, found '5'"
      ),
      ("capacity --precision 0%", "--precision: expected a percentage"),
      ("capacity --precision 101%", "--precision: expected a percentage"),
      ("capacity --precision 1.2345%", "--precision: expected a percentage"),
      ("capacity --precision 1.%", "--precision: expected a percentage"),
      ("capacity --vus 0", "--vus: expected "),
      ("capacity --strategy optimstic", "unknown strategy 'optimstic'; did you mean 'optimistic'?"),
      ("capacity --csv a --markdown a", "--csv and --markdown name the same file 'a'"),
      ("capacity --duration 0", "--duration: "),
      (
        "capacity order-create --duration 20s",
        "--duration: 20s is too short to tell whether the thresholds hold\n"
          + "          write at least --duration 21s"
      ), ("capacity driver-none --duration 1ms", "--duration: 1ms is too short to tell"),
      ("capacity nothing", "unknown model 'nothing'"),
    ])
  func wrong(line: String, answer: String) {
    let outside = outside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.contains(answer), "\(outside.errors)")
    #expect(outside.output == "")
  }
}

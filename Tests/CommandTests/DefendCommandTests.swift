import ContentionEngine
import Experiments
import Foundation
import ScenarioFiles
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

/// The command lines of `simulate defend`, and what they print.
@Suite("Defend command")
struct DefendCommandTests {
  private func request(_ line: String) throws -> DefendRequest {
    let command = try CommandLineArguments.command(
      from: ("defend " + line).split(separator: " ").map(String.init))
    let request: DefendRequest? = if case .defend(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("compares everything unless the flags say less")
  func usual() throws {
    let request = try request("")
    #expect(request == DefendRequest())
    #expect(request.combinations == DefenceCombination.all)
    #expect(request.faults == nil)
    #expect(request.options.replications == 5)
  }

  @Test("takes combinations, kinds of fault, whole faults and hazards, each once")
  func flags() throws {
    let request = try request(
      "payment-process --layers none --layers optimistic,distributed-lock --layers"
        + " distributed-lock,optimistic --fault pause --fault pause=3s@1s --fault pause"
        + " --hazard single-user --vus 7 --duration 9s --replications 2 --jobs 3 --seed 4 -q"
        + " --csv a --markdown b --set system.cores=2")
    #expect(request.model.name == "payment-process")
    #expect(request.combinations.map(\.name) == ["none", "distributed-lock,optimistic"])
    #expect(
      request.faults == [
        .kind(.pause),
        .written(
          .event(.pause(.seconds(3), instance: nil), FaultMoments(at: .constant(.seconds(1))))),
      ])
    #expect(request.hazards == [.singleUser])
    #expect(request.model.hazards.isEmpty, "they are rows, not part of every run")
    #expect(request.model.faults.isEmpty)
    #expect(request.users == 7)
    #expect(request.duration == .seconds(9))
    #expect(request.options.replications == 2)
    #expect(request.options.jobs == 3)
    #expect(request.options.seed == 4)
    #expect(!request.options.showsProgress)
    #expect(request.options.csvPath == "a")
    #expect(request.options.markdownPath == "b")
    #expect(try self.request("--fault none").faults == [])
  }

  /// Two users of one row who change it by read and write, for two seconds.
  private static let model = """
    {
      title: "Two", question: "What breaks?", tables: { items: { rows: 1, columns: { n: 0 } } },
      system: { database: { roundTrip: "200us" } },
      requests: { add: {
        name: "add", keys: { item: { row: "items", by: "vu" } },
        steps: [
          { distributedLock: "item:{item}", wait: "1s", lease: "2s", layer: "distributed-lock",
            steps: [ { transaction: [
              { read: "items[item]" }, { cpu: "5ms" }, { update: "items[item].n", add: 1 } ] } ] },
          { respond: 200 } ],
      } },
      iteration: [ { request: "add" }, { sleep: "100ms" } ], load: { vus: 2, duration: "2s" },
    }
    """

  private func outside() -> FakeOutside {
    let outside = FakeOutside()
    outside.add("two.json5", Self.model)
    return outside
  }

  @Test(
    "prints the same, and writes it, at any number of jobs, and ends with 0 though promises break")
  func runs() throws {
    let line =
      "defend two.json5 --layers none --layers distributed-lock --layers distributed-lock,"
      + "idempotency-key --fault slow-commit --vus 2 --duration 2s --replications 2 --quiet"
      + " --csv d.csv --markdown d.md"
    let first = outside()
    #expect(first.run(line) == .success)
    #expect(first.errors == "")
    #expect(first.unfinishedFiles == 0)
    #expect(first.output.hasPrefix("two · 2 users · 2s · 2 instances · 8 runs\n"))
    #expect(
      first.output.contains(
        "distributed-lock + idempotency-key is left out: this model's programs are the same with"),
      "the model has no key")
    #expect(first.output.contains("Updates were lost"))
    expectNarrow(first.output)
    let second = outside()
    #expect(second.run(line + " --jobs 1") == .success)
    #expect(second.output == first.output)
    #expect(second.text(of: "d.csv") == first.text(of: "d.csv"))
    #expect(second.text(of: "d.md") == first.text(of: "d.md"))
    #expect(try #require(first.text(of: "d.csv")).split(separator: "\n").count == 1 + 2 * 2)
  }

  /// What a run's summary says of its promises, as far as it is needed here.
  private struct Export: Decodable {
    struct Group: Decodable { let checks: [String: Check] }
    struct Check: Decodable { let fails: UInt64 }
    enum CodingKeys: String, CodingKey { case root = "root_group" }
    let root: Group
  }

  /// The fields of a line of CSV without line ends in them.
  private func fields(of line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    var last: Character = ","
    for character in line {
      if character == "\"" {
        // A quote right behind one that closed is one of the field's own.
        if !isQuoted, last == "\"" { fields[fields.count - 1].append(character) }
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
      last = character
    }
    return fields
  }

  @Test(
    "has for every row a command that makes its first run, also where it sets what the user has set",
    arguments: [
      "", " --set system.instances=1", " --set system.instances=1 --set system.cores=2",
      " --set system={instances:1}",
    ])
  func commands(settings: String) throws {
    let outside = outside()
    #expect(
      outside.run(
        "defend two.json5 --layers none --layers distributed-lock --fault pause=1s@500ms,instance=2"
          + " --vus 2 --duration 2s --replications 1 --quiet --csv d.csv" + settings) == .success,
      "\(outside.errors)")
    let lines = try #require(outside.text(of: "d.csv")).split(separator: "\n")
    let columns = fields(of: try #require(lines.first))
    #expect(lines.count == 1 + 2 * 2)
    var broken: UInt64 = 0
    for line in lines.dropFirst() {
      let row = fields(of: line)
      try #require(row.count == columns.count)
      // The command's words hold no spaces.
      let command = try #require(row.last).replacing("'", with: "")
      #expect(command.contains("--set system.instances=2"))
      #expect(!command.contains("system.instances=1"))
      let run = self.outside()
      let words = command.split(separator: " ").dropFirst().joined(separator: " ")
      #expect(
        run.run(words + " --quiet --summary-export s.json") == .success,
        "\(command): \(run.errors)")
      let export = try JSONDecoder().decode(
        Export.self, from: Data(try #require(run.text(of: "s.json")).utf8))
      for promise in DefenceTable.promises {
        let name = promise.name.replacing("-", with: "_") + "_broken"
        let place = try #require(columns.firstIndex(of: name))
        let count = try #require(UInt64(row[place]))
        #expect(
          export.root.checks[promise.text]?.fails ?? 0 == count, "\(command): \(promise)")
        broken += count
      }
    }
    #expect(broken > 0, "without a lock updates are lost")
  }

  @Test("counts a single run as one")
  func one() {
    let outside = outside()
    #expect(
      outside.run(
        "defend two.json5 --layers none --fault none --vus 1 --duration 2s --replications 1 -q")
        == .success)
    #expect(outside.output.hasPrefix("two · 1 user · 2s · 2 instances · 1 run\n"))
  }

  @Test("says of a fault behind the end of the load that it never happened")
  func neverHappened() {
    let outside = outside()
    #expect(
      outside.run(
        "defend two.json5 --layers none --layers optimistic --fault pause=3s@100s --vus 2"
          + " --duration 2s --replications 1 -q") == .success)
    #expect(outside.output.contains("pause=3s@1m40s never happened: the load lasts 2s."))
    #expect(outside.output.contains("ANSWER   Optimistic lost nothing in 1 run, without a fault:"))
  }

  @Test(
    "lets the usual load begin behind the warm-up, and blames a duration that does not reach it")
  func warmUp() {
    let outside = FakeOutside()
    #expect(
      outside.run("defend connection-pool --layers none --fault none --replications 1 --vus 2 -q")
        == .success)
    // A warm-up of 100 s, and 30 s of which a fault could break something.
    #expect(outside.output.hasPrefix("connection-pool · 2 users · 2m10s · "))
    let short = FakeOutside()
    #expect(short.run("defend connection-pool --duration 30s -q") == .badCommandLine)
    #expect(short.errors.hasPrefix("simulate: --duration: load.warmUp: expected less than 30s"))
  }

  @Test("is interrupted by Ctrl-C, and touches no file")
  func interruption() {
    let outside = outside()
    outside.looksUntilInterruption = 1
    #expect(outside.run("defend two.json5 --vus 2 --csv d.csv --quiet") == .interrupted)
    #expect(outside.text(of: "d.csv") == nil)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test(
    "answers a wrong command line with what is wrong",
    arguments: [
      ("defend --layers optimstic", "unknown layer 'optimstic'; did you mean 'optimistic'?"),
      ("defend --fault paus", "unknown fault 'paus'; did you mean 'pause'?"),
      ("defend --fault none --fault pause", "--fault none and another --fault contradict"),
      (
        "defend --fault pause=3s@1s,instance=3 --vus 2 --duration 1s",
        "--fault 'pause=3s@1s,instance=3': "
      ),
      ("defend --replications 0", "--replications: expected a whole number from 1 to 1000"),
      ("defend --strategy none", "--strategy is not a flag of 'defend'"),
      ("defend --csv a --markdown a", "--csv and --markdown name the same file 'a'"),
      ("defend balance-mixed --vus 5", "--vus: the model has 2 scenarios: charges, deductions"),
      ("defend hot-row --hazard missing-key", "--hazard: 'missing-key' needs an idempotent step"),
      ("pulse --rate 5 --vus 5", "--rate and --vus contradict each other"),
      ("pulse --rate 5,x", "--rate: expected whole numbers"),
      ("pulse --vus 5", "--vus: the load of this model is counted in iterations a second"),
      ("pulse balance-charge --rate 5", "--rate: the load of this model is counted in users"),
      ("pulse balance-mixed", "'pulse' needs a model with one scenario"),
      ("pulse --stall 0", "--stall: "),
      (
        "pulse -d 5s",
        "--duration: 5s is too short to see what comes back after a stall of 10s\n"
          + "          write at least --duration 1m, or a shorter --stall\n"
      ),
      ("pulse --stall 2s --duration 11s", "--duration: 11s is too short"),
    ])
  func wrong(line: String, answer: String) {
    let outside = outside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.hasPrefix("simulate: \(answer)") || outside.errors.contains(answer))
    #expect(outside.output == "")
  }
}

/// Expects lines of at most 100 columns; a setting in a command that is to be copied has no place
/// at which it could be broken.
private func expectNarrow(_ output: String) {
  for line in output.split(separator: "\n") where !line.hasPrefix("      --set ") {
    #expect(line.unicodeScalars.count <= 100, "\(line)")
  }
}

/// The command lines of `simulate pulse`, and what they print.
@Suite("Pulse command")
struct PulseCommandTests {
  private func request(_ line: String) throws -> PulseRequest {
    let command = try CommandLineArguments.command(
      from: ("pulse " + line).split(separator: " ").map(String.init))
    let request: PulseRequest? = if case .pulse(let request) = command { request } else { nil }
    return try #require(request)
  }

  @Test("takes its own model, and a stall of ten seconds, unless the flags say otherwise")
  func usual() throws {
    let request = try request("")
    #expect(request == PulseRequest())
    #expect(request.model.name == "metastable-retries")
    #expect(request.stall == .seconds(10))
    #expect(request.loads == .steps)
    #expect(try self.request("balance-charge").model.name == "balance-charge")
    #expect(try self.request("--model hot-row").model.name == "hot-row")
  }

  @Test("sorts loads, and takes each once")
  func loads() throws {
    #expect(try request("--rate 30,10,30").loads == .rates([10, 30]))
    #expect(try request("--vus 5").loads == .users([5]))
    #expect(try request("--stall 2s --duration 30s").duration == .seconds(30))
  }

  @Test("prints the same, and writes it, at any number of jobs")
  func runs() throws {
    let line =
      "pulse --rate 40,200 --stall 2s --replications 2 --quiet --csv p.csv --markdown p.md"
    let first = FakeOutside()
    #expect(first.run(line) == .success)
    #expect(first.errors == "")
    #expect(first.output.contains("the database stands still for 2s"))
    expectNarrow(first.output)
    #expect(try #require(first.text(of: "p.csv")).split(separator: "\n").count == 1 + 7 * 2)
    let second = FakeOutside()
    #expect(second.run(line + " --jobs 1") == .success)
    #expect(second.output == first.output)
    #expect(second.text(of: "p.csv") == first.text(of: "p.csv"))
    #expect(second.text(of: "p.md") == first.text(of: "p.md"))
  }

  @Test(
    "has for every row a command that makes its first run",
    arguments: [
      "pulse --rate 40 --stall 1s --duration 10s", "pulse hot-row --vus 3 --stall 1s -d 10s",
      "pulse balance-charge --vus 3 --stall 1s -d 10s --layers optimistic"
        + " --set client={timeout:'700ms',attempts:3,budget:{ratio:0.2},breaker:{window:10}}",
    ])
  func commands(line: String) throws {
    let outside = FakeOutside()
    #expect(outside.run(line + " --replications 1 --quiet --csv p.csv") == .success)
    let rows = try #require(outside.text(of: "p.csv")).split(separator: "\n").dropFirst()
    #expect(rows.count == 7)
    for row in rows {
      // The last field, in which CSV doubles quotes, and whose words hold no spaces.
      let start = try #require(row.firstRange(of: "simulate ")).upperBound
      let words = row[start...].replacing("\"\"", with: "\u{0}").replacing("\"", with: "")
        .replacing("\u{0}", with: "\"").replacing("'", with: "")
      let run = FakeOutside()
      // Three users whose calls fail for a tenth of the time may miss a threshold.
      let code = run.run(words + " --quiet")
      #expect(code == .success || code == .thresholdFailed, "\(words): \(run.errors)")
      #expect(run.output.contains("database-stall=1s@1s"))
    }
  }
}

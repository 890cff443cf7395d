import ContentionEngine
import Reports
import ScenarioFiles
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

@Suite("Command line")
struct CommandLineTests {
  private func command(_ line: String) throws -> Command {
    try CommandLineArguments.command(from: line.split(separator: " ").map(String.init))
  }

  private func run(_ line: String) throws -> RunRequest {
    let request: RunRequest? =
      if case .run(let request) = try command(line) { request } else { nil }
    return try #require(request)
  }

  @Test("runs the default model's own load when nothing is said")
  func nothing() throws {
    #expect(try command("") == .run(RunRequest()))
    #expect(try command("run") == .run(RunRequest()))
    let request = RunRequest()
    #expect(request.model.name == "balance-charge")
    #expect(request.users == .asModelled)
    #expect(request.seed == 1)
  }

  @Test("takes 'run' as said when the first word is a flag")
  func defaultVerb() throws {
    #expect(try command("--vus 1000") == command("run --vus 1000"))
    #expect(try command("--vus 1000 run") == command("run --vus 1000"))
  }

  @Test(
    "accepts every way to write a flag and its value",
    arguments: [
      "--vus 1000", "--vus=1000", "-u 1000", "-u=1000", "-u1000",
    ])
  func spellings(line: String) throws {
    #expect(try run(line).users == .constant(vus: 1000, duration: .seconds(60)))
  }

  @Test(
    "tells how to repeat a run: what decides the result, and nothing else",
    arguments: [
      ("", "simulate --seed 1"),
      ("--vus 1000 --strategy optimistic", "simulate --vus 1000 --strategy optimistic --seed 1"),
      (
        "--seed 7 -u5 -d=90s -q --csv a.csv --verify", "simulate --vus 5 --duration 1m30s --seed 7"
      ),
      (
        "--model=a.json5 --set requests.pay.steps[0]=1 --set strategy=atomic",
        "simulate --model a.json5 --set 'requests.pay.steps[0]=1' --set strategy=atomic --seed 1"
      ),
      ("-i 50 -u 5 -d 2m -o csv=a.csv", "simulate --vus 5 --iterations 50 --duration 2m --seed 1"),
      ("--iterations 1", "simulate --iterations 1 --seed 1"),
      ("--profile soak", "simulate --profile soak --seed 1"),
      (
        "--profile spike -u 9 -d 5s --summary-mode full",
        "simulate --profile spike --vus 9 --duration 5s --seed 1"
      ),
      ("-u 3 -s 1s:5,2s:0", "simulate --vus 3 --stage 1s:5 --stage 2s:0 --seed 1"),
      ("run it's.json5 -s 1s:5", #"simulate --model 'it'\''s.json5' --stage 1s:5 --seed 1"#),
      (
        "--layers optimistic,distributed-lock",
        "simulate --layers distributed-lock,optimistic --seed 1"
      ),
      (
        "--hazard single-user --strategy none --hazard lock-inside-transaction",
        "simulate --strategy none --hazard single-user --hazard lock-inside-transaction --seed 1"
      ),
      (
        "--fault response-loss=1% --fault pause=1000ms@2s,instance=1 --fault response-loss=0.01",
        "simulate --fault response-loss=0.01 --fault pause=1s@2s,instance=1 "
          + "--fault response-loss=0.01 --seed 1"
      ),
      (
        "--fault clock-jump=-10s@1s..2s,every=5s --tie-order random:7 --timeline no-lost-update",
        "simulate --fault clock-jump=-10s@1s..2s,every=5s --seed 1 --tie-order random:7 "
          + "--timeline no-lost-update"
      ),
      ("--tie-order=scheduling --timeline", "simulate --seed 1 --timeline"),
      (
        "--timeline=one-effect --tie-order priorities:1:3:500",
        "simulate --seed 1 --tie-order priorities:1:3:500 --timeline one-effect"
      ),
      ("--mermaid a.mmd", "simulate --seed 1 --timeline"),
    ])
  func repeated(line: String, expected: String) throws {
    let request = try run(line)
    #expect(request.commandLine == expected)
    // Quoted words aside, the printed line is one that means the same.
    if !expected.contains("'") {
      let again = try run(String(expected.dropFirst("simulate ".count)))
      #expect(again.users == request.users)
      #expect(again.model == request.model)
      #expect(again.seed == request.seed)
      #expect(again.tieOrder == request.tieOrder)
      #expect(again.timeline == request.timeline)
    }
  }

  @Test(
    "reads users and time",
    arguments: [
      ("--vus 1", RunRequest.Users.constant(vus: 1, duration: .seconds(60))),
      ("--vus 1000000", .constant(vus: 1_000_000, duration: .seconds(60))),
      ("--vus 5 --duration 90s", .constant(vus: 5, duration: .seconds(90))),
      ("-d 1m30s", .constant(vus: 1, duration: .seconds(90))),
      ("-d 1ns", .constant(vus: 1, duration: .nanoseconds(1))),
      ("-s 30s:100", .stages([.init(duration: .seconds(30), target: 100)])),
      (
        "--stage 0s:100 --stage=1m:0",
        .stages([
          .init(duration: .zero, target: 100), .init(duration: .minutes(1), target: 0),
        ])
      ),
      // As in k6: several stages in one value, and the users before the first one.
      (
        "-s 0s:100,1m:0 -s 2m:7 -u 5",
        .stages(
          [
            .init(duration: .zero, target: 100), .init(duration: .minutes(1), target: 0),
            .init(duration: .minutes(2), target: 7),
          ], startVUs: 5)
      ),
      // As in k6: shared by the users, for ten minutes at most unless --duration says.
      ("-i 20", .iterations(20, vus: 1, maxDuration: .minutes(10))),
      ("--iterations 20 -u 20 -d 5s", .iterations(20, vus: 20, maxDuration: .seconds(5))),
      ("--profile load", .profile(.load, peak: nil, hold: nil)),
      ("--profile stress -u 9 -d 5s", .profile(.stress, peak: 9, hold: .seconds(5))),
    ])
  func users(line: String, expected: RunRequest.Users) throws {
    #expect(try run(line).users == expected)
  }

  @Test("takes a word after --timeline for a promise only when it looks like one")
  func timeline() throws {
    #expect(try run("run").timeline == nil)
    #expect(try run("--timeline").timeline == .worst)
    #expect(try run("--timeline --vus 5").timeline == .worst)
    let request = try run("run --timeline hot-row")
    #expect(request.timeline == .worst)
    #expect(request.model.name == "hot-row")
    #expect(try run("run --timeline ./no-lost-update").model.name == "./no-lost-update")
    for promise in SafetyPromise.allCases {
      #expect(try run("--timeline \(promise.name)").timeline == .of(promise))
    }
  }

  @Test("reads everything else that a run can be told")
  func everything() throws {
    let request = try run(
      "run my.json5 --strategy optimistic --hazard single-user --hazard=missing-key "
        + "--set system.pool.size=10 --set a=b=c --seed 18446744073709551615 --csv a.csv "
        + "--summary-export b.json -q --no-color --verify --innodb-status "
        + "-o csv=c.csv --out json=d=e.json --epoch 2026-01-31T09:00:00+09:00 --summary-mode full "
        + "--summary-trend-stats avg,p(99.9) --summary-trend-stats=avg --summary-time-unit us")
    #expect(request.model.name == "my.json5")
    #expect(request.model.guarding == .strategy("optimistic"))
    #expect(request.model.hazards == [.singleUser, .missingKey])
    #expect(
      request.model.settings == [
        ModelOverride(path: "system.pool.size", value: "10"),
        ModelOverride(path: "a", value: "b=c"),
      ])
    #expect(request.seed == .max)
    #expect(request.csvPath == "a.csv")
    #expect(request.summaryExportPath == "b.json")
    #expect(!request.showsProgress)
    #expect(!request.allowsColor)
    #expect(request.verifies)
    #expect(request.showsInnoDBStatus)
    #expect(request.sampleFiles == [.init(.csv, path: "c.csv"), .init(.json, path: "d=e.json")])
    #expect(request.epoch == RunEpoch(text: "2026-01-31T09:00:00+09:00"))
    #expect(request.summaryMode == .full)
    #expect(request.statistics.map(\.text) == ["avg", "p(99.9)", "avg"])
    #expect(request.timeUnit == .microseconds)
  }

  @Test("reads layers in any order")
  func layers() throws {
    #expect(
      try run("--layers idempotency-key,distributed-lock,optimistic").model.guarding
        == .layers(Defence(writeGuard: .optimistic, distributedLock: true, idempotencyKey: true)))
  }

  @Test("takes a model as a word or as a flag")
  func model() throws {
    #expect(try command("explain my.json5") == command("explain --model my.json5"))
    #expect(try command("run ./run") == command("run --model ./run"))
    #expect(try command("run -- -odd.json5") == command("run --model=-odd.json5"))
  }

  @Test(
    "reads what to do with models",
    arguments: [
      ("models", Command.listModels), ("models list", .listModels),
      ("models show balance-charge", .showModel(name: "balance-charge")),
      ("models schema", .showSchema),
      ("models check a.json5 b.json5", .checkModels(names: ["a.json5", "b.json5"])),
    ])
  func models(line: String, expected: Command) throws {
    #expect(try command(line) == expected)
  }

  @Test(
    "gives help and the version before it looks at anything else",
    arguments: [
      ("--help", Command.help(nil)), ("-h", .help(nil)), ("help", .help(nil)),
      ("help run", .help(.run)), ("run --help", .help(.run)), ("models check -h", .help(.models)),
      ("explain --bogus --help", .help(.explain)), ("--vus 0 --help", .help(nil)),
      ("--version", .version), ("models --version", .version),
    ])
  func help(line: String, expected: Command) throws {
    #expect(try command(line) == expected)
  }
}

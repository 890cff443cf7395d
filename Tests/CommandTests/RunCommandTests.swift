import SimulateCommand
import SimulationBasics
import Testing

@Suite("Run command")
struct RunCommandTests {
  private let short = "--vus 10 --duration 3s --strategy optimistic"

  @Test("gives the same bytes every time, and others for another seed")
  func repeatable() {
    let first = FakeOutside()
    #expect(first.run("\(short) --csv a.csv --summary-export a.json") == .success)
    let second = FakeOutside()
    #expect(second.run("run \(short) --csv a.csv --summary-export a.json --seed 1") == .success)
    #expect(first.output == second.output)
    #expect(first.text(of: "a.csv") == second.text(of: "a.csv"))
    #expect(first.text(of: "a.json") == second.text(of: "a.json"))
    let other = FakeOutside()
    #expect(other.run("\(short) --seed 2") == .success)
    #expect(other.output != first.output)
  }

  @Test("makes a mistake when a hazard is named, whether by the model or by the command")
  func hazard() {
    let right = FakeOutside()
    #expect(right.run(short) == .success)
    let wrong = FakeOutside()
    // All users on one row: a threshold may fail, and that is no error.
    _ = wrong.run("\(short) --hazard single-user")
    #expect(wrong.errors == "")
    #expect(wrong.output != right.output)
    #expect(wrong.output.contains("--hazard single-user"))
    let explained = FakeOutside()
    #expect(explained.run("explain --hazard missing-key") == .success)
    #expect(explained.output.contains("refuse with 400 (missing_keys)"))
    // A hazard that the model has already is not a second one.
    let model = FakeOutside()
    _ = model.run("\(short) --set hazards=['single-user'] --hazard single-user")
    #expect(model.errors == "")
    #expect(model.output.contains("--hazard single-user"))
  }

  @Test("adds the faults of the command to those of the model, and names them")
  func faults() {
    let outside = FakeOutside()
    _ = outside.run("\(short) --set faults=[{responseLoss:0.5}] --fault pause=1s@1s,instance=1")
    #expect(outside.errors == "")
    #expect(outside.output.contains(" · fault response-loss=0.5 · fault pause=1s@1s,instance=1 · "))
    #expect(outside.output.contains("--fault pause=1s@1s,instance=1"))
    let explained = FakeOutside()
    #expect(
      explained.run(
        "explain --strategy optimistic --fault redis-failover=1s@1s --fault response-loss=0.5")
        == .success)
    #expect(
      explained.output.hasSuffix(
        "\nfault redis-failover=1s@1s (nothing to befall)\nfault response-loss=0.5\n"))
    #expect(explained.output.contains("\n  clients: time-out 1m\n"))
  }

  @Test("tells how a promise was broken, and that none was, without another effect on the run")
  func timeline() {
    let plain = FakeOutside()
    _ = plain.run("--vus 10 --duration 3s --strategy none --set tables.users.rows=1")
    let told = FakeOutside()
    _ = told.run(
      "--vus 10 --duration 3s --strategy none --set tables.users.rows=1 --timeline --mermaid a.mmd")
    #expect(told.errors == "")
    #expect(plain.output.contains("\n  WITNESS  "))
    #expect(!told.output.contains("\n  WITNESS  "))
    #expect(told.output.contains("\n  TIMELINE  "))
    func digest(_ outside: FakeOutside) -> Substring? {
      outside.output.split(separator: "\n").first { $0.contains("digest") }?
        .split(separator: " ").dropFirst().first
    }
    #expect(digest(told) != nil)
    #expect(digest(told) == digest(plain))
    #expect(told.text(of: "a.mmd")?.hasPrefix("sequenceDiagram\n") == true)

    let safe = FakeOutside()
    #expect(safe.run("--vus 1 --iterations 1 --timeline --mermaid a.mmd") == .success)
    #expect(safe.output.contains("\n  TIMELINE  nothing to tell: every promise was held\n"))
    #expect(safe.output.contains("\n            'a.mmd' is not written\n"))
    #expect(safe.text(of: "a.mmd") == nil)
    #expect(safe.run("--vus 1 --iterations 1 --timeline one-effect") == .success)
    #expect(
      safe.output.contains("\n  TIMELINE  nothing to tell: \"one effect per request\" was held\n"))
  }

  @Test("takes a key over hastily when the command makes that mistake with a model's own time")
  func hastyTakeOver() {
    let outside = FakeOutside()
    outside.add(
      "own.json5",
      """
      {
        tables: { keys: { uniqueKey: true } },
        requests: { pay: { steps: [
          { idempotent: "keys", onProcessing: { takeOver: "2s" }, completion: "own",
            steps: [ { transaction: [ { cpu: "1ms" } ] } ] },
          { respond: 200 },
        ] } },
        iteration: [ { request: "pay" }, { sleep: "1s" } ],
        load: { vus: 1, duration: "3s" },
      }
      """)
    #expect(outside.run("run own.json5") == .badModel)
    #expect(outside.run("run own.json5 --hazard takeover-without-atomic-completion") == .success)
    #expect(outside.errors == "")
    #expect(outside.run("explain own.json5 --hazard missing-key") == .badModel)
  }

  @Test("blames the flags when a model that is right by itself is wrong with them")
  func flagsToBlame() {
    let outside = FakeOutside()
    let model = """
      {
        tables: { users: { rows: 5 } },
        requests: { read: {
          keys: { user: { row: "users", by: { list: [4, 5] } } },
          steps: [ { read: "users[user]" }, { respond: 200 } ],
        } },
        iteration: [ { request: "read" }, { sleep: "1s" } ],
        load: { vus: 1, duration: "3s", warmUp: "1s" },
      }
      """
    outside.add("own.json5", model)
    #expect(
      outside.run("run own.json5 --set tables.users.rows=4 --set title=Four") == .badCommandLine)
    #expect(
      outside.errors == """
        simulate: --set tables.users.rows=4, --set title=Four: requests.read.keys.user.by.list[1]: \
        expected a whole number of at most 4, found 5 (own.json5:4)

        """)
    #expect(outside.run("run own.json5 --set title=Short -d 1s") == .badCommandLine)
    #expect(
      outside.errors == """
        simulate: --duration: load.warmUp: expected less than 1s, the length of the load, found \
        '1s' (own.json5:8)

        """)
    // A load that is longer than the model's may be as long as a setting needs it.
    #expect(outside.run("run own.json5 --set load.warmUp=4s -d 5s") == .success)
    // A file that is wrong by itself is to blame whatever is set.
    outside.add("wrong.json5", model.replacing("rows: 5", with: "rows: 3"))
    #expect(outside.run("run wrong.json5 --set tables.users.rows=4") == .badModel)
    #expect(outside.errors.hasPrefix("wrong.json5:4: requests.read.keys.user.by.list[1]: "))

    #expect(
      outside.run("run order-and-payment --set system.memory.size=1GiB") == .badCommandLine)
    #expect(
      outside.errors.hasPrefix(
        "simulate: --set system.memory.size=1GiB: system.memory.base: expected less than 'size', "
          + "found '1536MiB' (models/order-and-payment.json5:"))
  }

  @Test("prints the same screen whether or not files are written or compared")
  func screen() {
    let plain = FakeOutside()
    #expect(plain.run(short) == .success)
    let busy = FakeOutside()
    #expect(busy.run("\(short) --csv a.csv --verify --quiet --no-color") == .success)
    #expect(plain.output == busy.output)
    #expect(plain.errors == "")
    #expect(busy.errors == "")
  }

  @Test("adds what InnoDB's monitor would say of the last deadlock, if asked to")
  func innoDBStatus() {
    let plain = FakeOutside()
    #expect(plain.run(short) == .success)
    let asked = FakeOutside()
    #expect(asked.run("\(short) --innodb-status") == .success)
    #expect(!plain.output.contains("No deadlock was detected."))
    #expect(asked.output.replacing("No deadlock was detected.\n\n", with: "") == plain.output)
    #expect(asked.output != plain.output)
  }

  @Test("writes one row of the series for each second")
  func series() throws {
    let outside = FakeOutside()
    #expect(outside.run("\(short) --csv a.csv") == .success)
    let lines = try #require(outside.text(of: "a.csv")).split(separator: "\n")
    let columns = lines[0].split(separator: ",").count
    #expect(lines[0].hasPrefix("t_s,vus,"))
    #expect(lines.dropFirst().prefix(3).map { $0.prefix { $0 != "," } } == ["1", "2", "3"])
    for line in lines {
      #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns)
    }
  }

  @Test("fails with 99 when a threshold fails, and still writes everything")
  func threshold() {
    let outside = FakeOutside()
    outside.add(
      "strict.json5",
      """
      {
        title: "Strict", question: "Does it take no time?", strategy: "none",
        tables: { users: { rows: 1, columns: { balance: 0 } } },
        system: {},
        requests: { read: {
          name: "GET", keys: { user: { row: "users", by: "vu" } },
          steps: [ { delay: "5ms" }, { respond: 200 } ],
        } },
        iteration: [ { request: "read" } ],
        load: { vus: 1, duration: "1s" },
        thresholds: { http_req_duration: ["max<5"] },
      }
      """)
    #expect(outside.run("run strict.json5 --csv a.csv") == .thresholdFailed)
    #expect(outside.errors == "")
    #expect(outside.output.contains("✗ 'max<5'"))
    #expect(outside.text(of: "a.csv") != nil)
    #expect(
      outside.run("run strict.json5 --set thresholds.http_req_duration[0]=max<=5") == .success)
  }

  @Test("answers a bad model with 2 and a missing one with 4")
  func badModel() {
    let outside = FakeOutside()
    outside.add("bad.json5", "{\n  titel: \"x\" }")
    #expect(outside.run("run bad.json5") == .badModel)
    #expect(outside.errors.hasPrefix("bad.json5:"))
    #expect(outside.errors.contains("bad.json5:2: titel: unknown key; did you mean 'title'?\n"))
    #expect(outside.run("run absent.json5") == .fileFailed)
    #expect(outside.errors == "simulate: cannot read 'absent.json5': there is no such file\n")
    #expect(outside.run("models check absent.json5 balance-charge bad.json5") == .fileFailed)
    #expect(outside.output.hasPrefix("balance-charge: "))
    #expect(outside.run("models check bad.json5 balance-charge") == .badModel)
  }

  @Test("tells of an output that cannot be written before it simulates")
  func unwritable() {
    let outside = FakeOutside()
    outside.refusedPaths = [("no/a.json", .missingFolder)]
    #expect(outside.run("\(short) --csv a.csv --summary-export no/a.json") == .fileFailed)
    #expect(outside.errors == "simulate: cannot write 'no/a.json': there is no such folder\n")
    #expect(outside.output == "")
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test("ends with 130 and without files when the user interrupts it")
  func interruption() {
    let outside = FakeOutside()
    outside.looksUntilInterruption = 3
    #expect(outside.run("\(short) --csv a.csv --summary-export a.json") == .interrupted)
    #expect(outside.errors == "simulate: interrupted; no file was touched\n")
    #expect(outside.output == "")
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
  }

  @Test("colours the screen on a terminal that takes colours, and nowhere else")
  func color() {
    let outside = FakeOutside()
    #expect(outside.run(short) == .success)
    let plain = outside.output
    #expect(!plain.contains("\u{1B}"))
    outside.outputIsTerminal = true
    #expect(outside.run(short) == .success)
    #expect(outside.output.contains("\u{1B}["))
    #expect(outside.run("\(short) --no-color") == .success)
    #expect(outside.output == plain)
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
      outside.variables = [(name, value)]
      #expect(outside.run(short) == .success)
      #expect(outside.output == plain, "\(name)=\(value)")
    }
    outside.variables = [("NO_COLOR", "")]
    #expect(outside.run(short) == .success)
    #expect(outside.output != plain)
  }

  @Test("runs a time in which nothing happens without looking at every moment of it")
  func longIdleTime() {
    let outside = FakeOutside()
    outside.add(
      "idle.json5",
      """
      {
        title: "Idle", question: "Does time cost time?", strategy: "none",
        tables: { users: { rows: 1, columns: { balance: 0 } } },
        system: {},
        requests: { read: {
          name: "GET", keys: { user: { row: "users", by: "vu" } },
          steps: [ { delay: "5ms" }, { respond: 200 } ],
        } },
        iteration: [ { request: "read" }, { sleep: "2h" } ],
        load: { vus: 1, duration: "1h" },
      }
      """)
    #expect(outside.run("run idle.json5") == .success)
  }

  @Test("says no load that binds where more wait than there are users")
  func copies() {
    let outside = FakeOutside()
    let line = "run balance-deduct --vus 15 --duration 1s --fault double-submit=11ms"
    #expect(outside.run(line) == .success)
    #expect(outside.output.contains("\n  ANSWER  "))
    #expect(!outside.output.contains("First to bind"))
  }

  @Test("makes no more of requests that take no time when ties are drawn")
  func instantTies() throws {
    func requests(_ more: String) throws -> Int {
      let outside = FakeOutside()
      _ = outside.run(
        "run balance-deduct --vus 5 --duration 1s --fault instance-crash=35s@500ms" + more)
      let line = try #require(
        outside.output.split(separator: "\n").first { $0.contains("http_reqs....") })
      let digits = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }.prefix { $0.isNumber }
      return try #require(Int(digits))
    }
    // Refused in no time: an attempt a millisecond, give or take what ties are put off by.
    let usual = try requests("")
    #expect(usual > 2_000)
    #expect(abs(try requests(" --tie-order random:68") - usual) <= usual / 50)
  }

  @Test("tells waiters of a lock who came while an instance stood still that died then")
  func deathInPause() {
    func text(_ more: String) -> String {
      let outside = FakeOutside()
      outside.add("sub.json5", Self.subscribers)
      _ = outside.run("run sub.json5 --fault instance-crash=100ms@5110ms,instance=1" + more)
      return outside.output
    }
    let none = "distributed_lock_timeouts......: 0 "
    #expect(text("").contains(none))
    #expect(text(" --fault pause=35s@5040ms,instance=1").contains(none))
  }

  /// Four users of one lock, on two instances.
  private static let subscribers = """
    {
      title: "s", question: "q", tables: { users: { rows: 1, columns: { balance: 0 } } },
      system: {
        instances: 2, balance: "random",
        database: { statement: "1ms", commit: "5ms", roundTrip: "1ms" },
        redis: { client: "redisson", roundTrip: "10ms", command: "20us" } },
      requests: { c: { keys: { u: { row: "users", by: "vu" } }, steps: [
        { distributedLock: "l:{u}", wait: "10s", lease: "1s", steps: [ { transaction: [
          { read: "users[u]" }, { delay: "30ms" }, { update: "users[u].balance", add: 1 } ] } ] },
        { respond: 200 } ] } },
      iteration: [ { request: "c" }, { sleep: "10ms" } ], load: { vus: 4, duration: "60s" },
      strategy: "s", strategies: { s: { layers: ["distributed-lock"] } },
    }
    """
}

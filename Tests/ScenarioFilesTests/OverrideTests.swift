import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Overrides")
struct OverrideTests {
  private func set(_ path: String, _ value: String) -> ModelOverride {
    ModelOverride(path: path, value: value)
  }

  @Test("replace values, add known keys, and take bare text")
  func replace() throws {
    let scenario = try ModelText(load: "{ stages: ['30s:100', '30s:0'] }").read([
      set("system.pool.size", "20"),
      set("system.pool.timeout", "5s"),
      set("system.network", "{ oneWay: { exponential: '2ms' } }"),
      set("tables.users.rows", "7"),
      set("load.stages[1]", "1m:50"),
      set("strategy", "atomic"),
      set("requests.charge.steps[0].cpu", "2ms"),
      set("title", "'in quotes'"),
      set("question", "what?"),
    ])
    #expect(scenario.system.pool == ConnectionPoolModel(size: 20, timeout: .seconds(5)))
    #expect(scenario.system.network == .exponential(mean: .milliseconds(2)))
    #expect(scenario.tables[0].rows == 7)
    #expect(
      scenario.loads[0].executor
        == .rampingVUs(
          startVUs: 1,
          stages: [
            Executor.Stage(duration: .seconds(30), target: 100),
            Executor.Stage(duration: .minutes(1), target: 50),
          ], gracefulRampDown: .seconds(30)))
    #expect(scenario.strategy.name == "atomic")
    #expect(scenario.requests[0].steps[0] == .cpu(.constant(.milliseconds(2))))
    #expect(scenario.title == "in quotes")
    #expect(scenario.question == "what?")
  }

  @Test("apply in their order")
  func order() throws {
    let scenario = try ModelText().read([
      set("system.pool", "{ size: 3 }"), set("system.pool.size", "4"), set("system.cores", "1"),
      set("system.cores", "unlimited"),
    ])
    #expect(scenario.system.pool.size == 4)
    #expect(scenario.system.cores == nil)
  }

  @Test("add named things as a whole, and then meet them")
  func namedThings() throws {
    let scenario = try ModelText().read([
      set("tables.extra", "{ rows: 5 }"), set("tables.extra.rows", "6"),
      set("tables.users.columns.points", "3"), set("system.gates.front", "{ size: 2 }"),
      set("load.warmUp", "1s"), set("system.memory.size", "1GB"),
      set("system.memory.perRequest", "0"), set("system.memory.restart", "1s"),
    ])
    #expect(scenario.tables.map(\.name) == ["users", "keys", "extra"])
    #expect(scenario.tables[2].rows == 6)
    #expect(scenario.tables[0].columns.map(\.name) == ["balance", "points"])
    #expect(scenario.system.gates.map(\.name) == ["front"])
    #expect(scenario.system.memory?.size == 1_000_000_000)
    #expect(scenario.loads[0].warmUp == .seconds(1))
  }

  @Test("repair what is wrong in the file")
  func repair() throws {
    #expect(
      try ModelText(system: "{ cores: -1 }").read([set("system.cores", "2")]).system.cores == 2)
  }

  @Test(
    "that are wrong say so by their own text",
    arguments: [
      (
        "system.pool.size", "abc",
        "system.pool.size: expected a whole number of at least 1 or \"unlimited\", found 'abc'"
      ),
      ("system.pol.size", "5", "system.pol: unknown key; did you mean 'pool'?"),
      ("system.pool.sise", "5", "system.pool.sise: unknown key; did you mean 'size'?"),
      (
        "load.stages[2]", "1s:1",
        "load.stages: there is no item 2; the list has 1 item, counted from 0"
      ),
      ("load[0]", "1", "load: expected a list, found an object"),
      ("load.stages.first", "1s:1", "load.stages: expected an object, found a list"),
      (
        "requests.charge.steps[0].cpu.exponential", "1ms",
        "requests.charge.steps[0].cpu: expected an object, found '1ms'"
      ),
      ("tables.user.rows", "5", "tables.user: unknown table 'user'; did you mean 'users'?"),
      (
        "tables.users.columns.balanc.initial", "5",
        "tables.users.columns.balanc: unknown column 'balanc'; did you mean 'balance'?"
      ),
      (
        "requests.charg.steps[0].cpu", "1ms",
        "requests.charg: unknown request 'charg'; did you mean 'charge'?"
      ),
      (
        "requests.charge.keys.usr.by", "vu",
        "requests.charge.keys.usr: unknown key 'usr'; did you mean 'user'?"
      ),
      (
        "system.servers.disk.count", "1",
        "system.servers.disk: unknown server 'disk'; there is none"
      ),
      ("system.gates.front.size", "1", "system.gates.front: unknown gate 'front'; there is none"),
      ("system.caches.near.ttl", "1s", "system.caches.near: unknown cache 'near'; there is none"),
      (
        "strategies.own.layers", "[]", "strategies.own: unknown strategy 'own'; there is none"
      ),
      ("scenarios.slow.vus", "1", "scenarios.slow: unknown scenario 'slow'; there is none"),
      (
        "system.network", "{ oneWay: 5ms }",
        "system.network: expected text in quotes: \"5ms\""
      ),
      (
        "system.network", "{ oneWay: ",
        "system.network: expected a value, found the end of the text"
      ),
      (
        "strategy", "optimstic",
        "strategy: unknown strategy 'optimstic'; did you mean 'optimistic'?"
      ),
      ("title", "", "title: expected text that is not empty, found empty text"),
      ("", "5", "expected a path such as system.pool.size or load.stages[0], found ''"),
      ("[0]", "5", "expected a path such as system.pool.size or load.stages[0], found '[0]'"),
      ("a..b", "5", "expected a path such as system.pool.size or load.stages[0], found 'a..b'"),
      ("a.", "5", "expected a path such as system.pool.size or load.stages[0], found 'a.'"),
      ("a[b]", "5", "expected a path such as system.pool.size or load.stages[0], found 'a[b]'"),
      ("a[1", "5", "expected a path such as system.pool.size or load.stages[0], found 'a[1'"),
      ("a[1]b", "5", "expected a path such as system.pool.size or load.stages[0], found 'a[1]b'"),
    ])
  func wrong(path: String, value: String, expected: String) {
    let model = ModelText(load: "{ stages: ['30s:100'] }")
    #expect(
      problems(of: model.text, overrides: [set(path, value)]) == [
        "--set \(path)=\(value): \(expected)"
      ]
    )
  }

  @Test("are told apart from the file, and come after it")
  func origins() {
    do throws(ReadingFailure) {
      _ = try ModelText(system: "{ cores: -1 }").read([
        set("system.instances", "0"), set("tables.users.rows", "0"),
      ])
      Issue.record("nothing was wrong")
    } catch {
      #expect(error.diagnostics.map(\.isFromOverride) == [false, true, true])
      #expect(
        error.diagnostics.map(\.path) == ["system.cores", "system.instances", "tables.users.rows"])
      #expect(error.diagnostics[0].place == .file("m.json5", line: 3, column: 20))
      #expect(error.diagnostics[2].place == .override("--set tables.users.rows=0"))
    }
  }

  @Test("deeper than a model can be are refused")
  func deep() {
    let path = [String](repeating: "a", count: 100_000).joined(separator: ".")
    let lines = problems(of: ModelText().text, overrides: [set(path, "1")])
    #expect(lines.count == 1)
    let value = String(repeating: "[", count: 100_000)
    #expect(
      problems(of: ModelText().text, overrides: [set("title", value)]).first?.hasSuffix(
        "title: expected at most 64 levels of lists and objects") == true)
  }
}

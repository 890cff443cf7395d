import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// Iterations whose steps have turns, barriers and keys, and loads that end their retries.
@Suite("Words of a load")
struct LoadWordTests {
  @Test("stop retries at the end when told so")
  func retries() throws {
    for (text, expected) in [
      ("", false), (", stopRetriesAtEnd: false", false),
      (", stopRetriesAtEnd: true", true),
    ] {
      let load = try ModelText(load: "{ duration: '60s'\(text) }").read().loads[0]
      #expect(load.stopRetriesAtEnd == expected, "\(text)")
    }
  }

  @Test("leave out a time, or what the runs take to settle")
  func warmUp() throws {
    let said = try ModelText(load: "{ duration: '60s', warmUp: '5s' }").read().loads[0]
    #expect(said.warmUp == .seconds(5))
    #expect(!said.findsWarmUp)
    let found = try ModelText(load: "{ duration: '60s', warmUp: 'auto' }").read().loads[0]
    #expect(found.warmUp == .zero)
    #expect(found.findsWarmUp)
  }

  @Test("send a new key, the same, the one before, or one for each group")
  func keys() throws {
    let cases: [(String, IterationStep.KeyUse)] = [
      ("", .new), (", key: 'new'", .new), (", key: 'same'", .same),
      (", key: 'previous'", .previous), (", key: { group: 5 }", .ofGroup(size: 5)),
    ]
    for (text, expected) in cases {
      let load = try ModelText(
        iteration: "[{ request: 'charge'\(text) }, { sleep: '1s' }]"
      ).read().loads[0]
      #expect(load.iteration.first == .request(0, key: expected), "\(text)")
    }
  }

  @Test("do other steps in some iterations, and wait for each other")
  func turns() throws {
    let load = try ModelText(
      iteration: """
        [{ everyNth: { every: 5, first: 1, of: { group: 2 } }, steps: [{ request: 'charge' }],
           otherwise: [{ barrier: 2 }, { sleep: '1s' }] },
         { everyNth: 2, steps: [{ request: 'charge' }] }, { barrier: 10 }]
        """
    ).read().loads[0]
    #expect(
      load.iteration == [
        .everyNth(
          EveryNth(every: 5, first: 1, counting: .ofGroup(size: 2)),
          steps: [.request(0, key: .new)],
          otherwise: [.barrier(parties: 2), .sleep(.constant(.seconds(1)))]),
        .everyNth(EveryNth(every: 2), steps: [.request(0, key: .new)], otherwise: []),
        .barrier(parties: 10),
      ])
  }

  @Test(
    "let time pass in some iterations at least",
    arguments: [
      "[{ request: 'charge' }, { everyNth: 9, steps: [{ sleep: '1s' }] }]",
      "[{ request: 'charge' }, { everyNth: 2, steps: [{ sleep: 0 }], otherwise: [{ sleep: '1s' }] }]",
    ])
  func time(iteration: String) {
    let model = ModelText(steps: "[{ respond: 200 }]", iteration: iteration)
    #expect(problems(of: model.text) == [])
  }

  @Test(
    "are refused when no time passes in any iteration",
    arguments: [
      ("[{ request: 'charge' }, { barrier: 2 }]", "{ cpu: 0 }"),
      (
        "[{ request: 'charge' }, { everyNth: 1, steps: [{ sleep: 0 }], otherwise: [{ sleep: '1s' }] }]",
        "{ cpu: 0 }"
      ),
      (
        "[{ request: 'charge' }]",
        "{ choose: [{ weight: 0, steps: [{ cpu: '1s' }] }, { weight: 1, steps: [{ cpu: 0 }] }] }"
      ),
      ("[{ request: 'charge' }]", "{ forEach: 'none', steps: [{ cpu: '1s' }] }"),
      ("[{ request: 'charge' }]", "{ insert: 'keys' }"),
      ("[{ request: 'charge' }]", "{ barrier: 2 }"),
    ])
  func noTime(iteration: String, step: String) {
    let model = ModelText(
      keys: "{ user: { row: 'users' }, none: { subsetOf: 'user', probability: 0 } }",
      steps: "[\(step), { respond: 200 }]", iteration: iteration)
    #expect(
      problems(of: model.text) == [
        "m.json5:8: iteration: no time passes in an iteration, so users would repeat it for ever at "
          + "one moment; add { sleep: \"1s\" }"
      ])
  }

  static let wrong: [WrongText] = [
    WrongText(
      "nearly a key", ModelText(iteration: "[{ request: 'charge', key: 'previos' }]"),
      "m.json5:8: iteration[0].key: expected \"new\", \"same\", \"previous\" or { group: 10 }, found "
        + "'previos'; did you mean 'previous'?"),
    WrongText(
      "a key of an empty group", ModelText(iteration: "[{ request: 'charge', key: { group: 0 } }]"),
      "m.json5:8: iteration[0].key.group: expected a whole number of at least 1, found 0"),
    WrongText(
      "a key of no group", ModelText(iteration: "[{ request: 'charge', key: {} }]"),
      "m.json5:8: iteration[0].key.group: missing; expected a whole number of at least 1"),
    WrongText(
      "a key that is a number", ModelText(iteration: "[{ request: 'charge', key: 5 }]"),
      "m.json5:8: iteration[0].key: expected \"new\", \"same\", \"previous\" or { group: 10 }, found 5"
    ),
    WrongText(
      "attempts of an iteration",
      ModelText(
        iteration:
          "[{ everyNth: { every: 2, firstAttempt: true }, steps: [{ request: 'charge' }] }]"),
      "m.json5:8: iteration[0].everyNth.firstAttempt: unknown key; known here: 'every', 'first' and "
        + "'of'"),
    WrongText(
      "turns for nothing",
      ModelText(iteration: "[{ request: 'charge' }, { everyNth: 2, steps: [] }]"),
      "m.json5:8: iteration[1].steps: expected a list with at least one step, found an empty list"),
    WrongText(
      "a step of a request in an iteration",
      ModelText(iteration: "[{ request: 'charge' }, { connection: [] }]"),
      "m.json5:8: iteration[1].connection: unknown iteration step 'connection'; known: 'request', "
        + "'sleep', 'repeat', 'check', 'everyNth', 'barrier', 'choose' and 'ifStatus'"),
    WrongText(
      "a barrier for more users than the load has",
      ModelText(iteration: "[{ request: 'charge' }, { repeat: 2, steps: [{ barrier: 11 }] }]"),
      "m.json5:8: iteration[1].steps[0].barrier: expected at most 10, the users of the load 'default', "
        + "found 11"),
    WrongText(
      "a barrier of a request for more users than one of its loads has",
      ModelText(
        steps: "[{ barrier: 4 }, { cpu: '1ms' }, { respond: 200 }]", iteration: "[]", load: "{}"
      ).text.replacing(
        "iteration: [],\n  load: {},",
        with:
          "scenarios: {\n    a: { vus: 4, duration: '1s', iteration: [{ request: 'charge' }] },\n"
          + "    b: { stages: ['1s:3'], iteration: [{ request: 'charge' }, { request: 'charge' }] } },"
      ),
      "m.json5:6: requests.charge.steps[0].barrier: expected at most 3, the users of the load 'b', "
        + "found 4"),
    WrongText(
      "an iteration and its load",
      ModelText(
        iteration: "[{ request: 'charge', kee: 'same' }, { sleep: '1s' }]", load: "{ duration: 5 }"),
      "m.json5:8: iteration[0].kee: unknown key; did you mean 'key'?",
      "m.json5:9: load.duration: expected a time with a unit such as \"5ms\", found 5"),
    WrongText(
      "a switch that is a text",
      ModelText(load: "{ duration: '1s', stopRetriesAtEnd: 'yes' }"),
      "m.json5:9: load.stopRetriesAtEnd: expected true or false, found 'yes'"),
  ]

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}

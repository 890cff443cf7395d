import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// Loads whose iterations begin at a rate, and loads with the shape of a profile.
@Suite("Words of loads by rate and by shape")
struct ArrivalWordTests {
  private func load(_ text: String) throws -> Load { try ModelText(load: text).read().loads[0] }

  @Test("begin iterations at a fixed rate")
  func constantRate() throws {
    #expect(
      try load(
        "{ executor: 'constant-arrival-rate', rate: 30, duration: '10s', preAllocatedVUs: 2 }"
      ).executor
        == .constantArrivalRate(
          rate: ArrivalRate(iterations: 30, timeUnit: .seconds(1)), duration: .seconds(10),
          users: UserPool(preAllocated: 2, maximum: 2)))
    let load = try load(
      """
      { executor: 'constant-arrival-rate', rate: 1, timeUnit: '3s', duration: '1m',
        preAllocatedVUs: 0, maxVUs: 9, arrivals: 'poisson', gracefulStop: '1s', warmUp: '1s' }
      """)
    #expect(
      load.executor
        == .constantArrivalRate(
          rate: ArrivalRate(iterations: 1, timeUnit: .seconds(3)), duration: .minutes(1),
          users: UserPool(preAllocated: 0, maximum: 9)))
    #expect(load.arrivals == .poisson)
    #expect(load.gracefulStop == .seconds(1))
    #expect(load.warmUp == .seconds(1))
  }

  @Test("begin iterations at a rate that follows stages")
  func rampingRate() throws {
    let load = try load(
      """
      { executor: 'ramping-arrival-rate', stages: ['1s:10', { duration: '2s', target: 0 }],
        preAllocatedVUs: 5, maxVUs: 5, arrivals: 'even' }
      """)
    #expect(
      load.executor
        == .rampingArrivalRate(
          startRate: ArrivalRate(iterations: 0),
          stages: [
            Executor.Stage(duration: .seconds(1), target: 10),
            Executor.Stage(duration: .seconds(2), target: 0),
          ], users: UserPool(preAllocated: 5, maximum: 5)))
    #expect(load.arrivals == .even)
  }

  @Test("let iterations by rate take no time, for time passes between them")
  func noTime() {
    let model = ModelText(
      steps: "[{ respond: 200 }]", iteration: "[{ request: 'charge' }]",
      load: "{ executor: 'constant-arrival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1 }")
    #expect(problems(of: model.text) == [])
  }

  @Test("have the shape of a profile", arguments: LoadProfile.allCases)
  func profiles(profile: LoadProfile) throws {
    let name = profile.rawValue
    #expect(try load("{ profile: '\(name)', vus: 200 }").executor == profile.executor(peak: 200))
    #expect(
      try load("{ profile: '\(name)', vus: 7, duration: '2h' }").executor
        == profile.executor(peak: 7, hold: .hours(2)))
  }

  @Test("reach exactly the bounds")
  func bounds() {
    // A million iterations each second for 1000 s, and up to it and down in twice the time.
    for load in [
      "{ executor: 'constant-arrival-rate', rate: 1000000, duration: '1000s', preAllocatedVUs: 1 }",
      "{ executor: 'ramping-arrival-rate', stages: ['1000s:1000000', '1000s:0'], preAllocatedVUs: 1 }",
      "{ executor: 'constant-arrival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1000000 }",
    ] {
      #expect(problems(of: ModelText(load: load).text) == [], "\(load)")
    }
  }

  private static func byRate(_ keys: String) -> ModelText {
    ModelText(load: "{ executor: 'constant-arrival-rate', \(keys) }")
  }

  private static func ramping(_ keys: String) -> ModelText {
    ModelText(load: "{ executor: 'ramping-arrival-rate', \(keys) }")
  }

  static let wrong: [WrongText] = [
    WrongText(
      "nothing but an executor", byRate(""),
      "m.json5:9: load.rate: missing; expected a whole number of at least 1",
      "m.json5:9: load.duration: missing; expected a time above zero such as \"5ms\"",
      "m.json5:9: load.preAllocatedVUs: missing; expected a whole number of at least 0"),
    WrongText(
      "a rate without an executor", ModelText(load: "{ rate: 5, duration: '1s' }"),
      "m.json5:9: load.executor: missing; expected 'constant-arrival-rate' or "
        + "'ramping-arrival-rate'"),
    WrongText(
      "a rate of none", byRate("rate: 0, duration: '1s', preAllocatedVUs: 1"),
      "m.json5:9: load.rate: expected a whole number of at least 1, found 0"),
    WrongText(
      "a rate beyond all bounds", byRate("rate: 1000001, duration: '1s', preAllocatedVUs: 1"),
      "m.json5:9: load.rate: expected a whole number of at most 1000000, found 1000001"),
    WrongText(
      "half an iteration", byRate("rate: 0.5, duration: '1s', preAllocatedVUs: 1"),
      "m.json5:9: load.rate: expected a whole number of at least 1, found 0.5"),
    WrongText(
      "no unit of time", byRate("rate: 1, timeUnit: 0, duration: '1s', preAllocatedVUs: 1"),
      "m.json5:9: load.timeUnit: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "one iteration too many",
      byRate("rate: 1000000, duration: '1001s', preAllocatedVUs: 1"),
      "m.json5:9: load.rate: expected at most 1000000000 iterations that begin"),
    WrongText(
      "a rate for a hundred years",
      byRate("rate: 1000000, timeUnit: '1ns', duration: '36400d', preAllocatedVUs: 1"),
      "m.json5:9: load.rate: expected at most 1000000000 iterations that begin"),
    WrongText(
      "fewer users at most than at first",
      byRate("rate: 1, duration: '1s', preAllocatedVUs: 50, maxVUs: 20"),
      "m.json5:9: load.maxVUs: expected at least 50, which is 'preAllocatedVUs', found 20"),
    WrongText(
      "no users at first, and none later", byRate("rate: 1, duration: '1s', preAllocatedVUs: 0"),
      "m.json5:9: load.maxVUs: missing; expected a whole number of at least 1"),
    WrongText(
      "no users at all", byRate("rate: 1, duration: '1s', preAllocatedVUs: 0, maxVUs: 0"),
      "m.json5:9: load.maxVUs: expected a whole number of at least 1, found 0"),
    WrongText(
      "too many users", byRate("rate: 1, duration: '1s', preAllocatedVUs: 1000001"),
      "m.json5:9: load.preAllocatedVUs: expected a whole number of at most 1000000, found 1000001"),
    WrongText(
      "a key of the other executor by rate",
      byRate("rate: 1, duration: '1s', preAllocatedVUs: 1, stages: ['1s:1']"),
      "m.json5:9: load.stages: not a key of the executor 'constant-arrival-rate', which has 'rate', "
        + "'timeUnit', 'duration', 'preAllocatedVUs', 'maxVUs' and 'arrivals'"),
    WrongText(
      "users beside a rate", byRate("rate: 1, duration: '1s', preAllocatedVUs: 1, vus: 5"),
      "m.json5:9: load.vus: not a key of the executor 'constant-arrival-rate', which has 'rate', "
        + "'timeUnit', 'duration', 'preAllocatedVUs', 'maxVUs' and 'arrivals'"),
    WrongText(
      "spread starts beside a rate",
      byRate("rate: 1, duration: '1s', preAllocatedVUs: 1, startStagger: 'even'"),
      "m.json5:9: load.startStagger: has no meaning beside executor: \"constant-arrival-rate\""),
    WrongText(
      "arrivals of constant users", ModelText(load: "{ duration: '1s', arrivals: 'poisson' }"),
      "m.json5:9: load.arrivals: not a key of the executor 'constant-vus', which has 'vus' and "
        + "'duration'"),
    WrongText(
      "arrivals that are nearly a word",
      byRate("rate: 1, duration: '1s', preAllocatedVUs: 1, arrivals: 'poison'"),
      "m.json5:9: load.arrivals: expected 'even' or 'poisson', found 'poison'; did you mean "
        + "'poisson'?"),
    WrongText(
      "stages in which nothing begins", ramping("stages: ['1s:0'], preAllocatedVUs: 1"),
      "m.json5:9: load.stages: expected a stage with a rate, or 'startRate' of at least 1"),
    WrongText(
      "a stage with too high a rate", ramping("stages: ['1s:1000001'], preAllocatedVUs: 1"),
      "m.json5:9: load.stages[0]: expected at most 1000000 iterations for each 'timeUnit'"),
    WrongText(
      "stages with one iteration too many",
      ramping("startRate: 1000000, stages: ['1000s:1000000', '1ms:0'], preAllocatedVUs: 1"),
      "m.json5:9: load.stages: expected at most 1000000000 iterations that begin"),
    WrongText(
      "a profile without users", ModelText(load: "{ profile: 'soak' }"),
      "m.json5:9: load.vus: missing; expected a whole number of at least 1"),
    WrongText(
      "a profile that nobody knows", ModelText(load: "{ profile: 'stres', vus: 5 }"),
      "m.json5:9: load.profile: expected 'load', 'soak', 'stress' or 'spike', found 'stres'; did you "
        + "mean 'stress'?"),
    WrongText(
      "a profile and an executor",
      ModelText(load: "{ profile: 'load', vus: 5, executor: 'ramping-vus', stages: ['1s:1'] }"),
      "m.json5:9: load.executor: cannot stand beside 'profile'; give one",
      "m.json5:9: load.stages: cannot stand beside 'profile'; give one"),
    WrongText(
      "a profile that is not held", ModelText(load: "{ profile: 'load', vus: 5, duration: 0 }"),
      "m.json5:9: load.duration: expected a time above zero such as \"5ms\", found 0"),
    WrongText(
      "a profile of centuries",
      ModelText(load: "{ profile: 'stress', vus: 5, duration: '36500d' }"),
      "m.json5:9: load: expected an end within 100 years"),
    WrongText(
      "a profile whose iterations take no time",
      ModelText(
        steps: "[{ respond: 200 }]", iteration: "[{ request: 'charge' }]",
        load: "{ profile: 'load', vus: 5 }"),
      "m.json5:8: iteration: no time passes in an iteration, so users would repeat it for ever at "
        + "one moment; add { sleep: \"1s\" }"),
  ]

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}

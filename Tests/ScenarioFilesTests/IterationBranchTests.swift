import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

/// Iterations that go different ways, and clients that click twice.
@Suite("Choices of an iteration")
struct IterationBranchTests {
  private func iteration(_ text: String) throws -> [IterationStep] {
    try ModelText(iteration: "[\(text), { sleep: '1s' }]").read().loads[0].iteration.dropLast()
  }

  @Test("are drawn by weight")
  func choose() throws {
    #expect(
      try iteration(
        """
        { choose: [{ weight: 90, steps: [{ request: 'charge' }, { sleep: '1s' }] },
                   { weight: 10, steps: [{ request: 'charge', key: 'same' }] },
                   { weight: 0, steps: [] }] }
        """) == [
          .choose([
            WeightedIteration(
              weight: 90,
              steps: [.request(0, key: .new), .sleep(.constant(.seconds(1)))]),
            WeightedIteration(weight: 10, steps: [.request(0, key: .same)]),
            WeightedIteration(weight: 0, steps: []),
          ])
        ])
  }

  @Test("follow the status of the last answer")
  func status() throws {
    let request = IterationStep.request(0, key: .new)
    #expect(
      try iteration(
        """
        { request: 'charge' }, { ifStatus: 200, steps: [{ request: 'charge' }] },
        { ifStatus: [409, 0], steps: [], otherwise: [{ sleep: 0 }] }
        """) == [
          request, .ifStatus([200], steps: [request], otherwise: []),
          .ifStatus([409, 0], steps: [], otherwise: [.sleep(.zero)]),
        ])
  }

  @Test("are as deep as they may be")
  func depth() throws {
    var text = "{ request: 'charge' }"
    for level in 1...8 {
      text =
        level % 2 == 0
        ? "{ choose: [{ weight: 1, steps: [\(text)] }] }"
        : "{ request: 'charge' }, { ifStatus: 200, steps: [\(text)] }"
    }
    _ = try iteration(text)
    #expect(
      problems(of: ModelText(iteration: "[{ choose: [{ weight: 1, steps: [\(text)] }] }]").text)
        == [
          "m.json5:8: iteration[0].choose[0].steps[0].choose[0].steps[1].steps[0].choose[0].steps[1]"
            + ".steps[0].choose[0].steps[1].steps[0].choose[0].steps[1].ifStatus: expected at most 8 "
            + "'choose' and 'ifStatus' steps inside each other"
        ])
  }

  @Test("send a request twice, always or sometimes")
  func doubleClicks() throws {
    let cases: [(String, DoubleClick)] = [
      ("'150ms'", DoubleClick(after: .constant(.milliseconds(150)))),
      ("{ after: '1s' }", DoubleClick(after: .constant(.seconds(1)))),
      (
        "{ after: { exponential: '1s' }, probability: 0.25 }",
        DoubleClick(after: .exponential(mean: .seconds(1)), probability: 0.25)
      ),
      (
        "{ after: '1s', probability: 0 }",
        DoubleClick(after: .constant(.seconds(1)), probability: 0)
      ),
    ]
    for (text, expected) in cases {
      #expect(
        try iteration("{ request: 'charge', doubleClick: \(text), key: 'previous' }")
          == [.request(0, key: .previous, doubleClick: expected)], "\(text)")
    }
  }

  private static func model(_ steps: String) -> ModelText {
    ModelText(iteration: "[\(steps), { sleep: '1s' }]")
  }

  static let wrong: [WrongText] = [
    WrongText(
      "nothing to choose from", model("{ request: 'charge' }, { choose: [] }"),
      "m.json5:8: iteration[1].choose: expected a list with at least one list of steps, found an "
        + "empty list"),
    WrongText(
      "choices without weights and steps",
      model("{ choose: [{}, { weight: -1, steps: 5 }, { weigth: 1, steps: [] }, 7] }"),
      "m.json5:8: iteration[0].choose[0].weight: missing; expected a whole number of at least 0",
      "m.json5:8: iteration[0].choose[0].steps: missing; expected a list",
      "m.json5:8: iteration[0].choose[1].weight: expected a whole number of at least 0, found -1",
      "m.json5:8: iteration[0].choose[1].steps: expected a list with at least one step, found 5",
      "m.json5:8: iteration[0].choose[2].weight: missing; expected a whole number of at least 0",
      "m.json5:8: iteration[0].choose[2].weigth: unknown key; did you mean 'weight'?",
      "m.json5:8: iteration[0].choose[3]: expected an object, found 7"),
    WrongText(
      "choices of which none is drawn",
      model("{ choose: [{ weight: 0, steps: [{ request: 'charge' }] }] }"),
      "m.json5:8: iteration[0].choose: expected at least one weight above 0"),
    WrongText(
      "choices of which none sends a request", model("{ choose: [{ weight: 1, steps: [] }] }"),
      "m.json5:8: iteration: expected at least one step { request: … }"),
    WrongText(
      "a status before a request", model("{ ifStatus: 200, steps: [] }, { request: 'charge' }"),
      "m.json5:8: iteration[0].ifStatus: 'ifStatus' looks at an answer; put it after a request"),
    WrongText(
      "statuses that are none",
      model(
        "{ request: 'charge' }, { ifStatus: 20, steps: [] }, { ifStatus: [200, 200], steps: [] }, "
          + "{ ifStatus: [], steps: [] }, { ifStatus: 'ok' }"),
      "m.json5:8: iteration[1].ifStatus: expected a status from 100 to 599, found 20",
      "m.json5:8: iteration[2].ifStatus[1]: '200' is given twice",
      "m.json5:8: iteration[3].ifStatus: expected a list with at least one status, found an empty list",
      "m.json5:8: iteration[4].steps: missing; expected a list",
      "m.json5:8: iteration[4].ifStatus: expected a status from 100 to 599, found 'ok'"),
    WrongText(
      "weights of a status",
      model("{ request: 'charge' }, { ifStatus: 200, steps: [], weight: 1 }"),
      "m.json5:8: iteration[1].weight: unknown key; known here: 'ifStatus', 'steps' and 'otherwise'"
    ),
    WrongText(
      "double clicks of every wrong kind",
      model(
        list(7) {
          let kinds = [
            "0", "150", "true", "{}", "{ after: 0 }", "{ after: '1s', probability: 2 }",
            "{ exponential: '1s' }",
          ]
          return "{ request: 'charge', doubleClick: \(kinds[$0]) }"
        }),
      "m.json5:8: iteration[0].doubleClick: expected a time above zero such as \"5ms\", found 0",
      "m.json5:8: iteration[1].doubleClick: expected a time with a unit such as \"150ms\", found 150",
      "m.json5:8: iteration[2].doubleClick: expected a time such as \"150ms\" or { after: \"150ms\", "
        + "probability: 0.1 }, found true",
      "m.json5:8: iteration[3].doubleClick.after: missing; expected a time such as \"5ms\" or "
        + "{ exponential: \"5ms\" }",
      "m.json5:8: iteration[4].doubleClick.after: expected a time above zero such as \"5ms\", found 0",
      "m.json5:8: iteration[5].doubleClick.probability: expected a number from 0 to 1, found 2",
      "m.json5:8: iteration[6].doubleClick.after: missing; expected a time such as \"5ms\" or "
        + "{ exponential: \"5ms\" }",
      "m.json5:8: iteration[6].doubleClick.exponential: unknown key; known here: 'after' and "
        + "'probability'"),
    WrongText(
      "a double click of a sleep",
      model("{ request: 'charge' }, { sleep: '1s', doubleClick: '1s' }"),
      "m.json5:8: iteration[1].doubleClick: unknown key; known here: 'sleep'"),
  ]

  @Test(
    "are named by line, path, what was found and what would be right when they are wrong",
    arguments: wrong)
  func wrongModel(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }
}

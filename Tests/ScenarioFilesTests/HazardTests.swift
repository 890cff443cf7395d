import ScenarioFiles
import ScenarioModel
import Testing

@Suite("Hazards of a model")
struct HazardTests {
  private static let locked =
    #"[{ distributedLock: "a", wait: 0, lease: "1s", steps: [{ cpu: "1ms" }] }, { respond: 200 }]"#

  @Test("are switched on in their order, or not at all")
  func order() throws {
    var model = ModelText(
      steps: Self.locked, more: "hazards: ['single-user', 'lock-key-per-request']")
    #expect(try model.read().hazards == [.singleUser, .lockKeyPerRequest])
    model.more = "hazards: []"
    #expect(try model.read().hazards == [])
    model.more = ""
    #expect(try model.read().hazards == [])
  }

  static let wrong: [WrongText] = [
    WrongText(
      "an unknown hazard", ModelText(more: "hazards: ['single-usr']"),
      "m.json5:10: hazards[0]: unknown hazard 'single-usr'; did you mean 'single-user'?"),
    WrongText(
      "a hazard unlike any other", ModelText(more: "hazards: ['gc']"),
      "m.json5:10: hazards[0]: unknown hazard 'gc'; known: 'self-invocation', "
        + "'lock-inside-transaction', 'retry-inside-transaction', 'lock-key-per-request', "
        + "'lease-shorter-than-work', 'unordered-locks', 'select-for-update-then-insert', "
        + "'processing-unchecked', 'single-user', 'missing-key' and "
        + "'takeover-without-atomic-completion'"),
    WrongText(
      "a hazard given twice", ModelText(more: "hazards: ['single-user', 'single-user']"),
      "m.json5:10: hazards[1]: 'single-user' is given twice"),
    WrongText(
      "a hazard that is no text", ModelText(more: "hazards: [1]"),
      "m.json5:10: hazards[0]: expected text in quotes, found 1"),
    WrongText(
      "a hazard alone", ModelText(more: "hazards: 'single-user'"),
      "m.json5:10: hazards: expected a list with at least one hazard, found 'single-user'"),
    WrongText(
      "a hazard of a lock without a lock",
      ModelText(more: "hazards: ['single-user', 'self-invocation']"),
      "m.json5:10: hazards[1]: 'self-invocation' needs a distributedLock step"),
    WrongText(
      "a hazard of a transaction in a lock without a transaction",
      ModelText(steps: locked, more: "hazards: ['lock-inside-transaction']"),
      "m.json5:10: hazards[0]: 'lock-inside-transaction' needs a distributedLock step around a "
        + "transaction"),
  ]

  @Test("are refused when nothing can go wrong with them", arguments: wrong)
  func wrongHazard(_ wrong: WrongText) {
    #expect(problems(of: wrong.text) == wrong.expected)
  }

  @Test("can be switched on and off for one run")
  func overridden() throws {
    let model = ModelText(steps: Self.locked, more: "hazards: ['single-user']")
    #expect(
      try model.read([ModelOverride(path: "hazards", value: "[]")]).hazards == [])
    #expect(
      try model.read([ModelOverride(path: "hazards", value: "['self-invocation']")]).hazards
        == [.selfInvocation])
  }

  @Test("have each its name on the command line", arguments: Hazard.allCases)
  func names(_ hazard: Hazard) throws {
    #expect(try HazardParser.parse(hazard.rawValue, after: []) == hazard)
    #expect(throws: Problem.duplicateItem(hazard.rawValue)) {
      try HazardParser.parse(hazard.rawValue, after: [hazard])
    }
  }
}

import ContentionEngine
import Experiments
import ScenarioModel
import SimulateCommand
import SimulationBasics
import Testing

@Suite("The command hunt")
struct HuntCommandTests {
  /// Finds an update that is lost within a few runs: nothing guards it.
  private static let found = "hunt --strategy none --fault none --budget 400runs"

  // MARK: What it finds

  @Test("finds what is broken, says how, and ends with 1")
  func finding() throws {
    let outside = FakeOutside()
    #expect(outside.run(Self.found) == .found)
    #expect(outside.errors == "")
    let first = try #require(outside.output.split(separator: "\n").first)
    #expect(first.hasPrefix("FOUND after "))
    #expect(first.hasSuffix(": an update is lost (no-lost-update)."))
    #expect(outside.output.contains("2 users, 2 iterations, no fault"))
    #expect(outside.output.contains("\nWhy: No lock keeps a second request out"))
    // Requests that were under way when the run was stopped count, too.
    #expect(!outside.output.contains(" 0 requests"))
  }

  @Test("finds nothing where nothing is broken, and ends with 0")
  func nothing() {
    let outside = FakeOutside()
    #expect(outside.run("hunt --strategy atomic --fault none --budget 48runs") == .success)
    #expect(outside.output.hasPrefix("NOTHING FOUND in 48 runs, "))
    #expect(outside.output.contains("\nDANGERS MET, in 48 runs\n"))
    #expect(outside.output.contains("cannot happen here: lease expired while held, two inside"))
    #expect(outside.output.contains("'never below the floor' was never put to the test: in model"))
  }

  @Test("prints a command that shows the same timeline again, to the byte")
  func replay() throws {
    let outside = FakeOutside()
    #expect(outside.run(Self.found) == .found)
    let hunted = outside.output
    let command = try #require(Self.command(in: hunted))
    let timeline = try #require(Self.timeline(in: hunted))
    #expect(timeline.count > 3)
    #expect(outside.run(Array(command.dropFirst())) != .badCommandLine)
    let replayed = outside.output.split(separator: "\n", omittingEmptySubsequences: false)
    let lines = replayed.map { Self.trimmed($0) }
    for line in timeline { #expect(lines.contains(Self.trimmed(line[...])), "\(line)") }
    // Twice the same.
    #expect(outside.run(Self.found) == .found)
    #expect(outside.output == hunted)
  }

  @Test("finds the same whatever the number of jobs")
  func jobs() {
    let outside = FakeOutside()
    #expect(outside.run(Self.found + " --jobs 1") == .found)
    let alone = outside.output
    #expect(outside.run(Self.found + " --jobs 3") == .found)
    #expect(outside.output == alone)
  }

  @Test("finds the same however long the clock says it takes")
  func clock() {
    let outside = FakeOutside()
    #expect(outside.run(Self.found) == .found)
    let still = outside.output
    // Ten seconds a look: one batch after the other becomes smaller.
    outside.clockStep = 10_000_000_000
    #expect(
      outside.run("hunt --strategy none --fault none --budget 60h") == .found)
    #expect(outside.output == still)
  }

  @Test("ends when its time is over")
  func time() {
    let outside = FakeOutside()
    outside.clockStep = 1_000_000_000
    #expect(outside.run("hunt --strategy atomic --fault none --budget 3s") == .success)
    #expect(outside.output.hasPrefix("NOTHING FOUND in "))
  }

  @Test("ends when so many requests have been made")
  func requests() throws {
    let outside = FakeOutside()
    #expect(
      outside.run("hunt --strategy atomic --fault none --budget 300requests") == .success)
    let words = outside.output.split(separator: " ")
    let place = try #require(words.firstIndex(of: "runs,"))
    let requests = try #require(Int(words[place + 1]))
    #expect(requests >= 300)
    #expect(requests < 340)
  }

  @Test("writes its timeline as a diagram, and none when it finds nothing")
  func mermaid() throws {
    let outside = FakeOutside()
    #expect(outside.run(Self.found + " --mermaid lost.mmd") == .found)
    #expect(try #require(outside.text(of: "lost.mmd")).hasPrefix("sequenceDiagram\n"))
    #expect(
      outside.run("hunt --strategy atomic --fault none --budget 16runs --mermaid no.mmd")
        == .success)
    #expect(outside.text(of: "no.mmd") == nil)
    #expect(outside.unfinishedFiles == 0)
  }

  /// Finds nothing within some batches, each of which takes a clock step or more.
  private static let long = "hunt --strategy atomic --fault none --budget 400runs --jobs 1"

  @Test("shows how far it is on a terminal only")
  func progress() {
    let outside = FakeOutside()
    // Nothing is drawn in the first tenth of a second.
    outside.clockStep = 120_000_000
    #expect(outside.run(Self.long) == .success)
    #expect(outside.errors == "")
    outside.errorIsTerminal = true
    #expect(outside.run(Self.long) == .success)
    #expect(outside.errors.contains("hunt  "))
    #expect(outside.errors.contains(" runs, "))
    #expect(outside.errors.hasSuffix("\r\u{1B}[K"))
    #expect(outside.run(Self.long + " --quiet") == .success)
    #expect(outside.errors == "")
  }

  @Test("stops at Ctrl-C while it searches")
  func interruptedSearch() {
    for looks in [0, 3, 12] {
      let outside = FakeOutside()
      outside.looksUntilInterruption = looks
      // Would find nothing and end with 0.
      #expect(outside.run(Self.long + " --mermaid a.mmd") == .interrupted)
      expectNothing(of: outside)
    }
  }

  @Test("stops at Ctrl-C while it shrinks")
  func interruptedShrink() throws {
    let line =
      "hunt --layers distributed-lock,idempotency-key --fault redis-failover --budget 400runs"
      + " --promise no-lost-update --jobs 1 --mermaid a.mmd"
    func outside(_ looks: Int) -> FakeOutside {
      let outside = FakeOutside()
      outside.looksUntilInterruption = looks
      outside.errorIsTerminal = true
      outside.clockStep = 120_000_000
      return outside
    }
    let patient = outside(1_000_000)
    #expect(patient.run(line) == .found)
    let used = 1_000_000 - (try #require(patient.looksUntilInterruption))
    // Each run of the shrink looks once, and nothing looks after it but its end.
    let shrinkRuns = try #require(Self.shrinkRuns(in: patient.output))
    #expect(shrinkRuns > 50)
    for looks in [used - shrinkRuns, used - shrinkRuns / 2, used - 1] {
      let outside = outside(looks)
      #expect(outside.run(line) == .interrupted)
      #expect(outside.errors.contains("shrink  "), "the search is over")
      expectNothing(of: outside)
    }
  }

  private func expectNothing(of outside: FakeOutside) {
    #expect(outside.output == "")
    #expect(outside.files.isEmpty)
    #expect(outside.unfinishedFiles == 0)
  }

  /// The number in `(719 further runs)`, which may be on two lines.
  private static func shrinkRuns(in output: String) -> Int? {
    guard let start = output.firstIndex(of: "("),
      let further = output.firstRange(of: "(no-lost-update)")
    else { return nil }
    let rest = start < further.upperBound ? output[further.upperBound...] : output[start...]
    guard let open = rest.firstIndex(of: "(") else { return nil }
    let digits = rest[rest.index(after: open)...].prefix { $0.isNumber || $0 == " " }
    return Int(digits.filter(\.isNumber))
  }

  // MARK: What it asks for

  private func request(_ line: String) throws -> HuntRequest {
    let words = line.split(separator: " ").map(String.init)
    guard case .hunt(let request) = try CommandLineArguments.command(from: ["hunt"] + words) else {
      throw HuntProblem.noHunt
    }
    return request
  }

  private enum HuntProblem: Error { case noHunt }

  @Test("takes budgets of time, runs and requests")
  func budgets() throws {
    #expect(try request("").budget == .time(.seconds(60)))
    #expect(try request("--budget 1m30s").budget == .time(.seconds(90)))
    #expect(try request("--budget 250ms").budget == .time(.milliseconds(250)))
    #expect(try request("--budget 100000runs").budget == .limit(.runs(100_000)))
    #expect(try request("--budget 1000000requests").budget == .limit(.requests(1_000_000)))
  }

  @Test("takes kinds of fault, faults, and none")
  func faults() throws {
    #expect(try request("").kinds == nil)
    #expect(try request("--fault none").kinds == [])
    let some = try request("--fault pause --fault response-loss --fault pause")
    #expect(some.kinds == [.pause, .responseLoss])
    #expect(some.model.faults.isEmpty)
    let fixed = try request("--fault pause=35s@10s,instance=1")
    #expect(fixed.kinds == [])
    #expect(
      fixed.model.faults == [
        .event(.pause(.seconds(35), instance: 0), FaultMoments(at: .constant(.seconds(10))))
      ])
    let both = try request("--fault redis-failover --fault response-loss,nth=3")
    #expect(both.kinds == [.redisFailover])
    #expect(both.model.faults.count == 1)
  }

  @Test("takes promises by name, those that cost somebody something by itself")
  func promises() throws {
    #expect(try request("").promises == SafetyPromise.costly)
    #expect(
      try request("--promise no-key-stuck --promise one-holder").promises
        == [.noKeyStuck, .oneHolderPerLock])
  }

  @Test(
    "refuses what it does not understand",
    arguments: [
      ("hunt --budget 60", "--budget: expected a time, a number of runs or a number of requests"),
      ("hunt --budget 0runs", "--budget: expected"),
      ("hunt --budget 0s", "--budget: expected"),
      ("hunt --budget -1runs", "--budget: expected"),
      ("hunt --budget 1.5runs", "--budget: expected"),
      ("hunt --budget runs", "--budget: expected"),
      ("hunt --promise no-lost-updat", "unknown promise 'no-lost-updat'; did you mean 'no-lost-u"),
      ("hunt --fault paus", "unknown fault 'paus'; did you mean 'pause'?"),
      ("hunt --fault pause=35s", "--fault 'pause=35s': "),
      ("hunt --fault none --fault pause", "--fault none and another --fault contradict"),
      ("hunt --vus 3", "--vus is not a flag of 'hunt'"),
      ("hunt --seed x", "--seed: expected"),
      ("hunt --jobs 0", "--jobs: expected"),
      ("hunt balance-mixed", "'hunt' needs a model with one scenario, this one has"),
      ("hunt --strategy unheard", "unknown strategy 'unheard'"),
      ("hunt --set tables.usrs.rows=1", "usrs"),
      (
        "hunt --strategy optimistic --promise no-key-stuck",
        "--promise no-key-stuck: strategy optimistic has no idempotency key"
      ),
      (
        "hunt --strategy optimistic --promise one-holder --promise no-duplicate-error",
        "choose layers with distributed-lock"
      ),
      ("hunt --promise never-oversold", "in model balance-charge no column has a floor"),
    ])
  func refusals(line: String, answer: String) {
    let outside = FakeOutside()
    #expect(outside.run(line) == .badCommandLine)
    #expect(outside.errors.contains(answer), "\(outside.errors)")
    #expect(outside.output == "")
    for line in outside.errors.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  // MARK: Cases as flags

  /// Each case of a hunt is what its flags say: reading them gives the scenario of the case.
  @Test(
    "can say each of its cases in flags of 'run'",
    arguments: [
      "balance-charge", "payment-process", "order-create", "coupon-issue", "payment-same-key",
    ])
  func flags(name: String) throws {
    let outside = FakeOutside()
    let session = CommandSession(io: outside.io)
    var request = HuntRequest()
    request.model.name = name
    request.model.hazards = []
    let model = try session.huntedModel(request)
    #expect(!model.space.variations.isEmpty)
    #expect(model.space.client != nil)
    let landmarks = HuntLandmarks(
      moments: (1...40).map { .start + .microseconds(137 * $0) }, answers: 9, requests: 9,
      commits: 9, events: 400)
    for group in 0..<6 {
      let shape = HuntShape(of: group, in: model.space, seed: 9)
      for place in 1..<HuntShape.groupSize {
        let hunted = shape.hunted(
          group * HuntShape.groupSize + place, in: model.space, seed: 9, landmarks: landmarks)
        let run = model.request(for: hunted, showing: .noLostUpdate)
        let words = Self.words(of: run.commandLine)
        let command = try CommandLineArguments.command(from: Array(words.dropFirst()))
        guard case .run(let read) = command else {
          Issue.record("no run: \(run.commandLine)")
          continue
        }
        #expect(read.model.faults == hunted.faults)
        #expect(read.tieOrder == hunted.tieOrder)
        #expect(read.seed == hunted.seed)
        #expect(
          try session.scenario(of: read) == hunted.scenario(from: model.space.base),
          "\(run.commandLine)")
      }
    }
  }

  // MARK: Reading its output

  /// The words of the command that the output ends its finding with.
  static func command(in output: String) -> [String]? {
    let lines = output.split(separator: "\n").map(String.init)
    guard let place = lines.firstIndex(of: "See it again:") else { return nil }
    return words(of: String(trimmed(lines[place + 1][...])))
  }

  /// The lines between the answer and the reason.
  static func timeline(in output: String) -> [String]? {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(of: ""),
      let end = lines.firstIndex(where: { $0.hasPrefix("Why: ") || $0 == "See it again:" })
    else { return nil }
    return lines[start..<end].filter { !$0.isEmpty }
  }

  /// The words of a command line as a shell takes them apart: quotes in single quotes only.
  static func words(of line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line {
      switch character {
      case "'": isQuoted.toggle()
      case " " where !isQuoted:
        if !word.isEmpty { words.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  static func trimmed(_ line: Substring) -> Substring {
    var text = line
    while text.first == " " { text = text.dropFirst() }
    while text.last == " " { text = text.dropLast() }
    return text
  }
}

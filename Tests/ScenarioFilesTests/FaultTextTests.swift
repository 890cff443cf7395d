import ScenarioFiles
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

@Suite("Faults as short text")
struct FaultTextTests {
  private static let at10 = FaultMoments(at: .constant(.seconds(10)))

  static let examples: [(String, Fault)] = [
    ("pause=35s@10s,instance=1", .event(.pause(.seconds(35), instance: 0), at10)),
    ("pause=1ms@10s", .event(.pause(.milliseconds(1), instance: nil), at10)),
    ("instance-crash=10s@10s", .event(.instanceCrash(restart: .seconds(10), instance: nil), at10)),
    (
      "instance-crash=1m@10s,instance=1000",
      .event(.instanceCrash(restart: .minutes(1), instance: 999), at10)
    ),
    (
      "redis-failover=200ms@1.5s",
      .event(
        .redisFailover(losing: .milliseconds(200)),
        FaultMoments(at: .constant(.milliseconds(1_500))))
    ),
    (
      "redis-outage=5s@10s",
      .event(.redisOutage(.seconds(5), timeout: .seconds(3), policy: .failClosed), at10)
    ),
    (
      "redis-outage=5s@10s,timeout=1s,policy=fail-open",
      .event(.redisOutage(.seconds(5), timeout: .seconds(1), policy: .failOpen), at10)
    ),
    (
      "database-stall=2s@1s..9s",
      .event(
        .databaseStall(.seconds(2)),
        FaultMoments(at: .uniform(least: .seconds(1), most: .seconds(9))))
    ),
    (
      "clock-jump=10s@5s",
      .event(
        .clockJump(by: .seconds(10), .ahead), FaultMoments(at: .constant(.seconds(5))))
    ),
    (
      "clock-jump=-10s@2s",
      .event(.clockJump(by: .seconds(10), .back), FaultMoments(at: .constant(.seconds(2))))
    ),
    (
      "pause=1s@~30s,every=~30s,times=3,probability=0.5",
      .event(
        .pause(.seconds(1), instance: nil),
        FaultMoments(
          at: .exponential(mean: .seconds(30)), every: .exponential(mean: .seconds(30)), times: 3,
          probability: 0.5))
    ),
    (
      "pause=1s@0,every=10s..20s",
      .event(
        .pause(.seconds(1), instance: nil),
        FaultMoments(
          at: .constant(.zero), every: .uniform(least: .seconds(10), most: .seconds(20))))
    ),
    ("response-loss", .condition(.responseLoss, FaultOccasions())),
    ("response-loss=0.01", .condition(.responseLoss, FaultOccasions(probability: 0.01))),
    ("response-loss,nth=3", .condition(.responseLoss, FaultOccasions(numbers: [3]))),
    (
      "response-loss@5s,for=2s,nth=3+7",
      .condition(
        .responseLoss, FaultOccasions(from: .seconds(5), length: .seconds(2), numbers: [3, 7]))
    ),
    (
      "double-submit=50ms,probability=0.1",
      .condition(
        .doubleSubmit(after: .milliseconds(50)), FaultOccasions(probability: 0.1))
    ),
    ("double-submit=0", .condition(.doubleSubmit(after: .zero), FaultOccasions())),
    ("slow-commit=200ms", .condition(.slowCommit(by: .milliseconds(200)), FaultOccasions())),
    (
      "network-delay=500ms,on=database,nth=17",
      .condition(
        .networkDelay(by: .milliseconds(500), on: .database), FaultOccasions(numbers: [17]))
    ),
    (
      "network-delay=1us@1s",
      .condition(.networkDelay(by: .microseconds(1), on: .all), FaultOccasions(from: .seconds(1)))
    ),
  ]

  @Test("are read and written", arguments: examples)
  func example(text: String, fault: Fault) throws {
    #expect(try FaultParser.parse(text) == fault)
    #expect(fault.text == text)
  }

  @Test(
    "may be written in other ways",
    arguments: [
      ("response-loss=1%", "response-loss=0.01"), ("response-loss=100%", "response-loss"),
      ("response-loss=0.7%", "response-loss=0.007"), ("response-loss=1e-3", "response-loss=0.001"),
      ("response-loss=0", "response-loss=0"), ("response-loss=.5", "response-loss=0.5"),
      ("instance-crash@5s", "instance-crash=10s@5s"),
      ("pause=90s@1000ms", "pause=1m30s@1s"),
      ("pause=1s@2s..2s", "pause=1s@2s..2s"),
      ("pause=1s@2s, instance=2, probability=50%", "pause=1s@2s,probability=0.5,instance=2"),
      ("redis-outage=5s@1s,policy=fail-closed,timeout=3s", "redis-outage=5s@1s"),
      ("network-delay=1s,nth=2,on=all", "network-delay=1s,nth=2"),
      ("double-submit=1s@0", "double-submit=1s"),
    ])
  func otherwise(text: String, canonical: String) throws {
    let fault = try FaultParser.parse(text)
    #expect(fault.text == canonical)
    #expect(try FaultParser.parse(canonical) == fault)
  }

  static let options =
    "'every', 'times', 'probability' and 'instance'"

  static let wrong: [(String, String)] = [
    ("pauze=35s@10s", "unknown fault 'pauze'; did you mean 'pause'?"),
    ("redisFailover=1s@1s", "unknown fault 'redisFailover'; did you mean 'redis-failover'?"),
    (
      "gc",
      "unknown fault 'gc'; known: 'response-loss', 'double-submit', 'pause', 'instance-crash', "
        + "'redis-failover', 'redis-outage', 'database-stall', 'slow-commit', 'network-delay' and "
        + "'clock-jump'"
    ),
    ("pause@10s", "expected how long, as in 'pause=35s@10s'"),
    ("pause=35s", "expected when, as in 'pause=35s@10s'"),
    ("pause=@10s", "expected a time such as \"5ms\", found empty text"),
    ("pause=35@10s", "expected a time with a unit such as \"35ms\", found '35'"),
    ("pause=0@10s", "expected a time above zero such as \"5ms\", found '0'"),
    ("pause=-1s@10s", "expected a time of at least 0, found '-1s'"),
    ("pause=1s@", "expected a time such as \"5ms\", found empty text"),
    (
      "pause=1s@soon",
      "expected a time such as \"250ms\", \"1.5s\" or \"1m30s\", found 'soon'"
    ),
    ("pause=1s@9s..1s", "expected at least 9s, the first of the two, found '1s'"),
    ("pause=1s@1s..", "expected a time such as \"5ms\", found empty text"),
    ("pause=1s@10s,", "unknown option '' of 'pause'; known: \(options)"),
    ("pause=1s@10s,evry=1s", "unknown option 'evry' of 'pause'; did you mean 'every'?"),
    ("pause=1s@10s,nth=3", "unknown option 'nth' of 'pause'; known: \(options)"),
    ("pause=1s@10s,every", "an option has a value: every=30s"),
    ("pause=1s@10s,every=1s,every=2s", "'every' is given twice"),
    ("pause=1s@10s,every=0", "every: expected a time above zero such as \"5ms\", found '0'"),
    (
      "pause=1s@10s,every=0..0",
      "every: expected a time above zero such as \"5ms\", found '0..0'"
    ),
    ("pause=1s@10s,times=3", "times: has a meaning only beside 'every'"),
    (
      "pause=1s@10s,every=1s,times=0",
      "times: expected a whole number of at least 1, found '0'"
    ),
    (
      "pause=1s@10s,every=1s,times=1000001",
      "times: expected a whole number of at most 1000000, found '1000001'"
    ),
    ("pause=1s@10s,instance=0", "instance: expected a whole number of at least 1, found '0'"),
    ("pause=1s@10s,instance=x", "instance: expected a whole number of at least 1, found 'x'"),
    ("pause=1s@10s,instance=", "instance: expected a whole number of at least 1, found empty text"),
    (
      "pause=1s@10s,instance=1001",
      "instance: expected a whole number of at most 1000, found '1001'"
    ),
    (
      "pause=1s@10s,probability=2",
      "probability: expected a probability from 0 to 1, such as 0.01 or 1%, found '2'"
    ),
    (
      "pause=1s@10s,probability=101%",
      "probability: expected a probability from 0 to 1, such as 0.01 or 1%, found '101%'"
    ),
    (
      "response-loss=nan",
      "expected a probability from 0 to 1, such as 0.01 or 1%, found 'nan'"
    ),
    ("response-loss=", "expected a probability from 0 to 1, such as 0.01 or 1%, found empty text"),
    (
      "response-loss=1e-3%",
      "expected a probability from 0 to 1, such as 0.01 or 1%, found '1e-3%'"
    ),
    (
      "response-loss,probability=0.5",
      "unknown option 'probability' of 'response-loss'; known: 'nth' and 'for'"
    ),
    (
      "response-loss@1s..2s",
      "expected a time such as \"250ms\", \"1.5s\" or \"1m30s\", found '1s..2s'"
    ),
    ("response-loss,nth=0", "nth: expected a whole number of at least 1, found '0'"),
    ("response-loss,nth=3+3", "nth: expected more than 3, the number before it, found '3'"),
    ("response-loss,nth=3+", "nth: expected a whole number of at least 1, found empty text"),
    ("response-loss,for=0", "for: expected a time above zero such as \"5ms\", found '0'"),
    ("double-submit", "expected how long, as in 'double-submit=50ms,probability=0.1'"),
    (
      "redis-outage=5s@1s,policy=open",
      "policy: expected 'fail-closed' or 'fail-open', found 'open'"
    ),
    (
      "network-delay=5s,on=databse",
      "on: expected 'client', 'database', 'redis' or 'all', found 'databse'; "
        + "did you mean 'database'?"
    ),
    (
      "clock-jump=-0@1s",
      "expected a time above zero such as \"10s\", or \"-10s\" to jump back, found '-0'"
    ),
    ("clock-jump=--1s@1s", "expected a time of at least 0, found '-1s'"),
  ]

  @Test("say what is wrong with them", arguments: wrong)
  func wrongText(text: String, expected: String) {
    do throws(Problem) {
      Issue.record("'\(text)' was read as \(try FaultParser.parse(text))")
    } catch {
      #expect(error.message == expected)
    }
  }

  @Test("have each its kind by name", arguments: FaultKind.allCases)
  func kinds(_ kind: FaultKind) throws {
    #expect(try FaultParser.kind(kind.flagName) == kind)
    // The words of model files are those of flags, without dashes.
    let joined = kind.flagName.split(separator: "-").joined()
    #expect(joined == kind.rawValue.lowercased())
  }

  @Test("come back from their text, whatever they are")
  func roundTrip() {
    withEverySeed(1...2_000) { _, random in
      let fault = RandomFault.draw(&random)
      let text = fault.text
      guard try FaultParser.parse(text) == fault else { throw Mismatch("\(text) is not \(fault)") }
    }
  }

  @Test("never stop the reader, whatever they are")
  func damaged() {
    let letters = Array("=@,.~+-%01s nthpauseforevery".utf8)
    withEverySeed(1...2_000) { _, random in
      var bytes = Array(RandomFault.draw(&random).text.utf8)
      for _ in 0...random.below(3) {
        let place = random.below(bytes.count)
        let letter = letters[random.below(letters.count)]
        switch random.below(3) {
        case 0: bytes[place] = letter
        case 1: bytes.insert(letter, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let fault = try? FaultParser.parse(text) else { return }
      guard try FaultParser.parse(fault.text) == fault else { throw Mismatch(text) }
    }
  }

  @Test("are refused when they name an instance that the service has not")
  func instances() throws {
    var scenario = try ModelText().read()
    let fault = try FaultParser.parse("pause=1s@1s,instance=2")
    #expect(throws: Problem.fault(.noSuchInstance(2, instances: 1))) {
      try FaultParser.check(fault, in: scenario)
    }
    scenario.system.instances = 2
    try FaultParser.check(fault, in: scenario)
    try FaultParser.check(try FaultParser.parse("response-loss"), in: scenario)
  }
}

/// Faults of every kind with everything that short text can say.
enum RandomFault {
  static func draw(_ random: inout TestRandom) -> Fault {
    let link = FaultCondition.Link.allCases[random.below(4)]
    let instance = random.oneIn(2) ? nil : random.below(1_000)
    let length = time(&random)
    switch FaultKind.allCases[random.below(FaultKind.allCases.count)] {
    case .responseLoss: return .condition(.responseLoss, occasions(&random))
    case .doubleSubmit: return .condition(.doubleSubmit(after: length), occasions(&random))
    case .slowCommit: return .condition(.slowCommit(by: length), occasions(&random))
    case .networkDelay: return .condition(.networkDelay(by: length, on: link), occasions(&random))
    case .pause: return .event(.pause(length, instance: instance), moments(&random))
    case .instanceCrash:
      return .event(.instanceCrash(restart: length, instance: instance), moments(&random))
    case .redisFailover: return .event(.redisFailover(losing: length), moments(&random))
    case .redisOutage:
      let policy = FaultEvent.OutagePolicy.allCases[random.below(2)]
      return .event(
        .redisOutage(length, timeout: time(&random), policy: policy), moments(&random))
    case .databaseStall: return .event(.databaseStall(length), moments(&random))
    case .clockJump:
      return .event(.clockJump(by: length, random.oneIn(2) ? .ahead : .back), moments(&random))
    }
  }

  /// Above zero, of any magnitude up to some 73 years.
  private static func time(_ random: inout TestRandom) -> VirtualDuration {
    .nanoseconds(random.next() >> UInt64(3 + random.below(61)) + 1)
  }

  private static func probability(_ random: inout TestRandom) -> Double {
    switch random.below(4) {
    case 0: 1
    case 1: Double(random.below(101)) / 100
    case 2: Double(random.next()) / 0x1p64
    default: Double(random.next()) / 0x1p100
    }
  }

  private static func moment(_ random: inout TestRandom) -> DurationDistribution {
    let length = time(&random)
    switch random.below(3) {
    case 0: return .constant(length)
    case 1: return .exponential(mean: length)
    default:
      let other = time(&random)
      return .uniform(least: min(length, other), most: max(length, other))
    }
  }

  private static func moments(_ random: inout TestRandom) -> FaultMoments {
    var moments = FaultMoments(at: moment(&random), probability: probability(&random))
    if random.oneIn(2) {
      moments.every = moment(&random)
      if random.oneIn(2) { moments.times = 1 + random.below(1_000_000) }
    }
    return moments
  }

  private static func occasions(_ random: inout TestRandom) -> FaultOccasions {
    var occasions = FaultOccasions(probability: probability(&random))
    if random.oneIn(2) { occasions.from = time(&random) }
    if random.oneIn(2) { occasions.length = time(&random) }
    if random.oneIn(2) {
      var number: UInt64 = 0
      for _ in 0...random.below(5) {
        number += 1 + UInt64(random.below(1 << 40))
        occasions.numbers.append(number)
      }
    }
    return occasions
  }
}

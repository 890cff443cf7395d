import Experiments
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// The settings of libraries, read back and worked out as the libraries' own sources do, beside the
/// pauses of the model.
@Suite("Settings of libraries")
struct LibrarySettingsTests {
  // MARK: Reading settings back

  /// The number behind a word, such as `delay = 25` or `waitDuration: 25ms`.
  private func number(_ word: String, in settings: LibrarySettings) -> Double? {
    for line in settings.lines {
      for separator in [" = ", ": "] {
        guard let place = line.firstRange(of: word + separator) else { continue }
        // Not the end of a longer word.
        if place.lowerBound > line.startIndex {
          let before = line[line.index(before: place.lowerBound)]
          if before.isLetter { continue }
        }
        return Double(line[place.upperBound...].prefix { $0.isNumber || $0 == "." })
      }
    }
    return nil
  }

  private func has(_ text: String, _ settings: LibrarySettings) -> Bool {
    settings.lines.contains { $0.contains(text) }
  }

  // MARK: The libraries' pauses, in milliseconds, from shortest to longest

  /// spring-retry: `BackOffPolicyBuilder.build()` and the policies that it makes.
  private func spring(_ settings: LibrarySettings, before retry: Int) -> ClosedRange<Double> {
    let delay = number("delay", in: settings) ?? 1_000
    let longest = number("maxDelay", in: settings)
    guard let multiplier = number("multiplier", in: settings) else {
      if let longest, longest > delay { return delay...longest }
      return delay...delay
    }
    let cap = longest.map { $0 > delay ? $0 : 30_000 } ?? 30_000
    var interval = delay
    for _ in 1..<max(retry, 1) where interval <= cap {
      interval = (interval * multiplier).rounded(.down)
    }
    let pause = min(interval, cap)
    if !has("random = true", settings) { return pause...pause }
    return pause...min(pause * multiplier, cap)
  }

  /// spring-framework 7: `ExponentialBackOff.computeNextInterval()` and `applyJitter(_:)`.
  private func framework(_ settings: LibrarySettings, before retry: Int) -> ClosedRange<Double> {
    let delay = number("delay", in: settings) ?? 1_000
    let jitter = number("jitter", in: settings) ?? 0
    let multiplier = number("multiplier", in: settings) ?? 1
    let cap = number("maxDelay", in: settings) ?? .infinity
    var interval = delay
    for _ in 1..<max(retry, 1) {
      interval = interval >= cap ? cap : min((interval * multiplier).rounded(.down), cap)
    }
    if jitter == 0 { return min(interval, cap)...min(interval, cap) }
    let spread = jitter * (delay > 0 ? (interval / delay).rounded(.down) : 1)
    return max(interval - spread, delay)...min(interval + spread, cap)
  }

  /// resilience4j 2: `IntervalFunction`.
  private func resilience4j(_ settings: LibrarySettings, before retry: Int) -> ClosedRange<Double> {
    let wait = number("waitDuration", in: settings) ?? 500
    let cap = number("exponentialMaxWaitDuration", in: settings) ?? .infinity
    var interval = wait
    if has("enableExponentialBackoff: true", settings) {
      let multiplier = number("exponentialBackoffMultiplier", in: settings) ?? 1.5
      for _ in 1..<max(retry, 1) { interval = (interval * multiplier).rounded(.down) }
    }
    let factor =
      has("enableRandomizedWait: true", settings)
      ? number("randomizedWaitFactor", in: settings) ?? 0.5 : 0
    return min(interval * (1 - factor), cap)...min(interval * (1 + factor), cap)
  }

  /// The model's.
  private func model(_ backoff: Backoff, before retry: Int) -> ClosedRange<Double> {
    var range = backoff.base.inMilliseconds
    for _ in 1..<max(retry, 1) { range *= backoff.factor }
    range = min(range, backoff.cap.inMilliseconds)
    switch backoff.jitter {
    case .none: return range...range
    case .full: return 0...range
    case .equal: return range / 2...range
    case .decorrelated: return 0...backoff.cap.inMilliseconds
    }
  }

  /// How far a library may be off because it counts in whole milliseconds: half of one in the first
  /// pause, and up to one at each step, both of which are multiplied with the pauses.
  private func slack(_ settings: LibrarySettings, _ longest: Double) -> Double {
    let first = number("delay", in: settings) ?? number("waitDuration", in: settings) ?? 1
    return 1 + longest * max(0.02, 1.5 / first)
  }

  private func isNear(
    _ left: ClosedRange<Double>, _ right: ClosedRange<Double>, by slack: Double
  ) -> Bool {
    abs(left.lowerBound - right.lowerBound) <= slack
      && abs(left.upperBound - right.upperBound) <= slack
  }

  private var candidates: [RetryCandidate] {
    var grid = RetryGrid()
    grid.bases = [.milliseconds(20), .milliseconds(50), .milliseconds(200)]
    grid.caps = [.milliseconds(400), .seconds(1), .seconds(30)]
    grid.factors = [1.5, 2, 3]
    grid.attempts = [2, 7]
    return grid.candidates
  }

  // MARK: Tests

  @Test("count attempts as each library does: with the first, or retries after it")
  func attempts() {
    for candidate in candidates {
      let attempts = Double(candidate.attempts ?? 0)
      let all = LibrarySettings.all(for: candidate)
      #expect(all.count == 3)
      #expect(number("maxAttempts", in: all[0]) == attempts)
      #expect(number("maxRetries", in: all[1]) == attempts - 1)
      #expect(number("maxAttempts", in: all[2]) == attempts)
    }
  }

  @Test("pause as the model does, wherever they do not say that they cannot")
  func pauses() {
    var same = 0
    for candidate in candidates {
      let all = LibrarySettings.all(for: candidate)
      let ranges = [spring, framework, resilience4j]
      for (settings, range) in zip(all, ranges) where settings.differences.isEmpty {
        same += 1
        for retry in 1..<(candidate.attempts ?? 1) {
          let expected = model(candidate.backoff, before: retry)
          let found = range(settings, retry)
          #expect(
            isNear(found, expected, by: slack(settings, expected.upperBound)),
            "\(settings.library): \(candidate.name): \(found), not \(expected), before \(retry)")
        }
      }
    }
    #expect(same > candidates.count / 2)
  }

  @Test("pause as long as the model at most, whatever they cannot do")
  func longest() {
    for candidate in candidates where candidate.backoff.jitter != .decorrelated {
      let all = LibrarySettings.all(for: candidate)
      for (settings, range) in zip(all, [spring, framework, resilience4j]) {
        if settings.differences.contains(where: { $0.contains("whole multiples") }) { continue }
        for retry in 1..<(candidate.attempts ?? 1) {
          let expected = model(candidate.backoff, before: retry).upperBound
          let found = range(settings, retry).upperBound
          #expect(
            abs(found - expected) <= slack(settings, expected),
            "\(settings.library): \(candidate.name): \(found), not \(expected), before \(retry)")
        }
      }
    }
  }

  @Test("are, for a few ways, exactly these")
  func examples() {
    func lines(_ candidate: RetryCandidate) -> [[String]] {
      LibrarySettings.all(for: candidate).map { settings in
        let lines = settings.lines
        return Array(
          settings.library.hasPrefix("R") ? lines.dropLast(3).suffix(7) : lines.suffix(2))
      }
    }
    let plain = lines(
      RetryCandidate(
        Backoff(base: .milliseconds(50), factor: 2, cap: .seconds(30)), attempts: 10))
    #expect(
      plain[0] == [
        "    maxAttempts = 10, // the first included",
        "    backoff = @Backoff(delay = 50, multiplier = 2, maxDelay = 30000))",
      ])
    #expect(
      plain[1] == [
        "    maxRetries = 9, // the first attempt not included",
        "    delay = 50, multiplier = 2, maxDelay = 30000)",
      ])
    #expect(
      plain[2].suffix(5) == [
        "      maxAttempts: 10 # the first included", "      waitDuration: 50ms",
        "      enableExponentialBackoff: true", "      exponentialBackoffMultiplier: 2",
        "      exponentialMaxWaitDuration: 30000ms",
      ])
    let equal = lines(
      RetryCandidate(
        Backoff(base: .milliseconds(100), factor: 2, cap: .seconds(2), jitter: .equal), attempts: 5)
    )
    #expect(
      equal[0][1]
        == "    backoff = @Backoff(delay = 50, multiplier = 2, maxDelay = 2000, random = true))")
    #expect(equal[1][1] == "    delay = 75, jitter = 25, multiplier = 2, maxDelay = 2000)")
    #expect(equal[2].contains("      waitDuration: 75ms"))
    #expect(equal[2].contains("      randomizedWaitFactor: 0.333333"))
    let full = lines(
      RetryCandidate(
        Backoff(base: .milliseconds(100), factor: 2, cap: .seconds(2), jitter: .full), attempts: 5))
    #expect(full[2].contains("      waitDuration: 50ms"))
    // `setRandomizedWaitFactor` of resilience4j 2.4: "is not in range [0..1)".
    #expect(full[2].contains("      randomizedWaitFactor: 0.999 # 1 is refused"))
  }

  @Test("name what is retried, so that a refusal by the business is not")
  func exceptions() {
    let candidate = RetryCandidate(Backoff(base: .milliseconds(50)), attempts: 3)
    for (place, names) in [
      (
        RetryPlace.service,
        [
          "org.springframework.dao.OptimisticLockingFailureException",
          "org.springframework.dao.PessimisticLockingFailureException",
        ]
      ),
      (
        .clients,
        [
          "org.springframework.web.client.ResourceAccessException",
          "org.springframework.web.client.HttpServerErrorException",
        ]
      ),
    ] {
      let all = LibrarySettings.all(for: candidate, at: place)
      #expect(
        all[2].lines.suffix(3) == ["      retryExceptions:"] + names.map { "        - " + $0 })
      for name in names {
        let simple = name.split(separator: ".").last ?? ""
        #expect(all[0].lines.joined().contains("\(simple).class"))
        #expect(all[1].lines.joined().contains("\(simple).class"))
      }
    }
  }

  @Test("say what each library cannot do")
  func differences() {
    func differences(_ candidate: RetryCandidate) -> [String] {
      LibrarySettings.all(for: candidate).map { $0.differences.joined(separator: " ") }
    }
    let fixed = Backoff(base: .milliseconds(50))
    #expect(differences(RetryCandidate(fixed, attempts: 3)) == ["", "", ""])
    var candidate = RetryCandidate(fixed, attempts: 3, budget: RetryBudget(ratio: 0.1))
    #expect(differences(candidate).allSatisfy { $0.contains("no budget") })
    candidate = RetryCandidate(
      Backoff(base: .milliseconds(50), factor: 2, cap: .seconds(1), jitter: .full), attempts: 3)
    // Two retries of 50 and 100 ms are far from the cap; ten are not.
    #expect(differences(candidate)[2] == "")
    candidate.attempts = 10
    let full = differences(candidate)
    #expect(full[0].contains("no full jitter for growing pauses"))
    #expect(full[1].contains("never goes below the delay"))
    #expect(full[2].contains("draws before it cuts"))
    candidate.backoff.jitter = .decorrelated
    #expect(differences(candidate).allSatisfy { $0.contains("no decorrelated jitter") })
    // ⌊1 ms · 1.5⌋ is 1 ms again; ⌊2 ms · 1.5⌋ is 3 ms.
    candidate = RetryCandidate(Backoff(base: .milliseconds(1), factor: 1.5), attempts: 9)
    #expect(differences(candidate).allSatisfy { $0.contains("1 ms times 1.5 never grows") })
    candidate = RetryCandidate(Backoff(base: .milliseconds(2), factor: 1.5), attempts: 9)
    #expect(!differences(candidate).contains { $0.contains("never grows") })
    // 150 ms from 113 ms on ± 37 ms; at 1000 ms the library adds and takes ⌊1000/113⌋ times that.
    candidate = RetryCandidate(
      Backoff(base: .milliseconds(150), factor: 2, cap: .seconds(1), jitter: .equal), attempts: 9)
    #expect(differences(candidate)[1].contains("from \(1_000 - 37 * 8) to 1000 ms"))
    candidate = RetryCandidate(Backoff(base: .microseconds(1_500)), attempts: 3)
    #expect(differences(candidate).allSatisfy { $0.contains("whole milliseconds") })
    candidate = RetryCandidate(Backoff(base: .milliseconds(5), factor: 2), attempts: nil)
    #expect(differences(candidate).allSatisfy { $0.contains("unlimited") })
    #expect(differences(candidate)[0].contains("stop growing at 30 s"))
  }
}

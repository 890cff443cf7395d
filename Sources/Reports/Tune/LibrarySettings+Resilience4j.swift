import Experiments
import ScenarioModel
import SimulationBasics

extension LibrarySettings {
  /// Resilience4j: `resilience4j.retry` in a Spring Boot configuration.
  ///
  /// `maxAttempts` counts the first attempt. The interval is waitDuration·multiplierⁿ⁻¹; with a
  /// randomized wait it is drawn from interval·(1 − factor) to interval·(1 + factor), and only then
  /// cut at exponentialMaxWaitDuration. A factor of 1 is refused. Without retryExceptions it
  /// retries whatever is thrown. (Sources: `IntervalFunction`, `CommonRetryConfigurationProperties`
  /// of resilience4j 2.4.)
  static func resilience4j(_ candidate: RetryCandidate, _ place: RetryPlace) -> LibrarySettings {
    let library = "Resilience4j 2, application.yml"
    var differences = commonDifferences(candidate)
    var members = ["maxAttempts: \(candidate.attempts ?? manyAttempts) # the first included"]
    func settings() -> LibrarySettings {
      var all = members
      if candidate.retries {
        all.append("retryExceptions:")
        all += exceptions(at: place).map { "  - \($0.package).\($0.name)" }
      }
      return LibrarySettings(
        library: library,
        lines: ["resilience4j.retry:", "  instances:", "    NAME: # as in @Retry(name = …)"]
          + all.map { "      " + $0 }, differences: differences)
    }
    guard candidate.retries else { return settings() }
    if candidate.backoff.base == .zero {
      members.append("waitDuration: 0ms")
      return settings()
    }
    let pauses = Pauses(candidate)
    /// How much of the range's upper end is its middle, and how far it reaches to both sides.
    let middle: Double
    let factor: String?
    switch pauses.jitter {
    case .none: (middle, factor) = (1, nil)
    case .full: (middle, factor) = (0.5, "0.999 # 1 is refused")
    case .equal: (middle, factor) = (0.75, "0.333333")
    case .decorrelated:
      (middle, factor) = (0.75, "0.333333")
      differences.append(noDecorrelation)
    }
    let wait = max(1, UInt64((Double(pauses.base) * middle).rounded()))
    members.append("waitDuration: \(wait)ms")
    if !pauses.isFixed {
      members.append("enableExponentialBackoff: true")
      let multiplier = pauses.jitter == .decorrelated ? "2" : pauses.multiplier
      members.append("exponentialBackoffMultiplier: \(multiplier)")
      differences += pauses.stillness(from: wait)
      if let cap = pauses.cap { members.append("exponentialMaxWaitDuration: \(cap)ms") }
    }
    if let factor {
      members.append("enableRandomizedWait: true")
      members.append("randomizedWaitFactor: \(factor)")
      if !pauses.isFixed, pauses.reachesCap {
        differences.append(
          "It draws before it cuts: the longer the range grows beyond the cap, the more pauses are"
            + " as long as the cap, and the jitter goes.")
      }
    }
    return settings()
  }
}

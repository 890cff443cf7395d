import Experiments
import ScenarioModel
import SimulationBasics

extension LibrarySettings {
  /// Spring Retry: `@Retryable` with `@Backoff`.
  ///
  /// `maxAttempts` counts the first attempt. With a multiplier the pause is min(maxDelay,
  /// delay·multiplierⁿ⁻¹); `random` multiplies it by a number drawn from 1 to the multiplier and
  /// cuts it at maxDelay again. Without one, a maxDelay above the delay draws from delay to
  /// maxDelay. An exponential pause without maxDelay ends at 30 s. (Sources:
  /// `BackOffPolicyBuilder`, `ExponentialBackOffPolicy`, `ExponentialRandomBackOffPolicy`,
  /// `UniformRandomBackOffPolicy` of spring-retry 2.)
  static func spring(_ candidate: RetryCandidate, _ place: RetryPlace) -> LibrarySettings {
    let library = "Spring Retry, @Retryable"
    let attempts = candidate.attempts ?? manyAttempts
    guard candidate.retries else {
      return LibrarySettings(library: library, lines: ["// no @Retryable"], differences: [])
    }
    var differences = commonDifferences(candidate)
    func settings(_ backoff: String) -> LibrarySettings {
      LibrarySettings(
        library: library,
        lines: annotation(
          exceptions: "retryFor", at: place,
          number: "maxAttempts = \(attempts), // the first included",
          pauses: "backoff = @Backoff(\(backoff))"), differences: differences)
    }
    if candidate.backoff.base == .zero {
      differences.append("It pauses for 1 ms at least.")
      return settings("delay = 1")
    }
    let pauses = Pauses(candidate)
    let base = pauses.base
    if pauses.isFixed {
      switch pauses.jitter {
      case .none: return settings("delay = \(base)")
      case .full:
        if base > 1 {
          differences.append("It pauses for 1 ms at least.")
          return settings("delay = 1, maxDelay = \(base)")
        }
        differences.append("A pause of 1 ms has no jitter.")
        return settings("delay = 1")
      case .equal, .decorrelated:
        let half = max(1, base / 2)
        if half >= base {
          differences.append("A pause of 1 ms has no jitter.")
          return settings("delay = 1")
        }
        return settings("delay = \(half), maxDelay = \(base)")
      }
    }
    // From this on maxDelay means the cap. It must lie above the delay, or it counts as 30 s.
    func exponential(_ delay: UInt64, _ multiplier: String, _ more: String = "") -> LibrarySettings
    {
      if pauses.cap == nil {
        differences.append("Without a cap it would stop growing at 30 s; a day stands here.")
      }
      let cap = pauses.cap ?? 86_400_000
      // With it every pause is that long, which is a fixed one.
      if cap <= delay { return settings("delay = \(cap)") }
      differences += pauses.stillness(from: delay)
      return settings("delay = \(delay), multiplier = \(multiplier), maxDelay = \(cap)\(more)")
    }
    switch pauses.jitter {
    case .none:
      return exponential(base, pauses.multiplier)
    case .equal, .full:
      let lowest =
        pauses.factor == 2 ? "half of the range" : "the range divided by \(pauses.multiplier)"
      if pauses.jitter == .full {
        differences.append(
          "It has no full jitter for growing pauses: these are drawn from \(lowest) to all of it.")
      } else if pauses.factor != 2 {
        differences.append("It draws from \(lowest), not from half of it, to all of it.")
      }
      if pauses.reachesCap {
        differences.append("Its jitter ends at the cap: then every pause is as long as that.")
      }
      let delay = max(1, UInt64((Double(base) / pauses.factor).rounded()))
      return exponential(delay, pauses.multiplier, ", random = true")
    case .decorrelated:
      differences.append(noDecorrelation)
      return exponential(max(1, base / 2), "2", ", random = true")
    }
  }

  /// Spring Framework 7: `@Retryable` of `org.springframework.resilience.annotation`.
  ///
  /// `maxRetries` counts what follows the first attempt. The interval is min(maxDelay,
  /// delay·multiplierⁿ⁻¹), and the pause is drawn from interval ± jitter·⌊interval/delay⌋, but
  /// never below the delay nor above maxDelay. Without maxDelay it is unlimited. (Sources:
  /// `Retryable`, `ExponentialBackOff` of spring-framework 7.)
  static func springFramework(
    _ candidate: RetryCandidate, _ place: RetryPlace
  ) -> LibrarySettings {
    let library = "Spring Framework 7, @Retryable"
    guard candidate.retries else {
      return LibrarySettings(library: library, lines: ["// no @Retryable"], differences: [])
    }
    let retries = (candidate.attempts ?? manyAttempts) - 1
    var differences = commonDifferences(candidate)
    func settings(_ delays: String) -> LibrarySettings {
      LibrarySettings(
        library: library,
        lines: annotation(
          exceptions: "includes", at: place,
          number: "maxRetries = \(retries), // the first attempt not included", pauses: delays),
        differences: differences)
    }
    if candidate.backoff.base == .zero { return settings("delay = 0") }
    let pauses = Pauses(candidate)
    let base = pauses.base
    if pauses.isFixed {
      switch pauses.jitter {
      case .none: return settings("delay = \(base)")
      case .full:
        differences.append("Its jitter never goes below the delay, which is 1 ms here.")
        return settings("delay = 1, jitter = \(base - 1)")
      case .equal, .decorrelated:
        let half = max(1, base / 2)
        return settings("delay = \(half), jitter = \(base - half)")
      }
    }
    func growing(_ delay: UInt64, jitter: UInt64) -> LibrarySettings {
      let cap = pauses.cap.map { ", maxDelay = \($0)" } ?? ""
      let random = jitter > 0 ? ", jitter = \(jitter)" : ""
      let multiplier = pauses.jitter == .decorrelated ? "2" : pauses.multiplier
      differences += pauses.stillness(from: delay)
      return settings("delay = \(delay)\(random), multiplier = \(multiplier)\(cap)")
    }
    switch pauses.jitter {
    case .none: return growing(base, jitter: 0)
    case .equal, .decorrelated:
      // Three quarters ± one quarter is from half to all.
      let quarter = max(1, base / 4)
      let delay = base > quarter ? base - quarter : 1
      if pauses.jitter == .decorrelated { differences.append(noDecorrelation) }
      differences.append(
        "Its jitter never goes below the delay: the first pause is drawn from \(delay) to \(base) ms."
      )
      if let cap = pauses.cap, pauses.reachesCap, cap > delay {
        let least = max(delay, cap - quarter * (cap / delay))
        differences.append("At the cap its range is from \(least) to \(cap) ms.")
      }
      if pauses.factor.rounded() != pauses.factor && pauses.jitter == .equal {
        differences.append("It scales jitter by whole multiples of the delay only.")
      }
      return growing(delay, jitter: quarter)
    case .full:
      let half = max(1, base / 2)
      differences.append(
        "Its jitter never goes below the delay: pauses are drawn from \(half) ms, not from 0, to all"
          + " of the range.")
      if pauses.factor.rounded() != pauses.factor {
        differences.append("It scales jitter by whole multiples of the delay only.")
      }
      return growing(half, jitter: half)
    }
  }
}

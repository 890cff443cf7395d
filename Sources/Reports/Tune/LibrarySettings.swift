public import Experiments
import ScenarioModel
import SimulationBasics

/// A way to retry as a library is told it, in the library's own meaning of attempts, multipliers,
/// jitter and caps; and what the library cannot do.
public struct LibrarySettings: Equatable, Sendable {
  public let library: String
  /// What to write, line by line.
  public let lines: [String]
  /// How it differs from what was simulated, a sentence each; none where it is the same.
  public let differences: [String]

  /// The settings for every library.
  ///
  /// - Parameter place: Who retries, which tells what fails there.
  public static func all(
    for candidate: RetryCandidate, at place: RetryPlace = .service
  ) -> [LibrarySettings] {
    [spring(candidate, place), springFramework(candidate, place), resilience4j(candidate, place)]
  }

  // MARK: What all have in common

  /// The pauses in whole milliseconds, which is as fine as these libraries have them.
  struct Pauses {
    let base: UInt64
    /// `nil` is unlimited.
    let cap: UInt64?
    let factor: Double
    let jitter: Backoff.Jitter
    let isRounded: Bool

    /// Whether some range is cut at the cap.
    let reachesCap: Bool

    init(_ candidate: RetryCandidate) {
      let backoff = candidate.backoff
      func milliseconds(_ time: VirtualDuration) -> UInt64 {
        max(1, (time.inNanoseconds + 500_000) / 1_000_000)
      }
      base = milliseconds(backoff.base)
      cap = backoff.cap < .longestInAModel ? milliseconds(backoff.cap) : nil
      factor = backoff.factor
      jitter = backoff.jitter
      isRounded =
        backoff.base.inNanoseconds % 1_000_000 != 0
        || (cap != nil && backoff.cap.inNanoseconds % 1_000_000 != 0)
      var range = Double(base)
      let end = cap.map { Double($0) } ?? .infinity
      var retry = 1
      // Ends: who retries for ever reaches every cap, at once or by growing.
      while range <= end, factor > 1, retry < min((candidate.attempts ?? .max) - 1, 10_000) {
        range *= factor
        retry += 1
      }
      reachesCap = range > end
    }

    /// Whether every pause has one range.
    var isFixed: Bool { factor == 1 && jitter != .decorrelated }
    var multiplier: String { NumberText.shortest(factor) }

    /// What to say when a pause never grows: all three cut each product to whole milliseconds.
    func stillness(from delay: UInt64) -> [String] {
      guard jitter != .decorrelated, factor > 1, Double(delay) * factor < Double(delay + 1) else {
        return []
      }
      return [
        "It cuts each pause to whole milliseconds: \(delay) ms times \(multiplier) never grows."
      ]
    }
  }

  /// What no library says of a way, or what all say alike.
  static func commonDifferences(_ candidate: RetryCandidate) -> [String] {
    var found: [String] = []
    if candidate.backoff.followsResponseTime {
      found.append("It has no pause that follows the response time; a fixed one stands here.")
    }
    if candidate.budget != nil {
      found.append(
        "It has no budget of retries: a gateway must keep it (Envoy's retry_budget, gRPC's"
          + " retryThrottling, Finagle).")
    }
    if candidate.attempts == nil {
      found.append("Attempts are unlimited in the model; a large number stands here.")
    }
    if candidate.backoff.base > .zero, Pauses(candidate).isRounded {
      found.append("Its pauses are whole milliseconds.")
    }
    return found
  }

  /// What stands for an unlimited number of attempts.
  static let manyAttempts = 1_000_000

  /// What all three do instead of a decorrelated pause.
  static let noDecorrelation =
    "It has no decorrelated jitter, whose pauses grow out of one another; the nearest that it has"
    + " stands here, from half of a doubling range to all of it."

  /// The exceptions that Spring makes of what fails: of version conflicts, and of deadlocks and
  /// lock waits that ran out; or of no answer and of an error of the server.
  static func exceptions(at place: RetryPlace) -> [(package: String, name: String)] {
    switch place {
    case .service:
      [
        ("org.springframework.dao", "OptimisticLockingFailureException"),
        ("org.springframework.dao", "PessimisticLockingFailureException"),
      ]
    case .clients:
      [
        ("org.springframework.web.client", "ResourceAccessException"),
        ("org.springframework.web.client", "HttpServerErrorException"),
      ]
    }
  }

  /// An annotation with its exceptions, its number and its pauses.
  static func annotation(
    exceptions: String, at place: RetryPlace, number: String, pauses: String
  ) -> [String] {
    let classes = self.exceptions(at: place)
    return [
      "@Retryable(", "    \(exceptions) = {\(classes[0].name).class,",
      "        \(classes[1].name).class},", "    \(number)", "    \(pauses))",
    ]
  }
}

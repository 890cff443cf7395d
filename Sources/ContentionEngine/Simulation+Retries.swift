import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Attempts and backoff.
extension Simulation {
  /// The pause before an attempt that follows one which took no time, so that the clock moves.
  static let leastPause = VirtualDuration.milliseconds(1)

  mutating func beginAttempt(_ depth: Int, for request: RequestID) {
    var frame = requests.frame(depth, of: request)
    frame.attempt += 1
    frame.startedAt = now
    frame.wastedBefore = requests[request].wasted
    requests.setFrame(depth, of: request, to: frame)
  }

  /// An attempt has failed: back off and make another one, or pass the failure on.
  mutating func retryOrFail(_ index: Int, for request: RequestID) -> Turn {
    let retry = compiled.retries[index]
    var frame = requests.frame(retry.depth, of: request)
    requests[request].wasted = frame.wastedBefore + (now - frame.startedAt).inNanoseconds
    let isRetried = retriedFailures[index] & requests[request].failure.bit != 0
    let attemptsLeft = retry.policy.attempts.map { Int(frame.attempt) < $0 } ?? true
    guard isRetried && attemptsLeft else { return unwind(request) }

    var pause = backoff(of: retry, before: Int(frame.attempt), &frame, of: request)
    if pause == .zero && now == frame.startedAt { pause = Self.leastPause }
    requests.setFrame(retry.depth, of: request, to: frame)
    requests[request].retries += 1
    requests[request].failure = .none
    requests[request].programCounter = retry.nextAttempt
    meters.series.record(.attempt)
    if pause == .zero { return .goesOn }
    pass(pause, for: request, as: .backoff)
    return .ends
  }

  /// The pause before retry `number` = 1, 2, …
  private mutating func backoff(
    of retry: CompiledRetry, before number: Int, _ frame: inout RetryFrame, of request: RequestID
  ) -> VirtualDuration {
    let user = requests[request].user
    return retry.policy.backoff.pause(
      before: number, range: retry.ranges[min(number, retry.ranges.count) - 1],
      previous: &frame.previousBackoff
    ) { drawNumber(below: $0, for: .backoffJitter, of: user) }
  }
}

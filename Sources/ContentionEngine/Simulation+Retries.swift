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
    if requests[request].isGivingUp { return giveUp(request) }
    var frame = requests.frame(retry.depth, of: request)
    requests[request].wasted = frame.wastedBefore + (now - frame.startedAt).inNanoseconds
    let isRetried = retriedFailures[index] & requests[request].failure.bit != 0
    let attemptsLeft = retry.policy.attempts.map { Int(frame.attempt) < $0 } ?? true
    guard isRetried && attemptsLeft else { return unwind(request) }

    var pause = backoff(of: retry, before: Int(frame.attempt), &frame, of: request)
    if pause == .zero && ties.isNothing(now - frame.startedAt) { pause = Self.leastPause }
    requests.setFrame(retry.depth, of: request, to: frame)
    let lastAttempt = loads[users[requests[request].user.index].load].lastAttempt
    if now + pause > lastAttempt { return giveUp(request, at: max(now, lastAttempt)) }
    if retry.redraws { redrawRows(for: request) }
    requests[request].retries += 1
    requests[request].failure = .none
    requests[request].programCounter = retry.nextAttempt
    meters.series.record(.attempt)
    if pause == .zero { return .goesOn }
    pass(pause + sleepOvershoot(of: requests[request].user), for: request, as: .backoff)
    return .ends
  }

  /// How much later than asked a user's request wakes up from a pause of the service.
  mutating func sleepOvershoot(of user: UserID) -> VirtualDuration {
    guard let timing = compiled.sleepOvershoot else { return .zero }
    return draw(Int(timing.index), for: user)
  }

  /// The next attempt would begin after the load's end: the request sleeps until that end, and then
  /// gives up.
  private mutating func giveUp(_ request: RequestID, at end: VirtualTime) -> Turn {
    requests[request].isGivingUp = true
    gaveUpAtEnd += 1
    if end == now { return giveUp(request) }
    requests[request].programCounter -= 1
    pass(end - now, for: request, as: .backoff)
    return .ends
  }

  /// The client goes, and hears nothing; the request lets go of what it holds.
  private mutating func giveUp(_ request: RequestID) -> Turn {
    if isAwaited(request) {
      interrupt(requests[request].user)
    } else {
      requests[request].isAbandoned = true
    }
    return unwind(request)
  }

  /// The pause before retry `number` = 1, 2, …
  private mutating func backoff(
    of retry: CompiledRetry, before number: Int, _ frame: inout RetryFrame, of request: RequestID
  ) -> VirtualDuration {
    let user = requests[request].user
    if retry.policy.backoff.followsResponseTime {
      return drawRestartDelay(of: user, for: .restartDelay)
    }
    return retry.policy.backoff.pause(
      before: number, range: retry.ranges[min(number, retry.ranges.count) - 1],
      previous: &frame.previousBackoff
    ) { drawNumber(below: $0, for: .backoffJitter, of: user) }
  }

  /// Exponential with the mean response time so far; no pause before the first answer.
  ///
  /// Source: Agrawal, Carey and Livny, ACM TODS 12(4), 1987: the adaptive restart delay.
  mutating func drawRestartDelay(of user: UserID, for purpose: RandomPurpose) -> VirtualDuration {
    let unit = drawUnit(for: purpose, of: user)
    if responseTimes.count == 0 { return .zero }
    let mean = Double(responseTimes.sum) / Double(responseTimes.count)
    return .nanoseconds(UInt64(-ElementaryFunctions.log(unit) * mean + 0.5))
  }
}

/// The response times of all requests answered so far, warm-up included.
struct ResponseTimes: BitwiseCopyable {
  private(set) var sum: UInt128 = 0
  private(set) var count: UInt64 = 0

  mutating func record(_ nanoseconds: UInt64) {
    sum += UInt128(nanoseconds)
    count += 1
  }
}

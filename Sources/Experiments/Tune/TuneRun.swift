public import ContentionEngine
public import Measurements
import ScenarioModel
import SimulationBasics

/// What a way to retry came to in one run.
public struct TuneRun: Equatable, Sendable {
  public let digest: RunDigest
  /// The part of the requests, or of the clients' calls, that ended well.
  public let successShare: Double
  /// The 99th percentile of their time, in nanoseconds.
  public let latency99: Double
  /// The mean of their time, in nanoseconds.
  public let meanLatency: Double
  /// The part of the work that was thrown away: at the service the part of the requests' time that
  /// went into attempts that failed, of clients the part of their attempts that were not the first.
  public let wastedShare: Double
  /// How long the database's cores were busy for each success, in nanoseconds.
  public let databaseTimePerSuccess: Double
  public let successesPerSecond: Double
  /// Requests, or calls, that used up their attempts.
  public let exhausted: Double
  /// Retries by request, or by call.
  public let retriesPerRequest: Double

  public init(
    digest: RunDigest = RunDigest(), successShare: Double, latency99: Double, meanLatency: Double,
    wastedShare: Double, databaseTimePerSuccess: Double, successesPerSecond: Double,
    exhausted: Double, retriesPerRequest: Double
  ) {
    self.digest = digest
    self.successShare = successShare
    self.latency99 = latency99
    self.meanLatency = meanLatency
    self.wastedShare = wastedShare
    self.databaseTimePerSuccess = databaseTimePerSuccess
    self.successesPerSecond = successesPerSecond
    self.exhausted = exhausted
    self.retriesPerRequest = retriesPerRequest
  }

  /// Where clients never ask again, a request is a call.
  ///
  /// What was under way when the load was cut off has not succeeded and took longer than all
  /// others: else the longest pauses would look best, for nobody sees their end.
  public init(_ result: RunResult, at place: RetryPlace) {
    func figure(_ figure: RunFigure) -> Double { figure.value(in: result) }
    let countsCalls = place == .clients && result.scenario.hasClients
    let success = result.rateResult(countsCalls ? .callSuccess : .success)
    let durations = result.trend(countsCalls ? .callDuration : .requestDuration)
    let ended = Double(success.total)
    let cutOff = Double(result.cutOffCalls + result.gaveUpAtEnd)
    let total = ended + cutOff
    let seconds = result.window.inSeconds
    let busy = result.resources.servers(.databaseCores)?.busy.meanLevel ?? 0
    let rank = cutOff == 0 ? 0.99 : ended > 0 ? 0.99 * total / ended : 1
    let again = figure(.clientRetries)
    self.init(
      digest: result.digest, successShare: total > 0 ? Double(success.trues) / total : 0,
      latency99: rank < 1
        ? durations.percentile(rank) : Double(result.virtualTime.inNanoseconds),
      meanLatency: durations.mean,
      wastedShare: place == .service
        ? figure(.wastedShare) : again > 0 ? again / (ended + again) : 0,
      databaseTimePerSuccess: success.trues > 0
        ? busy * seconds * 1e9 / Double(success.trues) : Self.never,
      successesPerSecond: seconds > 0 ? Double(success.trues) / seconds : 0,
      exhausted: place == .service ? figure(.exhaustedRequests) : Double(success.falses),
      retriesPerRequest: place == .service
        ? figure(.retriesPerRequest) : ended > 0 ? again / ended : 0)
  }

  /// What stands for a quotient by no success: some thirty years.
  private static let never = 1e18

  /// What a way to retry is judged by: less is better in each.
  public enum Objective: Int, CaseIterable, Sendable {
    case failures
    case latency99
    case wastedShare
    case databaseTime
  }

  public subscript(objective: Objective) -> Double {
    switch objective {
    case .failures: 1 - successShare
    case .latency99: latency99
    case .wastedShare: wastedShare
    case .databaseTime: databaseTimePerSuccess
    }
  }
}

extension RunResult {
  /// The value of a rate; no trials for a metric of another kind.
  fileprivate func rateResult(_ metric: MetricName) -> RateResult {
    if case .rate(let rate) = self[metric] { return rate }
    return RateResult(trues: 0, total: 0)
  }
}

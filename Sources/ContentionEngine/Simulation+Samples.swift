public import Measurements
import ScenarioModel
import SimulationBasics

/// Handing out single samples, to whoever collects them and to the parts of metrics.
///
/// Everything that is counted for a request, a load or the run comes through here, so that the
/// counter and the sample cannot differ. Nothing but a look at `Meters.isObserved` is spent on it
/// in a run without either.
extension Simulation {
  /// The samples of the measured window since the last call, in the order of time.
  ///
  /// Empty unless the run was made to collect them. What only the ledger can tell, at the end of
  /// the run, comes with the first call after it: one sample for each counter that is not 0.
  ///
  /// - Complexity: O(1).
  public mutating func takeSamples() -> [Sample] {
    if isOver { sampleLedger() }
    var taken: [Sample] = []
    swap(&taken, &meters.samples)
    return taken
  }

  private mutating func sampleLedger() {
    guard meters.collectsSamples, !hasSampledLedger, let endOfLoads else { return }
    hasSampledLedger = true
    for (metric, promise) in Self.ledgerCounters {
      let broken = ledger.brokenSoFar(promise)
      if broken > 0 {
        meters.samples.append(
          Sample(at: endOfLoads, metric: metric, value: broken, source: .run))
      }
    }
  }

  /// The counters that the ledger keeps.
  static var ledgerCounters: [(MetricName, SafetyPromise)] {
    [
      (.lostUpdates, .noLostUpdate), (.duplicateEffects, .oneEffectPerIntent),
      (.oversold, .neverOversold),
    ]
  }

  // MARK: Counting

  /// Counts something that has happened to a request.
  @inline(__always)
  mutating func count(_ metric: MetricName, by added: UInt64 = 1, for request: RequestID) {
    meters.count(metric, by: added)
    if meters.isObserved { observe(metric, added, of: source(of: request)) }
  }

  /// Counts something that has happened to a load.
  mutating func count(_ metric: MetricName, by added: UInt64, of load: Int) {
    meters.count(metric, by: added)
    if meters.isObserved && added > 0 { observe(metric, added, of: SampleSource(load: load)) }
  }

  /// Counts something that has happened to nobody in particular.
  mutating func count(_ metric: MetricName) {
    meters.count(metric)
    if meters.isObserved { observe(metric, 1, of: .run) }
  }

  /// Takes in whether something of a load was as its rate says.
  mutating func record(_ metric: MetricName, _ isTrue: Bool, of load: Int) {
    meters.metrics.tell(metric, isTrue)
    if meters.isObserved { observe(metric, isTrue ? 1 : 0, of: SampleSource(load: load)) }
  }

  /// Records a value of a load.
  mutating func record(_ metric: MetricName, _ value: UInt64, of load: Int) {
    meters.metrics.record(metric, value)
    if meters.isObserved { observe(metric, value, of: SampleSource(load: load)) }
  }

  // MARK: Observing

  /// Hands a sample of this moment on.
  mutating func observe(_ metric: MetricName, _ value: UInt64, of source: SampleSource) {
    meters.observe(Sample(at: now, metric: metric, value: value, source: source))
  }

  /// The load of a request's user, and its class; what it is answered is not known yet.
  private func source(of request: RequestID) -> SampleSource {
    SampleSource(
      load: Int(users[requests[request].user.index].load), request: Int(requests[request].program))
  }

  /// Hands on what a client's answer adds to the metrics.
  mutating func observeAnswer(
    to request: RequestID, latency: UInt64, wasted: UInt64, isError: Bool
  ) {
    let status = requests[request].status
    var source = source(of: request)
    source.status = status
    source.silence = requests[request].failure.silence
    let shares = requests[request].shares
    observe(.requests, 1, of: source)
    observe(.requestDuration, latency, of: source)
    observe(.requestFailed, status == 0 || status >= 400 ? 1 : 0, of: source)
    observe(.errors, isError ? 1 : 0, of: source)
    observe(.success, isError ? 0 : 1, of: source)
    observe(.retryCount, UInt64(requests[request].retries), of: source)
    observe(.lockWaitTime, shares[.rowLockWait], of: source)
    observe(.connectionWaitTime, shares[.poolWait], of: source)
    observe(.distributedLockWaitTime, shares[.distributedLockWait], of: source)
    observe(.backoffTime, shares[.backoff], of: source)
    observe(.wastedWorkTime, wasted, of: source)
  }

  /// Hands on what the end of an iteration adds to the metrics.
  mutating func observeIteration(of user: UserID, length: VirtualDuration) {
    let source = SampleSource(load: Int(users[user.index].load))
    observe(.iterationDuration, length.inNanoseconds, of: source)
    observe(.iterations, 1, of: source)
  }

  /// A user looks at its last answer.
  mutating func noteCheck(_ check: Int, of user: UserID) {
    let load = Int(users[user.index].load)
    let passes = meters.check(check, of: load, status: users[user.index].lastStatus)
    if meters.isObserved {
      observe(.checks, passes ? 1 : 0, of: SampleSource(load: load, check: check))
    }
  }

  /// Hands on how many users there are.
  mutating func observeUsers() {
    observe(.virtualUsers, UInt64(activeUsers), of: .run)
    observe(.virtualUsersMaximum, UInt64(madeUsers), of: .run)
  }
}

extension Failure {
  /// Why the request that it ended got no answer.
  var silence: SampleSource.Silence {
    switch self {
    case .threadRefused, .instanceDown: .refused
    case .instanceDied: .reset
    case .clientTimeout: .timedOut
    case .none, .versionConflict, .deadlock, .lockWaitTimeout, .connectionTimeout,
      .distributedLockTimeout, .staleToken, .lockNotAvailable, .duplicateKey, .recordChanged,
      .keyRefused, .unlockByStranger, .lockServerTimeout, .refused:
      .none
    }
  }
}

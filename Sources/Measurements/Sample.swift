public import SimulationBasics

/// One measured value at the moment at which it was measured: what k6 hands to its outputs.
public struct Sample: Equatable, Sendable, BitwiseCopyable {
  public var at: VirtualTime
  public var metric: MetricName
  /// Nanoseconds for a metric of time, 0 or 1 for a rate, a plain number otherwise.
  public var value: UInt64
  public var source: SampleSource

  public init(at: VirtualTime, metric: MetricName, value: UInt64, source: SampleSource) {
    self.at = at
    self.metric = metric
    self.value = value
    self.source = source
  }
}

/// What a sample was taken of, as indices into the scenario; its tags follow from it.
public struct SampleSource: Equatable, Sendable, BitwiseCopyable {
  /// Why a request got no answer.
  public enum Silence: UInt8, Sendable, BitwiseCopyable {
    /// It got one.
    case none
    /// No thread and no place to wait, or no instance was up.
    case refused
    /// The instance died.
    case reset
    /// The client has waited long enough.
    case timedOut
  }

  /// The load; negative for what belongs to none, as the number of users.
  public var load: Int16
  /// The request class; negative for what is not about a request.
  public var request: Int16
  /// The check among those of its load; negative for none.
  public var check: Int16
  /// The status of the answer, for what is about a request.
  public var status: UInt16
  public var silence: Silence

  public init(
    load: Int = -1, request: Int = -1, check: Int = -1, status: UInt16 = 0,
    silence: Silence = .none
  ) {
    self.load = Int16(load)
    self.request = Int16(request)
    self.check = Int16(check)
    self.status = status
    self.silence = silence
  }

  /// A sample of the run as a whole.
  public static let run = SampleSource()
}

/// Records the samples of a level: its last, smallest and largest.
public struct GaugeMeter: Sendable, BitwiseCopyable {
  private var last: UInt64 = 0
  private var samples = ValueSummary()

  /// A level without samples.
  public init() {}

  /// Takes one sample.
  public mutating func record(_ value: UInt64) {
    last = value
    samples.record(value)
  }

  /// Forgets all samples but the last, which becomes the first of the new window.
  mutating func startWindow() {
    if samples.count == 0 { return }
    samples = ValueSummary()
    samples.record(last)
  }

  /// What has been sampled so far; all zero when there was no sample.
  public var result: GaugeResult {
    GaugeResult(value: last, minimum: samples.minimum, maximum: samples.maximum)
  }
}

import Measurements
import Reports
import ScenarioModel
import SimulationBasics

/// Everything that the samples of one run are used for.
struct SampleUses {
  private var outputs: [SampleOutput]
  private let tally: ScenarioTally?
  /// Of all samples, in their order: equal digests are equal files.
  private(set) var digest = RunDigest()

  /// - Parameters:
  ///   - outputs: The files into which the samples go.
  ///   - wanted: What the command asks for; a run that is repeated to compare has no files, and its
  ///     samples are compared all the same.
  init(_ outputs: [SampleOutput], of scenario: Scenario, wanted: RunRequest) {
    self.outputs = outputs
    tally = wanted.summaryMode == .full ? ScenarioTally(scenario) : nil
    isAny = tally != nil || !wanted.sampleFiles.isEmpty
  }

  /// Whether samples are used at all; without, none need be collected.
  let isAny: Bool

  /// Writes what stands in the files before the first sample.
  func begin() throws(FileFailure) {
    for output in outputs { try output.begin() }
  }

  /// Takes samples in, in their order.
  mutating func take(_ samples: [Sample]) throws(FileFailure) {
    for index in outputs.indices { try outputs[index].append(samples) }
    for sample in samples {
      tally?.record(sample)
      record(sample)
    }
  }

  /// What the scenarios that have sections of their own came to.
  func sections(
    over window: VirtualDuration, statistics: [TrendStatistic]
  ) -> [K6Summary.ScenarioSection] {
    tally?.sections(over: window, statistics: statistics) ?? []
  }

  /// Takes in what decides the sample's line in a file.
  private mutating func record(_ sample: Sample) {
    let source = sample.source
    digest.record(
      time: sample.at.nanosecondsSinceStart,
      word: UInt64(sample.metric.rawValue) << 32 | UInt64(source.status) << 8
        | UInt64(source.silence.rawValue))
    digest.record(
      time: sample.value,
      word: UInt64(UInt16(bitPattern: source.load)) << 32
        | UInt64(UInt16(bitPattern: source.request)) << 16
        | UInt64(UInt16(bitPattern: source.check)))
  }
}

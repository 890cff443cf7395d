import Measurements
import Reports
import ScenarioModel

/// A file of samples that is written while the run goes on.
struct SampleOutput {
  private enum Writer {
    case csv(K6SampleCSV)
    case json(K6SampleJSON)
  }

  let file: OutputFile
  private var writer: Writer

  /// The samples of a run that begins at that moment, as k6's output of that format has them.
  init(
    _ format: RunRequest.SampleFile.Format, of scenario: Scenario, epoch: RunEpoch,
    to file: OutputFile
  ) {
    self.file = file
    switch format {
    case .csv: writer = .csv(K6SampleCSV(scenario, epoch: epoch))
    case .json: writer = .json(K6SampleJSON(scenario, epoch: epoch))
    }
  }

  /// Writes what stands before the first sample.
  func begin() throws(FileFailure) {
    if case .csv = writer { try file.append(K6SampleCSV.header) }
  }

  /// Writes samples, in their order.
  ///
  /// - Complexity: O(length of their lines).
  mutating func append(_ samples: [Sample]) throws(FileFailure) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(samples.count * 256)
    switch writer {
    case .csv(var csv):
      for sample in samples { csv.append(sample, to: &bytes) }
      writer = .csv(csv)
    case .json(var json):
      for sample in samples { json.append(sample, to: &bytes) }
      writer = .json(json)
    }
    try file.append(bytes)
  }
}

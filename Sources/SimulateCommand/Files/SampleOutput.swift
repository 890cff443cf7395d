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

  /// The bytes that are gathered before the file is given them.
  private static let chunk = 64 << 10

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
  /// - Complexity: O(length of their lines); no more than a chunk of them is in memory.
  mutating func append(_ samples: [Sample]) throws(FileFailure) {
    switch writer {
    case .csv(var csv):
      try append(samples) { csv.append($0, to: &$1) }
      writer = .csv(csv)
    case .json(var json):
      try append(samples) { json.append($0, to: &$1) }
      writer = .json(json)
    }
  }

  private func append(
    _ samples: [Sample], line: (Sample, inout [UInt8]) -> Void
  ) throws(FileFailure) {
    var bytes: [UInt8] = []
    for sample in samples {
      line(sample, &bytes)
      guard bytes.count >= Self.chunk else { continue }
      try file.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    try file.append(bytes)
  }
}

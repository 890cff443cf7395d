import Reports
import ScenarioFiles

/// The flags that say what is written, and how.
extension CommandLineArguments {
  /// Takes over what the flags say of files and of k6's summary.
  mutating func readOutputs(into request: inout RunRequest) {
    request.csvPath = text(of: .csv)
    request.summaryExportPath = text(of: .summaryExport)
    request.mermaidPath = text(of: .mermaid)
    for text in texts(of: .out) {
      if let file = sampleFile(text) { request.sampleFiles.append(file) }
    }
    noteSharedFiles(of: request)
    if let epoch = value(of: .epoch, read: { RunEpoch(text: $0) }) { request.epoch = epoch }
    if let mode = value(of: .summaryMode, read: { SummaryMode(rawValue: $0) }) {
      request.summaryMode = mode
    }
    if let unit = value(of: .summaryTimeUnit, read: { K6NumberText.TimeUnit(rawValue: $0) }) {
      request.timeUnit = unit
    }
    let statistics = statistics()
    if !statistics.isEmpty { request.statistics = statistics }
  }

  /// Reads `csv=FILE` or `json=FILE`.
  private mutating func sampleFile(_ text: String) -> RunRequest.SampleFile? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let format = RunRequest.SampleFile.Format(rawValue: String(parts[0])) else {
      problems.append(.unknownOutput(String(parts[0])))
      return nil
    }
    let path = parts.count == 2 ? String(parts[1]) : ""
    // In k6, JSON without a file and both with "-" go to standard output, and CSV without a file to
    // `file.csv`. Here standard output has the screen, and no file appears that nobody has named.
    guard !path.isEmpty, path != "-" else {
      problems.append(.outputWithoutFile(format))
      return nil
    }
    guard !path.hasSuffix(".gz") else {
      problems.append(.compressedOutput(format, path))
      return nil
    }
    return RunRequest.SampleFile(format, path: path)
  }

  private mutating func noteSharedFiles(of request: RunRequest) {
    var named: [(flag: Flag, path: String)] = []
    if let path = request.csvPath { named.append((.csv, path)) }
    if let path = request.summaryExportPath { named.append((.summaryExport, path)) }
    if let path = request.mermaidPath { named.append((.mermaid, path)) }
    for file in request.sampleFiles { named.append((.out, file.path)) }
    for (index, file) in named.enumerated() where !file.path.isEmpty {
      if let first = named[..<index].first(where: { PathText.isSame($0.path, file.path) }) {
        problems.append(.sameFile(first.flag, file.flag, file.path))
      }
    }
  }

  /// The columns of trends, in their order, also one that is named twice, as in k6.
  private mutating func statistics() -> [TrendStatistic] {
    var statistics: [TrendStatistic] = []
    for list in texts(of: .summaryTrendStats) {
      for text in list.split(separator: ",", omittingEmptySubsequences: false) {
        do throws(TrendStatistic.Failure) {
          statistics.append(try TrendStatistic(text: String(text)))
        } catch {
          problems.append(.badStatistic(String(text), error))
        }
      }
    }
    return statistics
  }
}

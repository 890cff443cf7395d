import Experiments

/// What is printed when a shard of a sweep is over.
public struct SweepShardReport: Sendable {
  private let header: SweepPartHeader
  private let partPath: String
  private let csvPath: String

  /// - Parameters:
  ///   - partPath: Where the shard's runs are.
  ///   - csvPath: Where those of all shards are to be.
  public init(_ header: SweepPartHeader, partPath: String, csvPath: String) {
    self.header = header
    self.partPath = partPath
    self.csvPath = csvPath
  }

  public var text: String {
    let shard = header.shard
    let csv = ShellText.word(csvPath)
    let runs = ScreenText.count(UInt64(header.design.runCount), "run")
    return ReportText.filled(
      "\(header.modelName) · shard \(shard.number)/\(shard.count) ·"
        + " \(ScreenText.count(UInt64(header.runCount))) of \(runs) in \(partPath)", further: "")
      + "\n  When all shards are there:\n\n"
      + ReportText.command(["simulate merge", "\(csv).*-of-\(shard.count).part", "--csv \(csv)"])
  }
}

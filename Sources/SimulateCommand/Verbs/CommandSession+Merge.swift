import Experiments
import Reports

extension CommandSession {
  /// Puts the shards of a sweep together: what is written and printed is what one machine alone
  /// would have written and printed.
  func merge(_ request: MergeRequest) throws(CommandFailure) {
    if let csvPath = request.csvPath { try requireApart(csvPath, from: request.paths) }
    var report = try merge(
      request.paths, into: request.csvPath, by: request.criteria, request.format)
    report.csvPath = request.csvPath
    try show(report.text)
  }

  /// Refuses a result that would take the place of a part, by whatever name.
  func requireApart(_ csvPath: String, from parts: [String]) throws(CommandFailure) {
    guard let identity = io.identify(csvPath) else { return }
    if parts.contains(where: { io.identify($0) == identity }) {
      throw .commandLine([.partAsResult(csvPath)])
    }
  }

  /// Tells the runs of all parts in the order of their indices, to a CSV file where one is named.
  ///
  /// - Parameter format: What the rows of the file are; `nil` is what the sweep was asked for.
  /// - Complexity: Keeps one block of each part.
  func merge(
    _ paths: [String], into csvPath: String?, by criteria: [RunFigure],
    _ format: SweepFormat? = nil
  ) throws(CommandFailure) -> SweepReport {
    var parts = try openParts(paths)
    let csv = try createOutput(csvPath)
    defer { csv?.discard() }
    let header = parts[0].header
    var collector = SweepCollector(header, by: criteria, format: format)
    try append(collector.firstLine, to: csv)
    var blockStart = 0
    // Ends: each turn reads a block of every part.
    while collector.next < header.design.runCount {
      var block = 0..<0
      var rows: [[String?]] = []
      for index in parts.indices {
        let runCount = parts[index].header.runCount
        let own = SweepBlocks.block(of: min(blockStart, runCount), runCount: runCount)
        rows.append(try parts[index].next(own))
        if own.count > block.count { block = own }
        let found = rows[index].count { $0 != nil }
        guard found == own.count else {
          throw .sweep(
            .unfinishedShard(
              path: parts[index].path, runs: own.lowerBound + found, of: runCount))
        }
      }
      for place in 0..<block.count {
        var lines = ""
        for rows in rows where place < rows.count {
          guard let row = rows[place], let more = collector.take(row) else {
            preconditionFailure("a row that was checked is one")
          }
          lines += more
        }
        try append(lines, to: csv)
      }
      blockStart += SweepBlocks.size
      if io.isInterrupted() { throw .interrupted }
    }
    for index in parts.indices { try parts[index].requireEnd() }
    try finish(csv, with: "")
    return collector.report
  }

  /// Opens the parts and puts them into the order of their shards; all must be there, once each.
  private func openParts(_ paths: [String]) throws(CommandFailure) -> [SweepPartReader] {
    var parts: [SweepPartReader] = []
    for path in paths {
      let part = try SweepPartReader(path, io: io)
      if let first = parts.first {
        if let difference = part.header.difference(from: first.header) {
          throw .sweep(.mixedSweeps(path: path, first: first.path, difference))
        }
        let (count, firstCount) = (part.header.shard.count, first.header.shard.count)
        if count != firstCount {
          throw .sweep(
            .mixedShards(path: path, count: count, first: first.path, firstCount: firstCount))
        }
      }
      let shard = part.header.shard
      if let same = parts.first(where: { $0.header.shard == shard }) {
        throw .sweep(
          .repeatedShard(path: path, first: same.path, number: shard.number, of: shard.count))
      }
      parts.append(part)
    }
    let count = parts[0].header.shard.count
    let numbers = parts.map { $0.header.shard.number }
    let missing = (1...count).filter { !numbers.contains($0) }
    if !missing.isEmpty { throw .sweep(.missingShards(missing, of: count)) }
    return parts.sorted { $0.header.shard.number < $1.header.shard.number }
  }

  private func append(_ text: String, to file: OutputFile?) throws(CommandFailure) {
    do throws(FileFailure) {
      try file?.append(Array(text.utf8))
    } catch {
      throw .file(error)
    }
  }
}

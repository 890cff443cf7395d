import Experiments
import Reports
import RequestPrograms

extension CommandSession {
  /// Runs every point of a sweep, and prints the best.
  ///
  /// With a CSV file each run is kept in a part file as soon as it is over; at the end the CSV file
  /// is written whole from it, in the order of the runs, and the part file goes. A shard leaves its
  /// part file for `merge`.
  func sweep(_ request: SweepRequest) throws(CommandFailure) {
    let source = try ModelSource.named(request.model.name, io: io)
    let model = try SweptModel(request, source)
    let header = SweepPartHeader(
      modelName: source.name, modelPath: request.model.name,
      modelDigest: SweepPartHeader.digest(ofModel: source.text), settings: request.settings,
      design: request.design, format: request.format, shard: request.shard)
    let runs = SweepRuns(model, header.design, header.shard)
    guard let csvPath = request.csvPath else {
      try requireReadable(model, header, from: 0, request)
      try show(try report(ofRuns: runs, header, request).text)
      return
    }
    let path = SweepRequest.partPath(of: csvPath, request.shard)
    try requirePlace(csvPath, path, request)
    var part: SweepPartFile?
    defer { part?.close() }
    let report: SweepReport?
    do throws(CommandFailure) {
      if request.resumes { part = try SweepPartFile(goingOnWith: path, header, io: io) }
      try requireReadable(model, header, from: part?.firstMissing ?? 0, request)
      var file = if let part { part } else { try SweepPartFile(path, header, io: io) }
      defer { part = file }
      try makeMissing(runs, &file, request)
      report = request.shard.isWhole ? try finish(file, into: csvPath, by: request.criteria) : nil
    } catch {
      throw part?.keeping(error) ?? error
    }
    try show(
      report?.text ?? SweepShardReport(header, partPath: path, csvPath: csvPath).text)
  }

  /// Refuses places at which a sweep cannot keep its runs, now and not when all is over.
  private func requirePlace(
    _ csvPath: String, _ partPath: String, _ request: SweepRequest
  ) throws(CommandFailure) {
    switch io.identify(csvPath)?.kind {
    case .other?: throw .commandLine([.resultNotKept(csvPath)])
    case .folder?: throw .file(FileFailure(.writing, csvPath, .isFolder))
    case .regular?, nil: break
    }
    try requireApart(csvPath, from: [partPath])
    if request.shard.isWhole { try createOutput(csvPath)?.discard() }
    if !request.resumes { try SweepPartFile.requireNone(at: partPath, io: io) }
  }

  /// Writes the CSV file from a part with all runs, which then goes.
  private func finish(
    _ part: SweepPartFile, into csvPath: String, by criteria: [RunFigure]
  ) throws(CommandFailure) -> SweepReport {
    try part.requireInPlace(io: io)
    var report = try merge([part.path], into: csvPath, by: criteria)
    report.csvPath = csvPath
    try part.requireInPlace(io: io)
    do throws(FileFailure) { try io.removeFile(part.path) } catch { throw .file(error) }
    return report
  }

  // MARK: - Running

  /// Reads the model as the points have it, so that no sweep fails in its middle: first with each
  /// value of each axis of a grid, the others at their first, then as each point has it of which
  /// this shard still makes runs.
  ///
  /// - Parameter position: The first in the shard of the runs that are to be made.
  /// - Throws: What is wrong with the first point that cannot be read, whoever finds it first.
  private func requireReadable(
    _ model: SweptModel, _ header: SweepPartHeader, from position: Int, _ request: SweepRequest
  ) throws(CommandFailure) {
    let (design, shard) = (header.design, header.shard)
    if case .grid = design.layout {
      let first = design.axes.map { $0.values[0] }
      var choices = [first]
      for (axis, values) in design.axes.map(\.values).enumerated() {
        for value in values.dropFirst() {
          var choice = first
          choice[axis] = value
          choices.append(choice)
        }
      }
      try requireReadable(model, choices.count, request) { [choices] in choices[$0] }
      if design.axes.count == 1 { return }
    }
    guard position < header.runCount else { return }
    if shard.count > design.replications {
      // A shard has at most one run of each point.
      try requireReadable(model, header.runCount - position, request) {
        design.values(of: design.run(shard.index(of: position + $0)).point)
      }
    } else {
      let first = design.run(shard.index(of: position)).point
      try requireReadable(model, design.pointCount - first, request) {
        design.values(of: first + $0)
      }
    }
  }

  private func requireReadable(
    _ model: SweptModel, _ count: Int, _ request: SweepRequest,
    _ values: @escaping @Sendable (Int) -> [String]
  ) throws(CommandFailure) {
    var first: (place: Int, failure: CommandFailure)?
    var progress = SweepProgress(
      "checking", "points", of: count, wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    do throws(CommandFailure) {
      try runAsTheyCome(0..<count, atOnce: request.jobs) { place -> CommandFailure? in
        do throws(CommandFailure) {
          _ = try model.scenario(values(place))
          return nil
        } catch {
          return error
        }
      } take: { place, failure throws(CommandFailure) in
        progress.advance()
        guard let failure else { return }
        // They are begun in order: every earlier one has been handed on when all is over.
        if first.map({ place < $0.place }) ?? true { first = (place, failure) }
        throw failure
      }
    } catch {
      throw first?.failure ?? error
    }
  }

  /// Makes the runs that a part file has not.
  private func makeMissing(
    _ runs: SweepRuns, _ part: inout SweepPartFile, _ request: SweepRequest
  ) throws(CommandFailure) {
    var progress = SweepProgress(
      "sweep", "runs", of: part.runCount, done: part.count, wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    var file = part
    defer { part = file }
    // Ends: each turn ends a block.
    while !file.isComplete {
      try runAsTheyCome(file.missing, atOnce: request.jobs) { position in
        runs.line(at: position)
      } take: { position, line throws(CommandFailure) in
        try file.add(line, at: position)
        progress.advance()
      }
      file.endBlock()
    }
  }

  /// What all runs come to when no file keeps them.
  private func report(
    ofRuns runs: SweepRuns, _ header: SweepPartHeader, _ request: SweepRequest
  ) throws(CommandFailure) -> SweepReport {
    var collector = SweepCollector(header, by: request.criteria)
    var progress = SweepProgress(
      "sweep", "runs", of: header.runCount, wanted: request.showsProgress, io: io)
    defer { progress.clear() }
    // Ends: each turn is a block.
    while collector.next < header.runCount {
      let block = SweepBlocks.block(of: collector.next, runCount: header.runCount)
      var rows = [String](repeating: "", count: block.count)
      try runAsTheyCome(block, atOnce: request.jobs) { position in
        runs.line(at: position)
      } take: { position, line throws(CommandFailure) in
        rows[position - block.lowerBound] = line.row
        progress.advance()
      }
      for row in rows where collector.take(row) == nil {
        preconditionFailure("a row that we wrote reads back")
      }
    }
    return collector.report
  }
}

/// Makes the runs of a shard, on any number of threads at once.
struct SweepRuns: Sendable {
  private let design: SweepDesign
  private let shard: SweepShard
  private let columns: SweepColumns
  private let compiler: PointCompiler

  /// - Precondition: The model can be read as every point has it.
  init(_ model: SweptModel, _ design: SweepDesign, _ shard: SweepShard) {
    self.design = design
    self.shard = shard
    columns = SweepColumns(of: design)
    compiler = PointCompiler { point in
      do throws(CommandFailure) {
        return try model.compiled(design.values(of: point))
      } catch {
        preconditionFailure("a point that was read reads again")
      }
    }
  }

  /// Makes the run at a position of the shard.
  func line(at position: Int) -> SweepPartLine {
    let index = shard.index(of: position)
    let (point, replication) = design.run(index)
    let result = compiler.compiled(point).result(
      seed: design.seed, replication: UInt32(replication))
    let line = columns.line(index, RunSummary(result))
    return SweepPartLine(index: index, row: String(line.dropLast()))
  }
}

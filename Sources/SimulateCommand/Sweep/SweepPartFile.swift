import Experiments
import Reports

/// The file in which a shard's finished runs are, and to which each further one is added as soon as
/// it is over.
struct SweepPartFile {
  let path: String
  private let header: SweepPartHeader
  private let check: SweepPartCheck
  private let file: GrowingFile
  /// How many runs are there.
  private(set) var count = 0
  /// The first position of the block that is not over.
  private(set) var blockStart = 0
  /// Which runs of that block are there.
  private(set) var isThere: [Bool] = []
  /// Whether the file could not be written: then nothing more is, so that its last line stays its
  /// last.
  private var hasFailed = false

  /// Begins a part where nothing is.
  init(_ path: String, _ header: SweepPartHeader, io: CommandIO) throws(CommandFailure) {
    do throws(FileFailure) {
      self.init(path, header, try io.growFile(path, .new))
    } catch {
      if error.reason == .exists { throw .sweep(.partExists(path: path)) }
      throw .file(error)
    }
    do throws(CommandFailure) { try begin() } catch {
      file.close()
      throw error
    }
  }

  /// Goes on with a part; `nil` when nothing is there.
  init?(
    goingOnWith path: String, _ header: SweepPartHeader, io: CommandIO
  ) throws(CommandFailure) {
    guard io.identify(path) != nil else { return nil }
    try Self.requireRegular(path, io: io)
    do throws(FileFailure) {
      // It is ours before anybody reads how far it is.
      self.init(path, header, try io.growFile(path, .existing))
    } catch {
      throw .file(error)
    }
    do throws(CommandFailure) {
      // Another process may have ended with the file between our opening and our locking it.
      try requireInPlace(io: io)
      try readRuns(io: io)
    } catch {
      file.close()
      throw error
    }
  }

  private init(_ path: String, _ header: SweepPartHeader, _ file: GrowingFile) {
    self.path = path
    self.header = header
    self.file = file
    check = header.check
  }

  /// Refuses a path at which runs are, so that nobody loses them.
  static func requireNone(at path: String, io: CommandIO) throws(CommandFailure) {
    guard io.identify(path) != nil else { return }
    try requireRegular(path, io: io)
    do throws(FileFailure) {
      // Who writes it at this moment is told first.
      try io.growFile(path, .existing).close()
    } catch {
      throw .file(error)
    }
    throw .sweep(.partExists(path: path))
  }

  /// Refuses a pipe or a device, whose opening might wait for ever.
  private static func requireRegular(_ path: String, io: CommandIO) throws(CommandFailure) {
    if io.identify(path)?.kind == .other { throw .sweep(.badPart(path: path, .notRegular)) }
  }

  /// Refuses to go on where somebody has removed or replaced the file.
  func requireInPlace(io: CommandIO) throws(CommandFailure) {
    guard let identity = file.identity(), identity == io.identify(path) else {
      throw .sweep(.replacedPart(path: path))
    }
  }

  /// Writes the header.
  private mutating func begin() throws(CommandFailure) {
    try write(header.text)
    startBlock(0)
  }

  /// Finds out which runs are there, and drops a last line that was not written to its end.
  private mutating func readRuns(io: CommandIO) throws(CommandFailure) {
    if try isBeginning(io: io) {
      try cut(at: 0)
      return try begin()
    }
    var reader = try SweepPartReader(path, io: io)
    if let difference = reader.header.difference(from: header) {
      throw .sweep(.otherSweep(path: path, difference))
    }
    guard reader.header.shard == header.shard else { throw .sweep(.otherShard(path: path)) }
    startBlock(0)
    // Ends: each turn is a block.
    while blockStart < header.runCount {
      let rows = try reader.next(block)
      isThere = rows.map { $0 != nil }
      let found = isThere.count { $0 }
      count += found
      if found < isThere.count { break }
      startBlock(block.upperBound)
    }
    try reader.requireEnd()
    try cut(at: reader.passed)
  }

  /// Whether nothing but the beginning of this very sweep's header is there, or all of it: then
  /// there is no run that could be lost.
  private func isBeginning(io: CommandIO) throws(CommandFailure) -> Bool {
    let text = Array(header.text.utf8)
    var found: [UInt8] = []
    do throws(FileFailure) {
      let input = try io.openFile(path)
      // Ends: each turn reads more, and no more than a piece beyond the header.
      while found.count <= text.count {
        let more = try input.read()
        if more.isEmpty { break }
        found += more
      }
    } catch {
      throw .file(error)
    }
    return text.starts(with: found)
  }

  var runCount: Int { header.runCount }
  var isComplete: Bool { blockStart >= header.runCount }

  /// The block that is not over.
  private var block: Range<Int> { SweepBlocks.block(of: blockStart, runCount: header.runCount) }

  /// The positions of the next block's runs that are not there; none when all runs are there.
  var missing: [Int] {
    isComplete ? [] : block.filter { !isThere[$0 - blockStart] }
  }

  /// The first position whose run is not there; all earlier ones are.
  var firstMissing: Int { missing.first ?? header.runCount }

  /// Why a sweep ended early, with how much of it is kept.
  func keeping(_ failure: CommandFailure) -> CommandFailure {
    switch failure {
    case .interrupted: .sweep(.interrupted(path: path, runs: count, of: runCount))
    case .file(let file): .sweep(.unwritten(file, path: path, runs: count, of: runCount))
    default: failure
    }
  }

  /// Adds a run of the block.
  mutating func add(_ run: SweepPartLine, at position: Int) throws(CommandFailure) {
    guard !hasFailed else { return }
    try write(run.text(check))
    isThere[position - blockStart] = true
    count += 1
  }

  /// Goes on to the next block, when all runs of this one are there.
  mutating func endBlock() {
    precondition(missing.isEmpty, "a block with a run missing")
    startBlock(block.upperBound)
  }

  func close() { file.close() }

  private mutating func startBlock(_ position: Int) {
    blockStart = position
    isThere =
      position < header.runCount ? Array(repeating: false, count: block.count) : []
  }

  private mutating func write(_ text: String) throws(CommandFailure) {
    do throws(FileFailure) {
      try file.append(Array(text.utf8))
    } catch {
      hasFailed = true
      throw .file(error)
    }
  }

  private func cut(at length: UInt64) throws(CommandFailure) {
    do throws(FileFailure) { try file.cut(length) } catch { throw .file(error) }
  }
}

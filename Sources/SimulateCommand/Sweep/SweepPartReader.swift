import Experiments
import Reports

/// Reads the finished runs of a shard, block by block in the order of their indices.
///
/// It keeps one block, whatever the number of runs.
struct SweepPartReader {
  let path: String
  let header: SweepPartHeader
  private let columns: SweepColumns
  private let check: SweepPartCheck
  private var lines: LineReader

  /// Opens a part and reads its header.
  init(_ path: String, io: CommandIO) throws(CommandFailure) {
    self.path = path
    var read: [String] = []
    var lines: LineReader
    do throws(FileFailure) {
      lines = LineReader(try io.openFile(path), path: path)
      // Ends: each turn reads a line, and what does not begin as a header is read no further.
      while let line = try lines.next(), !line.isEmpty {
        read.append(line)
        if !SweepPartHeader.isFirst(read[0]) { break }
        if SweepPartHeader.isLast(line) {
          if let next = try lines.next(), !next.isEmpty { read.append(next) }
          break
        }
      }
    } catch {
      throw .file(error)
    }
    do throws(SweepPartProblem) {
      if lines.count == 0 {
        throw SweepPartHeader.mayBegin(with: lines.rest) ? .endsInHeader : .noPart
      }
      header = try SweepPartHeader(lines: read)
      // The line behind the header is empty.
      if lines.count == read.count { throw .endsInHeader }
    } catch {
      throw .sweep(.badPart(path: path, error))
    }
    columns = SweepColumns(of: header.design)
    check = header.check
    self.lines = lines
  }

  /// How many bytes the header and the rows have that were read.
  var passed: UInt64 { lines.passed }

  /// The rows of the next block in the order of their positions; `nil` in place of a row that is
  /// not there.
  ///
  /// - Parameter block: The positions of the block.
  mutating func next(_ block: Range<Int>) throws(CommandFailure) -> [String?] {
    var rows = [String?](repeating: nil, count: block.count)
    var missing = block.count
    // Ends: each turn reads a line.
    while missing > 0 {
      guard let line = try nextLine() else { return rows }
      do throws(SweepPartProblem) {
        let run = try SweepPartLine(text: line, check, number: lines.count)
        guard run.index < header.design.runCount,
          let position = header.shard.position(of: run.index), block.contains(position),
          rows[position - block.lowerBound] == nil,
          columns.run(run.index, row: run.row) != nil
        else { throw .damagedRow(line: lines.count) }
        rows[position - block.lowerBound] = run.row
      } catch {
        throw .sweep(.badPart(path: path, error))
      }
      missing -= 1
    }
    return rows
  }

  /// Refuses what stands behind the last run.
  mutating func requireEnd() throws(CommandFailure) {
    if try nextLine() != nil {
      throw .sweep(.badPart(path: path, .damagedRow(line: lines.count)))
    }
  }

  private mutating func nextLine() throws(CommandFailure) -> String? {
    do throws(FileFailure) { return try lines.next() } catch { throw .file(error) }
  }
}

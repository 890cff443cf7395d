package import Reports

/// Why a sweep or a merge could not go on, where the command line and the model are right.
package enum SweepFailure: Equatable, Sendable {
  /// Runs of a sweep are there, and nobody said that it is to go on.
  case partExists(path: String)
  /// The runs that are there belong to another sweep.
  case otherSweep(path: String, SweepDifference)
  /// The file is of another shard.
  case otherShard(path: String)
  case badPart(path: String, SweepPartProblem)
  /// Two parts of a merge belong to different sweeps.
  case mixedSweeps(path: String, first: String, SweepDifference)
  /// Two parts of a merge are of one sweep, but of so many shards and so many.
  case mixedShards(path: String, count: Int, first: String, firstCount: Int)
  /// Two parts of a merge are the same shard.
  case repeatedShard(path: String, first: String, number: Int, of: Int)
  case missingShards([Int], of: Int)
  /// A shard is not over.
  case unfinishedShard(path: String, runs: Int, of: Int)
  /// The user stopped a sweep whose finished runs are kept.
  case interrupted(path: String, runs: Int, of: Int)
  /// A file could not be read or written; the finished runs are kept.
  case unwritten(FileFailure, path: String, runs: Int, of: Int)
  /// Somebody has removed or replaced the file to which the runs went.
  case replacedPart(path: String)
  /// The model cannot be read as some point has it; what is wrong, line by line.
  case wrongPoint([String])

  var exitCode: ExitCode {
    switch self {
    case .interrupted: .interrupted
    case .wrongPoint: .badCommandLine
    case .unwritten(let failure, _, _, _): CommandFailure.file(failure).exitCode
    case .replacedPart, .partExists, .otherSweep, .otherShard, .badPart, .mixedSweeps, .mixedShards,
      .repeatedShard, .missingShards, .unfinishedShard:
      .fileFailed
    }
  }

  /// The words on standard error: what is wrong, and below it what would be right; in lines of at
  /// most 100 columns.
  var message: String {
    "\(Self.lead)\(problem)\n          \(remedy)".split(separator: "\n").map {
      CommandLineDiagnostic.wrapped(String($0)) + "\n"
    }.joined()
  }

  private static let lead = "simulate: "

  private var problem: String {
    switch self {
    case .partExists(let path): "\(quoted(path)) is there already: a sweep that is not over"
    case .otherSweep(let path, let difference):
      "\(quoted(path)) belongs to another sweep: its \(difference.subject) is"
        + " \(value(difference.own)), and here it is \(value(difference.other))"
    case .otherShard(let path): "\(quoted(path)) is of another shard than its name says"
    case .badPart(let path, let problem): "cannot use \(quoted(path)): \(clause(problem))"
    case .mixedSweeps(let path, let first, let difference):
      "\(quoted(path)) and \(quoted(first)) are of different sweeps: the \(difference.subject) is"
        + " \(value(difference.own)) and \(value(difference.other))"
    case .mixedShards(let path, let count, let first, let firstCount):
      "\(quoted(path)) is of \(count) shards, \(quoted(first)) of \(firstCount)"
    case .repeatedShard(let path, let first, let number, let count):
      "\(quoted(path)) and \(quoted(first)) are both shard \(number)/\(count)"
    case .missingShards(let numbers, let count):
      numbers.count == 1
        ? "shard \(numbers[0]) of \(count) is missing"
        : "\(numbers.count) of \(count) shards are missing: "
          + Self.listed(numbers.map(String.init))
    case .unfinishedShard(let path, let runs, let count):
      "\(quoted(path)) has \(runs) of \(count) runs"
    case .interrupted(let path, let runs, let count):
      "interrupted; \(Self.kept(runs, count)) in \(quoted(path))"
    case .replacedPart(let path):
      "\(quoted(path)) is no longer the file to which this sweep's runs went"
    case .unwritten(let failure, _, _, _): failure.problem
    case .wrongPoint(let problems): problems.joined(separator: "\n\(Self.lead)")
    }
  }

  private var remedy: String {
    switch self {
    case .partExists: "write --resume to go on with it, or remove the file to begin again"
    case .otherSweep: "sweep as then, remove the file, or name another one with --csv"
    case .otherShard: "give the file back the name that it had"
    case .badPart(_, .noPart): "name files that 'simulate sweep --csv' has left"
    case .badPart(_, .otherFormat), .badPart(_, .otherVersion):
      "use the version that made it, or remove the file and sweep again"
    case .badPart(let path, .windowsLineEnds):
      "give it back its line ends: sed -i 's/\\r$//' \(ShellText.word(path))"
    case .badPart(_, .notRegular): "remove it, or name another file with --csv"
    case .badPart(let path, .damagedRow(let line)), .badPart(let path, .changedRow(let line, _, _)):
      "to keep what is before it, put what 'head -n \(line - 1) \(path)' prints in its place;"
        + " --resume makes the rest"
    case .badPart: "remove the file and make its runs again"
    case .mixedSweeps: "merge the parts of one sweep"
    case .mixedShards: "merge the parts of one division"
    case .repeatedShard: "name each shard once"
    case .missingShards(let numbers, let count):
      "make \(numbers.count == 1 ? "it" : "them") with the same command and"
        + " \(Self.listed(numbers.map { "--shard \($0)/\(count)" }))"
    case .unfinishedShard: "go on with the same command and --resume"
    case .interrupted: "write --resume to go on with them"
    case .unwritten(_, let path, let runs, let count):
      "\(Self.kept(runs, count)) in \(quoted(path)): write --resume to go on with them"
    case .replacedPart: "let one process alone work on it, and sweep again"
    case .wrongPoint: "'simulate models schema' says what each key takes"
    }
  }

  private func clause(_ problem: SweepPartProblem) -> String {
    switch problem {
    case .noPart: "it is no part of a sweep"
    case .otherFormat(let format): "its format \(QuotedText.text(of: format)) is not known"
    case .otherVersion(let version): "it was made by version \(QuotedText.text(of: version))"
    case .damagedHeader(let line): "line \(line) is not what it must be"
    case .changedHeader: "its header was changed"
    case .endsInHeader: "it ends in its header"
    case .windowsLineEnds: "it has Windows line ends"
    case .notRegular: "it is no regular file"
    case .changedRow(let line, let found, let expected):
      "line \(line) was changed: its check is \(QuotedText.text(of: found)), that of its text"
        + " '\(expected)'"
    case .damagedRow(let line): "line \(line) is not the row of a run that belongs there"
    }
  }

  private static func kept(_ runs: Int, _ count: Int) -> String {
    "\(runs) of \(count) runs \(runs == 1 ? "is" : "are")"
  }

  private func value(_ text: String) -> String { QuotedText.text(of: text, atMost: 60) }

  /// The first few words.
  private static func listed(_ words: [String]) -> String {
    let shown = words.prefix(10).joined(separator: ", ")
    return words.count > 10 ? shown + ", …" : shown
  }

  private func quoted(_ path: String) -> String { QuotedText.text(of: path, atMost: 4096) }
}

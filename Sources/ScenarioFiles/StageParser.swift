public import ScenarioModel

/// Reads a stage of a ramping load as `--stage` and model files write it: `30s:100`.
public enum StageParser {
  /// Reads a length of time, a colon and a number of users up to a million.
  ///
  /// - Throws: What is wrong with the text, its time or its number of users.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> Executor.Stage {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy({ ASCII.isDigit($0) }) else {
      throw .unexpected(found: text.isEmpty ? .emptyText : .text(text), expected: .stage)
    }
    let duration = try TimeParser.parse(String(decoding: parts[0], as: UTF8.self))
    let users = NumberLiteral(text: String(decoding: parts[1], as: UTF8.self))
    guard case .exactly(let target) = users.whole, target <= ModelLimits.users else {
      throw .tooMany(.users, limit: Int(ModelLimits.users))
    }
    return Executor.Stage(duration: duration, target: Int(target))
  }
}

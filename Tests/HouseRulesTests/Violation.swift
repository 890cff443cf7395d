/// One place that breaks a rule, printed as compilers print it.
struct Violation: Equatable, CustomStringConvertible {
  var path: String
  /// Counted from 1.
  var line: Int
  var rule: String

  var description: String { "\(path):\(line): \(rule)" }
}

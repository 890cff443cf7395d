/// Paths as a command line writes them.
enum PathText {
  /// Whether two paths name one file, as far as the words tell: `./a`, `b/../a` and `a` do.
  static func isSame(_ first: String, _ second: String) -> Bool {
    first.hasPrefix("/") == second.hasPrefix("/") && parts(of: first) == parts(of: second)
  }

  /// The steps of a path, without those that lead nowhere.
  private static func parts(of path: String) -> [Substring] {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts
  }
}

/// A value that the command line puts in the place of one in the file: `--set system.pool.size=50`.
public struct ModelOverride: Hashable, Sendable {
  /// Keys joined by dots, places in lists in brackets and counted from 0: `load.stages[0]`.
  public var path: String
  /// JSON5; what is none counts as text, so that `--set strategy=atomic` needs no quotes.
  public var value: String
  /// The flag that says so, by which diagnostics call it.
  public var flag: String

  public init(path: String, value: String, flag: String = "--set") {
    self.path = path
    self.value = value
    self.flag = flag
  }

  /// The override as the command line has it.
  package var text: String { "\(flag) \(path)=\(value)" }

  /// The path, or `nil` when it does not follow the grammar or is deeper than a model can be.
  ///
  ///     path      = key { "." key | "[" digits "]" }
  ///     key       = any characters but "." "[" "]"
  ///
  /// - Complexity: O(*n*) in the length of the path.
  var parsedPath: ModelPath? {
    var path = ModelPath.top
    let bytes = Array(self.path.utf8)
    var index = 0
    while index < bytes.count {
      if path.components.count == SyntaxParser.deepestNesting { return nil }
      if bytes[index] == UInt8(ascii: "[") {
        let start = index + 1
        index = start
        while index < bytes.count, ASCII.isDigit(bytes[index]) { index += 1 }
        guard !path.components.isEmpty, index > start, index - start < 10, index < bytes.count,
          bytes[index] == UInt8(ascii: "]"),
          let item = Int(String(decoding: bytes[start..<index], as: UTF8.self))
        else { return nil }
        path.enter(.item(item))
        index += 1
        continue
      }
      if !path.components.isEmpty {
        if bytes[index] != ASCII.dot { return nil }
        index += 1
      }
      let start = index
      while index < bytes.count, bytes[index] != ASCII.dot, bytes[index] != UInt8(ascii: "["),
        bytes[index] != UInt8(ascii: "]")
      {
        index += 1
      }
      if index == start { return nil }
      path.enter(.key(String(decoding: bytes[start..<index], as: UTF8.self)))
    }
    return path.components.isEmpty ? nil : path
  }
}

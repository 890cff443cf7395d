/// A file line by line, in the memory of one line.
struct LineReader {
  private let file: InputFile
  /// As the user wrote it.
  private let path: String
  /// What has been read and not been handed out.
  private var buffer: [UInt8] = []
  /// Where in the buffer the next line begins.
  private var start = 0
  private var isAtEnd = false
  /// How many bytes the lines have that were handed out, their ends included.
  private(set) var passed: UInt64 = 0
  /// How many lines were handed out.
  private(set) var count = 0

  /// A file without line ends is no text; so much of it is read and no more. The values of one axis
  /// are an argument of a command, which Linux lets be 128 KiB.
  private static let longestInMebibytes = 16

  init(_ file: InputFile, path: String) {
    self.file = file
    self.path = path
  }

  /// What has been read behind the last line end.
  var rest: String { String(decoding: buffer[start...], as: UTF8.self) }

  /// The next line without its end; `nil` when no whole one is left.
  ///
  /// What stands behind the last line end is no line.
  mutating func next() throws(FileFailure) -> String? {
    var looked = start
    // Ends: each turn reads more of the file, or hands out a line, or gives up.
    while true {
      if let end = buffer[looked...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[start..<end], as: UTF8.self)
        passed += UInt64(end + 1 - start)
        count += 1
        start = end + 1
        return line
      }
      if isAtEnd { return nil }
      guard buffer.count - start <= Self.longestInMebibytes << 20 else {
        throw FileFailure(.reading, path, .longLine(mebibytes: Self.longestInMebibytes))
      }
      buffer.removeFirst(start)
      start = 0
      looked = buffer.count
      let more = try file.read()
      if more.isEmpty { isAtEnd = true }
      buffer += more
    }
  }
}

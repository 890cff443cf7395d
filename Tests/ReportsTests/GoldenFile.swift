import Foundation

/// The bytes of a file in `Golden`, as text.
func goldenText(_ name: String) throws -> String {
  String(decoding: try Data(contentsOf: goldenFile(name)), as: UTF8.self)
}

/// The same of a file that `REWRITE_GOLDEN=1` writes anew, for whoever reads the change then.
func goldenText(_ name: String, of actual: String) throws -> String {
  if ProcessInfo.processInfo.environment["REWRITE_GOLDEN"] == "1" {
    try Data(actual.utf8).write(to: goldenFile(name))
  }
  return try goldenText(name)
}

private func goldenFile(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Golden/\(name)")
}

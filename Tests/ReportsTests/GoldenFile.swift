import Foundation

/// The bytes of a file in `Golden`, as text.
func goldenText(_ name: String) throws -> String {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let data = try Data(contentsOf: folder.appendingPathComponent("Golden/\(name)"))
  return String(decoding: data, as: UTF8.self)
}

import Foundation

/// The files of this repository, as they stand on disk.
enum Repository {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file below the folders, from the top of the repository, in the order of their names.
  static func paths(below folders: [String]) throws -> [String] {
    try folders.flatMap { folder in
      let all = try FileManager.default.subpathsOfDirectory(
        atPath: root.appending(path: folder).path(percentEncoded: false))
      return all.map { "\(folder)/\($0)" }
    }.sorted()
  }

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Every Swift file below the folders.
  static func swiftSources(below folders: [String]) throws -> [SwiftSource] {
    try paths(below: folders).filter { $0.hasSuffix(".swift") }.map {
      SwiftSource(path: $0, text: try text(of: $0))
    }
  }
}

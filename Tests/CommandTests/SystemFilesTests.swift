import Foundation
import SimulateCommand
import Testing

@Suite("Real files")
struct SystemFilesTests {
  /// A folder of its own for each test, gone when the test ends.
  private final class Folder {
    let path: String

    init() throws {
      let url = FileManager.default.temporaryDirectory.appending(
        path: "simulate-tests-\(ProcessInfo.processInfo.globallyUniqueString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      path = url.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func text(_ name: String) -> String? {
      try? String(contentsOfFile: self(name), encoding: .utf8)
    }

    func write(_ name: String, _ text: String) throws {
      try text.write(toFile: self(name), atomically: false, encoding: .utf8)
    }

    /// The names in the folder, hidden ones too.
    var names: [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
    }
  }

  private func write(_ path: String, _ text: String) throws {
    let file = try SystemFiles.create(path)
    try file.append(Array(text.utf8))
    try file.commit()
  }

  private func failure(_ body: () throws(FileFailure) -> Void) -> FileFailure.Reason? {
    do throws(FileFailure) {
      try body()
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("appear whole at commit and leave nothing else behind")
  func commit() throws {
    let folder = try Folder()
    let file = try SystemFiles.create(folder("a.csv"))
    try file.append(Array("one\n".utf8))
    #expect(folder.text("a.csv") == nil)
    try file.append(Array("two\n".utf8))
    try file.commit()
    #expect(folder.text("a.csv") == "one\ntwo\n")
    file.discard()
    #expect(folder.names == ["a.csv"])
  }

  @Test("leave what stood there untouched when they are given up")
  func discard() throws {
    let folder = try Folder()
    try folder.write("a.csv", "old")
    let file = try SystemFiles.create(folder("a.csv"))
    try file.append([UInt8](repeating: 65, count: 1 << 20))
    #expect(folder.names.count == 2)
    file.discard()
    #expect(folder.text("a.csv") == "old")
    #expect(folder.names == ["a.csv"])
  }

  @Test("are given up when nobody holds them any more")
  func forgotten() throws {
    let folder = try Folder()
    do {
      let file = try SystemFiles.create(folder("a.csv"))
      try file.append([65])
    }
    #expect(folder.names == [])
  }

  @Test("keep the permissions of the file that they replace")
  func permissions() throws {
    let folder = try Folder()
    try folder.write("a.csv", "old")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder("a.csv"))
    try write(folder("a.csv"), "new")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder("a.csv"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(folder.text("a.csv") == "new")
  }

  @Test("follow a symbolic link and leave the link", arguments: [true, false])
  func link(targetExists: Bool) throws {
    let folder = try Folder()
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder("deep"), withIntermediateDirectories: false)
    if targetExists { try folder.write("deep/real.csv", "old") }
    try manager.createSymbolicLink(
      atPath: folder("deep/second.csv"), withDestinationPath: "real.csv")
    try manager.createSymbolicLink(
      atPath: folder("a.csv"), withDestinationPath: "deep/second.csv")
    try write(folder("a.csv"), "new")
    #expect(folder.text("deep/real.csv") == "new")
    #expect(try manager.destinationOfSymbolicLink(atPath: folder("a.csv")) == "deep/second.csv")
    #expect(
      try manager.contentsOfDirectory(atPath: folder("deep")).sorted() == [
        "real.csv", "second.csv",
      ])
  }

  @Test("refuse a ring of symbolic links")
  func ring() throws {
    let folder = try Folder()
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder("a"), withDestinationPath: "b")
    try manager.createSymbolicLink(atPath: folder("b"), withDestinationPath: "a")
    #expect(
      failure { () throws(FileFailure) in _ = try SystemFiles.create(folder("a")) }
        == .system("too many levels of symbolic links"))
    #expect(folder.names == ["a", "b"])
  }

  @Test("go straight to a device and never replace it")
  func device() throws {
    try write("/dev/null", "nothing")
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
    let full = try SystemFiles.create("/dev/full")
    try full.append([65])
    #expect(failure(full.commit) == .system("no space left on device"))
  }

  @Test("go straight to a pipe")
  func pipe() throws {
    let folder = try Folder()
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    let reader = Process()
    reader.executableURL = URL(filePath: "/bin/cat")
    reader.arguments = [folder("pipe")]
    let output = Pipe()
    reader.standardOutput = output
    try reader.run()
    try write(folder("pipe"), "through")
    reader.waitUntilExit()
    let data = try #require(try output.fileHandleForReading.readToEnd())
    #expect(String(decoding: data, as: UTF8.self) == "through")
    #expect(folder.names == ["pipe"])
  }

  @Test("say why they cannot be written")
  func unwritable() throws {
    let folder = try Folder()
    func reason(_ path: String) -> FileFailure.Reason? {
      failure { () throws(FileFailure) in _ = try SystemFiles.create(path) }
    }
    try folder.write("file", "")
    #expect(reason(folder("missing/a.csv")) == .missingFolder)
    #expect(reason(folder("file/a.csv")) == .missingFolder)
    #expect(reason(folder.path) == .isFolder)
    #expect(reason(folder("new/")) == .missingFolder)
    #expect(reason(folder(String(repeating: "n", count: 300))) == .system("file name too long"))
    #expect(folder.names == ["file"])
  }

  @Test("say why they cannot be read")
  func unreadable() throws {
    let folder = try Folder()
    func reason(_ path: String) -> FileFailure.Reason? {
      failure { () throws(FileFailure) in _ = try SystemFiles.read(path) }
    }
    try folder.write("file", "")
    #expect(reason(folder("missing.json5")) == .missing)
    #expect(reason(folder.path) == .isFolder)
    #expect(reason(folder("file/a.json5")) == .missingFolder)
    #expect(reason("/dev/zero") == .longerThan(mebibytes: 16))
    #expect(try SystemFiles.read(folder("file")) == [])
    #expect(try SystemFiles.read("/dev/null") == [])
  }
}

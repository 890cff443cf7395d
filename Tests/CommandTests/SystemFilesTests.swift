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

  // MARK: Growing

  @Test("show what was appended at once, and are cut and gone on with")
  func growing() throws {
    let folder = try Folder()
    let file = try SystemFiles.grow(folder("a.part"), .new)
    try file.append(Array("one\n".utf8))
    #expect(folder.text("a.part") == "one\n")
    #expect(
      failure { () throws(FileFailure) in _ = try SystemFiles.grow(folder("a.part"), .new) }
        == .exists)
    file.close()
    file.close()
    let again = try SystemFiles.grow(folder("a.part"), .existing)
    try again.append(Array("two\nthr".utf8))
    try again.cut(8)
    try again.append(Array("four\n".utf8))
    #expect(folder.text("a.part") == "one\ntwo\nfour\n")
    try again.cut(0)
    try again.append(Array("five\n".utf8))
    #expect(folder.text("a.part") == "five\n")
    #expect(folder.names == ["a.part"])
  }

  @Test("grow for one process at a time, which lets go when it ends")
  func locks() throws {
    let folder = try Folder()
    let file = try SystemFiles.grow(folder("a.part"), .new)
    func reason() -> FileFailure.Reason? {
      failure { () throws(FileFailure) in _ = try SystemFiles.grow(folder("a.part"), .existing) }
    }
    #expect(reason() == .inUse)
    file.close()
    #expect(reason() == nil)
  }

  @Test("are known again by whatever path, and after they were replaced")
  func identity() throws {
    let folder = try Folder()
    let file = try SystemFiles.grow(folder("a.part"), .new)
    defer { file.close() }
    let identity = try #require(SystemFiles.identify(folder("a.part")))
    #expect(identity.kind == .regular)
    #expect(file.identity() == identity)
    #expect(SystemFiles.identify(folder("./a.part")) == identity)
    #expect(symlink("a.part", folder("link")) == 0)
    #expect(SystemFiles.identify(folder("link")) == identity)
    try folder.write("b.part", "")
    #expect(SystemFiles.identify(folder("b.part")) != identity)
    #expect(rename(folder("b.part"), folder("a.part")) == 0)
    #expect(SystemFiles.identify(folder("a.part")) != file.identity())
    #expect(SystemFiles.identify(folder("none")) == nil)
    #expect(SystemFiles.identify(folder.path)?.kind == .folder)
    #expect(SystemFiles.identify("/dev/null")?.kind == .other)
  }

  @Test("say why they cannot grow, be opened or removed")
  func ungrowable() throws {
    let folder = try Folder()
    func reason(_ path: String, _ start: GrowingFile.Start) -> FileFailure.Reason? {
      failure { () throws(FileFailure) in _ = try SystemFiles.grow(path, start) }
    }
    try folder.write("file", "")
    #expect(reason(folder("missing/a.part"), .new) == .missingFolder)
    #expect(reason(folder("file/a.part"), .new) == .missingFolder)
    #expect(reason(folder("a.part"), .existing) == .missing)
    #expect(reason(folder.path, .existing) == .isFolder)
    func opening(_ path: String) -> FileFailure.Reason? {
      failure { () throws(FileFailure) in _ = try SystemFiles.open(path) }
    }
    #expect(opening(folder("missing")) == .missing)
    #expect(opening(folder.path) == .isFolder)
    #expect(
      failure { () throws(FileFailure) in try SystemFiles.remove(folder("missing")) } == .missing)
    try SystemFiles.remove(folder("file"))
    #expect(folder.names == [])
  }

  @Test("are read piece by piece to their end")
  func pieces() throws {
    let folder = try Folder()
    let text = String(repeating: "0123456789", count: 20_000)
    try folder.write("long", text)
    let file = try SystemFiles.open(folder("long"))
    var read: [UInt8] = []
    // Ends: a piece is empty at the end.
    while true {
      let piece = try file.read()
      if piece.isEmpty { break }
      read += piece
    }
    #expect(String(decoding: read, as: UTF8.self) == text)
  }
}

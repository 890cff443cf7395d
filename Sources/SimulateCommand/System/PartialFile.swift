import Glibc

/// The real file behind an `OutputFile`.
final class PartialFile {
  /// The other name under which a file is written, and the path that it takes at the end.
  private struct Detour {
    var name: TemporaryName
    var target: String
  }

  /// As the user wrote it.
  private let path: String
  /// Where the bytes go; `nil` once the file is committed or given up.
  private var file: FileDescriptor?
  /// `nil` when the bytes go straight to what the path names.
  private var detour: Detour?
  /// What has not been handed to the operating system yet.
  private var buffer: [UInt8] = []

  private static let bufferSize = 64 << 10
  /// As many symbolic links as Linux follows.
  private static let mostLinks = 40

  init(_ path: String) throws(FileFailure) {
    self.path = path
    do throws(FileDescriptor.Failure) {
      try open()
    } catch {
      detour?.name.remove()
      throw FileFailure(.writing, path, Self.reasonForOpening(error))
    }
  }

  deinit { discard() }

  /// Adds bytes at the end.
  func append(_ bytes: [UInt8]) throws(FileFailure) {
    buffer += bytes
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Makes the file appear at its path.
  func commit() throws(FileFailure) {
    try flush()
    do throws(FileDescriptor.Failure) {
      try file.take()?.finish()
      guard let detour else { return }
      guard rename(detour.name.path, detour.target) == 0 else {
        throw FileDescriptor.Failure(code: errno)
      }
      detour.name.release()
      self.detour = nil
    } catch {
      discard()
      throw FileFailure(.writing, path, SystemFiles.reason(error))
    }
  }

  /// Gives the file up; does nothing after `commit`.
  func discard() {
    buffer = []
    file = nil
    detour?.name.remove()
    detour = nil
  }

  private func flush() throws(FileFailure) {
    do throws(FileDescriptor.Failure) {
      try file?.write(buffer)
      buffer.removeAll(keepingCapacity: true)
    } catch {
      discard()
      throw FileFailure(.writing, path, SystemFiles.reason(error))
    }
  }
}

// MARK: - Opening

extension PartialFile {
  private func open() throws(FileDescriptor.Failure) {
    guard let existing = try Self.existingFile(path) else {
      return try openAside(Self.resolvingLinks(path), permissions: nil)
    }
    guard !existing.isFolder else { throw FileDescriptor.Failure(code: EISDIR) }
    guard existing.isRegular else {
      file = try FileDescriptor(opening: path, O_WRONLY)
      return
    }
    for stream in [STDOUT_FILENO, STDERR_FILENO] {
      if let status = FileDescriptor.status(ofOpen: stream), status.isSameFile(as: existing) {
        file = try FileDescriptor(duplicating: stream)
        return
      }
    }
    guard access(path, W_OK) == 0 else { throw FileDescriptor.Failure(code: errno) }
    try openAside(Self.resolvingLinks(path), permissions: existing.permissions)
  }

  /// What stands at the path; `nil` when nothing does, or only a link that leads nowhere.
  private static func existingFile(
    _ path: String
  ) throws(FileDescriptor.Failure) -> FileDescriptor.Status? {
    do throws(FileDescriptor.Failure) {
      return try FileDescriptor.status(of: path)
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
  }

  private func openAside(
    _ target: String, permissions: mode_t?
  ) throws(FileDescriptor.Failure) {
    let (folder, name) = Self.split(target)
    guard !name.isEmpty else { throw FileDescriptor.Failure(code: ENOTDIR) }
    let temporary = TemporaryName(inFolder: folder)
    do throws(FileDescriptor.Failure) {
      file = try FileDescriptor(opening: temporary.path, O_WRONLY | O_CREAT | O_EXCL)
    } catch {
      // Whatever stands there is not ours to remove.
      temporary.release()
      throw error.code == EACCES ? FileDescriptor.Failure(code: EPERM) : error
    }
    detour = Detour(name: temporary, target: target)
    if let permissions { try file?.setPermissions(permissions) }
  }

  /// The path behind the symbolic links at the end of a path, whether there is a file or not.
  private static func resolvingLinks(_ path: String) throws(FileDescriptor.Failure) -> String {
    var resolved = path
    for _ in 0..<mostLinks {
      guard let target = FileDescriptor.linkTarget(of: resolved) else { return resolved }
      resolved = target.hasPrefix("/") ? target : split(resolved).folder + target
    }
    throw FileDescriptor.Failure(code: ELOOP)
  }

  /// The folder of a path, with the slash at its end, and the name in it.
  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }

  /// What an error number means for a file that is to be created.
  private static func reasonForOpening(_ failure: FileDescriptor.Failure) -> FileFailure.Reason {
    switch failure.code {
    case ENOENT, ENOTDIR: .missingFolder
    case EPERM: .folderPermissionDenied
    default: SystemFiles.reason(failure)
    }
  }
}

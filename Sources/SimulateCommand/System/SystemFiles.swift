import Glibc

/// Reading and writing real files.
package enum SystemFiles {
  /// No model is longer; a device that never ends is noticed here.
  private static let longestInMebibytes = 16

  /// All bytes of a file.
  package static func read(_ path: String) throws(FileFailure) -> [UInt8] {
    do throws(FileDescriptor.Failure) {
      let file = try FileDescriptor(opening: path, O_RDONLY)
      if try file.status().isFolder { throw FileDescriptor.Failure(code: EISDIR) }
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = try file.read(into: &buffer)
        if count == 0 { return bytes }
        bytes += buffer[..<count]
        if bytes.count > longestInMebibytes << 20 { throw FileDescriptor.Failure(code: EFBIG) }
      }
    } catch {
      let reason: FileFailure.Reason =
        error.code == EFBIG ? .longerThan(mebibytes: longestInMebibytes) : reason(error)
      throw FileFailure(.reading, path, reason)
    }
  }

  /// Opens a file that appears at its path whole or not at all.
  ///
  /// The bytes go to a file of another name in the same folder, which takes the path at `commit`. A
  /// symbolic link is followed, so that the link stays and the file behind it is replaced; its
  /// permissions stay too. What exists and is no regular file (a device, a pipe) is written
  /// directly, and so is the file that standard output or standard error already goes to: replacing
  /// it would lose what the shell has put there.
  package static func create(_ path: String) throws(FileFailure) -> OutputFile {
    let file = try PartialFile(path)
    return OutputFile(
      append: { bytes throws(FileFailure) in try file.append(bytes) },
      commit: { () throws(FileFailure) in try file.commit() },
      discard: { file.discard() })
  }

  /// Opens a file of any length, to be read piece by piece.
  package static func open(_ path: String) throws(FileFailure) -> InputFile {
    let file = try OpenFile(path, O_RDONLY, .reading)
    return InputFile(read: { () throws(FileFailure) in try file.read() })
  }

  /// Opens a file that grows where it stands.
  package static func grow(
    _ path: String, _ start: GrowingFile.Start
  ) throws(FileFailure) -> GrowingFile {
    let isNew = start == .new
    let options = O_WRONLY | O_APPEND | (isNew ? O_CREAT | O_EXCL : 0)
    let file = try OpenFile(path, options, .writing)
    try file.lock()
    return GrowingFile(
      append: { bytes throws(FileFailure) in try file.append(bytes) },
      cut: { length throws(FileFailure) in try file.cut(at: length) },
      identity: { file.identity }, close: { file.close() })
  }

  /// What stands at a path, behind all links; a file to which a stream of this process goes is no
  /// regular one.
  package static func identify(_ path: String) -> FileIdentity? {
    do throws(FileDescriptor.Failure) {
      let status = try FileDescriptor.status(of: path)
      let isStream = [STDOUT_FILENO, STDERR_FILENO].contains { stream in
        FileDescriptor.status(ofOpen: stream).map { $0.isSameFile(as: status) } ?? false
      }
      return status.identity(as: isStream ? .other : status.kind)
    } catch {
      return nil
    }
  }

  /// Removes a file.
  package static func remove(_ path: String) throws(FileFailure) {
    guard unlink(path) == 0 else {
      throw FileFailure(.writing, path, reason(FileDescriptor.Failure(code: errno)))
    }
  }

  /// What an error number means to the user.
  static func reason(_ failure: FileDescriptor.Failure) -> FileFailure.Reason {
    switch failure.code {
    case ENOENT: .missing
    case ENOTDIR: .missingFolder
    case EISDIR: .isFolder
    case EACCES, EPERM: .permissionDenied
    case EINTR: .interrupted
    case EEXIST: .exists
    case EWOULDBLOCK: .inUse
    default: .system(String(cString: strerror(failure.code)).lowercased())
    }
  }
}

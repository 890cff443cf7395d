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

  /// What an error number means to the user.
  static func reason(_ failure: FileDescriptor.Failure) -> FileFailure.Reason {
    switch failure.code {
    case ENOENT: .missing
    case ENOTDIR: .missingFolder
    case EISDIR: .isFolder
    case EACCES, EPERM: .permissionDenied
    case EINTR: .interrupted
    default: .system(String(cString: strerror(failure.code)).lowercased())
    }
  }
}

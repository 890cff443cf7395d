import Glibc

/// The real file behind an `InputFile` or a `GrowingFile`.
final class OpenFile {
  /// As the user wrote it.
  private let path: String
  private let attempt: FileFailure.Attempt
  /// `nil` once it is closed.
  private var file: FileDescriptor?

  private static let pieceSize = 64 << 10

  init(_ path: String, _ options: Int32, _ attempt: FileFailure.Attempt) throws(FileFailure) {
    self.path = path
    self.attempt = attempt
    do throws(FileDescriptor.Failure) {
      file = try FileDescriptor(opening: path, options)
      if try file?.status().isFolder == true { throw FileDescriptor.Failure(code: EISDIR) }
    } catch {
      let reason: FileFailure.Reason =
        // Who creates a file misses its folder, not the file.
        error.code == ENOENT && options & O_CREAT != 0 ? .missingFolder : SystemFiles.reason(error)
      throw FileFailure(attempt, path, reason)
    }
  }

  /// The next bytes; none at the end.
  func read() throws(FileFailure) -> [UInt8] {
    do throws(FileDescriptor.Failure) {
      var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
      let count = try file?.read(into: &buffer) ?? 0
      return Array(buffer[..<count])
    } catch {
      throw FileFailure(attempt, path, SystemFiles.reason(error))
    }
  }

  func append(_ bytes: [UInt8]) throws(FileFailure) {
    do throws(FileDescriptor.Failure) {
      try file?.write(bytes)
    } catch {
      throw FileFailure(attempt, path, SystemFiles.reason(error))
    }
  }

  func lock() throws(FileFailure) {
    do throws(FileDescriptor.Failure) {
      try file?.lock()
    } catch {
      throw FileFailure(attempt, path, SystemFiles.reason(error))
    }
  }

  func cut(at length: UInt64) throws(FileFailure) {
    do throws(FileDescriptor.Failure) {
      try file?.cut(at: length)
    } catch {
      throw FileFailure(attempt, path, SystemFiles.reason(error))
    }
  }

  /// What the open file is; `nil` once it is closed.
  var identity: FileIdentity? {
    do throws(FileDescriptor.Failure) {
      guard let status = try file?.status() else { return nil }
      return status.identity(as: status.kind)
    } catch {
      return nil
    }
  }

  func close() { file = nil }
}

import Glibc

/// An open file of the operating system; closed when the value ends.
struct FileDescriptor: ~Copyable {
  /// What a call of the operating system failed with: its `errno`.
  struct Failure: Error, Equatable {
    var code: Int32
  }

  /// What the operating system knows about a file.
  struct Status {
    var isFolder: Bool
    var isRegular: Bool
    /// The permission bits.
    var permissions: mode_t
    private var device: dev_t
    private var number: ino_t

    fileprivate init(_ status: stat) {
      isFolder = status.st_mode & S_IFMT == S_IFDIR
      isRegular = status.st_mode & S_IFMT == S_IFREG
      permissions = status.st_mode & 0o7777
      device = status.st_dev
      number = status.st_ino
    }

    var kind: FileIdentity.Kind { isFolder ? .folder : isRegular ? .regular : .other }

    func identity(as kind: FileIdentity.Kind) -> FileIdentity {
      FileIdentity(kind, device: UInt64(device), number: UInt64(number))
    }

    /// Whether both are one file, whatever it was called.
    func isSameFile(as other: Status) -> Bool { device == other.device && number == other.number }
  }

  private let number: Int32

  /// Opens a file as `open(2)` does; a new one is readable and writable as far as the process's
  /// mask allows.
  init(opening path: String, _ options: Int32) throws(Failure) {
    number = try Self.retrying { open(path, options | O_CLOEXEC, 0o666) }
  }

  /// A second handle on an open file: both write at one place, one after the other.
  init(duplicating other: Int32) throws(Failure) {
    number = try Self.retrying { fcntl(other, F_DUPFD_CLOEXEC, 0) }
  }

  deinit { _ = close(number) }

  /// Closes the file and tells what only closing can tell, such as a full quota.
  consuming func finish() throws(Failure) {
    let result = close(number)
    let code = errno
    discard self
    guard result == 0 else { throw Failure(code: code) }
  }

  /// What is known about the open file.
  func status() throws(Failure) -> Status {
    var found = stat()
    _ = try Self.retrying { fstat(number, &found) }
    return Status(found)
  }

  /// Gives the file the permission bits.
  func setPermissions(_ permissions: mode_t) throws(Failure) {
    _ = try Self.retrying { fchmod(number, permissions) }
  }

  /// Keeps every other process out that asks; fails with EWOULDBLOCK when one was here first.
  ///
  /// The operating system lets go when the file is closed, however the process ends. A file system
  /// that knows no locks, as some of clusters do, keeps nobody out.
  func lock() throws(Failure) {
    do throws(Failure) {
      _ = try Self.retrying { flock(number, LOCK_EX | LOCK_NB) }
    } catch {
      if error.code == EWOULDBLOCK || error.code == EINTR { throw error }
    }
  }

  /// Drops everything behind so many bytes.
  func cut(at length: UInt64) throws(Failure) {
    _ = try Self.retrying { ftruncate(number, off_t(length)) }
  }

  /// Reads at most as many bytes as the buffer has, and tells how many there were: zero at the end.
  func read(into buffer: inout [UInt8]) throws(Failure) -> Int {
    let capacity = buffer.count
    return try Self.retrying { Glibc.read(number, &buffer, capacity) }
  }

  /// Writes all of the bytes.
  func write(_ bytes: [UInt8]) throws(Failure) { try Self.write(bytes, to: number) }

  /// Writes all of the bytes to an open file that somebody else closes.
  static func write(_ bytes: [UInt8], to number: Int32) throws(Failure) {
    var written = 0
    while written < bytes.count {
      written += try retrying {
        bytes.withUnsafeBytes { all in
          let rest = UnsafeRawBufferPointer(rebasing: all[written...])
          return Glibc.write(number, rest.baseAddress, rest.count)
        }
      }
    }
  }

  /// What is known about the file at a path, or the one that its symbolic links lead to.
  static func status(of path: String) throws(Failure) -> Status {
    var found = stat()
    _ = try retrying { stat(path, &found) }
    return Status(found)
  }

  /// What is known about an open file that somebody else closes; `nil` when it is not open.
  static func status(ofOpen number: Int32) -> Status? {
    var found = stat()
    return fstat(number, &found) == 0 ? Status(found) : nil
  }

  /// The path that a symbolic link contains; `nil` when there is no symbolic link at the path.
  static func linkTarget(of path: String) -> String? {
    let capacity = Int(PATH_MAX)
    var buffer = [CChar](repeating: 0, count: capacity)
    let length = readlink(path, &buffer, capacity)
    guard length > 0 else { return nil }
    return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Runs a call again when a signal cut it short, unless that signal was the user's wish to stop.
  private static func retrying<Result: SignedInteger>(
    _ call: () -> Result
  ) throws(Failure) -> Result {
    while true {
      let result = call()
      guard result < 0 else { return result }
      let code = errno
      guard code == EINTR, !Interruption.isRequested else { throw Failure(code: code) }
    }
  }
}

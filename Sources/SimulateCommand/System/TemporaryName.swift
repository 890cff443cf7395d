import Glibc

/// A name for a file that is not finished, known to the signal handlers until it is renamed or
/// removed.
///
/// A handler may not allocate or take a lock, so the names it removes stand as C strings in a table
/// of fixed size.
final class TemporaryName {
  /// The path of the unfinished file.
  let path: String
  private let slot: Int

  /// A name in the folder that no other unfinished file of this process has.
  ///
  /// - Parameter folder: A path with a slash at its end, or nothing for the working folder.
  init(inFolder folder: String) {
    guard let free = Self.slots.firstIndex(where: { $0 == nil }) else {
      preconditionFailure("more files are open than a command can name")
    }
    slot = free
    path = "\(folder).simulate-\(getpid())-\(free).partial"
    Self.slots[free] = strdup(path)
  }

  deinit { release() }

  /// Forgets the name: the file has been renamed, or is somebody else's.
  func release() {
    guard let name = Self.slots[slot], String(cString: name) == path else { return }
    Self.slots[slot] = nil
    free(name)
  }

  /// Removes the file.
  func remove() {
    guard Self.slots[slot] != nil else { return }
    unlink(path)
    release()
  }

  /// Removes every unfinished file; may be called by a signal handler.
  static func removeAll() {
    for case let name? in slots { unlink(name) }
  }

  /// Makes the table, which a handler must not do.
  static func prepare() { _ = slots.count }

  /// Written only by the one thread that opens files, read by handlers.
  nonisolated(unsafe) private static let slots:
    UnsafeMutableBufferPointer<
      UnsafeMutablePointer<CChar>?
    > = {
      let table = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 16)
      table.initialize(repeating: nil)
      return table
    }()
}

/// A file that everybody sees grow: what has been appended is in it, whatever becomes of the
/// process.
public struct GrowingFile {
  /// Where a file begins to grow.
  public enum Start: Equatable, Sendable {
    /// At nothing; there must be no such file.
    case new
    /// At the end of what is there.
    case existing
  }

  /// Hands all of the bytes to the operating system.
  public var append: (_ bytes: [UInt8]) throws(FileFailure) -> Void
  /// Drops what stands behind so many bytes, and goes on there.
  public var cut: (_ length: UInt64) throws(FileFailure) -> Void
  /// What the open file is, which another may have replaced at its path; `nil` once it is closed.
  public var identity: () -> FileIdentity?
  /// Ends writing; others may then write the file. Does nothing the second time.
  public var close: () -> Void

  public init(
    append: @escaping (_ bytes: [UInt8]) throws(FileFailure) -> Void,
    cut: @escaping (_ length: UInt64) throws(FileFailure) -> Void,
    identity: @escaping () -> FileIdentity?, close: @escaping () -> Void
  ) {
    self.append = append
    self.cut = cut
    self.identity = identity
    self.close = close
  }
}

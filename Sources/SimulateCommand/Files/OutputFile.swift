/// A file being written; it appears at its path at `commit`, whole, or not at all.
public struct OutputFile {
  /// Adds bytes at the end.
  public var append: (_ bytes: [UInt8]) throws(FileFailure) -> Void
  /// Makes the file appear at its path.
  public var commit: () throws(FileFailure) -> Void
  /// Gives the file up; whatever stood at the path stays. Does nothing after `commit`.
  public var discard: () -> Void

  public init(
    append: @escaping (_ bytes: [UInt8]) throws(FileFailure) -> Void,
    commit: @escaping () throws(FileFailure) -> Void,
    discard: @escaping () -> Void
  ) {
    self.append = append
    self.commit = commit
    self.discard = discard
  }
}

/// A file that is read piece by piece; it is closed when nobody has it any more.
public struct InputFile {
  /// The next bytes; none at the end.
  public var read: () throws(FileFailure) -> [UInt8]

  public init(read: @escaping () throws(FileFailure) -> [UInt8]) { self.read = read }
}

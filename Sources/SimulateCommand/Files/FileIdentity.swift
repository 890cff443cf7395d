/// What tells one file from every other, whatever its paths are.
public struct FileIdentity: Equatable, Sendable {
  public enum Kind: Sendable {
    case regular
    case folder
    /// A device, a pipe or the like.
    case other
  }

  public let kind: Kind
  private let device: UInt64
  private let number: UInt64

  public init(_ kind: Kind, device: UInt64, number: UInt64) {
    self.kind = kind
    self.device = device
    self.number = number
  }
}

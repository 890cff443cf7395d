/// How much of a scarce resource was in use.
public struct ResourceUse: Equatable, Sendable {
  public let resource: ScarceResource
  /// The share of the time, or of the servers, that was busy.
  public let utilisation: Double
  /// Whether it was busy practically all the time while there was load.
  public let isSaturated: Bool

  public init(_ resource: ScarceResource, utilisation: Double, isSaturated: Bool) {
    self.resource = resource
    self.utilisation = utilisation
    self.isSaturated = isSaturated
  }
}

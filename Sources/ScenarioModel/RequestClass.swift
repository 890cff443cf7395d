/// A kind of request: how it chooses its rows, and the steps that serve it.
public struct RequestClass: Hashable, Sendable {
  /// The word by which iterations refer to it, such as `charge`.
  public var identifier: String
  /// The name that reports print, such as `POST /api/users/{user}/balance/charge`.
  public var name: String
  /// The rows that a request is about, chosen once when it is made.
  public var keys: [RowKey]
  public var steps: [Step]

  public init(identifier: String, name: String, keys: [RowKey], steps: [Step]) {
    self.identifier = identifier
    self.name = name
    self.keys = keys
    self.steps = steps
  }
}

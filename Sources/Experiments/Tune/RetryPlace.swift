/// Who makes another attempt when one has failed.
public enum RetryPlace: String, CaseIterable, Sendable {
  /// The service, inside a request: the model's `retry` steps.
  case service
  /// The clients, with another request: the policy of the loads.
  case clients
}

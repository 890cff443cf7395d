public import ContentionEngine

/// What the runs of a hunt came to, all together.
public struct HuntTally: Equatable, Sendable {
  public var runs: UInt64 = 0
  /// Requests that came in, also those that were under way when a run was stopped.
  public var requests: UInt64 = 0
  public var events: UInt64 = 0
  /// How often each danger was met.
  public var dangers = DangerCounts()
  /// How often each promise was put to the test, in the order of `SafetyPromise.allCases`.
  public var examined = [UInt64](repeating: 0, count: SafetyPromise.allCases.count)

  public init() {}

  public func examined(_ promise: SafetyPromise) -> UInt64 { examined[Int(promise.rawValue)] }

  public mutating func add(_ other: HuntTally) {
    runs += other.runs
    requests += other.requests
    events += other.events
    dangers.add(other.dangers)
    for index in examined.indices { examined[index] += other.examined[index] }
  }
}

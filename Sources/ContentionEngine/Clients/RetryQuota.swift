package import ScenarioModel

/// The tokens that are left of a retry quota.
///
/// A retry takes its cost out, if there is enough; a success gives back what the retry before it
/// has taken, or one. Sources: AWS SDK for Java 2, `BaseRetryStrategy.java`
/// (`requestAcquireCapacity` and `releaseTokenBucketCapacity`); for what a retry after a time-out
/// costs botocore, `retries/standard.py` (`_TIMEOUT_RETRY_REQUEST`).
package struct RetryQuota: BitwiseCopyable, Sendable {
  private let size: Int
  private let cost: Int
  private let timeoutCost: Int
  /// How many tokens are left.
  package private(set) var tokens: Int

  /// A full bucket.
  package init(_ model: TokenBucket) {
    size = model.size
    cost = model.cost
    timeoutCost = model.timeoutCost
    tokens = model.size
  }

  /// What a retry costs.
  package func cost(afterTimeout: Bool) -> Int { afterTimeout ? timeoutCost : cost }

  /// Whether there is enough for a retry.
  package func permits(afterTimeout: Bool) -> Bool { tokens >= cost(afterTimeout: afterTimeout) }

  /// A retry is made; returns what it has cost.
  ///
  /// - Precondition: There is enough for it.
  package mutating func take(afterTimeout: Bool) -> Int {
    let taken = cost(afterTimeout: afterTimeout)
    precondition(tokens >= taken, "a retry that its quota does not permit")
    tokens -= taken
    return taken
  }

  /// A call has succeeded whose last retry has cost so much; 0 when there was none.
  package mutating func succeed(afterCost cost: Int) { tokens = min(size, tokens + max(1, cost)) }
}

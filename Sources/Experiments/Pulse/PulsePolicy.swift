public import ScenarioModel
import SimulationBasics

/// What clients do about answers that do not come, with the name by which it is compared.
public struct PulsePolicy: Hashable, Sendable {
  public let name: String
  public let client: ClientPolicy

  public init(name: String, client: ClientPolicy) {
    self.name = name
    self.client = client
  }

  /// Clients as the models of metastable failures have them: four attempts, each of which waits for
  /// a second.
  public static let usualClient = ClientPolicy(
    timeout: .seconds(1), attempts: 4,
    backoff: Backoff(base: .milliseconds(100), factor: 2, cap: .seconds(10)))

  /// The policies that are compared: what each adds to the one before, and then what limits retries
  /// instead of spreading them.
  ///
  /// - Parameter own: The clients of the model, of whom time-out, attempts and ranges of the
  ///   backoff are taken, and the budget, the tokens and the breaker if they have them.
  public static func all(like own: ClientPolicy?) -> [PulsePolicy] {
    var bare = own ?? usualClient
    if bare.attempts < 2 { bare.attempts = usualClient.attempts }
    if bare.backoff.base == .zero { bare.backoff = usualClient.backoff }
    let budget = bare.budget ?? RetryBudget(ratio: 0.1)
    let tokens = bare.tokenBucket ?? TokenBucket()
    let breaker =
      bare.breaker ?? CircuitBreaker(slowCall: bare.timeout, openFor: .seconds(5))
    bare.budget = nil
    bare.tokenBucket = nil
    bare.breaker = nil
    func policy(_ name: String, _ change: (inout ClientPolicy) -> Void) -> PulsePolicy {
      var client = bare
      change(&client)
      return PulsePolicy(name: name, client: client)
    }
    return [
      policy("no retries") { $0.attempts = 1 },
      policy("retries at once") { $0.backoff = .none },
      policy("exponential backoff") { $0.backoff.jitter = .none },
      policy("full jitter") { $0.backoff.jitter = .full },
      policy("full jitter + budget") {
        $0.backoff.jitter = .full
        $0.budget = budget
      },
      policy("full jitter + token bucket") {
        $0.backoff.jitter = .full
        $0.tokenBucket = tokens
      },
      policy("full jitter + breaker") {
        $0.backoff.jitter = .full
        $0.breaker = breaker
      },
    ]
  }
}

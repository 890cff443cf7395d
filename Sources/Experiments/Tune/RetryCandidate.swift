import RequestPrograms
public import ScenarioModel
import SimulationBasics

/// A way to retry that is tried beside others: how often, after which pauses, and at whose expense.
public struct RetryCandidate: Hashable, Sendable {
  public var backoff: Backoff
  /// The largest number of attempts, the first included; `nil` is unlimited.
  public var attempts: Int?
  /// Only clients have one.
  public var budget: RetryBudget?

  public init(_ backoff: Backoff, attempts: Int?, budget: RetryBudget? = nil) {
    self.backoff = backoff
    self.attempts = attempts
    self.budget = budget
  }

  /// Whether pauses are drawn.
  public var isJittered: Bool { backoff.jitter != .none || backoff.followsResponseTime }
  /// Whether there is a second attempt.
  public var retries: Bool { attempts.map { $0 > 1 } ?? true }

  /// Whether two ways make the same attempts after the same pauses, whatever they are called: a cap
  /// that no pause reaches, say, is none.
  public func isSame(as other: RetryCandidate) -> Bool { behaviour == other.behaviour }

  /// What ways that are the same have in common.
  struct Behaviour: Equatable {
    var attempts: Int?
    var budget: RetryBudget?
    var jitter = Backoff.Jitter.none
    var followsResponseTime = false
    /// The range before each retry, until it stays the same; of decorrelated pauses the base.
    var ranges: [VirtualDuration] = []
    /// The cap of decorrelated pauses, if any reaches it.
    var cap: VirtualDuration?
  }

  var behaviour: Behaviour {
    var behaviour = Behaviour(attempts: attempts)
    guard retries else { return behaviour }
    behaviour.budget = budget
    behaviour.followsResponseTime = backoff.followsResponseTime
    if backoff.followsResponseTime { return behaviour }
    behaviour.jitter = backoff.jitter
    if backoff.jitter == .decorrelated {
      behaviour.ranges = [backoff.base]
      behaviour.cap = reachedCap
    } else {
      behaviour.ranges = backoff.ranges(attempts: attempts)
    }
    return behaviour
  }

  /// The cap, if a decorrelated pause may reach it: retry n draws up to base·3ⁿ.
  private var reachedCap: VirtualDuration? {
    guard let attempts, backoff.base > .zero else { return backoff.cap }
    var longest = backoff.base
    // Ends: it grows beyond every cap, or the attempts are used up.
    for _ in 1..<attempts {
      longest = longest * 3
      if longest > backoff.cap { return backoff.cap }
    }
    return nil
  }
}

extension Scenario {
  /// The ways to retry that the model has at a place, each once, in their order.
  public func retries(at place: RetryPlace) -> [RetryCandidate] {
    var found: [RetryCandidate] = []
    func add(_ candidate: RetryCandidate) {
      if !found.contains(candidate) { found.append(candidate) }
    }
    switch place {
    case .service:
      func look(at steps: [Step]) {
        for step in steps {
          if case .retry(let policy, _) = step {
            add(RetryCandidate(policy.backoff, attempts: policy.attempts))
          }
          look(at: step.innerSteps)
        }
      }
      for request in requests { look(at: request.steps) }
    case .clients:
      for load in loads {
        guard let client = load.client else { continue }
        add(RetryCandidate(client.backoff, attempts: client.attempts, budget: client.budget))
      }
    }
    return found
  }

  /// The scenario in which everybody at a place retries in one way.
  ///
  /// What is retried stays as the model has it: the failures at the service, time-out and statuses
  /// of the clients. Of their other limits only the budget is a part of the way.
  ///
  /// - Precondition: Clients make a limited number of attempts.
  public func retrying(_ candidate: RetryCandidate, at place: RetryPlace) -> Scenario {
    var scenario = self
    switch place {
    case .service:
      for index in scenario.requests.indices {
        scenario.requests[index].steps = scenario.requests[index].steps.mapped { step in
          guard case .retry(let policy, let steps) = step else { return [step] }
          let other = RetryPolicy(
            on: policy.on, attempts: candidate.attempts, backoff: candidate.backoff)
          return [.retry(other, steps: steps)]
        }
      }
    case .clients:
      guard let attempts = candidate.attempts else {
        preconditionFailure("clients do not ask for ever")
      }
      for index in scenario.loads.indices {
        var client = scenario.loads[index].client ?? ClientPolicy()
        client.backoff = candidate.backoff
        client.attempts = attempts
        client.budget = candidate.budget
        scenario.loads[index].client = client
      }
    }
    return scenario
  }
}

public import ScenarioModel
public import SimulationBasics

/// The ways to retry that are tried: every combination of some values.
public struct RetryGrid: Equatable, Sendable {
  /// How pauses follow one another.
  public enum Shape: String, CaseIterable, Sendable {
    case fixed
    case exponential
  }

  public var shapes = Shape.allCases
  public var bases: [VirtualDuration] = [
    .milliseconds(10), .milliseconds(50), .milliseconds(200),
  ]
  public var factors = [2.0]
  public var caps: [VirtualDuration] = [.seconds(1), .seconds(30)]
  /// The first included.
  public var attempts = [3, 5, 10]
  public var jitters = Backoff.Jitter.allCases
  /// `nil` is none.
  public var budgets: [RetryBudget?] = [nil]

  public init() {}

  /// How many combinations there are, some of which may be the same way; the largest number when
  /// they are more than that.
  ///
  /// - Complexity: O(values), so that it can be asked before `candidates`.
  public var combinations: Int {
    func product(_ left: Int, _ right: Int) -> Int {
      let (product, overflows) = left.multipliedReportingOverflow(by: right)
      return overflows ? .max : product
    }
    func sum(_ left: Int, _ right: Int) -> Int {
      let (sum, overflows) = left.addingReportingOverflow(right)
      return overflows ? .max : sum
    }
    let steady = jitters.count { $0 != .decorrelated }
    let decorrelated = jitters.count - steady
    let fixed = shapes.contains(.fixed) ? steady : 0
    let exponential =
      shapes.contains(.exponential)
      ? product(caps.count, sum(product(factors.count, steady), decorrelated)) : 0
    return [bases.count, attempts.count, budgets.count].reduce(sum(fixed, exponential), product)
  }

  /// Each way once, in the order of the values.
  ///
  /// A fixed pause has neither factor nor cap, and cannot be decorrelated, which is a way to grow;
  /// a decorrelated one has no factor. A cap below the base would be another base. Who makes one
  /// attempt makes no pause. Of ways that are the same the first one stands for all.
  ///
  /// - Complexity: O(*n*²) for *n* ways.
  public var candidates: [RetryCandidate] {
    var found: [RetryCandidate] = []
    var behaviours: [RetryCandidate.Behaviour] = []
    for backoff in backoffs {
      for attempts in attempts {
        for budget in budgets {
          let candidate =
            attempts > 1
            ? RetryCandidate(backoff, attempts: attempts, budget: budget)
            : RetryCandidate(.none, attempts: 1)
          let behaviour = candidate.behaviour
          if behaviours.contains(behaviour) { continue }
          behaviours.append(behaviour)
          found.append(candidate)
        }
      }
    }
    return found
  }

  private var backoffs: [Backoff] {
    var found: [Backoff] = []
    func add(_ backoff: Backoff) {
      if !found.contains(backoff) { found.append(backoff) }
    }
    for shape in shapes {
      for base in bases {
        for jitter in jitters {
          switch shape {
          case .fixed:
            if jitter != .decorrelated { add(Backoff(base: base, jitter: jitter)) }
          case .exponential:
            for cap in caps where cap >= base {
              for factor in factors {
                let own = jitter == .decorrelated ? 2 : factor
                add(Backoff(base: base, factor: own, cap: cap, jitter: jitter))
              }
            }
          }
        }
      }
    }
    return found
  }
}

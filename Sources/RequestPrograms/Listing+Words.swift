import ScenarioModel
import SimulationBasics

/// The parts of a model in the words of a listing.

extension Defence {
  var words: String {
    var text =
      switch writeGuard {
      case .none: "read, compute, write what was computed"
      case .atomic: "one statement computes and writes"
      case .optimistic: "UPDATE … WHERE version = ?"
      case .pessimistic: "SELECT … FOR UPDATE"
      }
    text += "\n  distributed lock " + (distributedLock ? "on" : "off")
    text += ", idempotency key " + (idempotencyKey ? "on" : "off")
    text += ", fencing token " + (fencingToken ? "on" : "off")
    return text
  }
}

extension Load {
  /// Its executor, and how its iterations follow one another where that is not k6's way.
  var words: String {
    executor.words
      + (executor.arrivalRate != nil && arrivals == .poisson ? ", as a Poisson process" : "")
  }
}

extension Executor {
  var words: String {
    switch self {
    case .constantVUs(let vus, let duration):
      return "constant-vus, \(users(vus)) for \(duration.description)"
    case .rampingVUs(let startVUs, let stages, let gracefulRampDown):
      var text = "ramping-vus, from \(users(startVUs))"
      for stage in stages { text += ", \(stage.duration.description):\(stage.target)" }
      return text + ", gracefulRampDown \(gracefulRampDown.description)"
    case .sharedIterations(let vus, let iterations, let maxDuration):
      return
        "shared-iterations, \(users(vus)), \(iterations) in all, at most \(maxDuration.description)"
    case .perVUIterations(let vus, let iterations, let maxDuration):
      return
        "per-vu-iterations, \(users(vus)), \(iterations) each, at most \(maxDuration.description)"
    case .constantArrivalRate(let rate, let duration, let pool):
      return
        "constant-arrival-rate, \(rate.words) for \(duration.description), \(pool.words)"
    case .rampingArrivalRate(let rate, let stages, let pool):
      var text = "ramping-arrival-rate, from \(rate.words)"
      for stage in stages { text += ", \(stage.duration.description):\(stage.target)" }
      return text + ", \(pool.words)"
    }
  }

  private func users(_ count: Int) -> String { count == 1 ? "1 user" : "\(count) users" }
}

extension ArrivalRate {
  var words: String {
    (iterations == 1 ? "1 iteration" : "\(iterations) iterations") + " in "
      + timeUnit.description
  }
}

extension UserPool {
  var words: String {
    if preAllocated < maximum { return "\(preAllocated) to \(maximum) users" }
    return maximum == 1 ? "1 user" : "\(maximum) users"
  }
}

extension EveryNth {
  var words: String {
    var text = "occasion \(first)"
    if every > 0 { text += " and then one in \(every)" }
    switch counting {
    case .ofUser: text += " of the user"
    case .ofGroup(let size): text += " of a group of \(size) users"
    }
    return text + (onlyFirstAttempt ? ", in the first attempt" : "")
  }
}

extension LockStep.Patience {
  var words: String? {
    switch self {
    case .wait: nil
    case .timeout(let length): "waits \(length.description)"
    case .noWait: "NOWAIT"
    case .skipLocked: "SKIP LOCKED"
    }
  }
}

extension InsertStep.IfDuplicate {
  /// What comes behind the insert of a key.
  var words: String {
    switch self {
    case .fail: ""
    case .ignore: " or leave it"
    case .update: " or update it"
    }
  }
}

extension RetryPolicy {
  var words: String {
    var text = attempts.map { "retry up to \($0) attempts" } ?? "retry without end"
    for (position, reason) in on.enumerated() {
      text += (position == 0 ? " on " : ", ") + reason.rawValue
    }
    return text + ", " + backoff.words
  }
}

extension Backoff {
  var words: String {
    if followsResponseTime { return "backoff exponential, mean the mean response time" }
    if base == .zero { return "no backoff" }
    return "backoff " + pollWords
  }

  /// The same as the sleep between two tries.
  var pollWords: String {
    var text = base.description
    if factor != 1 { text += " ×" + factor.toThousandths }
    if cap < .longestInAModel { text += " ≤ " + cap.description }
    if jitter != .none { text += ", jitter " + jitter.rawValue }
    return text
  }
}

extension Double {
  /// A number that is not negative to a thousandth, which is as fine as a model says it.
  var toThousandths: String {
    let thousandths = UInt64(self * 1_000 + 0.5)
    var text = "\(thousandths / 1_000)"
    let rest = thousandths % 1_000
    if rest == 0 { return text }
    text += "."
    if rest < 100 { text += "0" }
    if rest < 10 { text += "0" }
    text += "\(rest % 100 == 0 ? rest / 100 : rest % 10 == 0 ? rest / 10 : rest)"
    return text
  }
}

extension CompiledLockStep {
  /// The client, unless it is Redisson's plain lock.
  var clientWords: String { client == .redisson ? "" : " (" + client.rawValue + ")" }
}

extension DurationDistribution {
  var words: String {
    switch self {
    case .constant(let length): return length.description
    case .uniform(let least, let most): return "uniform \(least.description) to \(most.description)"
    case .exponential(let mean): return "exponential, mean \(mean.description)"
    case .normal(let mean, let deviation):
      return "normal, mean \(mean.description), sd \(deviation.description)"
    case .lognormal(let median, let percentile95):
      return "lognormal, median \(median.description), p95 \(percentile95.description)"
    case .gamma(let mean, _): return "gamma, mean \(mean.description)"
    case .pareto(let minimum, _): return "Pareto, at least \(minimum.description)"
    case .empirical(let lengths): return "one of \(lengths.count) lengths"
    }
  }
}

import Testing

/// Thomasian's mean-value model of two-phase locking ("Performance limits of two-phase locking",
/// ICDE 1991).
///
/// N transactions are always active. Each has k exclusive locks, uniform over D rows, and k + 1
/// steps of one mean length.
struct ThrashingModel {
  enum Steps {
    case exponential, constant

    /// What is left of a step, on average, when another transaction runs into one of its locks; in
    /// steps.
    var rest: Double {
      switch self {
      case .exponential: 1
      case .constant: 0.5
      }
    }
  }

  let transactions: Int
  let locks: Int
  let rows: Int
  var steps = Steps.exponential

  /// The chance that a row is taken, P_c.
  var conflictChance: Double {
    Double((transactions - 1) * locks) / Double(2 * rows)
  }

  /// How long a wait for an active transaction lasts as a part of its time, W₁/R: who holds i
  /// locks holds up others in proportion to i.
  var waitShare: Double {
    let locks = Double(self.locks)
    var sum = 0.0
    for held in 1...self.locks {
      let left = Double(self.locks - held) + steps.rest
      sum += 2 * Double(held) / (locks * (locks + 1)) * left / (locks + 1)
    }
    return sum
  }

  /// The part of its time that a transaction would wait if it waited for active ones only, α.
  var waitFactor: Double { Double(locks) * conflictChance * waitShare }

  /// k²N/D, by which Tay's rule says where thrashing begins.
  var loadFactor: Double {
    Double(locks * locks * transactions) / Double(rows)
  }

  /// The part of the transactions that waits, β; `nil` beyond the limit of stable work.
  var blockedShare: Double? { Self.blockedShare(waitFactor: waitFactor) }

  /// The smallest root of β³ − (1.5α + 2)β² + (1.5α + 1)β − α; `nil` when that is beyond 1/2.
  static func blockedShare(waitFactor: Double) -> Double? {
    func cubic(_ share: Double) -> Double {
      ((share - (1.5 * waitFactor + 2)) * share + (1.5 * waitFactor + 1)) * share - waitFactor
    }
    let step = 1e-4
    var lower = 0.0
    while cubic(lower + step) < 0 {
      lower += step
      if lower > 0.5 { return nil }
    }
    var upper = lower + step
    for _ in 0..<60 {
      let middle = (lower + upper) / 2
      if cubic(middle) < 0 { lower = middle } else { upper = middle }
    }
    return upper
  }

  /// Transactions that commit in the time of a step.
  var throughput: Double? {
    blockedShare.map { Double(transactions) * (1 - $0) / Double(locks + 1) }
  }
}

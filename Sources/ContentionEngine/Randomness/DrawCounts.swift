import RequestPrograms
import ScenarioModel
import SimulationBasics

/// How many samples each user has drawn for each purpose, of those purposes for which a model draws
/// at all.
struct DrawCounts: ~Copyable {
  /// By user and column.
  private var counts: FixedTable<UInt32>
  /// By purpose; −1 for one for which nothing is drawn.
  private let columns: FixedTable<Int>
  private let columnCount: Int

  init(users: Int, purposes: [RandomPurpose]) {
    var columns = FixedTable(repeating: -1, count: RandomPurpose.allCases.count)
    for (column, purpose) in purposes.enumerated() { columns[Int(purpose.rawValue)] = column }
    self.columns = columns
    columnCount = purposes.count
    counts = FixedTable(repeating: 0, count: users * purposes.count)
  }

  /// Where the count of a user for a purpose stands.
  ///
  /// - Precondition: The purpose is among those of the model.
  @inline(__always)
  func place(of user: UserID, _ purpose: RandomPurpose) -> Int {
    let column = columns[Int(purpose.rawValue)]
    precondition(column >= 0, "a draw for a purpose that the model does not have")
    return Int(user.index) * columnCount + column
  }

  @inline(__always)
  subscript(place: Int) -> UInt32 {
    get { counts[place] }
    set { counts[place] = newValue }
  }
}

extension CompiledScenario {
  /// The purposes for which users and their requests may draw random numbers, in the order of their
  /// numbers.
  ///
  /// - Complexity: O(timings + keys + instructions of iterations).
  func purposes(drawing samplers: borrowing DurationSamplerTable) -> [RandomPurpose] {
    var isDrawn = [Bool](repeating: false, count: RandomPurpose.allCases.count)
    func note(_ purpose: RandomPurpose, if condition: Bool) {
      if condition { isDrawn[Int(purpose.rawValue)] = true }
    }
    for (index, timing) in timings.enumerated() {
      // The gaps between arrivals are drawn for a load.
      note(
        timing.purpose,
        if: samplers.constant(index) == nil && timing.purpose != .arrivalGap)
    }
    for program in programs {
      note(.rowChoice, if: program.keys.contains { $0.drawsRows })
    }
    for retry in retries {
      note(.backoffJitter, if: retry.policy.backoff.jitter != .none)
      note(.restartDelay, if: retry.policy.backoff.followsResponseTime)
    }
    for iteration in iterations {
      for instruction in iteration.instructions {
        switch instruction {
        case .choose: note(.iterationChoice, if: true)
        case .requestTwice: note(.doubleClick, if: true)
        default: break
        }
      }
    }
    for load in scenario.loads.indices {
      guard let backoff = scenario.client(of: load)?.backoff else { continue }
      note(.clientBackoff, if: backoff.jitter != .none || backoff.followsResponseTime)
    }
    let system = scenario.system
    note(.branchChoice, if: !choices.isEmpty)
    note(.lockPoll, if: lockSteps.contains { $0.poll.jitter != .none })
    note(.serverChoice, if: !system.serverPools.isEmpty)
    note(.connectionBarging, if: system.pool.barging > 0)
    note(.instanceChoice, if: system.instances > 1)
    return RandomPurpose.allCases.filter { isDrawn[Int($0.rawValue)] }
  }
}

extension CompiledKey {
  /// Whether any of its rows, or how many there are, is left to chance.
  fileprivate var drawsRows: Bool {
    switch choice {
    case .virtualUser, .list: count.lowerBound < count.upperBound
    case .uniform, .zipf, .hotSet, .subset: true
    }
  }
}

/// What came back after a pulse, and when, for each policy and load.
public struct PulseTable: Equatable, Sendable {
  /// One policy under one load, over all seeds.
  public struct Row: Equatable, Sendable {
    public let policy: PulsePolicy
    /// Iterations a second, or users.
    public let load: Int
    /// In the order of the seeds.
    public let runs: [PulseExperiment.Run]

    /// - Precondition: There is at least one run.
    public init(policy: PulsePolicy, load: Int, runs: [PulseExperiment.Run]) {
      precondition(!runs.isEmpty, "a row needs a run")
      self.policy = policy
      self.load = load
      self.runs = runs
    }

    /// Successful answers by the second before the stall; `nil` when no run tells.
    public var before: ConfidenceInterval? { Self.interval(runs.compactMap { $0.before }) }
    /// The same in the last sixth of the load.
    public var after: ConfidenceInterval { ConfidenceInterval(of: runs.map { $0.after }) }
    /// In how many runs goodput came back.
    public var recoveries: Int { runs.count { $0.recovery != nil } }
    /// How long it took where it came back, in seconds; `nil` where it did not once.
    public var recovery: ConfidenceInterval? { Self.interval(runs.compactMap { $0.recovery }) }
    public var alwaysRecovers: Bool { recoveries == runs.count }
    public var neverRecovers: Bool { recoveries == 0 }

    private static func interval(_ values: [Double]) -> ConfidenceInterval? {
      values.isEmpty ? nil : ConfidenceInterval(of: values)
    }
  }

  /// By policy, then by load.
  public let rows: [Row]
  public let pulse: PulseExperiment.Pulse

  public init(rows: [Row], pulse: PulseExperiment.Pulse) {
    self.rows = rows
    self.pulse = pulse
  }

  /// The policies, each once, in their order.
  public var policies: [PulsePolicy] {
    var found: [PulsePolicy] = []
    for row in rows where !found.contains(row.policy) { found.append(row.policy) }
    return found
  }

  public func rows(of policy: PulsePolicy) -> [Row] { rows.filter { $0.policy == policy } }

  /// The largest load up to which goodput comes back in every run, whatever happens above it; `nil`
  /// when it does not even under the smallest.
  public func largestSafeLoad(of policy: PulsePolicy) -> Int? {
    var largest: Int?
    for row in rows(of: policy).sorted(by: { $0.load < $1.load }) {
      guard row.alwaysRecovers else { return largest }
      largest = row.load
    }
    return largest
  }
}

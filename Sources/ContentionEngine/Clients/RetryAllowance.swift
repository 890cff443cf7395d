package import ScenarioModel
package import SimulationBasics

/// What a retry budget allows at a moment; `RetryBudget` names the sources of the rule.
///
/// A retry is counted as 10⁹ parts, so that a minimum of n a second is n parts each nanosecond,
/// whole. The ratio is rounded to the nearest part, once; nothing else is rounded.
package struct RetryAllowance: BitwiseCopyable, Sendable {
  /// The parts of one retry.
  package static let retry: UInt64 = 1_000_000_000

  private let ofSuccess: UInt64
  private let eachNanosecond: UInt64
  private let limit: UInt64
  /// In parts of a retry.
  private var saved: UInt64
  private var updatedAt = VirtualTime.start

  /// The allowance at the start of a run: as much as can be saved up.
  package init(_ model: RetryBudget) {
    ofSuccess = UInt64(model.ratio * Double(Self.retry) + 0.5)
    eachNanosecond = UInt64(model.minimumPerSecond)
    limit = UInt64(model.limit) * Self.retry
    saved = limit
  }

  /// A call has succeeded.
  package mutating func succeed(at now: VirtualTime) {
    update(at: now)
    saved = limit - saved > ofSuccess ? saved + ofSuccess : limit
  }

  /// Whether a retry may be made now.
  package mutating func permits(at now: VirtualTime) -> Bool {
    update(at: now)
    return saved >= Self.retry
  }

  /// A retry is made.
  ///
  /// - Precondition: One is permitted.
  package mutating func take() {
    precondition(saved >= Self.retry, "a retry that its budget does not permit")
    saved -= Self.retry
  }

  /// Adds what the time since the last look has brought.
  private mutating func update(at now: VirtualTime) {
    let passed = (now - updatedAt).inNanoseconds
    updatedAt = now
    let added = passed.multipliedReportingOverflow(by: eachNanosecond)
    saved =
      added.overflow || added.partialValue > limit - saved ? limit : saved + added.partialValue
  }
}

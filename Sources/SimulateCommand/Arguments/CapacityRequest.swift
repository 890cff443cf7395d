package import SimulationBasics

/// For which load to look, and what to write about it.
package struct CapacityRequest: Equatable, Sendable {
  /// The loads of the table.
  package enum Loads: Equatable, Sendable {
    /// Parts and multiples of the capacity.
    case aboutCapacity
    /// Iterations a second.
    case rates([Int])
    case users([Int])
  }

  package var model = ModelChoice()
  package var loads = Loads.aboutCapacity
  /// How long each load lasts, its warm-up included.
  package var duration = CapacityRequest.usualDuration
  /// How near the answer is to the load at which the thresholds no longer hold, as a part of
  /// it.
  package var precision = CapacityRequest.usualPrecision
  package var seed: UInt64 = 1
  /// How many replications each load has at first; it has four times as many if they do not decide.
  package var replications = ComparisonOptions.usualReplications
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  package var showsProgress = true

  package init() {}

  package static let usualDuration = VirtualDuration.seconds(90)
  package static let usualPrecision = 0.01
  /// The loads that are tried, users or iterations a second.
  package static let range = 1...100_000
  /// How often the runs of a load are looked at, each time with twice as many.
  package static let looks = 3
}

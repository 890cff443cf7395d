package import Experiments
package import Reports
import ScenarioFiles
import ScenarioModel
package import SimulationBasics

/// What to vary in a model, and what to write about it.
package struct SweepRequest: Equatable, Sendable {
  /// A `--vary` as it was written.
  package struct Variation: Equatable, Sendable {
    package var name: String
    package var values: String

    package var text: String { "\(name)=\(values)" }
  }

  package var model = ModelChoice()
  /// The users, the rate and the length of the load for all points; `nil` is as modelled.
  package var users: Int?
  package var rate: Int?
  package var duration: VirtualDuration?
  package var variations: [Variation] = []
  /// In the order of `variations`; with the values of the points on a Latin hypercube.
  package var axes: [SweepAxis] = []
  package var layout = SweepDesign.Layout.grid
  package var seed: UInt64 = 1
  package var replications = ComparisonOptions.usualReplications
  /// What makes a point better than another.
  package var criteria = SweepRanking.usualCriteria
  package var shard = SweepShard.whole
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var format = SweepFormat.runs
  /// Whether to go on with what an interrupted sweep has left.
  package var resumes = false
  package var showsProgress = true

  package init() {}

  /// The numbers of points of a Latin hypercube that a command may ask for.
  package static let latinRange = 2...10_000

  package var design: SweepDesign {
    SweepDesign(axes: axes, layout: layout, seed: seed, replications: replications)
  }

  /// Where the finished runs are until all are there.
  package static func partPath(of csvPath: String, _ shard: SweepShard) -> String {
    shard.isWhole ? csvPath + ".part" : "\(csvPath).\(shard.number)-of-\(shard.count).part"
  }

  /// What the command line says of every point, but for seed and replications: flags, each followed
  /// by its value.
  package var settings: [String] {
    var words: [String] = []
    if let users { words += ["--vus", "\(users)"] }
    if let rate { words += ["--rate", "\(rate)"] }
    if let duration { words += ["--duration", duration.description] }
    switch model.guarding {
    case .asModelled: break
    case .strategy(let name): words += ["--strategy", name]
    case .layers(let defence): words += ["--layers", DefenceCombination(defence).name]
    }
    for hazard in model.hazards { words += ["--hazard", hazard.rawValue] }
    for fault in model.faults { words += ["--fault", fault.text] }
    for setting in model.settings { words += ["--set", "\(setting.path)=\(setting.value)"] }
    return words
  }
}

/// Which parts of a sweep to put together, and what to write about it.
package struct MergeRequest: Equatable, Sendable {
  package var paths: [String] = []
  package var csvPath: String?
  /// What the rows of the file are; `nil` is what the sweep was asked for.
  package var format: SweepFormat?
  package var criteria = SweepRanking.usualCriteria

  package init() {}
}

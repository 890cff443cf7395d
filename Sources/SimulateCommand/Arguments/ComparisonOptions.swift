/// How often the runs of a comparison are made and where it is written, whatever it compares.
package struct ComparisonOptions: Equatable, Sendable {
  /// The first of the seeds, which follow one another.
  package var seed: UInt64 = 1
  /// How many runs there are of everything that is compared, each with a seed of its own.
  package var replications = ComparisonOptions.usualReplications
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  package var csvPath: String?
  package var markdownPath: String?
  package var showsProgress = true

  package init() {}

  package static let usualReplications = 5
  /// The numbers of replications that a command may ask for.
  package static let replicationRange = 1...1_000

  /// The words of a command line that makes the same runs, without the files that it wrote.
  var words: [String] {
    var words = ["--seed", "\(seed)"]
    if replications != Self.usualReplications { words += ["--replications", "\(replications)"] }
    return words
  }
}

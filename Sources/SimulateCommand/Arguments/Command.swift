package import ScenarioFiles
package import ScenarioModel

/// What a command line asks for, every value checked as far as that is possible without a model.
package enum Command: Equatable, Sendable {
  /// Simulate a model and print what came out.
  case run(RunRequest)
  /// Print the compiled program of a model.
  case explain(ModelChoice)
  /// Print the names of the bundled models.
  case listModels
  /// Print the text of a bundled model.
  case showModel(name: String)
  /// Read models and print what is wrong with them.
  case checkModels(names: [String])
  /// Print the JSON Schema of model files.
  case showSchema
  /// Rebuild the report of every strategy side by side in a folder.
  case reportStrategies(folder: String, showsProgress: Bool)
  /// Simulate measured runs and print what was measured beside it.
  case validate(ValidationRequest)
  /// Compare combinations of layers under faults.
  case defend(DefendRequest)
  /// Let the database stand still, and see what comes back.
  case pulse(PulseRequest)
  /// Tell how two models, settings or measured runs differ.
  case compare(CompareRequest)
  /// Search for a run that breaks a promise, and shrink it.
  case hunt(HuntRequest)
  /// Look for the largest load that is carried.
  case capacity(CapacityRequest)
  /// Look for the best way to retry.
  case tune(TuneRequest)
  /// Run every point of a sweep, or a shard of them.
  case sweep(SweepRequest)
  /// Put the shards of a sweep together.
  case merge(MergeRequest)
  /// Print the help of a verb, or of the whole program.
  case help(Verb?)
  /// Print the version.
  case version
}

/// Which model, under which defence, with which mistakes, with which values replaced.
package struct ModelChoice: Equatable, Sendable {
  /// How the writes are guarded.
  package enum Guarding: Equatable, Sendable {
    /// As the model's own `strategy` says.
    case asModelled
    /// The strategy of this name; the model may have defined it.
    case strategy(String)
    /// Exactly these layers.
    case layers(Defence)
  }

  /// A bundled model's name, or a path.
  package var name = ModelChoice.defaultName
  package var guarding = Guarding.asModelled
  /// The hazards that are switched on besides the model's own, in the order given; none twice.
  package var hazards: [Hazard] = []
  /// What goes wrong from outside besides the model's own faults, in the order given.
  package var faults: [Fault] = []
  /// The values of the model file that are replaced, in the order given; no path twice.
  package var settings: [ModelOverride] = []

  package init() {}

  /// The model that runs when the command names none.
  package static let defaultName = "balance-charge"
}

/// Which measured runs to simulate, and what to write about them.
package struct ValidationRequest: Equatable, Sendable {
  /// The table of runs; `nil` is the one that is part of the program.
  package var runsPath: String?
  /// The table of step times; `nil` is the one that is part of the program.
  package var stepsPath: String?
  /// Where the comparison goes as CSV.
  package var csvPath: String?
  /// Where the comparison goes as Markdown.
  package var markdownPath: String?
  /// How many runs each simulated figure is the mean of: seeds 1, 2, …
  package var seedCount = 20
  /// How many runs are simulated at once; `nil` is one for each core.
  package var jobs: Int?
  package var showsProgress = true

  package init() {}

  /// The numbers of seeds that a command may ask for.
  package static let seedRange = 1...10_000
  /// The numbers of runs at once that a command may ask for.
  package static let jobRange = 1...1_024
}

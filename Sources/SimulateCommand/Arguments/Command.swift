import ScenarioModel
import SimulationBasics

/// What a command line asks for, every value checked as far as that is possible without a model.
enum Command: Equatable, Sendable {
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
  /// Print the help of a verb, or of the whole program.
  case help(Verb?)
  /// Print the version.
  case version
}

/// Which model, under which defence, with which values replaced.
struct ModelChoice: Equatable, Sendable {
  /// How the writes are guarded.
  enum Guarding: Equatable, Sendable {
    /// As the model's own `strategy` says.
    case asModelled
    /// The strategy of this name; the model may have defined it.
    case strategy(String)
    /// These layers, in the order given.
    case layers([Layer])
  }

  /// One value of the model file that the command replaces.
  struct Setting: Equatable, Sendable {
    var path: String
    var value: String
  }

  /// A bundled model's name, or a path.
  var name = ModelChoice.defaultName
  var guarding = Guarding.asModelled
  /// In the order given; no path twice.
  var settings: [Setting] = []

  /// The model that runs when the command names none.
  static let defaultName = "balance-charge"
}

/// One run and what to write about it.
struct RunRequest: Equatable, Sendable {
  /// Who generates load.
  enum Users: Equatable, Sendable {
    /// The model's own load.
    case asModelled
    /// A fixed number of users for a fixed time.
    case constant(vus: Int, duration: VirtualDuration)
    /// A number of users that follows stages.
    case stages([Executor.Stage])
  }

  var model = ModelChoice()
  var users = Users.asModelled
  var seed: UInt64 = 1
  /// Where the per-interval series goes.
  var csvPath: String?
  /// Where k6's summary JSON goes.
  var summaryExportPath: String?
  var showsProgress = true
  var allowsColor = true
  /// Whether to run twice and compare.
  var verifies = false

  /// How long constant users run when the command does not say.
  static let defaultDuration = VirtualDuration.seconds(60)
  /// The users of `--duration` without `--vus`, as in k6.
  static let defaultUsers = 1
  /// The numbers of users that a command may ask for.
  static let userRange = 1...1_000_000
}

package import ContentionEngine
package import Experiments
package import Reports
package import ScenarioModel
package import SimulationBasics

/// One run and what to write about it.
package struct RunRequest: Equatable, Sendable {
  /// A file of samples.
  package struct SampleFile: Equatable, Sendable {
    /// The formats of samples, by k6's names of outputs.
    package enum Format: String, CaseIterable, Sendable {
      case csv
      case json
    }

    package var format: Format
    package var path: String

    package init(_ format: Format, path: String) {
      self.format = format
      self.path = path
    }
  }

  package var model = ModelChoice()
  package var users = Users.asModelled
  /// The flags that asked for the users, the one that says most first.
  package var userFlags: [Flag] = []
  package var seed: UInt64 = 1
  /// Which of the runs with this seed is made.
  package var replication = 0
  /// Where the per-interval series goes.
  package var csvPath: String?
  /// Where every sample goes.
  package var sampleFiles: [SampleFile] = []
  /// When samples say the run began.
  package var epoch = RunEpoch.usual
  /// Where k6's summary JSON goes.
  package var summaryExportPath: String?
  package var summaryMode = SummaryMode.compact
  /// The columns of trends in k6's summary and its JSON.
  package var statistics = TrendStatistic.usual
  /// One unit for the times of k6's summary; `nil` is the one that suits each.
  package var timeUnit: K6NumberText.TimeUnit?
  /// Whether the screen ends with the last deadlock as InnoDB's monitor prints it.
  package var showsInnoDBStatus = false
  /// Which events come first that are due together.
  package var tieOrder = TieOrder.scheduling
  /// Whose story the screen tells; `nil` tells none.
  package var timeline: TimelineChoice?
  /// Where the same goes as a Mermaid diagram.
  package var mermaidPath: String?
  /// How often the run is made; `nil` is once, with everything that one run tells.
  package var repetition: Repetition?
  /// What is left out from the start of a run.
  package var warmUp = WarmUpChoice.asModelled
  package var showsProgress = true
  package var allowsColor = true
  /// Whether to run twice and compare.
  package var verifies = false

  package init() {}

  /// How long constant users run when the command does not say.
  package static let defaultDuration = VirtualDuration.seconds(60)
  /// How long shared iterations may take when the command does not say, as in k6.
  package static let defaultMaxDuration = VirtualDuration.minutes(10)
  /// The users of `--duration` and `--iterations` without `--vus`, and those before the first
  /// stage, as in k6.
  package static let defaultUsers = 1
  /// The numbers of users that a command may ask for.
  package static let userRange = 1...1_000_000
  /// The numbers of iterations that a command may ask for.
  package static let iterationRange = 1...1_000_000_000
}

extension RunRequest {
  /// What the run itself is to do besides being measured.
  var watch: RunWatch {
    var watch = RunWatch()
    watch.tieOrder = tieOrder
    return watch
  }

  /// Several runs that differ in their random numbers alone.
  package struct Repetition: Equatable, Sendable {
    /// How many runs are made; with a precision, how many at most.
    package var count: Int?
    /// How narrow intervals have to be, as a part of their means.
    package var precision: Double?
    /// Of which figures.
    package var figures = RunRequest.preciseFigures
    /// How many runs go on at once; `nil` is one for each core.
    package var jobs: Int?

    package init() {}
  }

  /// Which breach a timeline is of.
  package enum TimelineChoice: Equatable, Sendable {
    /// The first of a promise that costs somebody something, or else of any.
    case worst
    /// The first of this promise.
    case of(SafetyPromise)
  }

  /// The figures that have to be precise unless the command names others.
  package static let preciseFigures: [RunFigure] = [.successShare, .latency95]

  /// Who generates load.
  package enum Users: Equatable, Sendable {
    /// The model's own load.
    case asModelled
    /// A fixed number of users for a fixed time.
    case constant(vus: Int, duration: VirtualDuration)
    /// Users who take iterations from one common count.
    case iterations(Int, vus: Int, maxDuration: VirtualDuration)
    /// A number of users that follows stages.
    case stages([Executor.Stage], startVUs: Int = RunRequest.defaultUsers)
    /// A shape that load testers know by name; no peak means the model's own, no hold the shape's.
    case profile(LoadProfile, peak: Int?, hold: VirtualDuration?)

    /// What takes the place of the model's executor; `nil` leaves it.
    ///
    /// - Parameter own: The model's executor, from which a profile without a peak has it.
    func executor(insteadOf own: Executor?) -> Executor? {
      switch self {
      case .asModelled: nil
      case .constant(let vus, let duration): .constantVUs(vus: vus, duration: duration)
      case .iterations(let count, let vus, let longest):
        .sharedIterations(vus: vus, iterations: count, maxDuration: longest)
      case .stages(let stages, let startVUs):
        .rampingVUs(startVUs: startVUs, stages: stages, gracefulRampDown: .seconds(30))
      case .profile(let profile, let peak, let hold):
        profile.executor(
          peak: max(1, peak ?? own?.mostUsers ?? RunRequest.defaultUsers), hold: hold)
      }
    }

  }
}

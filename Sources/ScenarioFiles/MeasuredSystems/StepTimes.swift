import SimulationBasics

/// The step times that one run is simulated with.
///
/// Every measurement of the strategy counts, those of both sets together, with the work time that
/// is nearest to the run's in proportion: a step takes longer after a longer pause, because caches
/// are cold then. Nothing is taken from the runs that are to be explained.
struct StepTimes {
  private let steps: [MeasuredStep]

  /// - Parameter strategy: As the table of runs writes it; `dup` stands for `dup-G1`.
  init(
    of strategy: String, hasTransaction: Bool, work: VirtualDuration, in steps: [MeasuredStep]
  ) {
    let own = steps.filter {
      $0.hasTransaction == hasTransaction
        && ($0.strategy == strategy || $0.strategy.utf8.starts(with: (strategy + "-").utf8))
    }
    func distance(_ step: MeasuredStep) -> Double {
      let (one, other) = (Double(step.work.inNanoseconds + 1), Double(work.inNanoseconds + 1))
      return max(one / other, other / one)
    }
    let nearest = own.map(distance).min() ?? 1
    self.steps = own.filter { distance($0) == nearest }
  }

  func has(_ name: String) -> Bool { steps.contains { $0.name == name } }

  /// All times of a step in nanoseconds, less a length that is accounted for elsewhere.
  func times(_ name: String, less other: Double = 0) -> [Double] {
    steps.filter { $0.name == name }.flatMap { $0.times }.map { max(0, $0 - other) }
  }

  /// How much longer a sleep takes than it should, in nanoseconds.
  var overshoots: [Double] {
    steps.filter { $0.name == "work_sleep" }.flatMap { step in
      step.times.map { max(0, $0 - Double(step.work.inNanoseconds)) }
    }
  }

  func mean(_ name: String) -> Double { Self.mean(of: times(name)) }

  /// The median of a step, averaged over its measurements.
  func median(_ name: String) -> Double {
    Self.mean(of: steps.filter { $0.name == name }.map { Double($0.median.inNanoseconds) })
  }

  static func mean(of times: [Double]) -> Double {
    times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
  }
}

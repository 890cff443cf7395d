package import SimulationBasics

/// What is left out from the start of a run.
package enum WarmUpChoice: Equatable, Sendable {
  /// As the model's own `warmUp` says.
  case asModelled
  /// What the runs take to settle.
  case found
  /// This much.
  case of(VirtualDuration)

  /// The word of the command line for what is found.
  static let foundWord = "auto"

  /// The flag that makes the choice; none for the model's own.
  var words: [String] {
    switch self {
    case .asModelled: []
    case .found: [Flag.warmUp.spelling, Self.foundWord]
    case .of(let length): [Flag.warmUp.spelling, length.description]
    }
  }
}

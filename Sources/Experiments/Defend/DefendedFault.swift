public import ScenarioModel
public import SimulationBasics

/// What goes wrong in the runs of a comparison, and when.
public enum DefendedFault: Hashable, Sendable {
  /// Nothing goes wrong.
  case none
  /// The fault, at the moments that it says itself.
  case asWritten(Fault)
  /// The event, once in each run, at the moment between two others at which it hurts most: see
  /// `WorstMoment`.
  case atWorst(FaultEvent, from: VirtualDuration, to: VirtualDuration)

  /// Which of the kinds it is; `nil` when nothing goes wrong.
  public var kind: FaultKind? {
    switch self {
    case .none: nil
    case .asWritten(let fault): fault.kind
    case .atWorst(let event, _, _): event.kind
    }
  }
}

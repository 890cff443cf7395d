import EventKernel
import SimulationBasics

/// How far a fault is.
struct FaultState: BitwiseCopyable {
  /// How many samples were drawn from the stream of the fault.
  var drawn: UInt32 = 0
  /// How many moments or occasions there have been, also such as the fault has let pass.
  var occasions: UInt64 = 0
  /// The place of the occasion among those that are named which comes next.
  var nextNumber: Int32 = 0
  /// The event of the moment that comes next.
  var next = EventHandle.none
  /// How often the fault has happened.
  var count: UInt64 = 0
  var first = VirtualTime.never
  /// When its last effect is over.
  var lastEnd = VirtualTime.start
}

/// Which occasions a fault befalls, in a form that costs nothing to look at.
struct OccasionRule: BitwiseCopyable {
  /// With which probability each; nothing is drawn where it is 1.
  var probability = 1.0
  var from = VirtualTime.start
  /// The first moment at which the fault strikes no longer.
  var end = VirtualTime.never
  /// Where the named occasions are, and where they end; all are meant where there is none.
  var firstNumber: Int32 = 0
  var endOfNumbers: Int32 = 0

  /// Whether a moment lies inside the window.
  func covers(_ moment: VirtualTime) -> Bool { from <= moment && moment < end }
}

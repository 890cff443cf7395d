/// What must hold at a load that counts as carried.
public enum CapacityCriterion: Equatable, Sendable {
  /// A threshold of the model; its place among them.
  case threshold(Int)
  /// Where a rate of arrivals is offered: hardly an iteration is dropped. No threshold on latency
  /// sees what was never begun.
  case offered

  /// The largest part of the iterations that need not be carried.
  public static let uncarriedShare = 0.01
}

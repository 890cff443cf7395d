extension Simulation {
  /// Counts a state that a defence is for.
  mutating func note(_ danger: Danger) { dangers.note(danger) }
}

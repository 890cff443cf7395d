/// The dangers that a run meets.
extension Simulation {
  /// Counts a danger that was met.
  mutating func note(_ danger: Danger) { dangers.note(danger) }
}

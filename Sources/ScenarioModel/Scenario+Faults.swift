extension Scenario {
  /// Whether faults of a kind may happen.
  public func has(_ kind: FaultKind) -> Bool { faults.contains { $0.kind == kind } }

  /// Whether an instance may die: of a crash, or because its memory is limited.
  public var instancesDie: Bool { system.memory != nil || has(.instanceCrash) }

  /// Whether clients wait for answers only for a time: theirs, or k6's when answers are lost.
  public var hasClients: Bool { loads.contains { $0.client != nil } || has(.responseLoss) }

  /// The policy of a load's clients; k6's own where the load has none and answers are lost.
  public func client(of load: Int) -> ClientPolicy? {
    loads[load].client ?? (has(.responseLoss) ? ClientPolicy() : nil)
  }
}

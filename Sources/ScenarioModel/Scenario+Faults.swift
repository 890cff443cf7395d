public import SimulationBasics

extension Scenario {
  /// Whether faults of a kind may happen.
  public func has(_ kind: FaultKind) -> Bool { faults.contains { $0.kind == kind } }

  /// Whether an instance may die: of a crash, or because its memory is limited.
  public var instancesDie: Bool { system.memory != nil || has(.instanceCrash) }

  /// Whether faults may hold requests up between any two of their instructions, or make messages of
  /// theirs late; or an instance may die, which leaves what its messages have asked for undone.
  public var disturbsRequests: Bool {
    system.memory != nil
      || faults.contains { fault in
        switch fault.kind {
        case .pause, .instanceCrash, .redisOutage, .databaseStall, .networkDelay: true
        case .responseLoss, .doubleSubmit, .redisFailover, .slowCommit, .clockJump: false
        }
      }
  }

  /// How much a failover of the lock server may lose at most; `nil` where there is none.
  public var longestLossOfFailover: VirtualDuration? {
    var longest: VirtualDuration?
    for fault in faults {
      if case .event(.redisFailover(let losing), _) = fault {
        longest = max(longest ?? .zero, losing)
      }
    }
    return longest
  }

  /// Whether clients wait for answers only for a time: theirs, or k6's when answers are lost.
  public var hasClients: Bool { loads.contains { $0.client != nil } || has(.responseLoss) }

  /// Whether a request may be sent once more with its key, whatever its iteration says: by a client
  /// that has heard nothing or of an error, or by a fault.
  public var sendsAgain: Bool {
    has(.doubleSubmit) || loads.indices.contains { (client(of: $0)?.attempts ?? 1) > 1 }
  }

  /// The policy of a load's clients; k6's own where the load has none and answers are lost.
  public func client(of load: Int) -> ClientPolicy? {
    loads[load].client ?? (has(.responseLoss) ? ClientPolicy() : nil)
  }
}

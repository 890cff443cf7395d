package import ContentionEngine

extension TieOrder {
  /// The order as the command line writes it.
  package var text: String {
    switch self {
    case .scheduling: "scheduling"
    case .drawn(let seed): "random:\(seed)"
    case .priorities(let seed, let changes, let events): "priorities:\(seed):\(changes):\(events)"
    }
  }

  /// Reads `scheduling`, `random:SEED` or `priorities:SEED:CHANGES:EVENTS`; `nil` for anything
  /// else.
  package init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().map { WholeNumberText.value(of: String($0), as: UInt64.self) }
    switch (parts[0], numbers.count) {
    case ("scheduling", 0): self = .scheduling
    case ("random", 1):
      guard let seed = numbers[0] else { return nil }
      self = .drawn(seed: seed)
    case ("priorities", 3):
      guard let seed = numbers[0], let changes = numbers[1], let events = numbers[2],
        changes <= Self.mostChanges, changes <= events
      else { return nil }
      self = .priorities(seed: seed, changes: Int(changes), events: events)
    default: return nil
    }
  }

  /// The most changes of priorities; each is remembered.
  private static let mostChanges: UInt64 = 1_000
}

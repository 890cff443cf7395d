public import Testing

/// Calls `body` once for each seed; a failure in it names the seed that replays it.
public func withEverySeed(
  _ seeds: ClosedRange<UInt64>, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (UInt64, inout TestRandom) throws -> Void
) {
  for seed in seeds {
    var random = TestRandom(seed: seed)
    do {
      try body(seed, &random)
    } catch {
      Issue.record("seed \(seed): \(error)", sourceLocation: sourceLocation)
      return
    }
  }
}

/// A difference between what was expected and what came, found in a loop of many cases.
public struct Mismatch: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

public import SimulationBasics

/// An event whose turn has come: when it happens and what it says.
public struct DueEvent: Hashable, Sendable, BitwiseCopyable {
  public let time: VirtualTime
  public let word: EventWord

  @inlinable
  public init(time: VirtualTime, word: EventWord) {
    self.time = time
    self.word = word
  }
}

/// Stops the program because a rule of our own is broken: never the user's fault, never a simulated
/// failure.
///
/// A release build keeps this text, where `precondition` drops its own. The engine's callers pass
/// what replays the run; the process ends by a trap, and the command turns that into exit code 70
/// where it can.
public func invariantFailure(
  _ rule: StaticString, seed: UInt64, at moment: VirtualTime, event number: UInt64
) -> Never {
  fatalError(
    "broken rule: \(rule) (seed \(seed), \(moment.nanosecondsSinceStart) ns, event \(number))")
}

package import ContentionEngine
package import Experiments
package import ScenarioModel
package import SimulationBasics

/// What to hunt through, for what, and for how long.
package struct HuntRequest: Equatable, Sendable {
  /// How long a hunt goes on that finds nothing.
  package enum Budget: Equatable, Sendable {
    /// So much time on the wall.
    case time(VirtualDuration)
    /// So many runs, or requests.
    case limit(HuntLimit)
  }

  /// Model, defence and hazards; its faults are in every run.
  package var model = ModelChoice()
  package var promises = SafetyPromise.costly
  /// The kinds of fault that are tried; `nil` is all that can befall the model.
  package var kinds: [FaultKind]?
  package var budget = Budget.time(HuntRequest.defaultTime)
  /// The seed of what is tried.
  package var seed: UInt64 = 1
  /// How many runs go on at once; `nil` is one for each core.
  package var jobs: Int?
  /// Where the timeline of what was found goes as a Mermaid diagram.
  package var mermaidPath: String?
  package var showsProgress = true

  package init() {}

  /// How long a hunt goes on when the command does not say.
  package static let defaultTime = VirtualDuration.seconds(60)
  /// How often a shrink tries something smaller at most.
  package static let mostShrinkRuns = 20_000
  /// The numbers of runs or requests that a command may ask for.
  package static let countRange: ClosedRange<UInt64> = 1...1_000_000_000_000
}

extension HuntRequest.Budget {
  /// Reads `60s`, `100000runs` or `1000000requests`; `nil` for anything else.
  init?(text: String) {
    for (unit, limit) in [("runs", HuntLimit.runs), ("requests", HuntLimit.requests)]
    where text.hasSuffix(unit) {
      guard
        let count = WholeNumberText.value(of: String(text.dropLast(unit.count)), as: UInt64.self),
        HuntRequest.countRange.contains(count)
      else { return nil }
      self = .limit(limit(count))
      return
    }
    do throws(DurationTextFailure) {
      let time = try VirtualDuration(text: text)
      guard time > .zero else { return nil }
      self = .time(time)
    } catch {
      return nil
    }
  }
}

import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// What went wrong from outside, what it led to, and what was left of it.
extension RunAnswer {
  var faultSentences: [String] {
    guard let words = FaultWords(result) else { return clientSentences }
    let happenings = words.happenings
    if happenings.isEmpty {
      let faults = result.faults?.uses.count ?? 0
      return [faults == 1 ? "The fault did not happen." : "No fault happened."] + clientSentences
    }
    var sentences = [ReportText.sentence(happenings.joined(separator: "; "))]
    sentences += crashSentences
    let met = consequences
    if !met.isEmpty { sentences.append("Met on the way: \(met.joined(separator: ", ")).") }
    if words.isJudged, let recovery = words.recovery {
      sentences.append(ReportText.sentence(recovery))
    }
    let stuck = words.stuck
    if !stuck.isEmpty { sentences.append("STUCK at the end: \(stuck.joined(separator: ", ")).") }
    return sentences + clientSentences
  }

  /// The states that faults lead to, and how often each was reached.
  private var consequences: [String] {
    let ofFaults: [Danger] = [
      .leaseExpiredWhileHeld, .failoverWhileHeld, .clockJumpedWhileHeld, .unlockRefused,
      .wentOnWithoutLock, .pausedInTransaction, .crashedInTransaction, .crashedWhileProcessing,
      .responseLostAfterCommit, .committedUnheard, .sentAgainAfterEffect, .stalledWhileHeld,
    ]
    let sendsAgain = result.scenario.sendsAgain
    return ofFaults.compactMap { danger in
      // Iterations may repeat what they have done, whatever goes wrong.
      if danger == .sentAgainAfterEffect && !sendsAgain { return nil }
      let count = result.dangers[danger]
      return count == 0 ? nil : "\(danger.text) (\(ScreenText.count(count)))"
    }
  }

  /// What crashes cost; deaths for want of memory are told apart.
  private var crashSentences: [String] {
    let uses = result.faults?.uses ?? []
    let hasCrashed = uses.contains { $0.fault.kind == .instanceCrash && $0.count > 0 }
    if !hasCrashed || result.memory != nil { return [] }
    let dropped = result.count(.requestsDropped)
    let refused = result.count(.connectionsRefused)
    var parts: [String] = []
    if dropped > 0 {
      parts.append(ScreenText.count(dropped, "request was", "requests were") + " dropped")
    }
    if refused > 0 {
      parts.append(
        (parts.isEmpty ? ScreenText.count(refused, "request") : ScreenText.count(refused))
          + " found no instance up")
    }
    return parts.isEmpty ? [] : [parts.joined(separator: ", ") + "."]
  }

  /// How calls went where clients have time-outs or retries.
  private var clientSentences: [String] {
    guard result.scenario.hasClients, case .rate(let calls) = result[.callSuccess],
      calls.total > 0
    else { return [] }
    let retries = Double(result.count(.clientRetries)) / Double(calls.total)
    let share = ScreenText.percent(calls.rate, decimals: 2)
    let attempts =
      retries == 0
      ? "with one attempt each"
      : "after \(NumberText.fixed(1 + retries, decimals: 2)) attempts on average"
    return ["\(share) of calls succeeded, \(attempts)."]
  }
}

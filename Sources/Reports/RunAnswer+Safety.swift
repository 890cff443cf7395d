import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// The verdict: what was lost, made twice, given away or left in doubt.
extension RunAnswer {
  /// The verdict; its headline ends at the first colon or full stop.
  var safetySentences: [String] {
    var sentences = breaches
    if sentences.isEmpty { sentences = [goodNews] }
    return sentences + doubts
  }

  /// Whether a promise was broken that costs somebody something.
  var isBad: Bool { !breaches.isEmpty }

  private func broken(_ promise: SafetyPromise) -> UInt64 { result.safety.finding(promise).broken }

  // MARK: Bad news

  /// The broken promises, the worst first; the first one with a headline in capitals.
  private var breaches: [String] {
    var sentences: [String] = []
    func add(_ headline: String, _ sentence: String) {
      sentences.append(
        sentences.isEmpty ? "\(headline): \(sentence)" : ReportText.capitalized(sentence))
    }
    let lost = result.safety.finding(.noLostUpdate)
    if !lost.isHeld {
      let share = lost.examined == 0 ? 0 : Double(lost.broken) / Double(lost.examined)
      add(
        words.isMoney ? "MONEY WAS LOST" : "UPDATES WERE LOST",
        "\(ScreenText.count(lost.broken)) of \(ScreenText.count(lost.examined, words.effect))"
          + " vanished (\(ScreenText.percent(share))).")
      if let missing = differenceSentence { sentences.append(missing) }
      if let reason = reasonOfLoss { sentences.append(reason) }
    }
    let absent = broken(.acknowledgedIsCommitted)
    if absent > 0 {
      add(
        "SUCCESS WAS PROMISED AND NOT KEPT",
        "\(ScreenText.count(absent, words.deed)) answered with success "
          + (absent == 1 ? "has" : "have") + " no effect.")
    }
    let twice = result.safety.finding(.oneEffectPerIntent)
    if !twice.isHeld {
      add(
        "DONE TWICE",
        "\(ScreenText.count(twice.broken)) of \(ScreenText.count(twice.examined, words.effect))"
          + " repeated one that was made already.")
      if !steps.idempotencyKeys {
        sentences.append("No idempotency key tells a repeat from a new \(words.deed).")
      }
    }
    let oversold = broken(.neverOversold)
    if oversold > 0 {
      add(
        words.isMoney ? "OVERDRAWN" : "OVERSOLD",
        "\(ScreenText.count(oversold, words.effect)) went below the floor.")
    }
    let stuck = broken(.noKeyStuck)
    if stuck > 0 {
      add(
        "KEYS ARE STUCK",
        "\(ScreenText.count(stuck, "idempotency key")) stayed in PROCESSING.")
    }
    return sentences
  }

  /// By how much the values are wrong; told when one column alone is.
  private var differenceSentence: String? {
    let wrong = result.safety.columns.filter { !$0.isExact }
    guard wrong.count == 1, let values = words.values else { return nil }
    let difference = wrong[0].difference
    return "The sum of all \(values) is \(ScreenText.signed(Int128(difference.magnitude))) too "
      + (difference < 0 ? "low." : "high.")
  }

  /// Why the strategy could lose what was lost; `nil` when nothing in it says so.
  private var reasonOfLoss: String? {
    let name = result.strategy.name
    let defence = result.strategy.defence
    if defence.writeGuard != .none {
      return steps.guards.contains(.none)
        ? "The model leaves a write unguarded whatever the strategy." : nil
    }
    if steps.distributedLocks && defence.fencingToken {
      return
        "The fencing token stops an older write after a newer one, not a read before another's write."
    }
    if let table = tableWrittenWithoutLock {
      let also = steps.tablesWrittenUnderLock.contains(table) ? "also " : ""
      return "Under strategy \(name) the lock guards only who takes it; rows of "
        + "\(result.scenario.tables[table].name) are \(also)written without it."
    }
    if steps.distributedLocks {
      return
        "Under strategy \(name) only the lock guards the write, and only while its lease lasts."
    }
    if steps.idempotencyKeys {
      return "Strategy \(name) stops the same \(words.deed) twice, not two different ones."
    }
    return "Strategy \(name) does not guard the write."
  }

  /// The table of the first lost update, where distributed locks are taken and none of them ended
  /// too soon, but some writes of that table are made outside of them.
  private var tableWrittenWithoutLock: Int? {
    guard steps.distributedLocks, result.count(.leaseExpirations) == 0,
      let lost = result.safety.firstLostUpdate
    else { return nil }
    return steps.tablesWrittenWithoutLock.contains(lost.table) ? lost.table : nil
  }

  // MARK: Good news

  private var goodNews: String {
    let requests = result.count(.requests)
    let acknowledged = result.safety.finding(.acknowledgedIsCommitted).examined
    let effects = result.safety.finding(.noLostUpdate).examined
    if result.safety.answered == 0 && effects == 0 {
      if result.safety.arrived == 0 { return "Nothing happened: no user sent a request." }
      return "Nothing was done: "
        + ScreenText.count(result.safety.arrived, "request was", "requests were")
        + " sent, none was answered."
    }
    guard let values = words.values else {
      if areAllRefused { return "Nothing was changed: \(refusals)." }
      return "Nothing can be lost: requests change no stored value. "
        + ScreenText.count(requests, "request was", "requests were") + " answered."
    }
    if acknowledged == 0 && effects == 0 {
      return (words.isDeedNamed ? "No \(words.deed) was made" : "No request had an effect")
        + ": \(refusals)."
    }
    let safe = words.isMoney ? "No money was lost" : "No update was lost"
    let exact = "\(values) \(result.safety.columns.allSatisfy(\.isExact) ? "exact" : "not exact")"
    guard let successes else {
      return "\(safe)\(butReservations): \(ScreenText.count(effects, words.effect)), \(exact)."
    }
    if successes == 0 {
      return "\(effectsMade), but \(effects == 1 ? "not" : "none was") acknowledged: "
        + "\(whatClientsHeard). \(safe): \(exact)."
    }
    var counts = ScreenText.count(successes, words.deed)
    if successes != acknowledged {
      counts += " answered with success"
    } else if !reservations.isEmpty {
      counts += " acknowledged"
    }
    return "\(safe)\(butReservations): \(counts), \(ScreenText.count(effects, "effect")), \(exact)."
  }

  private var butReservations: String {
    reservations.isEmpty ? "" : ", but " + reservations.joined(separator: " and ")
  }

  /// Requests that were answered with success, of all that may have an effect; `nil` when it cannot
  /// be told.
  ///
  /// The ledger counts no success as an acknowledgement that may rightly have no effect. Such ones
  /// are what is left of the answers, unless there are answers to requests that change nothing.
  private var successes: UInt64? {
    let classes = result.scenario.requests
    if !classes.contains(where: \.mayHaveNoEffect) {
      return result.safety.finding(.acknowledgedIsCommitted).examined
    }
    if classes.contains(where: { $0.effectCount == .none }) { return nil }
    return result.safety.answered - result.safety.finding(.failedHasNoEffect).examined
  }

  /// What became of the answers, where effects were made and none of them was acknowledged.
  private var whatClientsHeard: String {
    let isOne = result.safety.finding(.noLostUpdate).examined == 1
    let toldFailure =
      isOne ? "the client was told that it failed" : "every client was told that it failed"
    if unanswered == 0 { return toldFailure }
    if broken(.failedHasNoEffect) == 0 {
      return isOne ? "its user had gone" : "their users had gone"
    }
    return !hasOtherThanOneEffect && effectsOfTheGone == 0
      ? toldFailure : "the clients were told that it failed, or had gone"
  }

  /// What a verdict that nothing was lost must not keep quiet about.
  private var reservations: [String] {
    var found: [String] = []
    let masked = broken(.failedHasNoEffect)
    if masked > 0 {
      found.append(
        ScreenText.count(masked, words.deed) + " took effect although "
          + (masked == 1 ? "its answer was an error" : "their answers were errors"))
    }
    if broken(.oneHolderPerLock) > 0 { found.append("a distributed lock had two holders") }
    let unheard = effectsOfTheGone
    if unheard > 0 {
      found.append(
        ScreenText.count(unheard, words.effect) + " took effect unheard by "
          + (unheard == 1 ? "a user who had gone" : "users who had gone"))
    }
    return found
  }

  /// Whether the verdict tells of something that a client cannot know or that a lock did not do.
  var isDoubtful: Bool {
    isBad || broken(.failedHasNoEffect) > 0 || broken(.oneHolderPerLock) > 0
  }

  /// How many effects there are: "2 charges were made".
  private var effectsMade: String {
    let effects = result.safety.finding(.noLostUpdate).examined
    // A request is not made by the service; what it does has no name.
    let effect = words.effect == words.deed && !words.isDeedNamed ? "effect" : words.effect
    return ScreenText.count(effects, "\(effect) was", "\(effect)s were") + " made"
  }

  /// Requests that were refused for a reason of the business, and those that failed.
  private var failures: (refused: UInt64, errors: UInt64) {
    guard case .rate(let failed) = result[.requestFailed], case .rate(let errors) = result[.errors]
    else { return (0, 0) }
    return (failed.trues > errors.trues ? failed.trues - errors.trues : 0, errors.trues)
  }

  private var areAllRefused: Bool {
    let refused = failures.refused
    return refused > 0 && refused == result.count(.requests)
  }

  /// Why none of the requests had an effect.
  private var refusals: String {
    let (refused, errors) = failures
    let requests = result.count(.requests)
    if refused == 0 && errors == 0 { return "none was refused, and none failed" }
    if errors == 0 {
      return areAllRefused && refused > 1
        ? "all \(ScreenText.count(refused)) requests were refused"
        : ScreenText.count(refused, "request was refused", "requests were refused")
    }
    if refused == 0 {
      return errors == requests && errors > 1
        ? "all \(ScreenText.count(errors)) requests failed"
        : ScreenText.count(errors, "request failed", "requests failed")
    }
    return ScreenText.count(refused, "request was refused", "requests were refused")
      + ", \(ScreenText.count(errors)) failed"
  }

  // MARK: Doubts

  /// What is neither lost nor right: said apart.
  private var doubts: [String] {
    var sentences: [String] = []
    let overlaps = broken(.oneHolderPerLock)
    if overlaps > 0 {
      sentences.append(
        "Two requests were inside one distributed lock "
          + (overlaps == 1 ? "once" : "\(ScreenText.count(overlaps)) times") + ", for at most "
          + ScreenText.time(Double(result.safety.longestOverlap.inNanoseconds)) + ".")
    }
    let masked = broken(.failedHasNoEffect)
    if isBad && masked > 0 {
      let deed = words.isDeedNamed ? words.deed : "change"
      sentences.append(
        ScreenText.count(masked, "failure hides", "failures hide") + " "
          + (masked == 1 ? "an effect" : "effects")
          + ": the answer was an error, the \(deed) was made.")
    }
    let replays = result.count(.idempotentReplays)
    if replays > 0 {
      sentences.append(
        ScreenText.count(replays, "repeat was", "repeats were") + " answered from "
          + (replays == 1 ? "its key" : "their keys") + ".")
    }
    let held = broken(.nothingHeldAtEnd)
    if held > 0 {
      sentences.append(
        ScreenText.count(held, "lock or connection was", "locks or connections were")
          + " still held at the end.")
    }
    return sentences
  }

  /// Effects of requests whose users had gone before the answer came; 0 when it cannot be told,
  /// because some requests have another number of effects than one.
  private var effectsOfTheGone: UInt64 {
    if hasOtherThanOneEffect { return 0 }
    let effects = result.safety.finding(.noLostUpdate).examined
    let told =
      result.safety.finding(.acknowledgedIsCommitted).examined + broken(.failedHasNoEffect)
    return effects <= told || unanswered == 0 ? 0 : effects - told
  }

  /// Requests whose users had gone before an answer came, also those that were still under way at
  /// the end.
  var unanswered: UInt64 { result.safety.arrived - result.safety.answered }

  private var hasOtherThanOneEffect: Bool {
    result.scenario.requests.contains { $0.effectCount == .other }
  }
}

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
      sentences.append(sentences.isEmpty ? "\(headline): \(sentence)" : capitalized(sentence))
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
    if steps.distributedLocks {
      return
        "Under strategy \(name) only the lock guards the write, and only while its lease lasts."
    }
    if steps.idempotencyKeys {
      return "Strategy \(name) stops the same \(words.deed) twice, not two different ones."
    }
    return "Strategy \(name) does not guard the write."
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
      return "Nothing can be lost: requests change no stored value. "
        + ScreenText.count(requests, "request was", "requests were") + " answered."
    }
    if acknowledged == 0 && effects == 0 { return "No \(words.deed) was made: \(refusals)." }
    let exact = result.safety.columns.allSatisfy(\.isExact)
    return (words.isMoney ? "No money was lost" : "No update was lost")
      + ": \(ScreenText.count(acknowledged, words.deed)), "
      + "\(ScreenText.count(effects, "effect")), \(values) \(exact ? "exact" : "not exact")."
  }

  /// Why none of the requests had an effect.
  private var refusals: String {
    let answered = result.safety.answered
    guard case .rate(let failed) = result[.requestFailed], case .rate(let errors) = result[.errors]
    else { return "nothing was asked for" }
    let refused = failed.trues > errors.trues ? failed.trues - errors.trues : 0
    if errors.trues == 0 && refused > 0 {
      return refused == answered && refused > 1
        ? "all \(ScreenText.count(refused)) requests were refused"
        : ScreenText.count(refused, "request was refused", "requests were refused")
    }
    if refused == 0 && errors.trues > 0 {
      return errors.trues == answered && errors.trues > 1
        ? "all \(ScreenText.count(errors.trues)) requests failed"
        : ScreenText.count(errors.trues, "request failed", "requests failed")
    }
    return ScreenText.count(refused, "request was refused", "requests were refused")
      + ", \(ScreenText.count(errors.trues)) failed"
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
    if masked > 0 {
      sentences.append(
        ScreenText.count(masked, "failure hides", "failures hide") + " "
          + (masked == 1 ? "an effect" : "effects")
          + ": the answer was an error, the \(words.deed) was made.")
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
    if let unheard = effectsOfTheGone { sentences.append(unheard) }
    return sentences
  }

  /// Effects of requests whose users had gone before the answer came; told when each request has
  /// one effect.
  private var effectsOfTheGone: String? {
    if isBad || result.scenario.requests.contains(where: { $0.steps.updates.count > 1 }) {
      return nil
    }
    let effects = result.safety.finding(.noLostUpdate).examined
    let told =
      result.safety.finding(.acknowledgedIsCommitted).examined + broken(.failedHasNoEffect)
    let interrupted = result.safety.interrupted
    if effects <= told || interrupted == 0 { return nil }
    return ScreenText.count(effects - told, "effect belongs", "effects belong")
      + " to requests whose users had gone."
  }

  private func capitalized(_ sentence: String) -> String {
    sentence.prefix(1).uppercased() + sentence.dropFirst()
  }
}

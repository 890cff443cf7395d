import ContentionEngine
import Experiments
import ScenarioModel

/// Why a promise was broken, as far as what the smallest run met tells it.
struct HuntReason {
  private let promise: SafetyPromise
  private let dangers: DangerCounts
  private let defence: Defence
  private let hazards: [Hazard]
  private let faults: [Fault]
  private let likeness: StoryLikeness
  private let endsLease: Bool
  private let usesKey: Bool
  private let repeatsCall: Bool

  init(_ found: HuntReport.Found, in space: HuntSpace) {
    promise = found.find.promise
    dangers = found.dangers
    defence = space.strategy.defence
    hazards = space.base.hazards
    faults = space.base.faults + found.shrunk.faults
    likeness = found.likeness
    endsLease = found.endsLease
    usesKey = found.usesKey
    repeatsCall = found.repeatsCall
  }

  /// The reason in a sentence; `nil` where nothing that was met explains it.
  var text: String? {
    switch promise {
    case .noLostUpdate, .neverOversold: lostUpdate
    case .oneEffectPerIntent: secondEffect
    case .oneHolderPerLock: entrance
    case .noKeyStuck: stuckKey
    case .noDuplicateFails: duplicate
    case .failedHasNoEffect: maskedSuccess
    case .acknowledgedIsCommitted, .nothingHeldAtEnd, .everyRequestAccounted: nil
    }
  }

  private func has(_ danger: Danger) -> Bool { dangers[danger] > 0 }

  private func hasFault(_ kind: FaultKind) -> Bool { faults.contains { $0.kind == kind } }

  // MARK: Lost updates

  /// Two have read the same value, and the write of one does away with that of the other.
  private var lostUpdate: String? {
    guard let entrance else { return nil }
    return "\(entrance) Both read the same value, and \(missingGuard)."
  }

  /// Why the write did not notice.
  private var missingGuard: String {
    switch defence.writeGuard {
    case .none: "the write compares no version: the second one overwrites the first"
    case .optimistic, .pessimistic, .atomic:
      "the guard '\(defence.writeGuard.rawValue)' does not cover this write"
    }
  }

  /// What let a second request in.
  private var entrance: String? {
    if hazards.contains(.selfInvocation) {
      return "The call from inside the class goes past the proxy, and so past the lock."
    }
    if hazards.contains(.lockKeyPerRequest) {
      return "The lock's name has the idempotency key in it, so that it excludes nobody."
    }
    if !defence.distributedLock {
      return promise == .oneHolderPerLock
        ? nil : "No lock keeps a second request out between the read and the write."
    }
    if has(.failoverWhileHeld) {
      return "The replica that took over did not know of a lock that was held, and gave it away"
        + " again."
    }
    if has(.wentOnWithoutLock) {
      return "Without an answer of the lock server a request went on without the lock."
    }
    if has(.clockJumpedWhileHeld) {
      return "The clock of the lock server jumped and ended a lease whose holder was still inside."
    }
    if has(.leaseExpiredWhileHeld) {
      return "The lease ended while its holder was still inside, and another request got the lock."
    }
    if hazards.contains(.lockInsideTransaction) {
      return "The lock is given back before the commit: the next one reads what is about to change."
    }
    if endsLease {
      return
        "The lease ended before its holder had done its work, and another request got the lock."
    }
    return nil
  }

  // MARK: Second effects

  private var secondEffect: String? {
    // A strategy may have keys, and this request no step that asks for one.
    let again =
      usesKey
      ? "the key did not stop the second attempt"
      : "no idempotency key tells the second attempt from a new request"
    if has(.keyTakenOver) {
      return "The key was taken over while its first owner had its effect, or was still to have it."
    }
    if repeatsCall { return "The script asked for one effect in two calls; \(again)." }
    if has(.unlockRefused), !has(.responseLostAfterCommit), !has(.committedUnheard) {
      return "The lock was no longer the request's own when it was given back, behind the commit:"
        + " the client was told that the request had failed, and sent it again; \(again)."
    }
    if has(.responseLostAfterCommit) {
      return
        "The answer was lost behind the commit, and the client sent the request again; \(again)."
    }
    if has(.committedUnheard) {
      return "The client stopped waiting before the commit and sent the request again; \(again)."
    }
    if hasFault(.doubleSubmit) { return "The client sent the request twice; \(again)." }
    return nil
  }

  // MARK: The rest

  private var stuckKey: String? {
    guard has(.crashedWhileProcessing) else { return nil }
    return
      "The instance died between the insert of the key and its completion, and nobody completes"
      + " or removes it: a repeat would be told 409."
  }

  private var duplicate: String? {
    guard has(.duplicateWhileProcessing) || hazards.contains(.processingUnchecked) else {
      return nil
    }
    if likeness == .other {
      return "Both requests looked before either had inserted the key; the second insert ran into"
        + " the unique key, and this code answers 500."
    }
    return "The second request found the key PROCESSING, which this check does not ask for, and"
      + " inserted it again: 1062."
  }

  private var maskedSuccess: String? {
    guard has(.unlockRefused) else { return nil }
    return "The lock was no longer the request's own when it was given back, behind the commit: a"
      + " success was answered as a failure."
  }
}

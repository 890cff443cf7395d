import ContentionEngine
import Experiments
import ScenarioModel
import SimulationBasics

/// The words in which reports speak of layers, faults and broken promises.
enum DefenceWords {
  /// The layers as sentences name them: "distributed-lock + optimistic", or "no layer".
  static func layers(_ combination: DefenceCombination) -> String {
    combination.layers.isEmpty
      ? "no layer" : combination.layers.map(\.rawValue).joined(separator: " + ")
  }

  /// The layers as the table on the screen names them: "lock,optimistic".
  static func short(_ combination: DefenceCombination) -> String {
    combination.layers.isEmpty
      ? "none" : combination.layers.map(short).joined(separator: ",")
  }

  private static func short(_ layer: Layer) -> String {
    switch layer {
    case .distributedLock: "lock"
    case .idempotencyKey: "key"
    case .fencingToken: "token"
    case .optimistic, .pessimistic, .atomic: layer.rawValue
    }
  }

  /// What the short names of layers mean.
  static let legend =
    "lock = distributed-lock, key = idempotency-key, token = fencing-token (names of --layers)."

  /// The fault with its amount: "pause=31s at the worst moment".
  static func fault(_ fault: DefendedFault) -> String {
    switch fault {
    case .none: return "no fault"
    case .asWritten(let fault): return fault.text
    case .atWorst(let event, let from, _):
      let text = Fault.event(event, FaultMoments(at: .constant(from))).text
      return text.prefix { $0 != "@" } + " at the worst moment"
    }
  }

  /// The head of a promise's column.
  static func column(_ promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: "lost"
    case .oneEffectPerIntent: "twice"
    case .acknowledgedIsCommitted: "absent"
    case .neverOversold: "floor"
    case .noKeyStuck: "stuck"
    case .nothingHeldAtEnd: "held"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      promise.name
    }
  }

  /// What a column counts: "lost: updates overwritten".
  static func legend(_ promise: SafetyPromise) -> String? {
    switch promise {
    case .noLostUpdate: "lost: updates overwritten"
    case .oneEffectPerIntent: "twice: effects of one request beyond the first"
    case .acknowledgedIsCommitted: "absent: answers 200 without an effect"
    case .neverOversold: "floor: effects below it"
    case .noKeyStuck: "stuck: keys in PROCESSING"
    case .nothingHeldAtEnd: "held: what nobody gives back"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails: nil
    }
  }

  /// How often a promise was broken, as a clause: "12 updates were lost".
  static func breach(_ count: UInt64, of promise: SafetyPromise) -> String {
    let were = count == 1 ? "was" : "were"
    return switch promise {
    case .noLostUpdate: ScreenText.count(count, "update") + " \(were) lost"
    case .oneEffectPerIntent: "requests had " + ScreenText.count(count, "effect") + " too many"
    case .acknowledgedIsCommitted: ScreenText.count(count, "answer") + " 200 had no effect"
    case .neverOversold: ScreenText.count(count, "effect") + " went below the floor"
    case .noKeyStuck: ScreenText.count(count, "key") + " \(were) left in PROCESSING"
    case .nothingHeldAtEnd: ScreenText.count(count, "thing") + " \(were) still held at the end"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      "'\(promise.text)' was broken \(ScreenText.count(count, "time"))"
    }
  }

  /// That a promise was broken, as a clause without a number: "updates were lost".
  static func happening(_ promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: "updates were lost"
    case .oneEffectPerIntent: "requests had two effects"
    case .acknowledgedIsCommitted: "answers 200 had no effect"
    case .neverOversold: "effects went below the floor"
    case .noKeyStuck: "keys were left in PROCESSING"
    case .nothingHeldAtEnd: "something was still held at the end"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      "'\(promise.text)' was broken"
    }
  }

  /// That a promise was kept, as a clause: "no update was lost".
  static func kept(_ promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: "no update was lost"
    case .oneEffectPerIntent: "no request had two effects"
    case .acknowledgedIsCommitted: "every 200 had its effect"
    case .neverOversold: "nothing went below the floor"
    case .noKeyStuck: "no key was left in PROCESSING"
    case .nothingHeldAtEnd: "nothing was still held at the end"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      "'\(promise.text)' was kept"
    }
  }

  /// What layers did that kept a promise, as a verb: "saved every update".
  static func saved(_ promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: "saved every update"
    case .oneEffectPerIntent: "saved every request from a second effect"
    case .acknowledgedIsCommitted, .neverOversold, .noKeyStuck, .nothingHeldAtEnd,
      .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      "kept '\(promise.text)'"
    }
  }
}

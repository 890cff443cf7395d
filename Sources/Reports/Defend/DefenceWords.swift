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

  /// How often a promise was broken: "12 updates lost".
  static func breach(_ count: UInt64, of promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: ScreenText.count(count, "update") + " lost"
    case .oneEffectPerIntent: ScreenText.count(count, "effect") + " too many"
    case .acknowledgedIsCommitted: ScreenText.count(count, "answer") + " 200 without an effect"
    case .neverOversold: ScreenText.count(count, "time") + " below the floor"
    case .noKeyStuck: ScreenText.count(count, "key") + " stuck in PROCESSING"
    case .nothingHeldAtEnd: ScreenText.count(count, "thing") + " still held at the end"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      ScreenText.count(count, "breach", "breaches") + " of '\(promise.text)'"
    }
  }

  /// The promise as something that layers achieve: "no update is lost".
  static func kept(_ promise: SafetyPromise) -> String {
    switch promise {
    case .noLostUpdate: "no update is lost"
    case .oneEffectPerIntent: "no request has two effects"
    case .acknowledgedIsCommitted: "every 200 is backed by an effect"
    case .neverOversold: "nothing goes below the floor"
    case .noKeyStuck: "no key stays in PROCESSING"
    case .nothingHeldAtEnd: "nothing stays held"
    case .failedHasNoEffect, .oneHolderPerLock, .everyRequestAccounted, .noDuplicateFails:
      promise.text
    }
  }

  /// The words with commas between them, and a word before the last.
  static func list(_ words: [String], _ conjunction: String) -> String {
    switch words.count {
    case 0: ""
    case 1: words[0]
    case 2: words[0] + " " + conjunction + " " + words[1]
    default:
      words.dropLast().joined(separator: ", ") + ", " + conjunction + " " + words[words.count - 1]
    }
  }

  /// The text with a capital at its beginning.
  static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    return first.uppercased() + text.dropFirst() + "."
  }
}

import ContentionEngine
import Experiments
import ScenarioModel

extension DefenceReport {
  /// What the table says, in a few sentences: whether three layers are enough, how little is, what
  /// each layer is for, and what it costs.
  public var answer: [String] {
    [threeLayers, leftBehind, least] + layersOff + [cost].compactMap { $0 }
  }
}

extension DefenceReport {
  /// The sections without a hazard: hazards are mistakes, and speak for themselves below.
  private var sound: [DefenceTable.Section] {
    let sound = table.sections.filter { $0.hazard == nil }
    return sound.isEmpty ? table.sections : sound
  }

  /// The combination that the answer is about: all three layers, or what has most layers.
  private var reference: DefenceCombination {
    let compared = table.sections[0].rows.map(\.combination)
    if compared.contains(.threeLayers) { return .threeLayers }
    return compared.max { ($0.layers.count, $1.name) < ($1.layers.count, $0.name) }
      ?? .threeLayers
  }

  private var subject: String {
    reference == .threeLayers ? "all three layers" : DefenceWords.layers(reference)
  }

  /// How many faults there are, in words.
  private var extent: String {
    let faults = sound.count { $0.fault != .none }
    let own = sound.contains { $0.fault == .none }
    if faults == 0 { return "without a fault" }
    return (faults == 1 ? "under the one fault" : "under each of \(faults) faults")
      + (own ? " and without" : "")
  }

  private var threeLayers: String {
    let losses = breaches(of: reference, DefenceTable.promises.filter { !Self.isAboutRests($0) })
    guard !losses.isEmpty else {
      return DefenceWords.sentence(
        "\(subject) lost nothing \(extent): no update lost, no effect twice, no 200 without its"
          + " effect")
    }
    return DefenceWords.sentence(
      "\(subject) did not keep every promise: " + losses.joined(separator: "; "))
  }

  private var leftBehind: String {
    let rests = breaches(of: reference, DefenceTable.promises.filter(Self.isAboutRests))
    return rests.isEmpty
      ? "Nothing was left behind: no key in PROCESSING, nothing held."
      : DefenceWords.sentence("left behind were " + rests.joined(separator: "; "))
  }

  /// Whether a promise is about what is left at the end, which costs nobody anything by itself.
  static func isAboutRests(_ promise: SafetyPromise) -> Bool {
    !SafetyPromise.costly.contains(promise)
  }

  /// What a combination broke: for each promise, where and how often.
  private func breaches(
    of combination: DefenceCombination, _ promises: [SafetyPromise]
  ) -> [String] {
    promises.compactMap { promise -> String? in
      let broken = sound.filter { !($0.row(combination)?.holds(promise) ?? true) }
      if broken.isEmpty { return nil }
      let counts = broken.map { $0.row(combination)?.broken(promise) ?? 0 }
      if broken.count == 1 {
        return DefenceWords.breach(counts[0], of: promise) + " under " + name(of: broken[0])
      }
      let places = zip(broken, counts).map { "\(name(of: $0)) (\(ScreenText.count($1)))" }
      return DefenceWords.breach(counts.reduce(0, +), of: promise) + ": "
        + DefenceWords.list(places, "and")
    }
  }

  /// The least combinations that lose nothing in any section.
  private var least: String {
    let verdict = LayerVerdict(
      table.sections[0].rows.map { row in
        (
          row.combination,
          sound.allSatisfy { $0.row(row.combination)?.isSafe ?? false }
        )
      })
    if verdict.least.isEmpty { return "No combination of layers lost nothing in all of this." }
    return DefenceWords.sentence(
      "the least that lost nothing \(extent): "
        + DefenceWords.list(verdict.least.map(DefenceWords.layers), "or"))
  }

  /// For each of the three layers what breaks when it alone is off.
  private var layersOff: [String] {
    guard reference == .threeLayers else { return [] }
    return reference.layers.compactMap { layer in
      var defence = reference.defence
      switch layer {
      case .distributedLock: defence.distributedLock = false
      case .idempotencyKey: defence.idempotencyKey = false
      case .optimistic, .pessimistic, .atomic: defence.writeGuard = .none
      case .fencingToken: defence.fencingToken = false
      }
      let rest = DefenceCombination(defence)
      guard sound[0].row(rest) != nil else { return nil }
      let losses = breaches(of: rest, SafetyPromise.costly)
      return "Without \(layer.rawValue): "
        + (losses.isEmpty ? "nothing lost either" : losses.joined(separator: "; ")) + "."
    }
  }

  /// What all three layers cost where nothing goes wrong.
  private var cost: String? {
    guard let section = sound.first(where: { $0.fault == .none }),
      let all = section.row(reference), let bare = section.row(DefenceCombination(.init())),
      all != bare
    else { return nil }
    let slower = all.difference(.latency95, from: bare)
    let text =
      "where nothing goes wrong, \(subject) take a p95 of"
      + " \(Self.milliseconds(all[.latency95].mean)), "
    return DefenceWords.sentence(
      text + Self.difference(slower, Self.milliseconds, more: "more", less: "less")
        + " than no layer")
  }

  private static func milliseconds(_ nanoseconds: Double) -> String {
    NumberText.fixed(nanoseconds / 1e6, decimals: 1) + " ms"
  }

  /// A difference with its interval, or that there is none to speak of.
  static func difference(
    _ interval: ConfidenceInterval, _ text: (Double) -> String, more: String, less: String
  ) -> String {
    if interval.contains(0) { return "not significantly \(more) or \(less)" }
    return text(interval.mean.magnitude)
      + (interval.halfWidth > 0 ? " ± " + text(interval.halfWidth) : "")
      + " " + (interval.mean > 0 ? more : less)
  }
}

import ContentionEngine
import Experiments
import ScenarioModel

extension DefenceReport {
  /// What the table says, in a few sentences: whether three layers were enough, how little was,
  /// what each layer was for, and what they cost. Faults that never happened are left out.
  public var answer: [String] {
    [threeLayers, leftBehind, fewest].compactMap { $0 } + layersOff + [cost].compactMap { $0 }
  }
}

extension DefenceReport {
  /// The sections without a hazard, in which what should happen did: hazards are mistakes, and
  /// speak for themselves below.
  private var sound: [DefenceTable.Section] {
    let happened = table.sections.filter(\.hasHappened)
    let sound = happened.filter { $0.hazard == nil }
    return sound.isEmpty ? (happened.isEmpty ? table.sections : happened) : sound
  }

  /// The combination that the answer is about: all three layers, or what has most layers.
  private var reference: DefenceCombination {
    let compared = table.sections[0].rows.map(\.combination)
    if compared.contains(.threeLayers) { return .threeLayers }
    return compared.max { ($0.layers.count, $1.name) < ($1.layers.count, $0.name) }
      ?? .threeLayers
  }

  private var subject: String {
    if reference == .threeLayers { return "all three layers" }
    return reference.layers.isEmpty ? "no layer" : DefenceWords.layers(reference)
  }

  /// Under what the runs were, in words: "without a fault and under each of 10".
  private var extent: String {
    let faults = sound.filter { $0.fault != .none }
    let isQuiet = sound.count > faults.count
    if faults.isEmpty { return "without a fault" }
    let under = faults.count == 1 ? "under \(name(of: faults[0]))" : "under each of \(faults.count)"
    if isQuiet { return "without a fault and " + under }
    return under + (faults.count == 1 ? "" : " faults")
  }

  /// All runs of a combination that the answer is about.
  private var runCount: String {
    let count = sound.reduce(0) { $0 + $1.rows[0].runs.count }
    return "in " + ScreenText.count(UInt64(count), "run")
  }

  private var threeLayers: String {
    let promises = DefenceTable.promises.filter { !Self.isAboutRests($0) }
    let losses = breaches(of: reference, promises)
    guard losses.isEmpty else {
      let with = reference.layers.isEmpty ? "without any layer" : "with \(subject)"
      return ReportText.sentence(with + " " + losses.joined(separator: "; "))
    }
    let kept = promises.filter(isExamined).map(DefenceWords.kept)
    if kept.isEmpty {
      return ReportText.sentence("nothing that could be lost was put to the test \(runCount)")
    }
    let success =
      reference.layers.isEmpty
      ? "nothing was lost without any layer" : "\(subject) lost nothing"
    return ReportText.sentence("\(success) \(runCount), \(extent): " + ReportText.list(kept))
  }

  private var leftBehind: String? {
    let promises = DefenceTable.promises.filter(Self.isAboutRests)
    let rests = breaches(of: reference, promises)
    if !rests.isEmpty { return ReportText.sentence(rests.joined(separator: "; ")) }
    let kept = promises.filter(isExamined).map(DefenceWords.kept)
    return kept.isEmpty ? nil : ReportText.sentence(ReportText.list(kept))
  }

  /// Whether the combination that the answer is about was put to the test by a promise.
  private func isExamined(_ promise: SafetyPromise) -> Bool {
    sound.contains { ($0.row(reference)?.examined(promise) ?? 0) > 0 }
  }

  /// Whether a promise is about what is left at the end, which costs nobody anything by itself.
  static func isAboutRests(_ promise: SafetyPromise) -> Bool {
    !SafetyPromise.costly.contains(promise)
  }

  /// What a combination broke: for each promise how often, and where.
  private func breaches(
    of combination: DefenceCombination, _ promises: [SafetyPromise]
  ) -> [String] {
    promises.compactMap { promise -> String? in
      let broken = sound.filter { !($0.row(combination)?.holds(promise) ?? true) }
      if broken.isEmpty { return nil }
      let counts = broken.map { $0.row(combination)?.broken(promise) ?? 0 }
      let text = DefenceWords.breach(counts.reduce(0, +), of: promise)
      if broken.count == 1 {
        return text
          + (broken[0].fault == .none ? ", even without a fault" : " under " + name(of: broken[0]))
      }
      let places = zip(broken, counts).map { section, count in
        let place = section.fault == .none ? "without a fault" : "under " + name(of: section)
        return "\(ScreenText.count(count)) \(place)"
      }
      return text + ": " + ReportText.list(places)
    }
  }

  /// The least combinations that lost nothing in any section.
  private var fewest: String? {
    guard SafetyPromise.costly.contains(where: isExamined) else { return nil }
    let verdict = LayerVerdict(
      table.sections[0].rows.map { row in
        (
          row.combination,
          sound.allSatisfy { $0.row(row.combination)?.isSafe ?? false }
        )
      })
    if verdict.least.isEmpty { return "Every combination lost something." }
    let names = verdict.least.map { combination in
      let weak = sound.filter { $0.weakness(of: combination) != nil }
      return DefenceWords.layers(combination)
        + (weak.isEmpty
          ? ""
          : " (hardly put to the test " + places(weak) + ")")
    }
    return ReportText.sentence(
      "the fewest layers that lost nothing in these runs: " + ReportText.list(names, "or"))
  }

  private func places(_ sections: [DefenceTable.Section]) -> String {
    let faults = sections.filter { $0.fault != .none }
    let parts =
      (sections.count > faults.count ? ["without a fault"] : [])
      + (faults.isEmpty
        ? [] : ["under " + ReportText.list(faults.map { name(of: $0) })])
    return parts.joined(separator: " and ")
  }

  /// For each of the three layers what was lost when it alone was off.
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
      let weak = sound.filter { $0.weakness(of: rest) != nil }
      var text = "Without \(layer.rawValue) "
      if losses.isEmpty {
        text += "nothing was lost in these runs either"
        if !weak.isEmpty { text += ", which proves little \(places(weak))" }
      } else {
        text += losses.joined(separator: "; ")
        if !weak.isEmpty { text += "; none \(places(weak)), which proves little (see there)" }
      }
      return text + "."
    }
  }

  /// What the layers cost where nothing went wrong.
  private var cost: String? {
    guard let section = sound.first(where: { $0.fault == .none }),
      let all = section.row(reference), let bare = section.row(DefenceCombination(.init())),
      all != bare
    else { return nil }
    let slower = all.difference(.latency95, from: bare)
    // As in the table, so that nobody who subtracts gets another number.
    let mean = all[.latency95].mean / 1e6
    let without = bare[.latency95].mean / 1e6
    let decimals = min(
      Self.decimals(ofMilliseconds: mean), Self.decimals(ofMilliseconds: without))
    let unit = [1.0, 10, 100][decimals]
    let more = ((mean * unit).rounded() - (without * unit).rounded()) / unit
    let change =
      slower.contains(0) || more == 0
      ? "not significantly more or less than without layers"
      : "\(NumberText.fixed(more.magnitude, decimals: decimals)) ms \(more > 0 ? "more" : "less")"
        + " than without layers"
    return ReportText.sentence(
      "where nothing went wrong, \(subject) took a p95 of"
        + " \(NumberText.fixed(mean, decimals: decimals)) ms, " + change)
  }
}

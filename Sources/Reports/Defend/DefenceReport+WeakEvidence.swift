import ContentionEngine
import Experiments
import ScenarioModel

/// What proves little: where layers kept a promise that was hardly put to the test.
extension DefenceReport {
  /// That it proves little where layers kept a promise, a sentence each.
  func hardlyTested(
    _ promise: SafetyPromise, in section: DefenceTable.Section
  ) -> [String] {
    // Combinations for which one reason holds share a sentence.
    var found: [(reason: String, names: [String])] = []
    for (combination, weakness) in hardlyTestedRows(promise, in: section) {
      let reason = Self.reason(weakness)
      if let index = found.firstIndex(where: { $0.reason == reason }) {
        found[index].names.append(DefenceWords.layers(combination))
      } else {
        found.append((reason, [DefenceWords.layers(combination)]))
      }
    }
    return found.map { reason, names in
      ReportText.sentence(
        "with \(ReportText.list(names, "or")) \(DefenceWords.kept(promise)), which proves"
          + " little: \(reason)")
    }
  }

  /// The words of a hunt for what the first weak combination may still break; `nil` where there is
  /// none.
  func hunt(in section: DefenceTable.Section, broken: [SafetyPromise]) -> [String]? {
    if setting.hunt.isEmpty { return nil }
    for promise in broken where !Self.isAboutRests(promise) {
      guard let first = hardlyTestedRows(promise, in: section).first else { continue }
      var words = setting.hunt
      words.append(
        first.combination.layers.isEmpty
          ? "--strategy none" : "--layers \(first.combination.name)")
      if let hazard = section.hazard { words.append("--hazard \(hazard.rawValue)") }
      words.append("--fault \(section.fault.kind?.flagName ?? "none")")
      return words + ["--promise \(promise.name)"]
    }
    return nil
  }

  /// The combinations that have kept a promise and were hardly put to the test, the least of them.
  private func hardlyTestedRows(
    _ promise: SafetyPromise, in section: DefenceTable.Section
  ) -> [(combination: DefenceCombination, weakness: WeakEvidence)] {
    let weak = section.rows.compactMap { row in
      section.weakness(of: row.combination, keeping: promise).map { (row.combination, $0) }
    }
    return weak.filter { one in !weak.contains { one.0.hasMoreThan($0.0) } }
  }

  private static func reason(_ weakness: WeakEvidence) -> String {
    switch weakness {
    case .neverExposed: "no request came into a lock in which another still was"
    case .onlyLock: "only the lock keeps updates apart there, and this fault opens locks"
    case .fewBreaches(let count, let fewer):
      "with \(DefenceWords.layers(fewer)) it happened only \(count == 1 ? "once" : "\(count) times")"
    }
  }
}

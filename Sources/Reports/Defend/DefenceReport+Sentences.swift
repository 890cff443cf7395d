import ContentionEngine
import Experiments
import ScenarioModel

/// What a fault did, and which layers saved it.
struct DefenceStory {
  let title: String
  /// At least one.
  let sentences: [String]
  /// The words of a command that shows what broke; `nil` when nothing did.
  let replay: [String]?
}

extension DefenceReport {
  /// The faults that broke a promise under some combination, in the order of the table.
  var stories: [DefenceStory] {
    table.sections.compactMap { section in
      let broken = DefenceTable.promises.filter { promise in
        section.rows.contains { !$0.holds(promise) }
      }
      guard !broken.isEmpty else { return nil }
      return DefenceStory(
        title: heading(of: section), sentences: sentences(about: section, broken: broken),
        replay: replay(of: section, broken: broken))
    }
  }

  /// The faults that broke nothing, in one sentence.
  var quiet: [String] {
    let quiet = table.sections.filter { section in
      DefenceTable.promises.allSatisfy { promise in
        section.rows.allSatisfy { $0.holds(promise) }
      }
    }
    if quiet.isEmpty { return [] }
    return [
      "Every combination kept every promise under "
        + DefenceWords.list(quiet.map { title(of: $0) }, "and") + "."
    ]
  }

  /// A sentence or two for each broken promise, and which layers keep all of them.
  private func sentences(
    about section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String] {
    var sentences: [String] = []
    for promise in broken {
      let bare = section.row(DefenceCombination(Defence()))
      // Where no layer breaks nothing, it is a layer that is struck.
      sentences.append(
        Self.isAboutRests(promise) || bare?.holds(promise) ?? false
          ? harming(promise, in: section)
          : saving(promise, in: section) + " " + losing(promise, in: section))
    }
    let costly = broken.filter { !Self.isAboutRests($0) }
    if costly.count > 1 {
      let least = section.verdict.least
      sentences.append(
        least.isEmpty
          ? "Nothing keeps all of these promises."
          : DefenceWords.sentence(
            "it takes \(DefenceWords.list(least.map(DefenceWords.layers), "or")) to lose nothing"))
    }
    return sentences
  }

  /// Which layers keep a promise.
  private func saving(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let verdict = section.verdict(on: promise)
    if verdict.holding.isEmpty { return "No layers here keep '\(promise.text)'." }
    return DefenceWords.sentence(
      DefenceWords.kept(promise) + " with "
        + DefenceWords.list(verdict.least.map(DefenceWords.layers), "or")
        + Self.extent(of: verdict, except: verdict.spoiled))
  }

  /// Under which layers a promise is broken, first those that hold when nothing goes wrong; of
  /// larger combinations none, as they follow from what keeps it.
  private func losing(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let broken = section.rows.filter { !$0.holds(promise) }
    let small = broken.filter { row in
      row.combination.layers.allSatisfy { $0 == .distributedLock || $0 == .fencingToken }
        || row.combination.layers.count == 1
    }
    return breaking(small.isEmpty ? broken : small, promise, in: section, suffix: "")
  }

  /// Which layers break a promise that is kept without them.
  private func harming(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let harm = LayerVerdict(section.rows.map { ($0.combination, !$0.holds(promise)) })
    let rows = section.rows.filter { harm.least.contains($0.combination) }
    // Of those that are spared the least tell.
    let spared = harm.spoiled.filter { one in !harm.spoiled.contains { one.hasMoreThan($0) } }
    return breaking(
      rows, promise, in: section, suffix: Self.extent(of: harm, except: spared))
  }

  /// Whether a verdict's least combinations decide alone, or with exceptions.
  private static func extent(
    of verdict: LayerVerdict, except: [DefenceCombination]
  ) -> String {
    if !except.isEmpty {
      return ", but not with " + DefenceWords.list(except.map(DefenceWords.layers), "or")
    }
    let isMore = verdict.holding.contains { one in
      verdict.least.contains { one.hasMoreThan($0) }
    }
    return isMore ? ", alone or with others" : ""
  }

  /// What breaks a promise, first what holds without the fault, or without the mistake where there
  /// is no fault.
  private func breaking(
    _ rows: [DefenceTable.Row], _ promise: SafetyPromise, in section: DefenceTable.Section,
    suffix: String
  ) -> String {
    let reference = reference(of: section)
    let fresh = rows.filter { reference?.row($0.combination)?.holds(promise) ?? false }
    let known = rows.filter { row in !fresh.contains(row) }
    var parts: [String] = []
    if !fresh.isEmpty {
      let cause = section.fault == .none ? "the mistake" : "the fault"
      let verb = fresh.count == 1 ? "holds" : "hold"
      parts.append(
        "\(cause) breaks \(counted(fresh, promise)), which \(verb) without it" + suffix)
    }
    if !known.isEmpty {
      parts.append(
        (reference == nil ? "broken: " : "broken anyway: ") + counted(known, promise)
          + (fresh.isEmpty ? suffix : ""))
    }
    return DefenceWords.sentence(parts.joined(separator: "; "))
  }

  /// What a section is compared with: the same without the fault, or without the mistake where
  /// there is no fault; `nil` where there is neither.
  private func reference(of section: DefenceTable.Section) -> DefenceTable.Section? {
    if section.fault != .none { return table.baseline(of: section) }
    return section.hazard == nil
      ? nil : table.sections.first { $0.hazard == nil && $0.fault == .none }
  }

  /// Combinations with the number of breaches of each; what it is that is counted stands at the
  /// first.
  private func counted(_ rows: [DefenceTable.Row], _ promise: SafetyPromise) -> String {
    let words = rows.enumerated().map { index, row in
      let count = row.broken(promise)
      return DefenceWords.layers(row.combination)
        + (index == 0
          ? " (\(DefenceWords.breach(count, of: promise)))" : " (\(ScreenText.count(count)))")
    }
    return DefenceWords.list(words, "and")
  }

  // MARK: Seeing it

  /// A run that shows what a fault or a mistake breaks, with its timeline: that of the first
  /// combination that holds without it, the first of its runs that breaks; `nil` when it breaks
  /// nothing that holds without it.
  private func replay(
    of section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String]? {
    guard let reference = reference(of: section) else { return nil }
    for promise in broken {
      for row in section.rows where !row.holds(promise) {
        guard reference.row(row.combination)?.holds(promise) ?? false,
          let run = row.runs.first(where: { !$0.finding(promise).isHeld })
        else { continue }
        return replay(run, row.combination, hazard: section.hazard)
          + ["--timeline \(promise.name)"]
      }
    }
    return nil
  }

  /// The words of the command that makes a run again.
  func replay(
    _ run: DefendedRun, _ combination: DefenceCombination, hazard: Hazard?
  ) -> [String] {
    var words = setting.replay
    words +=
      combination.layers.isEmpty ? ["--strategy none"] : ["--layers \(combination.name)"]
    if let hazard { words.append("--hazard \(hazard.rawValue)") }
    if let fault = run.fault { words.append("--fault \(fault.text)") }
    return words + ["--seed \(run.seed)"]
  }
}

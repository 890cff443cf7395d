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
        title: title(of: section), sentences: sentences(about: section, broken: broken),
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
      "Every combination kept every promise: "
        + DefenceWords.list(quiet.map { title(of: $0) }, "and") + "."
    ]
  }

  /// A sentence or two for each broken promise, and which layers keep all of them.
  private func sentences(
    about section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String] {
    var sentences: [String] = []
    for promise in broken {
      let saved = Self.isAboutRests(promise) ? nil : saving(promise, in: section)
      let lost = losing(promise, in: section)
      sentences.append([saved, lost].compactMap { $0 }.joined(separator: " "))
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
    var text = DefenceWords.kept(promise) + " with "
    text += DefenceWords.list(verdict.least.map(DefenceWords.layers), "or")
    let isMore = verdict.holding.contains { one in
      verdict.least.contains { one.hasMoreThan($0) }
    }
    if !verdict.spoiled.isEmpty {
      text +=
        ", but not with "
        + DefenceWords.list(verdict.spoiled.map(DefenceWords.layers), "or")
    } else if isMore {
      text += ", alone or with others"
    }
    return DefenceWords.sentence(text)
  }

  /// Under which layers a promise is broken, first those that hold when nothing goes wrong.
  private func losing(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let rows = section.rows.filter { !$0.holds(promise) }
    let baseline = section.fault == .none ? nil : table.baseline(of: section)
    let fresh = rows.filter { baseline?.row($0.combination)?.holds(promise) ?? false }
    let known = rows.filter { row in !fresh.contains(row) }
    var parts: [String] = []
    if !fresh.isEmpty {
      parts.append("the fault breaks \(counted(fresh, promise)), which hold without it")
    }
    if !known.isEmpty {
      parts.append(
        (baseline == nil ? "broken: " : "broken anyway: ") + counted(known, promise))
    }
    return DefenceWords.sentence(parts.joined(separator: "; "))
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

  /// The run that shows best what a fault breaks: of the combinations that it breaks and that hold
  /// without it the first, else the first that breaks; the first of its runs that does.
  private func replay(
    of section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String]? {
    let baseline = section.fault == .none ? nil : table.baseline(of: section)
    for onlyFresh in [true, false] {
      for promise in broken {
        for row in section.rows where !row.holds(promise) {
          let holdsOtherwise = baseline?.row(row.combination)?.holds(promise) ?? false
          if onlyFresh && !holdsOtherwise { continue }
          if let run = row.runs.first(where: { !$0.finding(promise).isHeld }) {
            return replay(run, row.combination, hazard: section.hazard)
          }
        }
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

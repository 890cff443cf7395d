import ContentionEngine
import Experiments
import ScenarioModel

/// What a fault did, which layers saved it, and which could not.
struct DefenceStory {
  let title: String
  /// At least one.
  let sentences: [String]
  /// The words of commands: one shows what broke, one hunts for what these runs hardly put to the
  /// test.
  let commands: [[String]]
}

extension DefenceReport {
  /// The faults that broke a promise under some combination, in the order of the table.
  ///
  /// All of it is told in the past tense: it is what these runs have shown.
  var stories: [DefenceStory] {
    table.sections.compactMap { section in
      let broken = DefenceTable.promises.filter { promise in
        section.rows.contains { !$0.holds(promise) }
      }
      guard section.hasHappened, !broken.isEmpty else { return nil }
      let commands = [
        replay(of: section, broken: broken).map { ["simulate"] + $0 },
        hunt(in: section, broken: broken).map { ["simulate", "hunt"] + $0 },
      ]
      return DefenceStory(
        title: heading(of: section), sentences: sentences(about: section, broken: broken),
        commands: commands.compactMap { $0 })
    }
  }

  /// The faults that broke nothing, in one sentence, and those that never happened.
  var quiet: [String] {
    let quiet = table.sections.filter { section in
      section.hasHappened
        && DefenceTable.promises.allSatisfy { promise in
          section.rows.allSatisfy { $0.holds(promise) }
        }
    }
    let idle = table.sections.filter { !$0.hasHappened }.map { section in
      "\(title(of: section)) never happened" + (isLate(section) ? ": the load lasts " : " in ")
        + (isLate(section) ? setting.length : inRuns("these")) + "."
    }
    if quiet.isEmpty { return idle }
    return [
      "Every combination kept every promise, in \(inRuns("these")), with "
        + DefenceWords.list(quiet.map { title(of: $0) }, "and") + "."
    ] + idle
  }

  /// Whether the fault is one that comes at a moment, which then is behind the end.
  private func isLate(_ section: DefenceTable.Section) -> Bool {
    switch section.fault {
    case .atWorst, .asWritten(.event): true
    case .none, .asWritten(.condition): false
    }
  }

  /// The runs of a row: "these 5 runs", "this run".
  func inRuns(_ which: String) -> String {
    let count = table.sections[0].rows[0].runs.count
    return count == 1 ? "this run" : "\(which) \(ScreenText.count(UInt64(count))) runs"
  }

  // MARK: The sentences of one fault

  /// A sentence or two for each broken promise, and which layers kept all of them.
  private func sentences(
    about section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String] {
    var sentences: [String] = []
    var unchanged: [String] = []
    for promise in broken {
      let bare = section.row(DefenceCombination(Defence()))
      if isUnchanged(promise, in: section) {
        let cause = section.fault == .none ? "mistake" : "fault"
        unchanged.append(
          DefenceWords.sentence(
            "\(DefenceWords.happening(promise)) with \(counted(telling(promise, in: section), promise)),"
              + " as without the \(cause)"))
        // Where nothing is broken without layers, it is a layer that is struck.
      } else if Self.isAboutRests(promise) || bare?.holds(promise) ?? false {
        sentences.append(harming(promise, in: section))
      } else {
        sentences.append(
          ([saving(promise, in: section), losing(promise, in: section)]
            + hardlyTested(promise, in: section)).joined(separator: " "))
      }
    }
    sentences += unchanged
    if broken.count(where: { !Self.isAboutRests($0) }) > 1 { sentences.append(all(in: section)) }
    return sentences
  }

  /// Whether a fault, or a mistake, changed nothing about which layers kept a promise.
  private func isUnchanged(_ promise: SafetyPromise, in section: DefenceTable.Section) -> Bool {
    guard let reference = reference(of: section) else { return false }
    return section.rows.allSatisfy { row in
      reference.row(row.combination)?.holds(promise) == row.holds(promise)
        && section.weakness(of: row.combination, keeping: promise) == nil
    }
  }

  /// Which layers lost nothing at all.
  private func all(in section: DefenceTable.Section) -> String {
    let solid = LayerVerdict(
      section.rows.map { row in
        (row.combination, row.isSafe && section.weakness(of: row.combination) == nil)
      })
    if solid.least.isEmpty {
      return section.verdict.least.isEmpty
        ? "Every combination lost something."
        : "What lost nothing was hardly put to the test."
    }
    return "Nothing at all was lost in \(inRuns("these")) with "
      + DefenceWords.list(solid.least.map(DefenceWords.layers), "or") + "."
  }

  /// Which layers kept a promise, those aside that were hardly put to the test.
  private func saving(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let verdict = LayerVerdict(
      section.rows.map { row in
        (
          row.combination,
          row.holds(promise) && section.weakness(of: row.combination, keeping: promise) == nil
        )
      })
    if verdict.least.isEmpty {
      return section.rows.contains { $0.holds(promise) }
        ? "What kept '\(promise.text)' was hardly put to the test."
        : DefenceWords.sentence("\(DefenceWords.happening(promise)) with every combination")
    }
    return DefenceWords.sentence(
      DefenceWords.list(verdict.least.map(DefenceWords.layers), "and") + " "
        + DefenceWords.saved(promise) + extent(of: verdict) + ", in \(inRuns("these"))")
  }

  /// Whether a verdict's least combinations decided alone, or with exceptions.
  private func extent(of verdict: LayerVerdict) -> String {
    let spoiled = verdict.spoiled.filter { one in
      !verdict.spoiled.contains { one.hasMoreThan($0) }
    }
    if !spoiled.isEmpty {
      return ", but not as " + DefenceWords.list(spoiled.map(DefenceWords.layers), "or")
    }
    let isMore = verdict.holding.contains { one in
      verdict.least.contains { one.hasMoreThan($0) }
    }
    return isMore ? ", alone or with others" : ""
  }

  /// Which layers could not keep a promise, first those that did when nothing went wrong; of larger
  /// combinations none where smaller ones tell it.
  private func losing(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let rows = telling(promise, in: section)
    let reference = reference(of: section)
    let fresh = rows.filter { reference?.row($0.combination)?.holds(promise) ?? false }
    let known = rows.filter { row in !fresh.contains(row) }
    let happening = DefenceWords.happening(promise)
    var sentences: [String] = []
    if !fresh.isEmpty {
      let without = section.fault == .none ? "without the mistake" : "without the fault"
      sentences.append(
        DefenceWords.sentence(
          "\(happening) with \(counted(fresh, promise)); \(without) that did not happen"))
    }
    if !known.isEmpty {
      let also =
        reference == nil
        ? "even without a fault"
        : section.fault == .none ? "with the mistake and without" : "with the fault and without"
      sentences.append(
        DefenceWords.sentence("\(happening), \(also), with \(counted(known, promise))"))
    }
    if promise == .noLostUpdate, fresh.contains(where: { $0.combination.defence.fencingToken }) {
      sentences.append(Self.tokenRemark(section.fault.kind))
    }
    return sentences.joined(separator: " ")
  }

  /// The combinations that broke a promise: of larger ones none where smaller ones tell it, be it
  /// of those that kept it when nothing went wrong.
  private func telling(
    _ promise: SafetyPromise, in section: DefenceTable.Section
  ) -> [DefenceTable.Row] {
    let broken = section.rows.filter { !$0.holds(promise) }
    let reference = reference(of: section)
    let fresh = broken.filter { reference?.row($0.combination)?.holds(promise) ?? false }
    let told = broken.filter { row in
      row.combination.layers.allSatisfy { $0 == .distributedLock || $0 == .fencingToken }
        || row.combination.layers.count == 1
        || fresh.contains(row)
          && !fresh.contains { row.combination.hasMoreThan($0.combination) }
    }
    return told.isEmpty ? broken : told
  }

  /// What a fencing token does not save.
  private static func tokenRemark(_ kind: FaultKind?) -> String {
    let text = "A fencing token is compared when a row is written, not when it is read: an older"
    // The replica that takes over counts on from what it has heard of.
    return kind == .redisFailover
      ? text
        + " holder that writes before the next one does is not refused, and a failover may give"
        + " a token out twice."
      : text + " holder that writes after the next one has read, and before that one writes, is not"
        + " refused."
  }

  /// Which layers broke a promise that was kept without them.
  private func harming(_ promise: SafetyPromise, in section: DefenceTable.Section) -> String {
    let harm = LayerVerdict(section.rows.map { ($0.combination, !$0.holds(promise)) })
    let rows = section.rows.filter { harm.least.contains($0.combination) }
    let reference = reference(of: section)
    let isFresh = rows.allSatisfy { reference?.row($0.combination)?.holds(promise) ?? false }
    let cause = section.fault == .none ? "mistake" : "fault"
    var text = DefenceWords.happening(promise)
    if rows.count == 1, rows[0].combination.layers.count == 1, harm.spoiled.isEmpty,
      section.rows.count > 1
    {
      let count = ScreenText.count(rows[0].broken(promise))
      text += " wherever there was \(Self.named(rows[0].combination.layers[0])), alone (\(count))"
      text += harm.holding.count > 1 ? " or with other layers" : ""
    } else {
      text += " with " + counted(rows, promise)
      if harm.spoiled.isEmpty {
        text += extent(of: harm)
      } else {
        // Of those that were spared the least tell.
        let spared = harm.spoiled.filter { one in
          !harm.spoiled.contains { one.hasMoreThan($0) }
        }
        text += ", but not with " + DefenceWords.list(spared.map(DefenceWords.layers), "or")
      }
    }
    if reference != nil {
      text +=
        isFresh
        ? "; without the \(cause) that did not happen" : "; also without the \(cause)"
    }
    return DefenceWords.sentence(text)
  }

  private static func named(_ layer: Layer) -> String {
    switch layer {
    case .distributedLock: "a distributed lock"
    case .idempotencyKey: "an idempotency key"
    case .fencingToken: "a fencing token"
    case .optimistic, .pessimistic, .atomic: layer.rawValue
    }
  }

  // MARK: What proves little

  /// The combinations that have kept a promise and were hardly put to the test, the least of them.
  private func hardlyTestedRows(
    _ promise: SafetyPromise, in section: DefenceTable.Section
  ) -> [(combination: DefenceCombination, weakness: WeakEvidence)] {
    let weak = section.rows.compactMap { row in
      section.weakness(of: row.combination, keeping: promise).map { (row.combination, $0) }
    }
    return weak.filter { one in !weak.contains { one.0.hasMoreThan($0.0) } }
  }

  /// That it proves little where layers kept a promise, a sentence each.
  private func hardlyTested(
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
      DefenceWords.sentence(
        "with \(DefenceWords.list(names, "or")) \(DefenceWords.kept(promise)), which proves"
          + " little: \(reason)")
    }
  }

  private static func reason(_ weakness: WeakEvidence) -> String {
    switch weakness {
    case .neverExposed: "no request came into a lock in which another still was"
    case .onlyLock: "only the lock keeps updates apart there, and this fault opens locks"
    case .fewBreaches(let count, let fewer):
      "with \(DefenceWords.layers(fewer)) it happened only \(count == 1 ? "once" : "\(count) times")"
    }
  }

  /// The words of a hunt for what the first weak combination may still break; `nil` where there is
  /// none.
  private func hunt(
    in section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String]? {
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

  // MARK: What is compared

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
    DefenceWords.list(
      rows.map { row in
        "\(DefenceWords.layers(row.combination)) (\(ScreenText.count(row.broken(promise))))"
      }, "and")
  }

  // MARK: Seeing it

  /// A run that shows what a fault or a mistake breaks, with its timeline: that of the first
  /// combination that holds without it, the first of its runs that breaks; `nil` when it breaks
  /// nothing that holds without it, or no flags say the run.
  private func replay(
    of section: DefenceTable.Section, broken: [SafetyPromise]
  ) -> [String]? {
    guard let reference = reference(of: section) else { return nil }
    for promise in broken {
      for row in section.rows where !row.holds(promise) {
        guard reference.row(row.combination)?.holds(promise) ?? false,
          let run = row.runs.first(where: { !$0.finding(promise).isHeld })
        else { continue }
        return replay(run, row.combination, hazard: section.hazard).map {
          $0 + ["--timeline \(promise.name)"]
        }
      }
    }
    return nil
  }

  /// The words of the command that makes a run again; `nil` where no flags say it.
  func replay(
    _ run: DefendedRun, _ combination: DefenceCombination, hazard: Hazard?
  ) -> [String]? {
    guard var words = setting.replay else { return nil }
    words +=
      combination.layers.isEmpty ? ["--strategy none"] : ["--layers \(combination.name)"]
    if let hazard { words.append("--hazard \(hazard.rawValue)") }
    if let fault = run.fault { words.append("--fault \(fault.text)") }
    return words + ["--seed \(run.seed)"]
  }
}

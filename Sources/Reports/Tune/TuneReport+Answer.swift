import Experiments
import ScenarioModel
import SimulationBasics

/// What a search for a way to retry comes to, in sentences that are derived from it.
extension TuneReport {
  /// Which way to take, why, what it changes, how the front looks, and what it took to find it.
  public var answer: [String] {
    if !anythingRetried {
      return [
        "Nothing was retried under this load: it does not matter how."
          + (setting.place == .service ? " Choose another strategy, or more load." : "")
      ]
    }
    guard let choice else { return [tooLong, shape] }
    let best = name(choice.row)
    var sentences =
      choice.row == own
      ? ["Keep what the model has: \(setting.own.first?.name ?? "one attempt")."]
      : ["Take \(best)."]
    sentences.append(reason(choice))
    if let change = change(to: choice.row) { sentences.append(change) }
    sentences.append(shape)
    return sentences
  }

  /// That no way is as fast as it has to be, and which one is the nearest to it.
  private var tooLong: String {
    let latency = TuneRun.Objective.latency99.rawValue
    var fastest = front[0]
    for row in front where table.rows[row].means[latency] < table.rows[fastest].means[latency] {
      fastest = row
    }
    let least = ScreenText.time(table.rows[fastest].means[latency])
    return "Nothing keeps p99 within \(setting.longest?.description ?? ""): the least is \(least),"
      + " of \(name(fastest))."
  }

  private func reason(_ choice: TuneTable.Choice) -> String {
    let row = table.rows[choice.row]
    let success = ReportText.spread(row.interval { $0.successShare }, by: 100, decimals: 2)
    let latency = ScreenText.time(row.interval { $0.latency99 }.mean)
    let share = ScreenText.percent(row.interval { $0.wastedShare }.mean)
    var text = "With it \(success) % succeed, p99 is \(latency) and \(share) \(wasteWords)."
    let within = setting.longest.map { " with a p99 of at most \($0.description)" } ?? ""
    let ways = "\(choice.among) ways\(within)"
    switch choice.step {
    case .success:
      text += " Of the \(ways) that nothing beats it has the best success."
    case .latency:
      text += " Of the \(ways) that nothing beats and whose success is not below the best by more"
      text += " than chance or 0.1 points, it has the least p99."
    case .waste:
      text +=
        " Of the \(ways) whose success and p99 are not worse than the best by more than chance"
      text += " (or 0.1 points, and 5 %), it throws the least work away."
    case .databaseTime:
      text +=
        " Of the \(ways) that are equal in success, p99 and waste it is the least work for the"
      text += " database."
    case .fewestAttempts:
      text +=
        choice.among == 1
        ? " Nothing else is left."
        : " It is equal to \(choice.among - 1) others, with no more attempts."
    }
    return text
  }

  private var wasteWords: String {
    setting.place == .service
      ? "of the time goes into attempts that fail" : "of the attempts are repeats"
  }

  /// The paired differences to what the model has.
  private func change(to row: Int) -> String? {
    guard let own, own != row else { return nil }
    let success = table.difference(row, own) { $0.successShare }
    let latency = table.difference(row, own) { $0.latency99 }
    let waste = table.difference(row, own) { $0.wastedShare }
    let database = table.difference(row, own) { $0.databaseTimePerSuccess }
    var text =
      "Against \(name(own)): success \(Self.signed(success, by: 100, decimals: 2)) points, p99"
      + " \(Self.signed(latency, by: 1e-6, decimals: 0)) ms, waste"
      + " \(Self.signed(waste, by: 100, decimals: 1)) points, database"
      + " \(Self.signed(database, by: 1e-6, decimals: 2)) ms a success"
    if table.dominates(row, own) { text += "; it is better or as good in all four" }
    return text + "."
  }

  static func signed(_ interval: ConfidenceInterval, by factor: Double, decimals: Int) -> String {
    let text = ReportText.spread(interval, by: factor, decimals: decimals)
    if text.hasPrefix("-") { return "−" + text.dropFirst() }
    return interval.mean > 0 ? "+" + text : text
  }

  /// How many of all ways nothing beats, with and without jitter.
  private var shape: String {
    let jittered = front.count { isJittered($0) }
    let ways = ScreenText.count(UInt64(table.rows.count), "way")
    let text = "Of the \(ways) nothing beats \(front.count)"
    if front.count == 1 { return text + (jittered == 1 ? ", with jitter." : ", without jitter.") }
    return text + (jittered == front.count ? ", all with jitter." : ", \(jittered) with jitter.")
  }

  /// How the figures come about, a sentence each.
  var notes: [String] {
    let ways = ScreenText.count(UInt64(table.rows.count), "way")
    let runs = ScreenText.count(UInt64(setting.runs), "run")
    var notes: [String] = []
    if setting.isExhaustive {
      notes.append("\(ways), \(runs): every one to the end.")
    } else {
      notes.append(
        "\(ways), \(runs) by racing (Maron and Moore, 1994; Zhang and others, 2013); every one to"
          + " the end would be \(ScreenText.count(UInt64(setting.allRuns))), which --exhaustive makes."
      )
    }
    notes.append(
      "\(most) replications of each way" + (setting.isExhaustive ? "" : " that stayed in the race")
        + ", seed \(setting.seed), the same random numbers for every way; mean ± half of the 95 %"
        + " interval (Student's t).")
    notes.append(
      "Nothing beats: no other way is as good in success, p99, waste and database time, and better in"
        + " one by more than chance (paired differences, 95 % for the four together)."
        + (setting.isExhaustive
          ? ""
          : " A way leaves the race when it is no better in anything and worse in one, both beyond"
            + " chance; what the model has stays.")
        + " → is recommended, ✗ is beaten.")
    notes.append(
      setting.place == .service
        ? "wasted: the part of the requests' time in attempts that were thrown away; db: busy time of"
          + " the database's cores for each success."
        : "success and p99 are those of clients' calls; wasted: the part of their attempts that were"
          + " repeats; db: busy time of the database's cores for each call that succeeded.")
    return notes
  }

  /// How many replications those have that were not dropped.
  private var most: Int { table.rows[table.finalists[0]].runs.count }

  // MARK: CSV

  /// One row for each way, also those that were dropped on the way.
  public var csv: String {
    let layout = CSVTable(columns: [
      "policy", "shape", "base_ms", "factor", "cap_ms", "jitter", "attempts", "budget", "runs",
      "success_share", "success_share_ci95", "mean_ms", "mean_ms_ci95", "p99_ms", "p99_ms_ci95",
      "wasted_share", "wasted_share_ci95", "db_ms_per_success", "db_ms_per_success_ci95",
      "successes_per_s", "successes_per_s_ci95", "retries_per_request", "exhausted",
      "exhausted_ci95", "place", "dominated_by", "dominates_as_modelled",
    ])
    var text = layout.header
    for row in table.rows.indices {
      let values = table.rows[row]
      var fields = [name(row)] + Self.fields(of: settings(of: row))
      fields.append("\(values.runs.count)")
      fields += ReportText.csvFields(of: values.interval { $0.successShare })
      fields += ReportText.csvFields(of: values.interval { $0.meanLatency / 1e6 })
      fields += ReportText.csvFields(of: values.interval { $0.latency99 / 1e6 })
      fields += ReportText.csvFields(of: values.interval { $0.wastedShare })
      fields += ReportText.csvFields(of: values.interval { $0.databaseTimePerSuccess / 1e6 })
      fields += ReportText.csvFields(of: values.interval { $0.successesPerSecond })
      fields.append(NumberText.shortest(values.interval { $0.retriesPerRequest }.mean))
      fields += ReportText.csvFields(of: values.interval { $0.exhausted })
      let isFinalist = values.runs.count == most
      let dominator = table.dominators[row]
      fields.append(
        row == choice?.row
          ? "recommended" : !isFinalist ? "dropped" : dominator == nil ? "front" : "beaten")
      fields.append(dominator.map { name($0) } ?? "")
      fields.append(own.map { isFinalist && table.dominates(row, $0) ? "yes" : "no" } ?? "")
      text += layout.line(fields)
    }
    return text
  }

  private static func fields(of candidate: RetryCandidate?) -> [String] {
    guard let candidate else { return ["", "", "", "", "", "", ""] }
    let backoff = candidate.backoff
    let isCapped = backoff.cap < .longestInAModel
    return [
      backoff.factor == 1 && backoff.jitter != .decorrelated ? "fixed" : "exponential",
      NumberText.shortest(backoff.base.inMilliseconds), NumberText.shortest(backoff.factor),
      isCapped ? NumberText.shortest(backoff.cap.inMilliseconds) : "", backoff.jitter.rawValue,
      candidate.attempts.map { "\($0)" } ?? "",
      candidate.budget.map { NumberText.shortest($0.ratio) } ?? "",
    ]
  }
}

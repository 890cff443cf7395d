/// A flag of the command line, by its long name without the dashes.
///
/// The parser and the help both read this table, so that neither can know a flag that the other
/// does not. Names and meanings are k6's where k6 has the flag.
package enum Flag: String, CaseIterable, Sendable {
  case model
  case vus
  case duration
  case iterations
  case rate
  case stage
  case profile
  case strategy
  case layers
  case hazard
  case fault
  case set
  case seed
  case csv
  case out
  case epoch
  case summaryExport = "summary-export"
  case summaryMode = "summary-mode"
  case summaryTrendStats = "summary-trend-stats"
  case summaryTimeUnit = "summary-time-unit"
  case innoDBStatus = "innodb-status"
  case runs
  case steps
  case markdown
  case seeds
  case replications
  case stall
  case jobs
  case budget
  case promise
  case mermaid
  case timeline
  case tieOrder = "tie-order"
  case quiet
  case noColor = "no-color"
  case verify
  case help
  case version

  /// The long form as it is typed.
  package var spelling: String { "--\(rawValue)" }

  /// The one-letter form, without the dash.
  var letter: Character? {
    switch self {
    case .vus: "u"
    case .duration: "d"
    case .iterations: "i"
    case .stage: "s"
    case .out: "o"
    case .quiet: "q"
    case .help: "h"
    case .model, .profile, .strategy, .layers, .hazard, .fault, .set, .seed, .csv, .epoch,
      .summaryExport, .summaryMode, .summaryTrendStats, .summaryTimeUnit, .innoDBStatus, .noColor,
      .verify,
      .version:
      nil
    case .runs, .steps, .markdown, .seeds, .jobs, .budget, .promise, .mermaid, .timeline,
      .tieOrder, .rate, .replications, .stall:
      nil
    }
  }

  /// What the help calls the value; `nil` for a flag that is only on or off.
  var valueName: String? {
    switch self {
    case .model: "NAME|FILE"
    case .vus, .iterations, .seed, .seeds, .jobs, .replications: "N"
    case .rate: "N,…"
    case .duration, .stall: "TIME"
    case .budget: "TIME|COUNT"
    case .stage: "TIME:VUS"
    case .strategy, .hazard, .profile, .promise: "NAME"
    case .layers, .summaryTrendStats: "A,B,…"
    case .fault: "FAULT"
    case .out: "csv=FILE"
    case .epoch: "DATE"
    case .summaryMode: "MODE"
    case .summaryTimeUnit: "UNIT"
    case .tieOrder: "ORDER"
    case .timeline: "[PROMISE]"
    case .set: "PATH=VALUE"
    case .csv, .summaryExport, .runs, .steps, .markdown, .mermaid: "FILE"
    case .innoDBStatus, .quiet, .noColor, .verify, .help, .version: nil
    }
  }

  /// Whether the flag means something without its value, too.
  var mayStandAlone: Bool { self == .timeline }

  /// Whether the flag may be given more than once, each adding to the one before.
  var mayRepeat: Bool {
    switch self {
    case .stage, .hazard, .fault, .set, .out, .summaryTrendStats, .promise: true
    case .model, .vus, .duration, .iterations, .profile, .strategy, .layers, .seed, .csv, .epoch,
      .summaryExport, .summaryMode, .summaryTimeUnit, .innoDBStatus, .runs, .steps, .markdown,
      .seeds, .replications, .rate, .stall, .jobs, .budget, .mermaid, .timeline, .tieOrder, .quiet,
      .noColor, .verify, .help, .version:
      false
    }
  }

  /// One line for the help.
  var summary: String {
    switch self {
    case .model: "a bundled model, or a model file (default: balance-charge)"
    case .vus: "constant users, 1 to 1000000 (for 60s unless --duration says)"
    case .duration: "how long users begin iterations, such as 90s or 1m30s"
    case .iterations: "iterations in all, shared by the users, within --duration"
    case .rate: "iterations a second, one load after another, such as 100,200,300"
    case .stage: "ramp to VUS users over TIME; repeat or separate by commas"
    case .profile: "load, soak, stress or spike up to --vus, held for --duration"
    case .strategy: "how the write is guarded (default: the model's)"
    case .layers: "any combination of layers instead of a strategy"
    case .hazard: "make a known mistake, as lock-inside-transaction; repeatable"
    case .fault: "let something go wrong, as pause=35s@10s,instance=1; repeatable"
    case .set: "replace one value of the model, such as system.pool.size=10"
    case .seed: "the seed of every random number (default: 1)"
    case .csv: "write the series, or the comparison, to FILE as CSV"
    case .out: "write every sample as k6 does: csv=FILE or json=FILE; repeatable"
    case .epoch: "when samples say the run began (default: 2000-01-01T00:00:00Z)"
    case .summaryExport: "write the end-of-test summary to FILE as k6's JSON"
    case .summaryMode: "k6's summary: compact (default), full (each scenario), disabled"
    case .summaryTrendStats: "columns of trends: avg, min, med, max, count, p(99.9)"
    case .summaryTimeUnit: "one unit for the times of k6's summary: s, ms or us"
    case .innoDBStatus: "print the last deadlock as SHOW ENGINE INNODB STATUS does"
    case .runs: "the measured runs (default: those that are built in)"
    case .steps: "the step times of one user alone (default: those that are built in)"
    case .markdown: "write the comparison to FILE as Markdown"
    case .seeds: "simulate each run N times (default: 20)"
    case .replications: "make each run N times, with seeds that follow --seed (default: 5)"
    case .stall: "how long the database stands still (default: 10s)"
    case .jobs: "simulate N runs at once (default: one for each core)"
    case .budget: "how long to search: 60s (default), 100000runs or 1000000requests"
    case .promise: "look for this promise only, as no-lost-update; repeatable"
    case .mermaid: "write the timeline to FILE as a Mermaid diagram"
    case .timeline: "how the first promise that was broken came to be, or PROMISE"
    case .tieOrder: "what comes first of what is due at once, as random:SEED"
    case .quiet: "no progress bar"
    case .noColor: "no colours, also on a terminal"
    case .verify: "run twice; compare digest, event count, intervals and screen"
    case .help: "print this help"
    case .version: "print the version"
    }
  }
}

extension Verb {
  /// The flags that the verb accepts, in the order in which its help lists them.
  package var flags: [Flag] {
    switch self {
    case .run:
      [
        .model, .vus, .duration, .iterations, .stage, .profile, .strategy, .layers, .hazard,
        .fault, .set, .seed, .csv, .out, .epoch, .summaryExport, .summaryMode, .summaryTrendStats,
        .summaryTimeUnit, .innoDBStatus, .timeline, .mermaid, .tieOrder, .quiet, .noColor, .verify,
        .help, .version,
      ]
    case .explain: [.model, .strategy, .layers, .hazard, .fault, .set, .help]
    case .report: [.quiet, .help]
    case .validate: [.runs, .steps, .csv, .markdown, .seeds, .jobs, .quiet, .help]
    case .defend:
      [
        .model, .layers, .fault, .hazard, .vus, .duration, .set, .seed, .replications, .jobs, .csv,
        .markdown, .quiet, .help,
      ]
    case .pulse:
      [
        .model, .strategy, .layers, .stall, .rate, .vus, .duration, .set, .seed, .replications,
        .jobs, .csv, .markdown, .quiet, .help,
      ]
    case .hunt:
      [
        .model, .strategy, .layers, .hazard, .fault, .set, .promise, .budget, .seed, .jobs,
        .mermaid, .quiet, .help,
      ]
    case .models, .help: [.help]
    }
  }
}

extension Verb {
  /// Whether a flag may be given more than once to this verb.
  func mayRepeat(_ flag: Flag) -> Bool {
    flag.mayRepeat || (self == .defend && flag == .layers)
  }

  /// What a flag means to this verb, in one line for the help.
  func summary(of flag: Flag) -> String {
    switch (self, flag) {
    case (.defend, .layers): "compare this combination, or none; repeatable (default: fourteen)"
    case (.defend, .fault): "compare a kind, or a whole fault, or none; repeatable (default: all)"
    case (.defend, .hazard): "compare with this mistake, too; repeatable"
    case (.defend, .vus): "constant users (default: 200)"
    case (.defend, .duration): "how long (default: 30s, or until a pause has outlived a lease)"
    case (.pulse, .model): "a bundled model, or a model file (default: metastable-retries)"
    case (.pulse, .vus): "users, one load after another, such as 100,200,300"
    case (.pulse, .duration): "how long each load lasts (default: eighteen stalls)"
    case (.defend, .csv), (.pulse, .csv): "write the table to FILE as CSV"
    case (.defend, .markdown), (.pulse, .markdown): "write the report to FILE as Markdown"
    default: flag.summary
    }
  }
}

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
  case strategyA = "strategy-a"
  case strategyB = "strategy-b"
  case layersA = "layers-a"
  case layersB = "layers-b"
  case setA = "set-a"
  case setB = "set-b"
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
  case replication
  case replications
  case precision
  case figures
  case warmUp = "warm-up"
  case independent
  case tolerance
  case stall
  case jobs
  case budget
  case at
  case policy
  case base
  case factor
  case cap
  case attempts
  case jitter
  case retryBudget = "retry-budget"
  case maxP99 = "max-p99"
  case exhaustive
  case export
  case promise
  case mermaid
  case timeline
  case tieOrder = "tie-order"
  case vary
  case latin
  case best
  case aggregate
  case long
  case shard
  case resume
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
      .tieOrder, .rate, .replication, .replications, .stall, .strategyA, .strategyB, .layersA,
      .layersB, .setA,
      .setB, .precision, .figures, .warmUp, .independent, .tolerance, .at, .policy, .base, .factor,
      .cap, .attempts, .jitter, .retryBudget, .maxP99, .exhaustive, .export:
      nil
    case .vary, .latin, .best, .aggregate, .long, .shard, .resume: nil
    }
  }

  /// What the help calls the value; `nil` for a flag that is only on or off.
  var valueName: String? {
    switch self {
    case .model: "NAME|FILE"
    case .vus, .iterations, .seed, .seeds, .jobs, .replication, .replications, .latin: "N"
    case .rate: "N,…"
    case .duration, .stall, .maxP99: "TIME"
    case .budget: "TIME|COUNT"
    case .at: "PLACE"
    case .attempts: "N,…"
    case .factor: "X,…"
    case .base, .cap: "TIME,…"
    case .stage: "TIME:VUS"
    case .strategy, .strategyA, .strategyB, .hazard, .profile, .promise: "NAME"
    case .layers, .layersA, .layersB, .summaryTrendStats, .figures, .policy, .jitter, .retryBudget:
      "A,B,…"
    case .precision, .tolerance: "PERCENT"
    case .warmUp: "TIME|auto"
    case .fault: "FAULT"
    case .out: "csv=FILE"
    case .epoch: "DATE"
    case .summaryMode: "MODE"
    case .summaryTimeUnit: "UNIT"
    case .tieOrder: "ORDER"
    case .timeline: "[PROMISE]"
    case .set, .setA, .setB: "PATH=VALUE"
    case .csv, .summaryExport, .runs, .steps, .markdown, .mermaid, .export: "FILE"
    case .innoDBStatus, .quiet, .noColor, .verify, .help, .version, .independent, .exhaustive,
      .aggregate,
      .long, .resume:
      nil
    case .vary: "NAME=VALUES"
    case .best: "FIGURE,…"
    case .shard: "K/N"
    }
  }

  /// Whether the flag means something without its value, too.
  var mayStandAlone: Bool { self == .timeline }

  /// Whether the flag may be given more than once, each adding to the one before.
  var mayRepeat: Bool {
    switch self {
    case .stage, .hazard, .fault, .set, .setA, .setB, .out, .summaryTrendStats, .promise, .vary:
      true
    case .model, .vus, .duration, .iterations, .profile, .strategy, .layers, .seed, .csv, .epoch,
      .summaryExport, .summaryMode, .summaryTimeUnit, .innoDBStatus, .runs, .steps, .markdown,
      .seeds, .replication, .replications, .rate, .stall, .jobs, .budget, .mermaid, .timeline,
      .tieOrder, .quiet,
      .noColor, .verify, .help, .version, .strategyA, .strategyB, .layersA, .layersB, .precision,
      .figures, .warmUp, .independent, .tolerance, .at, .policy, .base, .factor, .cap, .attempts,
      .jitter, .retryBudget, .maxP99, .exhaustive, .export:
      false
    case .latin, .best, .aggregate, .long, .shard, .resume: false
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
    case .strategyA: "how the write is guarded in A"
    case .strategyB: "how the write is guarded in B"
    case .layersA: "any combination of layers in A"
    case .layersB: "any combination of layers in B"
    case .setA: "replace one value of the model in A; repeatable"
    case .setB: "replace one value of the model in B; repeatable"
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
    case .replication: "make run N of those that --replications makes (default: 0)"
    case .replications: "make each run N times, with seeds that follow --seed (default: 5)"
    case .precision: "runs until the 95 % intervals are this narrow, such as 5%"
    case .figures: "what has to be precise (default: success,p95)"
    case .warmUp: "leave out the first TIME, or until the runs have settled"
    case .independent: "random numbers of their own for A and B, not in pairs"
    case .tolerance: "end with 1 if B is worse by more than this, such as 5%"
    case .stall: "how long the database stands still (default: 10s)"
    case .jobs: "simulate N runs at once (default: one for each core)"
    case .budget: "how long to search: 60s (default), 100000runs or 1000000requests"
    case .at: "who retries: service or clients (default: the service, if it does)"
    case .policy: "kinds of pause: fixed, exponential (default: both)"
    case .base: "first pauses (default: 10ms,50ms,200ms)"
    case .factor: "what a pause is multiplied by for the next (default: 2)"
    case .cap: "longest pauses (default: 1s,30s)"
    case .attempts: "how often at most, the first included (default: 3,5,10)"
    case .jitter: "none, full, equal, decorrelated (default: all)"
    case .retryBudget: "retries by success of clients (default: none,10%)"
    case .maxP99: "recommend nothing whose p99 is above this"
    case .exhaustive: "make all replications of every way, instead of racing"
    case .export: "write the settings of three libraries to FILE"
    case .promise: "look for this promise only, as no-lost-update; repeatable"
    case .mermaid: "write the timeline to FILE as a Mermaid diagram"
    case .timeline: "how the first promise that was broken came to be, or PROMISE"
    case .tieOrder: "what comes first of what is due at once, as random:SEED"
    case .vary: "vary a value: 1,2,5, 10ms..500ms:6 or 10..1000:log5; repeatable"
    case .latin: "N points that spread over all axes, in place of every combination"
    case .best: "what makes a point the best (default: success,p95)"
    case .aggregate: "a row of CSV for each point: means with their 95 % intervals"
    case .long: "a row of CSV for each point and figure"
    case .shard: "make part K of N, for 'simulate merge' to put together"
    case .resume: "go on with what an interrupted sweep has left"
    case .quiet: "no progress bar"
    case .noColor: "no colours, also on a terminal"
    case .verify: "run twice; compare digest, event count, intervals and screen"
    case .help: "print this help"
    case .version: "print the version"
    }
  }
}

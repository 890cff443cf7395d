extension Verb {
  /// The flags that the verb accepts, in the order in which its help lists them.
  package var flags: [Flag] {
    switch self {
    case .run:
      [
        .model, .vus, .duration, .iterations, .stage, .profile, .strategy, .layers, .hazard,
        .fault, .set, .seed, .csv, .out, .epoch, .summaryExport, .summaryMode, .summaryTrendStats,
        .summaryTimeUnit, .innoDBStatus, .timeline, .mermaid, .tieOrder, .replication,
        .replications, .precision,
        .figures, .warmUp, .jobs, .quiet, .noColor, .verify, .help, .version,
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
    case .compare:
      [
        .strategyA, .strategyB, .layersA, .layersB, .setA, .setB, .strategy, .layers, .hazard,
        .fault,
        .set, .vus, .duration, .iterations, .stage, .profile, .seed, .replications, .independent,
        .warmUp, .tolerance, .figures, .jobs, .csv, .markdown, .quiet, .help,
      ]
    case .capacity:
      [
        .model, .strategy, .layers, .hazard, .fault, .vus, .rate, .duration, .precision, .set,
        .seed,
        .replications, .jobs, .csv, .markdown, .quiet, .help,
      ]
    case .tune:
      [
        .model, .strategy, .layers, .hazard, .fault, .vus, .duration, .stage, .profile, .at,
        .policy,
        .base, .factor, .cap, .attempts, .jitter, .retryBudget, .maxP99, .exhaustive, .set,
        .seed, .replications,
        .jobs, .csv, .markdown, .export, .quiet, .help,
      ]
    case .sweep:
      [
        .model, .vary, .latin, .vus, .rate, .duration, .strategy, .layers, .hazard, .fault, .set,
        .seed, .replications, .best, .csv, .aggregate, .long, .shard, .resume, .jobs, .quiet, .help,
      ]
    case .merge: [.best, .csv, .aggregate, .long, .help]
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
    case (.run, .replications): "make N runs that differ in their random numbers alone"
    case (.compare, .replications): "make N runs of each, 2 to 1000 (default: 10)"
    case (.compare, .figures): "what is judged by --tolerance (default: what clients meet)"
    case (.compare, .strategy): "how the write is guarded in both"
    case (.compare, .layers): "any combination of layers in both"
    case (.compare, .set): "replace one value of the model in both; repeatable"
    case (.defend, .csv), (.pulse, .csv), (.compare, .csv), (.capacity, .csv), (.tune, .csv):
      "write the table to FILE as CSV"
    case (.defend, .markdown), (.pulse, .markdown), (.compare, .markdown), (.capacity, .markdown),
      (.tune, .markdown):
      "write the report to FILE as Markdown"
    case (.capacity, .precision): "how near to come to the load that is too much (default: 1%)"
    case (.capacity, .vus):
      "users of the table, as 100,200,500 (default: about the capacity)"
    case (.capacity, .rate): "the same of a model by rate: iterations a second"
    case (.capacity, .duration): "how long each load lasts, warm-up included (default: 90s)"
    case (.capacity, .replications):
      "make each run N times, and up to four times as often (default: 5)"
    case (.tune, .vus): "constant users (default: the most of the model's load)"
    case (.tune, .duration): "how long (default: 60s)"
    case (.tune, .replications): "make N runs of each way that stays in the race (default: 8)"
    case (.sweep, .vus):
      "constant users for --duration, or 60s (default: the model's load)"
    case (.sweep, .rate): "iterations a second, in a model with arrivals by rate"
    case (.sweep, .duration): "how long the load lasts"
    case (.sweep, .replications): "run each point N times (default: 5)"
    case (.sweep, .csv): "write a row for each run to FILE, kept in FILE.part until all are there"
    case (.merge, .csv): "write the rows of all parts to FILE as CSV"
    default: flag.summary
    }
  }
}

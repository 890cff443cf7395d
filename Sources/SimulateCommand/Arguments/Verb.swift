/// The first word of a command line: what to do.
package enum Verb: String, CaseIterable, Sendable {
  case run
  case explain
  case models
  case report
  case validate
  case defend
  case pulse
  case compare
  case hunt
  case capacity
  case tune
  case sweep
  case merge
  case help

  /// How the verb is called, on one line.
  var usage: String {
    switch self {
    case .run: "usage: simulate [run [MODEL]] [flags]"
    case .explain: "usage: simulate explain [MODEL] [flags]"
    case .models: "usage: simulate models [list | show NAME | check FILE … | schema]"
    case .report: "usage: simulate report strategies [FOLDER]"
    case .validate: "usage: simulate validate [flags]"
    case .defend: "usage: simulate defend [MODEL] [flags]"
    case .pulse: "usage: simulate pulse [MODEL] [flags]"
    case .compare: "usage: simulate compare [A [B]] [flags]"
    case .hunt: "usage: simulate hunt [MODEL] [flags]"
    case .capacity: "usage: simulate capacity [MODEL] [flags]"
    case .tune: "usage: simulate tune [MODEL] [flags]"
    case .sweep: "usage: simulate sweep [MODEL] --vary NAME=VALUES … [flags]"
    case .merge: "usage: simulate merge PART … [--csv FILE]"
    case .help: "usage: simulate help [COMMAND]"
    }
  }

  /// What the verb does, in one line.
  var summary: String {
    switch self {
    case .run: "simulates a model and prints what came out (what 'simulate' alone does)"
    case .explain: "prints the program that a model's requests are compiled to"
    case .models: "lists the bundled models, shows one, checks model files, or prints their schema"
    case .report: "rebuilds a reference report: every strategy side by side, 140 runs"
    case .validate: "simulates measured runs and prints both side by side; 1 if one disagrees"
    case .defend: "runs every combination of layers under every fault: what broke, what it cost"
    case .pulse: "lets the database stand still, and tells whether the service comes back"
    case .compare: "tells how two models, settings or measured runs differ; 1 on a regression"
    case .hunt: "searches for a run that breaks a promise, and shrinks it; 1 if it finds one"
    case .capacity: "finds the largest load at which the thresholds hold, the knee, and what binds"
    case .tune: "tries ways to retry: who wins at what, one to take, and its settings in Spring"
    case .sweep: "runs a model at many points and finds the best; CSV, shards, resumes"
    case .merge: "puts the shards of a sweep together: the bytes of a single run"
    case .help: "prints help"
    }
  }

  /// Command lines that work, each with what it is good for.
  package var examples: [(command: String, purpose: String)] {
    switch self {
    case .run:
      [
        ("simulate --vus 1000 --strategy optimistic", "1000 users for 60 s, writes by version"),
        ("simulate --stage 30s:500 --stage 1m:500", "ramp up to 500 users and stay"),
        ("simulate --vus 1000 --layers distributed-lock,optimistic", "any layers together"),
        ("simulate --vus 1000 --hazard lock-inside-transaction", "a known mistake, measured"),
        ("simulate --vus 1000 --csv series.csv", "the series, to plot"),
        ("simulate --profile stress --vus 1000 -o json=samples.json", "every sample, as in k6"),
        ("simulate run my-model.json5 --verify", "a model of your own, run twice"),
        ("simulate --vus 1000 --replications 10", "the same with intervals"),
        ("simulate --vus 1000 --precision 5% --warm-up auto", "as many runs as it takes, settled"),
      ]
    case .explain:
      [
        ("simulate explain balance-charge", "the model's own strategy"),
        ("simulate explain balance-charge --strategy pessimistic", "what another one changes"),
      ]
    case .models:
      [
        ("simulate models show balance-charge", "a model to start your own from"),
        ("simulate models check my-model.json5", "everything that is wrong with it"),
        ("simulate models schema", "the JSON Schema of model files, for an editor"),
      ]
    case .report:
      [("simulate report strategies reports/strategies", "the same bytes every time")]
    case .validate:
      [
        ("simulate validate", "MariaDB and Redis under a load driver"),
        ("simulate validate --runs runs.csv --steps steps.csv", "runs of your own of that driver"),
      ]
    case .defend:
      [
        ("simulate defend", "every combination, ten faults"),
        ("simulate defend payment-process --fault pause", "one of the faults"),
        ("simulate defend --layers distributed-lock --layers optimistic", "two combinations"),
        ("simulate defend --fault none --hazard lock-inside-transaction", "a mistake alone"),
        ("simulate defend --csv defend.csv --markdown defend.md", "to keep"),
      ]
    case .pulse:
      [
        ("simulate pulse", "seven ways to retry, eight loads, one stall"),
        ("simulate pulse --stall 2s --rate 100,200,300", "a shorter stall under three loads"),
        ("simulate pulse balance-charge --vus 500,1000", "a model with users"),
      ]
    case .compare:
      [
        ("simulate compare --strategy-a optimistic --strategy-b pessimistic", "two strategies"),
        ("simulate compare order-create --set-b system.pool.size=40", "before and after a change"),
        ("simulate compare summary.json order-create", "a run of k6 beside the model"),
        ("simulate compare old.json5 new.json5 --tolerance 5%", "ends with 1 if new is worse"),
      ]
    case .hunt:
      [
        ("simulate hunt payment-process", "small runs in which things go wrong"),
        ("simulate hunt --layers distributed-lock --fault pause", "what a lease does not save"),
        ("simulate hunt --hazard lock-key-per-request --fault none", "what a mistake breaks"),
        ("simulate hunt --budget 1000000requests", "until a million are made"),
      ]
    case .capacity:
      [
        ("simulate capacity order-create", "users, by the model's thresholds"),
        ("simulate capacity order-create --vus 100,200,300,500,1000", "a table of these loads"),
        ("simulate capacity metastable-retries --rate 50,100,200", "a model by rate"),
        ("simulate capacity --precision 5% --csv capacity.csv", "to plot"),
      ]
    case .tune:
      [
        ("simulate tune --strategy optimistic --hazard single-user --vus 200", "one hot row"),
        ("simulate tune --strategy optimistic --base 10ms,50ms --attempts 5,10", "fewer ways"),
        (
          "simulate tune metastable-retries --fault database-stall=5s@20s",
          "clients who ask again"
        ),
        ("simulate tune --strategy optimistic --exhaustive --csv tune.csv", "every way to the end"),
      ]
    case .sweep:
      [
        ("simulate sweep --vus 500 --vary pool=5..50:log4", "one value"),
        ("simulate sweep --vary vus=100,1000 --vary strategy=atomic,optimistic", "a grid"),
        ("simulate sweep --strategy optimistic --vary retry.base=10ms,1s --csv s.csv", "a file"),
        ("simulate sweep --vary pool=1..50 --vary threads=10..400 --latin 40", "a sample"),
        ("simulate sweep --vary vus=1..100 --csv s.csv --shard 2/7", "one of seven parts"),
      ]
    case .merge:
      [("simulate merge s.csv.1-of-2.part s.csv.2-of-2.part --csv s.csv", "two shards")]
    case .help:
      [("simulate help run", "the flags of 'run'")]
    }
  }
}

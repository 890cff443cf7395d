import SimulateCommand
import Testing

@Suite("Bad command line")
struct BadCommandLineTests {
  /// A command line and, word for word, what it is answered.
  struct Case: CustomTestStringConvertible {
    var arguments: [String]
    var answer: String

    init(_ line: String, _ answer: String...) {
      self.init(line.split(separator: " ").map(String.init), answer)
    }

    init(_ arguments: [String], _ answer: [String]) {
      self.arguments = arguments
      self.answer = answer.map { "\($0)\n" }.joined()
    }

    var testDescription: String { "simulate \(arguments.joined(separator: " "))" }
  }

  @Test(
    "is answered with what is wrong and what would be right, and exit code 3",
    arguments: cases + modelCases)
  func answer(sample: Case) {
    let outside = FakeOutside()
    #expect(outside.run(sample.arguments) == .badCommandLine)
    #expect(outside.errors == sample.answer)
    #expect(outside.output == "")
    #expect(outside.files.isEmpty)
  }

  @Test("never wraps at 100 columns", arguments: cases)
  func width(sample: Case) {
    for line in sample.answer.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  static let cases: [Case] = [
    // Commands and words.
    Case(
      "explian",
      "simulate: unknown command 'explian'; did you mean 'explain'?",
      "          commands: run, explain, models, report, validate, defend, pulse, compare, hunt, capacity,",
      "            tune, sweep, merge, help",
      "          to run a model: simulate run MODEL"
    ),
    Case(
      "balance-charge",
      "simulate: unknown command 'balance-charge'",
      "          to run a model: simulate run balance-charge"),
    Case(
      "base.json5",
      "simulate: unknown command 'base.json5'",
      "          to run a model: simulate run base.json5"),
    Case(
      ["my models/base"],
      [
        "simulate: unknown command 'my models/base'",
        "          to run a model: simulate run 'my models/base'",
      ]),
    Case(
      ["\u{1B}[2J.json5"],
      [
        "simulate: unknown command '\\u{1B}[2J.json5'",
        "          commands: run, explain, models, report, validate, defend, pulse, compare, hunt, capacity,",
        "            tune, sweep, merge, help",
        "          to run a model: simulate run MODEL",
      ]),
    Case(
      [""],
      [
        "simulate: unknown command ''",
        "          commands: run, explain, models, report, validate, defend, pulse, compare, hunt, capacity,",
        "            tune, sweep, merge, help",
        "          to run a model: simulate run MODEL",
      ]),
    Case(
      "run explain",
      "simulate: two commands: 'run' and 'explain'",
      "          write one of them; a model file of such a name: simulate run ./FILE"),
    Case(
      "--vus 5 explain run",
      "simulate: --vus is not a flag of 'explain'",
      "          it belongs to run, defend, pulse, compare, capacity, tune, sweep",
      "          'simulate help explain' lists what belongs here",
      "simulate: two commands: 'explain' and 'run'",
      "          write one of them; a model file of such a name: simulate explain ./FILE"),
    Case(
      "run a.json5 b.json5",
      "simulate: unexpected 'b.json5' after 'run'",
      "          usage: simulate [run [MODEL]] [flags]"),
    Case(
      "run a.json5 --model b.json5",
      "simulate: two models: 'a.json5' and 'b.json5'",
      "          name the model once"),
    Case(
      "help exlain",
      "simulate: no help about 'exlain'; did you mean 'explain'?",
      "          topics: run, explain, models, report, validate, defend, pulse, compare, hunt, capacity,",
      "            tune, sweep, merge, help"
    ),
    Case(
      "help run explain",
      "simulate: unexpected 'explain' after 'help'",
      "          usage: simulate help [COMMAND]"),
    Case(
      "models chek a.json5",
      "simulate: unknown action 'chek' of 'models'; did you mean 'check'?",
      "          usage: simulate models [list | show NAME | check FILE … | schema]"),
    Case(
      "models list all",
      "simulate: unexpected 'all' after 'models'",
      "          usage: simulate models [list | show NAME | check FILE … | schema]"),
    Case(
      "models show",
      "simulate: 'models show' needs a name",
      "          usage: simulate models [list | show NAME | check FILE … | schema]"),
    Case(
      "models check",
      "simulate: 'models check' needs a file",
      "          usage: simulate models [list | show NAME | check FILE … | schema]"),
    Case(
      "models show balance-chrage",
      "simulate: unknown model 'balance-chrage'; did you mean 'balance-charge'?",
      "          'simulate models' lists them"),

    Case(
      "report",
      "simulate: 'report' needs the name of a report",
      "          usage: simulate report strategies [FOLDER]"),
    Case(
      "report stratgies",
      "simulate: unknown report 'stratgies'; did you mean 'strategies'?",
      "          usage: simulate report strategies [FOLDER]"),
    Case(
      "report strategies a b",
      "simulate: unexpected 'b' after 'report'",
      "          usage: simulate report strategies [FOLDER]"),

    // Flags.
    Case(
      "--vuss 1000",
      "simulate: unknown flag '--vuss'; did you mean '--vus'?",
      "          'simulate help run' lists the flags of 'run'"),
    Case(
      "--itterations=5",
      "simulate: unknown flag '--itterations'; did you mean '--iterations'?",
      "          'simulate help run' lists the flags of 'run'"),
    Case(
      "-x",
      "simulate: unknown flag '-x'",
      "          'simulate help run' lists the flags of 'run'"),
    Case(
      "explain --csv a.csv",
      "simulate: --csv is not a flag of 'explain'",
      "          it belongs to run, validate, defend, pulse, compare, capacity, tune, sweep, merge",
      "          'simulate help explain' lists what belongs here"),
    Case(
      "--vus",
      "simulate: --vus needs a value",
      "          write --vus 1000"),
    Case(
      "--csv --quiet",
      "simulate: --csv needs a value",
      "          write --csv series.csv"),
    Case(
      "--strategy=",
      "simulate: --strategy has an empty value",
      "          write --strategy optimistic"),
    Case(
      ["--model", ""],
      [
        "simulate: --model has an empty value",
        "          write --model balance-charge, or --model FILE.json5",
      ]),
    Case(
      "--quiet=yes",
      "simulate: --quiet takes no value, found 'yes'",
      "          write --quiet, or leave it out"),
    Case(
      "--seed 1 --seed 2 --seed 3",
      "simulate: --seed is given twice",
      "          write it once: --seed 1"),

    // Values.
    Case(
      "--vus 0",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '0'",
      "          write --vus 1000"),
    Case(
      "--vus -5",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '-5'",
      "          write --vus 1000"),
    Case(
      "--vus 1000001",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '1000001'",
      "          write --vus 1000"),
    Case(
      "--vus 99999999999999999999",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '99999999999999999999'",
      "          write --vus 1000"),
    Case(
      "--vus 1e3",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '1e3'",
      "          write --vus 1000"),
    Case(
      "--seed +1",
      "simulate: --seed: expected a whole number up to 18446744073709551615, found '+1'",
      "          write --seed 1"),
    Case(
      "--seed 18446744073709551616",
      "simulate: --seed: expected a whole number up to 18446744073709551615, "
        + "found '18446744073709551616'",
      "          write --seed 1"),
    Case(
      "--duration 60",
      "simulate: --duration: expected a time with a unit such as \"60ms\", found '60'",
      "          write --duration 60s; units: ns, us, ms, s, m, h, d"),
    Case(
      "--duration 0s",
      "simulate: --duration: expected a time above zero such as \"5ms\", found '0s'",
      "          write --duration 60s; units: ns, us, ms, s, m, h, d"),
    Case(
      "--duration 1000000h",
      "simulate: --duration: expected at most 100 years, found '1000000h'",
      "          write --duration 60s; units: ns, us, ms, s, m, h, d"),
    Case(
      "--duration 5parsecs",
      "simulate: --duration: unknown unit 'parsecs' in '5parsecs'; units are ns, us, ms, s, m, h and d",
      "          write --duration 60s; units: ns, us, ms, s, m, h, d"),
    Case(
      "--stage 30s",
      "simulate: --stage: expected a stage such as \"30s:100\", found '30s'",
      "          write --stage 30s:100; units: ns, us, ms, s, m, h, d"),
    Case(
      "--stage 30s:100 --stage 1m:lots",
      "simulate: --stage: expected a stage such as \"30s:100\", found '1m:lots'",
      "          write --stage 30s:100; units: ns, us, ms, s, m, h, d"),
    Case(
      "--stage 30s:1000001",
      "simulate: --stage: expected at most 1000000 users",
      "          write --stage 30s:100; units: ns, us, ms, s, m, h, d"),
    Case(
      "--stage 500000h:1 --stage 500000h:1",
      "simulate: --stage: the stages add up to more than 100 years",
      "          write stages that end within 100 years"),
    Case(
      "--stage 30s:100,1m:",
      "simulate: --stage: expected a stage such as \"30s:100\", found '1m:'",
      "          write --stage 30s:100; units: ns, us, ms, s, m, h, d"),
    Case(
      "--iterations 0",
      "simulate: --iterations: expected a whole number from 1 to 1000000000, found '0'",
      "          write --iterations 1000"),
    Case(
      "-i 1000000001",
      "simulate: --iterations: expected a whole number from 1 to 1000000000, found '1000000001'",
      "          write --iterations 1000"),
    Case(
      "-i",
      "simulate: --iterations needs a value",
      "          write --iterations 1000"),
    Case(
      "--iterations 5 --vus 10",
      "simulate: --iterations: expected at least as many as users (10), found 5",
      "          raise --iterations or lower --vus"),
    Case(
      "--profile stres",
      "simulate: --profile: expected load, soak, stress or spike, found 'stres'; did you mean 'stress'?",
      "          write --profile stress"),
    Case(
      "--profile stress --duration 876000h",
      "simulate: --profile: the stages add up to more than 100 years",
      "          write a shorter --duration, which a profile may hold several times"),
    Case(
      "--out",
      "simulate: --out needs a value",
      "          write --out csv=samples.csv, or --out json=samples.json"),
    Case(
      "--out jsn=a.json",
      "simulate: --out: unknown output 'jsn'; did you mean 'json'?",
      "          outputs: csv, json; write --out csv=samples.csv, or --out json=samples.json"),
    Case(
      "-o influxdb=http://localhost",
      "simulate: --out: unknown output 'influxdb'",
      "          outputs: csv, json; write --out csv=samples.csv, or --out json=samples.json"),
    Case(
      "-o csv",
      "simulate: --out: 'csv' needs a file",
      "          write --out csv=FILE; standard output is --out csv=/dev/stdout"),
    Case(
      "-o json=-",
      "simulate: --out: 'json' needs a file",
      "          write --out json=FILE; standard output is --out json=/dev/stdout"),
    Case(
      "-o csv=a.csv.gz",
      "simulate: --out: cannot write 'a.csv.gz' compressed",
      "          pipe it through gzip; in bash: --out csv=>(gzip > FILE.gz)"),
    Case(
      "--epoch 2026-02-29T00:00:00Z",
      "simulate: --epoch: expected an RFC 3339 date from 1970 to 2999, found '2026-02-29T00:00:00Z'",
      "          write --epoch 2026-01-31T09:00:00Z"),
    Case(
      "--summary-mode legacy",
      "simulate: --summary-mode: expected compact, full or disabled, found 'legacy'",
      "          write --summary-mode full"),
    Case(
      "--summary-mode ful",
      "simulate: --summary-mode: expected compact, full or disabled, found 'ful'; did you mean 'full'?",
      "          write --summary-mode full"),
    Case(
      "--summary-time-unit m",
      "simulate: --summary-time-unit: expected s, ms or us, found 'm'",
      "          write --summary-time-unit ms"),
    Case(
      "--summary-trend-stats avg,p95,p(101),mdn",
      "simulate: --summary-trend-stats: unknown statistic 'p95'",
      "          statistics: avg, min, med, max, count, and p(N) with N from 0 to 100, such as p(99.9)",
      "simulate: --summary-trend-stats: expected a percentile from p(0) to p(100), found 'p(101)'",
      "          statistics: avg, min, med, max, count, and p(N) with N from 0 to 100, such as p(99.9)",
      "simulate: --summary-trend-stats: unknown statistic 'mdn'; did you mean 'min'?",
      "          statistics: avg, min, med, max, count, and p(N) with N from 0 to 100, such as p(99.9)"
    ),
    Case(
      "--summary-trend-stats=",
      "simulate: --summary-trend-stats has an empty value",
      "          write --summary-trend-stats 'avg,p(99.9),count'"),
    Case(
      "explain --out csv=a.csv",
      "simulate: --out is not a flag of 'explain'",
      "          it belongs to run",
      "          'simulate help explain' lists what belongs here"),
    Case(
      "--set system.pool.size",
      "simulate: --set: expected PATH=VALUE, found 'system.pool.size'",
      "          write --set system.pool.size=10"),
    Case(
      "--set =10",
      "simulate: --set: expected PATH=VALUE, found '=10'",
      "          write --set system.pool.size=10"),
    Case(
      "--set a=1 --set a=2",
      "simulate: --set: 'a' is set twice",
      "          write each path once"),
    Case(
      "--layers optimistic,redis",
      "simulate: unknown layer 'redis'",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--layers optimistc",
      "simulate: unknown layer 'optimistc'; did you mean 'optimistic'?",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--layers optimistic,",
      "simulate: unknown layer ''",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--layers atomic,atomic",
      "simulate: --layers: 'atomic' is given twice",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--layers optimistic,pessimistic",
      "simulate: --layers: 'optimistic' and 'pessimistic' guard the same write; choose one",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--layers fencing-token",
      "simulate: --layers: 'fencing-token' needs 'distributed-lock'",
      "          layers: distributed-lock, idempotency-key, fencing-token, optimistic, pessimistic, "
        + "atomic"),
    Case(
      "--hazard self-invokation",
      "simulate: unknown hazard 'self-invokation'; did you mean 'self-invocation'?",
      "          hazards: self-invocation, lock-inside-transaction, retry-inside-transaction,",
      "            lock-key-per-request, lease-shorter-than-work, unordered-locks,",
      "            select-for-update-then-insert, processing-unchecked, single-user, missing-key,",
      "            takeover-without-atomic-completion"),
    Case(
      "explain --hazard gc --hazard single-user --hazard single-user",
      "simulate: unknown hazard 'gc'",
      "          hazards: self-invocation, lock-inside-transaction, retry-inside-transaction,",
      "            lock-key-per-request, lease-shorter-than-work, unordered-locks,",
      "            select-for-update-then-insert, processing-unchecked, single-user, missing-key,",
      "            takeover-without-atomic-completion",
      "simulate: --hazard: 'single-user' is given twice",
      "          write each hazard once"),
    Case(
      "--fault pauze=1s@2s",
      "simulate: unknown fault 'pauze'; did you mean 'pause'?",
      "          faults: response-loss, double-submit, pause, instance-crash, redis-failover, "
        + "redis-outage,",
      "            database-stall, slow-commit, network-delay, clock-jump"),
    Case(
      "--fault pause=1s --fault pause=1s@2s,nth=3",
      "simulate: --fault 'pause=1s': expected when, as in 'pause=35s@10s'",
      "          write --fault pause=35s@10s; 'simulate help run' has more",
      "simulate: --fault 'pause=1s@2s,nth=3': unknown option 'nth' of 'pause'; known: 'every', "
        + "'times',",
      "            'probability' and 'instance'",
      "          write --fault pause=35s@10s; 'simulate help run' has more"),
    Case(
      "--fault response-loss=2",
      "simulate: --fault 'response-loss=2': expected a probability from 0 to 1, such as "
        + "0.01 or 1%, found",
      "            '2'",
      "          write --fault response-loss=0.01; 'simulate help run' has more"),
    Case(
      "--fault none",
      "simulate: unknown fault 'none'",
      "          to let nothing go wrong, leave --fault out"),
    Case(
      "--tie-order random",
      "simulate: --tie-order: expected scheduling, random:SEED or priorities:SEED:CHANGES:EVENTS, "
        + "found",
      "            'random'",
      "          write --tie-order random:1, or --tie-order priorities:1:3:100"),
    // More changes than events.
    Case(
      "--tie-order priorities:1:3:0",
      "simulate: --tie-order: expected scheduling, random:SEED or priorities:SEED:CHANGES:EVENTS, "
        + "found",
      "            'priorities:1:3:0'",
      "          write --tie-order random:1, or --tie-order priorities:1:3:100"),
    Case(
      "--timeline=no-lost-updates",
      "simulate: --timeline: expected the name of a promise, found 'no-lost-updates'; did you mean",
      "            'no-lost-update'?",
      "          promises: no-lost-update, one-effect, acknowledged, failed-no-effect, "
        + "never-oversold,",
      "            one-holder, no-key-stuck, nothing-held, accounted, no-duplicate-error"),
    Case(
      "--csv a --mermaid a",
      "simulate: --csv and --mermaid name the same file 'a'",
      "          write each to a file of its own"),
    Case(
      "--hazard",
      "simulate: --hazard needs a value",
      "          write --hazard lock-inside-transaction"),
    Case(
      "models --hazard single-user",
      "simulate: --hazard is not a flag of 'models'",
      "          it belongs to run, explain, defend, compare, hunt, capacity, tune, sweep",
      "          'simulate help models' lists what belongs here"),

    // Contradictions.
    Case(
      "--strategy optimistic --layers atomic",
      "simulate: --strategy and --layers contradict each other",
      "          a strategy is a named set of layers: write one of the two"),
    Case(
      "--stage 30s:100 --vus 1000 --duration 60s",
      "simulate: --stage and --duration contradict each other",
      "          --stage says how many users and how long: leave out --duration"),
    Case(
      "--stage 30s:100 --iterations 5",
      "simulate: --stage and --iterations contradict each other",
      "          --stage says how many users and how long: leave out --iterations"),
    Case(
      "--profile stress --stage 30s:100 --iterations 5",
      "simulate: --profile and --iterations contradict each other",
      "          --profile says how the number of users goes: leave out --iterations",
      "simulate: --profile and --stage contradict each other",
      "          --profile says how the number of users goes: leave out --stage"),
    Case(
      "--csv a.out -o csv=b.out --out json=b.out --out csv=a.out",
      "simulate: --out and --out name the same file 'b.out'",
      "          write each to a file of its own",
      "simulate: --csv and --out name the same file 'a.out'",
      "          write each to a file of its own"),
    Case(
      "--csv a.out --summary-export a.out",
      "simulate: --csv and --summary-export name the same file 'a.out'",
      "          write each to a file of its own"),

    // Everything is told at once, and nothing reaches the terminal's controls.
    Case(
      "--vus 0 --bogus 5 --seed x",
      "simulate: unknown flag '--bogus'",
      "          'simulate help run' lists the flags of 'run'",
      "simulate: --vus: expected a whole number from 1 to 1000000, found '0'",
      "          write --vus 1000",
      "simulate: --seed: expected a whole number up to 18446744073709551615, found 'x'",
      "          write --seed 1"),
    Case(
      ["--vus", "\u{1B}[2J\n"],
      [
        "simulate: --vus: expected a whole number from 1 to 1000000, found '\\u{1B}[2J\\u{A}'",
        "          write --vus 1000",
      ]),
    Case(
      ["--vus", String(repeating: "9", count: 5000)],
      [
        "simulate: --vus: expected a whole number from 1 to 1000000, "
          + "found '\(String(repeating: "9", count: 30))…'",
        "          write --vus 1000",
      ]),
  ]

  /// What only the model can tell: names in it may be of any length.
  static let modelCases: [Case] = [
    Case(
      "--strategy optimstic",
      "simulate: unknown strategy 'optimstic'; did you mean 'optimistic'?",
      "          strategies: none, atomic, optimistic, pessimistic, distributed-lock, "
        + "idempotency-key,",
      "            three-layer"),
    Case(
      "explain balance-chrage",
      "simulate: unknown model 'balance-chrage'; did you mean 'balance-charge'?",
      "          'simulate models' lists them; a file needs its folder or its ending: ./FILE, "
        + "FILE.json5"),
    Case(
      "--hazard unordered-locks --hazard single-user",
      "simulate: --hazard: 'unordered-locks' needs a key with several rows, or a lock of several, "
        + "in order",
      "            'sorted'",
      "          leave it out, or choose another model"),
    Case(
      "explain hot-row --hazard missing-key --hazard self-invocation",
      "simulate: --hazard: 'missing-key' needs an idempotent step",
      "          leave it out, or choose another model",
      "simulate: --hazard: 'self-invocation' needs a distributedLock step",
      "          leave it out, or choose another model"),
    Case(
      "--fault pause=1s@2s,instance=2",
      "simulate: --fault 'pause=1s@2s,instance=2': expected at most 1, the number of instances, found 2",
      "          name another instance, or leave it out to draw one each time"),
    Case(
      "--set faults=[{pause:'1s',at:0,instance:2}]",
      "simulate: --set faults=[{pause:'1s',at:0,instance:2}]: faults[0].instance: expected at most "
        + "1, the number of instances, found 2"),
    Case(
      "--set hazards=['unordered-locks']",
      "simulate: --set hazards=['unordered-locks']: hazards[0]: 'unordered-locks' needs a key with "
        + "several rows, or a lock of several, in order 'sorted'"),
    Case(
      "--set system.pool.sise=10",
      "simulate: --set system.pool.sise=10: system.pool.sise: unknown key; did you mean 'size'?"),
    Case(
      "--set tables.user.rows=5",
      "simulate: --set tables.user.rows=5: tables.user: unknown table 'user'; did you mean 'users'?"
    ),
    Case(
      "explain --set system.pool.size=none",
      "simulate: --set system.pool.size=none: system.pool.size: expected a whole number of at "
        + "least 1 or \"unlimited\", found 'none'"),
  ]
}

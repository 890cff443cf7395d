import ContentionEngine
import Experiments
import Reports
import ScenarioModel

extension CommandLineDiagnostic {
  /// What the value of a flag must be, in words.
  static func expectation(of flag: Flag) -> String {
    switch flag {
    case .vus: "a whole number from 1 to 1000000"
    case .iterations: "a whole number from 1 to 1000000000"
    case .profile: "load, soak, stress or spike"
    case .epoch: "an RFC 3339 date from 1970 to 2999"
    case .summaryMode: "compact, full or disabled"
    case .summaryTimeUnit: "s, ms or us"
    case .seed: "a whole number up to 18446744073709551615"
    case .set, .setA, .setB: "PATH=VALUE"
    case .precision: "a percentage above 0% and up to 100%"
    case .tolerance: "a percentage from 0% to 1000%"
    case .timeline: "the name of a promise"
    case .tieOrder: "scheduling, random:SEED or priorities:SEED:CHANGES:EVENTS"
    case .seeds: "a whole number from 1 to 10000"
    case .latin: "a whole number from 2 to 10000"
    case .vary: "NAME=VALUES"
    case .shard: "K/N with K from 1 to N, and N up to 1000"
    case .replication: "a whole number from 0 to 999"
    case .replications: "a whole number from 1 to 1000"
    case .rate: "whole numbers from 1 to 1000000, with commas between them"
    case .jobs: "a whole number from 1 to 1024"
    case .budget: "a time, a number of runs or a number of requests"
    case .strategyA, .strategyB, .layersA, .layersB, .figures, .warmUp, .independent:
      "a value"
    case .at: "service or clients"
    case .policy: "fixed, exponential or both, with a comma between them"
    case .base, .cap: "times of more than 0 and up to 1h, with commas between them"
    case .factor: "numbers from 1.001 to 100, with commas between them"
    case .attempts: "whole numbers from 1 to 100, with commas between them"
    case .retryBudget: "none and percentages, with commas between them"
    case .jitter: "some of none, full, equal and decorrelated, with commas between them"
    case .model, .duration, .stall, .maxP99, .stage, .strategy, .layers, .hazard, .fault, .csv,
      .out,
      .summaryExport, .summaryTrendStats, .innoDBStatus, .runs, .steps, .markdown, .promise,
      .mermaid, .exhaustive, .export, .best, .aggregate, .long, .resume,
      .quiet, .noColor, .verify, .help, .version:
      "a value"
    }
  }

  /// The words of which the value of a flag is one; none when it is no word.
  static func words(of flag: Flag) -> [String] {
    switch flag {
    case .profile: LoadProfile.allCases.map(\.rawValue)
    case .timeline: SafetyPromise.allCases.map(\.name)
    case .summaryMode: SummaryMode.allCases.map(\.rawValue)
    case .at: RetryPlace.allCases.map(\.rawValue)
    case .policy: RetryGrid.Shape.allCases.map(\.rawValue)
    case .jitter: Backoff.Jitter.allCases.map(\.rawValue)
    default: []
    }
  }

  /// The flag as one would type it.
  static func example(of flag: Flag) -> String {
    switch flag {
    case .model: "--model balance-charge, or --model FILE.json5"
    case .vus: "--vus 1000"
    case .duration: "--duration 60s; units: ns, us, ms, s, m, h, d"
    case .stage: "--stage 30s:100; units: ns, us, ms, s, m, h, d"
    case .iterations: "--iterations 1000"
    case .profile: "--profile stress"
    case .strategy: "--strategy optimistic"
    case .layers: "--layers distributed-lock,optimistic"
    case .hazard: "--hazard lock-inside-transaction"
    case .fault: "--fault pause=35s@10s,instance=1; 'simulate help run' has more"
    case .set, .setA, .setB: "\(flag.spelling) system.pool.size=10"
    case .strategyA, .strategyB: "\(flag.spelling) optimistic"
    case .layersA, .layersB: "\(flag.spelling) distributed-lock,optimistic"
    case .precision: "--precision 5%"
    case .tolerance: "--tolerance 5%"
    case .figures: "--figures success,p95"
    case .warmUp: "--warm-up 10s, or --warm-up auto"
    case .seed: "--seed 1"
    case .csv: "--csv series.csv"
    case .out: "--out csv=samples.csv, or --out json=samples.json"
    case .epoch: "--epoch 2026-01-31T09:00:00Z"
    case .summaryExport: "--summary-export summary.json"
    case .summaryMode: "--summary-mode full"
    case .summaryTrendStats: "--summary-trend-stats 'avg,p(99.9),count'"
    case .summaryTimeUnit: "--summary-time-unit ms"
    case .runs: "--runs runs.csv"
    case .steps: "--steps steps.csv"
    case .markdown: "--markdown validation.md"
    case .timeline: "--timeline, or --timeline no-lost-update"
    case .tieOrder: "--tie-order random:1, or --tie-order priorities:1:3:100"
    case .seeds: "--seeds 20"
    case .replication: "--replication 3"
    case .replications: "--replications 5"
    case .rate: "--rate 100,200,300"
    case .stall: "--stall 10s; units: ns, us, ms, s, m, h, d"
    case .maxP99: "--max-p99 2s; units: ns, us, ms, s, m, h, d"
    case .jobs: "--jobs 2"
    case .budget: "--budget 60s, --budget 100000runs or --budget 1000000requests"
    case .at: "--at clients"
    case .policy: "--policy fixed,exponential"
    case .base: "--base 10ms,50ms"
    case .factor: "--factor 1.5,2"
    case .cap: "--cap 1s,30s"
    case .attempts: "--attempts 3,10"
    case .jitter: "--jitter none,full"
    case .retryBudget: "--retry-budget none,10%"
    case .export: "--export settings.txt"
    case .promise: "--promise no-lost-update"
    case .mermaid: "--mermaid timeline.mmd"
    case .innoDBStatus, .quiet, .noColor, .verify, .help, .version, .independent, .exhaustive:
      flag.spelling
    case .vary: "--vary pool=10,20,50, --vary retry.base=10ms..500ms:6 or --vary vus=10..1000:log5"
    case .latin: "--latin 100"
    case .best: "--best success,p95"
    case .shard: "--shard 1/7"
    case .aggregate, .long, .resume: flag.spelling
    }
  }
}

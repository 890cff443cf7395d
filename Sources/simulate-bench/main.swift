/// Benchmarks by name; without an argument all of them run, in this order.
let benchmarks: [(name: String, run: () -> Void)] = [
  ("memory", WholeRunBench.memory),
  ("queue", EventQueueBench.run),
  ("sampling", SamplingBench.run),
  ("mm1", MM1Bench.run),
  ("locks", LockModelBench.run),
  ("runs", WholeRunBench.run),
]

let wanted = CommandLine.arguments.dropFirst()
for name in wanted where !benchmarks.contains(where: { $0.name == name }) {
  print("unknown benchmark '\(name)'; there are: \(benchmarks.map(\.name).joined(separator: ", "))")
}
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
  benchmark.run()
}

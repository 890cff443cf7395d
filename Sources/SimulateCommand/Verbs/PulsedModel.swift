import ContentionEngine
import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// A model as `run` simulates it under a pulse: which flags say what a row of the comparison is.
struct PulsedModel {
  private let request: PulseRequest
  private let source: ModelSource

  init(_ request: PulseRequest, _ source: ModelSource) {
    self.request = request
    self.source = source
  }

  /// The words of the command that makes the first run of a row; none where reading the model with
  /// such flags does not give what was simulated.
  ///
  /// - Complexity: Reads the model once or twice.
  func replay(_ row: PulseTable.Row, of experiment: PulseExperiment) -> [String] {
    let load = experiment.scenario.loads[0]
    let expected = experiment.scenario(with: row.policy, load: row.load)
    let executor = expected.loads[0].executor
    let isByRate = executor.arrivalRate != nil
    for form in LoadForm.both(of: load) {
      var own: [ModelOverride] = []
      func set(_ path: String, _ value: String) {
        own.append(ModelOverride(path: path, value: value))
      }
      if isByRate {
        set(form.executorPrefix + "rate", "\(row.load)")
        if load.executor.arrivalRate?.timeUnit != .seconds(1) {
          set(form.executorPrefix + "timeUnit", "1s")
        }
        set(form.executorPrefix + "duration", experiment.pulse.end.description)
      }
      set(form.executorPrefix + "gracefulStop", "0s")
      if load.warmUp > .zero { set(form.executorPrefix + "warmUp", "0s") }
      if load.startTime > .zero { set(form.executorPrefix + "startTime", "0s") }
      set(form.prefix + "client", row.policy.client.modelText)
      let paths = own.map(\.path)
      let settings = request.model.settings.filter { !paths.contains($0.path) } + own
      guard
        var read = try? source.scenario(
          settings: settings, executor: isByRate ? nil : executor, hazards: [])
      else { continue }
      read.strategy = expected.strategy
      guard read == expected else { continue }
      return words(row, experiment, settings: settings, isByRate: isByRate)
    }
    return []
  }

  private func words(
    _ row: PulseTable.Row, _ experiment: PulseExperiment, settings: [ModelOverride], isByRate: Bool
  ) -> [String] {
    var words = ["--model \(RunRequest.shellWord(request.model.name))"]
    switch request.model.guarding {
    case .asModelled: break
    case .strategy(let name): words.append("--strategy \(RunRequest.shellWord(name))")
    case .layers(let defence): words.append("--layers \(DefenceCombination(defence).name)")
    }
    if !isByRate {
      words.append("--vus \(row.load)")
      words.append("--duration \(experiment.pulse.end.description)")
    }
    words += settings.map { "--set \(RunRequest.shellWord("\($0.path)=\($0.value)"))" }
    words.append("--fault \(experiment.stall.text)")
    words.append("--seed \(row.runs[0].seed)")
    return words
  }
}

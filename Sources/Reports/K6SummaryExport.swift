public import Measurements
import ScenarioModel

/// Writes the file of k6's `--summary-export`, with one object more that tells which simulation it
/// was.
///
/// The shape is that of k6's `internal/js/summary-wrapper.js`, whose two traps are kept: the
/// boolean of a threshold is true when it **failed**, and a rate's `rate` is called `value`.
/// Metrics stand in the order of their names.
public struct K6SummaryExport: Sendable {
  /// What identifies a simulation, so that it can be repeated.
  public struct Simulation: Sendable {
    public let model: String
    public let strategy: String
    public let seed: UInt64
    public let digest: RunDigest
    public let version: String
    /// The simulated length, in nanoseconds.
    public let virtualNanoseconds: UInt64
    public let events: UInt64

    public init(
      model: String, strategy: String, seed: UInt64, digest: RunDigest, version: String,
      virtualNanoseconds: UInt64, events: UInt64
    ) {
      self.model = model
      self.strategy = strategy
      self.seed = seed
      self.digest = digest
      self.version = version
      self.virtualNanoseconds = virtualNanoseconds
      self.events = events
    }
  }

  private let summary: K6Summary
  private let simulation: Simulation?

  /// A writer for one summary; without a simulation, the file is k6's alone.
  public init(_ summary: K6Summary, simulation: Simulation?) {
    self.summary = summary
    self.simulation = simulation
  }

  /// The text of the file, indented by four as k6's is, without a line end after the last brace.
  public var text: String {
    var json = JSONWriter(indent: 4)
    json.beginObject()
    json.key("root_group")
    writeRootGroup(&json)
    json.key("metrics")
    json.beginObject()
    for metric in summary.metricsByName { write(metric, &json) }
    json.endObject()
    if let simulation { write(simulation, &json) }
    json.endObject()
    return json.text
  }

  private func writeRootGroup(_ json: inout JSONWriter) {
    json.beginObject()
    writeIdentity("", path: "", &json)
    json.key("groups")
    json.beginObject()
    json.endObject()
    json.key("checks")
    json.beginObject()
    for check in summary.checks {
      json.key(check.name)
      json.beginObject()
      writeIdentity(check.name, path: "::" + check.name, &json)
      json.key("passes")
      json.integer(check.passes)
      json.key("fails")
      json.integer(check.fails)
      json.endObject()
    }
    json.endObject()
    json.endObject()
  }

  private func writeIdentity(_ name: String, path: String, _ json: inout JSONWriter) {
    json.key("name")
    json.string(name)
    json.key("path")
    json.string(path)
    json.key("id")
    json.string(MD5.hexadecimal(of: path))
  }

  private func write(_ metric: K6Summary.Metric, _ json: inout JSONWriter) {
    func member(_ key: String, _ value: Double) {
      json.key(key)
      json.number(value)
    }
    json.key(metric.name)
    json.beginObject()
    switch metric.value {
    case .counter(let count, let perSecond):
      member("count", count)
      member("rate", perSecond)
    case .gauge(let value, let minimum, let maximum):
      member("value", value)
      member("min", minimum)
      member("max", maximum)
    case .rate(let rate):
      json.key("passes")
      json.integer(rate.trues)
      json.key("fails")
      json.integer(rate.falses)
    case .trend(let statistics):
      // A statistic that is asked for twice is one member all the same.
      var names: [String] = []
      for statistic in statistics where !names.contains(statistic.statistic.text) {
        names.append(statistic.statistic.text)
        member(statistic.statistic.text, statistic.value)
      }
    }
    writeThresholds(of: metric.name, &json)
    if case .rate(let rate) = metric.value { member("value", rate.rate) }
    json.endObject()
  }

  private func writeThresholds(of metric: String, _ json: inout JSONWriter) {
    let results = summary.thresholds.filter { $0.threshold.metric == metric }
    if results.isEmpty { return }
    json.key("thresholds")
    json.beginObject()
    for result in results {
      json.key(result.threshold.text)
      json.bool(!result.passed)
    }
    json.endObject()
  }

  private func write(_ simulation: Simulation, _ json: inout JSONWriter) {
    json.key("simulation")
    json.beginObject()
    json.key("model")
    json.string(simulation.model)
    json.key("strategy")
    json.string(simulation.strategy)
    json.key("seed")
    json.integer(simulation.seed)
    json.key("digest")
    json.string(simulation.digest.text)
    json.key("version")
    json.string(simulation.version)
    json.key("virtual_seconds")
    json.number(Double(simulation.virtualNanoseconds) / 1e9)
    json.key("events")
    json.integer(simulation.events)
    json.endObject()
  }
}

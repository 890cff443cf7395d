import ContentionEngine
import Experiments
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics
import Testing

/// Agrawal, Carey and Livny (1987): three ways to control concurrency, with few and with many
/// resources. RESULTS R2.
@Suite("Agrawal, Carey and Livny")
struct ConcurrencyControlTests {
  enum Control: String, CaseIterable, Sendable {
    case blocking
    case immediateRestart = "immediate-restart"
    case optimistic

    var model: String { "agrawal-carey-livny-\(rawValue)" }
  }

  /// CPUs and disks, and the number of objects.
  struct Setting: Sendable, CustomTestStringConvertible {
    /// `nil` is unlimited.
    var cpus: Int?
    var disks: Int?
    var objects = 1_000

    var testDescription: String {
      let resources = cpus.map { "\($0) CPUs, \(disks ?? 0) disks" } ?? "infinite resources"
      return "\(resources), \(objects) objects"
    }

    static let infinite = Setting()
    static let small = Setting(cpus: 1, disks: 2)
    static let large = Setting(cpus: 25, disks: 50)
  }

  /// The throughput that an independent implementation measured, with the half-width of its 95 %
  /// interval, transactions that started again for each that committed, and for blocking the waits
  /// for each that committed and the mean number that waited.
  struct Published: Sendable {
    var throughput: Double
    var halfWidth: Double
    var restarts: Double
    var blocks: Double?
    var blocked: Double?

    init(
      _ throughput: Double, _ halfWidth: Double, _ restarts: Double, _ blocks: Double? = nil,
      _ blocked: Double? = nil
    ) {
      self.throughput = throughput
      self.halfWidth = halfWidth
      self.restarts = restarts
      self.blocks = blocks
      self.blocked = blocked
    }
  }

  /// The multiprogramming levels.
  static let levels = [5, 10, 25, 50, 75, 100, 200]

  static let infiniteTable: [Control: [Published]] = [
    .blocking: [
      Published(9.77, 0.11, 0.010, 0.07, 0.1), Published(18.80, 0.19, 0.018, 0.14, 0.4),
      Published(40.92, 0.49, 0.054, 0.41, 3.7), Published(50.91, 1.70, 0.127, 0.95, 21.6),
      Published(40.48, 2.04, 0.225, 1.52, 50.8), Published(28.66, 1.44, 0.351, 2.13, 81.3),
      Published(17.19, 1.33, 0.944, 4.53, 167.0),
    ],
    .immediateRestart: [
      Published(9.59, 0.14, 0.060), Published(18.21, 0.19, 0.136), Published(37.28, 0.54, 0.437),
      Published(48.75, 0.84, 0.809), Published(48.77, 0.77, 0.804), Published(49.45, 0.80, 0.807),
      Published(48.77, 0.85, 0.799),
    ],
    .optimistic: [
      Published(9.49, 0.17, 0.059), Published(17.64, 0.25, 0.131), Published(37.16, 0.29, 0.331),
      Published(59.23, 0.48, 0.649), Published(75.69, 0.72, 0.920), Published(88.22, 0.53, 1.176),
      Published(91.77, 0.67, 1.270),
    ],
  ]

  static let smallTable: [Control: [Published]] = [
    .blocking: [
      Published(4.86, 0.02, 0.009, 0.07, 0.1), Published(5.26, 0.03, 0.019, 0.16, 0.5),
      Published(5.28, 0.04, 0.057, 0.45, 3.8), Published(5.09, 0.05, 0.119, 0.93, 20.0),
      Published(4.73, 0.08, 0.205, 1.48, 47.8), Published(4.30, 0.06, 0.339, 2.11, 78.0),
      Published(2.96, 0.06, 1.042, 4.94, 178.6),
    ],
    .immediateRestart: [
      Published(4.71, 0.04, 0.067), Published(4.86, 0.04, 0.145), Published(4.22, 0.05, 0.430),
      Published(3.36, 0.07, 0.867), Published(3.43, 0.06, 0.838), Published(3.49, 0.07, 0.817),
      Published(3.46, 0.10, 0.821),
    ],
    .optimistic: [
      Published(4.65, 0.04, 0.059), Published(4.74, 0.04, 0.130), Published(4.24, 0.05, 0.326),
      Published(3.53, 0.05, 0.619), Published(3.04, 0.04, 0.878), Published(2.66, 0.03, 1.142),
      Published(1.89, 0.04, 1.987),
    ],
  ]

  // MARK: Simulated

  struct Figures: Sendable {
    let throughput: Double
    let restarts: Double
    let blocks: Double
    let blocked: Double
    let isSafe: Bool

    init(_ result: RunResult) {
      throughput = RunFigure.requestsPerSecond.value(in: result)
      restarts = RunFigure.retriesPerRequest.value(in: result)
      let waits = result.resources.tables[0].rowWaits
      blocks = Double(waits.entries) / Double(max(1, result.count(.requests)))
      blocked = waits.meanLevel
      isSafe = result.safety.isSafe
    }
  }

  /// What was measured of one way of control, by multiprogramming level.
  struct Curve {
    let control: Control
    let levels: [Int]
    let results: [[Figures]]

    func interval(_ level: Int, _ value: (Figures) -> Double) -> ConfidenceInterval {
      guard let place = levels.firstIndex(of: level) else {
        preconditionFailure("level \(level) was not measured")
      }
      return ConfidenceInterval(of: results[place].map(value))
    }
    func throughput(_ level: Int) -> Double { interval(level) { $0.throughput }.mean }
    /// The level with the largest throughput.
    var best: Int {
      var best = levels[0]
      for level in levels where throughput(level) > throughput(best) { best = level }
      return best
    }
    var largest: Double { throughput(best) }
  }

  /// How much is simulated, in seconds of each run.
  struct Extent {
    let warmUp: Int
    let length: Int
    let replications: Int

    /// For the setting's table: immediate-restart's pauses follow response times, which are twenty
    /// times as long when resources are few.
    static func table(_ setting: Setting) -> Extent {
      guard ValidationSize.isFull else { return .shape }
      return setting.cpus == nil
        ? Extent(warmUp: 200, length: 800, replications: 8)
        : Extent(warmUp: 1_000, length: 3_000, replications: 8)
    }
    /// Enough to tell levels and ways of control apart.
    static let shape = Extent(warmUp: 100, length: 300, replications: 4)
  }

  /// Simulates ways of control at every level.
  private func measure(
    _ setting: Setting, _ extent: Extent, controls: [Control] = Control.allCases,
    levels: [Int] = Self.levels
  ) async throws -> [Control: Curve] {
    func size(_ count: Int?) -> String { count.map { "\($0)" } ?? "\"unlimited\"" }
    var scenarios: [CompiledScenario] = []
    for control in controls {
      for level in levels {
        scenarios.append(
          try publishedModel(
            control.model,
            [
              ("system.gates.mpl.size", "\(level)"),
              ("system.servers.cpu.count", size(setting.cpus)),
              ("system.servers.disk.count", size(setting.disks)),
              ("tables.objects.rows", "\(setting.objects)"),
              ("load.warmUp", "\"\(extent.warmUp)s\""),
              ("load.duration", "\"\(extent.warmUp + extent.length)s\""),
            ]
          ).compiled)
      }
    }
    let results = await replicated(scenarios, seed: 1987, count: extent.replications) {
      Figures($0)
    }
    var curves: [Control: Curve] = [:]
    for (place, control) in controls.enumerated() {
      let range = (place * levels.count)..<((place + 1) * levels.count)
      let curve = Curve(control: control, levels: levels, results: Array(results[range]))
      curves[control] = curve
      for level in levels {
        let throughput = curve.interval(level) { $0.throughput }
        print(
          "\(setting.testDescription), \(control.rawValue), mpl \(level):",
          "X \(throughput.mean) ± \(throughput.halfWidth),",
          "restarts \(curve.interval(level) { $0.restarts }.mean),",
          "blocks \(curve.interval(level) { $0.blocks }.mean),",
          "blocked \(curve.interval(level) { $0.blocked }.mean)")
      }
      #expect(curve.results.allSatisfy { $0.allSatisfy { $0.isSafe } }, "\(control)")
    }
    return curves
  }

  /// A published figure is met within 10 %, or by overlapping intervals; 20 % for blocking that
  /// thrashes.
  private func compare(
    _ curves: [Control: Curve], with table: [Control: [Published]], _ setting: Setting
  ) throws {
    for control in Control.allCases {
      let curve = try #require(curves[control])
      let published = try #require(table[control])
      for (level, published) in zip(Self.levels, published) where curve.levels.contains(level) {
        let measured = curve.interval(level) { $0.throughput }
        let part = control == .blocking && level >= 100 ? 0.2 : 0.1
        let difference = abs(measured.mean - published.throughput)
        #expect(
          difference <= part * published.throughput
            || difference <= measured.halfWidth + published.halfWidth,
          "\(setting.testDescription), \(control.rawValue), mpl \(level): \(published.throughput) ± \(published.halfWidth), measured \(measured.mean) ± \(measured.halfWidth)"
        )
      }
    }
  }

  @Test(
    "gives the published throughput with infinite resources below the peak and at it",
    .enabled(if: !ValidationSize.isFull))
  func smallLevels() async throws {
    let levels = [10, 50]
    let infinite = try await measure(.infinite, .table(.infinite), levels: levels)
    try compare(infinite, with: Self.infiniteTable, .infinite)
  }

  @Test(
    "with infinite resources thrashes when it blocks, levels off when it restarts, rises when it validates",
    .enabled(if: ValidationSize.isFull))
  func infiniteResources() async throws {
    let curves = try await measure(.infinite, .table(.infinite))
    try compare(curves, with: Self.infiniteTable, .infinite)
    let blocking = try #require(curves[.blocking])
    let restart = try #require(curves[.immediateRestart])
    let optimistic = try #require(curves[.optimistic])
    #expect(blocking.best == 50)
    #expect(blocking.throughput(200) / blocking.throughput(50) < 0.4)
    let flat = [50, 75, 100, 200].map { restart.throughput($0) }
    let middle = flat.reduce(0, +) / Double(flat.count)
    for throughput in flat { #expect(abs(throughput - middle) <= 0.03 * middle) }
    let rising = [5, 10, 25, 50, 75, 100].map { optimistic.throughput($0) }
    for (lower, higher) in zip(rising, rising.dropFirst()) { #expect(higher > lower) }
    #expect(optimistic.throughput(200) > 1.7 * blocking.largest)
  }

  @Test(
    "with 1 CPU and 2 disks is best when it blocks, until it thrashes",
    .enabled(if: ValidationSize.isFull))
  func fewResources() async throws {
    let curves = try await measure(.small, .table(.small))
    try compare(curves, with: Self.smallTable, .small)
    let blocking = try #require(curves[.blocking])
    let restart = try #require(curves[.immediateRestart])
    let optimistic = try #require(curves[.optimistic])
    #expect([10, 25].contains(blocking.best))
    #expect(restart.best == 10)
    #expect(optimistic.best == 10)
    #expect(restart.throughput(200) > blocking.throughput(200))
    #expect(blocking.throughput(200) > optimistic.throughput(200))
    // Two disks at 35 ms for 8 reads and 2 writes allow this much.
    #expect(blocking.largest <= 2 / (10 * 0.035) * 1.01)
  }

  @Test(
    "with 25 CPUs and 50 disks is as good when it validates as when it blocks",
    .enabled(if: ValidationSize.isFull))
  func manyResources() async throws {
    let curves = try await measure(
      .large, .shape, controls: [.blocking, .optimistic], levels: [25, 50, 75, 100])
    let blocking = try #require(curves[.blocking])
    let optimistic = try #require(curves[.optimistic])
    #expect(optimistic.largest >= blocking.largest)
  }

  @Test(
    "with few conflicts does the same whatever the control",
    .enabled(if: ValidationSize.isFull),
    arguments: [Setting.infinite, .small].map { setting in
      Setting(cpus: setting.cpus, disks: setting.disks, objects: 10_000)
    })
  func fewConflicts(setting: Setting) async throws {
    let curves = try await measure(setting, .shape)
    let best = try Control.allCases.map { try #require(curves[$0]).largest }
    let largest = try #require(best.max())
    let smallest = try #require(best.min())
    #expect((largest - smallest) / largest < 0.06, "\(best)")
  }
}

import EventKernel
import Experiments
import SimulationBasics
import Testing

/// M/M/c on the event queue and the samplers alone: what the engine stands on, without the engine.
@Suite("An open queue")
struct OpenQueueTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let servers: Int
    let load: Double
    /// The published chance to wait (Erlang's C), and the mean wait in mean services.
    let chanceToWait: Double
    let meanWait: Double

    var testDescription: String { "c=\(servers) ρ=\(load)" }
  }

  /// RESULTS R5: M/M/c.
  static let rows = [
    Row(servers: 1, load: 0.5, chanceToWait: 0.50000000, meanWait: 1.00000000),
    Row(servers: 1, load: 0.8, chanceToWait: 0.80000000, meanWait: 4.00000000),
    Row(servers: 1, load: 0.9, chanceToWait: 0.90000000, meanWait: 9.00000000),
    Row(servers: 2, load: 0.8, chanceToWait: 0.71111111, meanWait: 1.77777778),
    Row(servers: 5, load: 0.8, chanceToWait: 0.55411255, meanWait: 0.55411255),
    Row(servers: 10, load: 0.5, chanceToWait: 0.03610536, meanWait: 0.00722107),
    Row(servers: 10, load: 0.8, chanceToWait: 0.40918015, meanWait: 0.20459008),
    Row(servers: 10, load: 0.9, chanceToWait: 0.66873152, meanWait: 0.66873152),
    Row(servers: 10, load: 0.95, chanceToWait: 0.82558558, meanWait: 1.65117116),
    Row(servers: 20, load: 0.9, chanceToWait: 0.55076900, meanWait: 0.27538450),
    Row(servers: 50, load: 0.9, chanceToWait: 0.36386447, meanWait: 0.07277289),
    Row(servers: 100, load: 0.95, chanceToWait: 0.50645685, meanWait: 0.10129137),
  ]

  static let service = VirtualDuration.milliseconds(100)

  /// What the customers of one run met, those of the warm-up aside.
  private struct Waits {
    var customers = 0
    var waited = 0
    var total: UInt64 = 0

    var chanceToWait: Double { Double(waited) / Double(customers) }
    /// In mean services.
    var mean: Double {
      Double(total) / Double(customers) / Double(OpenQueueTests.service.inNanoseconds)
    }
  }

  private enum Event: UInt64 {
    case customerArrived, serviceEnded

    var word: EventWord { EventWord(bits: rawValue) }
  }

  private func simulate(
    _ row: Row, seed: UInt64, replication: UInt32, warmUp: Int, customers: Int
  ) -> Waits {
    let gap = Double(Self.service.inNanoseconds) / (row.load * Double(row.servers))
    let samplers = DurationSamplerTable([
      .exponential(mean: .nanoseconds(UInt64(gap + 0.5))), .exponential(mean: Self.service),
    ])
    var gaps = RandomStream(
      runSeed: seed, replication: replication, purpose: .thinkTime, entity: 0)
    var services = RandomStream(
      runSeed: seed, replication: replication, purpose: .processing, entity: 0)
    var queue = EventQueue(expectedCount: row.servers + 1)
    var waiting: [VirtualTime] = []
    var first = 0
    var busy = 0
    var served = 0
    var waits = Waits()
    func note(_ wait: VirtualDuration) {
      served += 1
      guard served > warmUp else { return }
      waits.customers += 1
      waits.total += wait.inNanoseconds
      if wait > .zero { waits.waited += 1 }
    }
    queue.schedule(Event.customerArrived.word, at: .start)
    while served < warmUp + customers, let due = queue.popNext(through: .never) {
      switch Event(rawValue: due.word.bits) {
      case .customerArrived:
        let next = due.time + samplers.sample(0, from: &gaps)
        queue.schedule(Event.customerArrived.word, at: next)
        guard busy < row.servers else {
          waiting.append(due.time)
          continue
        }
        busy += 1
        note(.zero)
      case .serviceEnded:
        guard first < waiting.count else {
          busy -= 1
          continue
        }
        note(due.time - waiting[first])
        first += 1
        if first == 4_096 {
          waiting.removeFirst(first)
          first = 0
        }
      case nil:
        Issue.record("an event that nobody scheduled")
      }
      queue.schedule(
        Event.serviceEnded.word, at: due.time + samplers.sample(1, from: &services))
    }
    return waits
  }

  @Test("has the chance to wait and the mean wait of M/M/c", arguments: rows)
  func simulated(row: Row) {
    let customers = ValidationSize.isFull ? 200_000 : 30_000
    // Both figures of every row hold together at 95 %.
    let level = ConfidenceLevel.percent95.shared(among: Self.rows.count * 2)
    var chances: [Double] = []
    var means: [Double] = []
    for replication in 0..<20 {
      let waits = simulate(
        row, seed: ClosedForm.seed, replication: UInt32(replication), warmUp: 20_000,
        customers: customers)
      chances.append(waits.chanceToWait)
      means.append(waits.mean)
    }
    ClosedForm.report(
      row.testDescription,
      [
        .init(
          figure: "P(wait)", exact: row.chanceToWait,
          measured: ConfidenceInterval(of: chances, level: level)),
        .init(
          figure: "W_q·µ", exact: row.meanWait,
          measured: ConfidenceInterval(of: means, level: level)),
      ])
  }

  @Test(
    "is covered by 95 % intervals in 93 to 97 % of a thousand experiments",
    .enabled(if: ValidationSize.isFull))
  func coverage() {
    let row = Row(servers: 1, load: 0.8, chanceToWait: 0.8, meanWait: 4)
    var covered = 0
    for experiment: UInt64 in 1...1_000 {
      var means: [Double] = []
      for replication: UInt32 in 0..<20 {
        let waits = simulate(
          row, seed: experiment, replication: replication, warmUp: 500, customers: 5_000)
        means.append(waits.mean)
      }
      if ConfidenceInterval(of: means).contains(row.meanWait) { covered += 1 }
    }
    print("M/M/1 ρ=0.8: 4.0 covered by \(covered) of 1000 intervals")
    #expect((930...970).contains(covered))
  }
}

import EventKernel
import SimulationBasics

/// One queue, one server, exponential times: a million objects through the smallest model there is.
///
/// It has two pending events at most, so it measures the fixed cost of an event, with the drawing
/// of its time. Each object is two events here, an arrival and a completion; tools that count the
/// hand-overs between processes too arrive at four.
enum MM1Bench {
  static func run() {
    let objects = 1_000_000
    var meanResponse = 0.0
    let seconds = BenchClock.median(of: 5) {
      let start = BenchClock.now
      meanResponse = simulate(objects: objects, load: 0.9)
      return BenchClock.seconds(since: start)
    }
    // The mean response time is 1/(1 − load) = 10 services; a million correlated objects come
    // within a fifth of it.
    precondition(meanResponse > 8 && meanResponse < 12, "the M/M/1 model is off its formula")
    BenchReport.line(
      "M/M/1", "1000000 objects", Double(objects) / seconds / 1e6, "million objects/s")
    BenchReport.line("", "", 2 * Double(objects) / seconds / 1e6, "million events/s")
  }

  /// Runs the model; returns the mean response time in mean service times.
  @inline(never)
  private static func simulate(objects: Int, load: Double) -> Double {
    let arrival = EventWord(bits: 0)
    let completion = EventWord(bits: 1)
    // In microseconds.
    let service = 1_000.0
    var queue = EventQueue(expectedCount: 16)
    let samplers = DurationSamplerTable([
      .exponential(mean: .microseconds(UInt64(service / load))),
      .exponential(mean: .microseconds(UInt64(service))),
    ])
    var gaps = RandomStream(runSeed: 7, replication: 0, purpose: .thinkTime, entity: 0)
    var services = RandomStream(runSeed: 7, replication: 0, purpose: .processing, entity: 0)
    /// When the objects in the system arrived, in a ring.
    var arrivals = FixedTable<VirtualTime>(repeating: .start, count: 1 << 12)
    var arrived = 0
    var served = 0
    var total: UInt64 = 0
    queue.schedule(arrival, at: .start)
    while let event = queue.popNext(through: .never) {
      if event.word == arrival {
        precondition(arrived - served < arrivals.count, "the queue outgrew its ring")
        arrivals[arrived & (arrivals.count - 1)] = event.time
        arrived += 1
        if arrived < objects {
          queue.schedule(arrival, at: event.time + samplers.sample(0, from: &gaps))
        }
        if arrived - served == 1 {
          queue.schedule(completion, at: event.time + samplers.sample(1, from: &services))
        }
      } else {
        total += (event.time - arrivals[served & (arrivals.count - 1)]).inNanoseconds
        served += 1
        if served < arrived {
          queue.schedule(completion, at: event.time + samplers.sample(1, from: &services))
        }
      }
    }
    return Double(total) / Double(objects) / 1_000 / service
  }
}

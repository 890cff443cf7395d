import Measurements
import SimulationBasics

/// The servers of one kind and the queue before them.
struct ServerMeter: BitwiseCopyable {
  var busy = BusyMeter()
  var queue = OccupancyMeter()

  mutating func startWindow(at now: VirtualTime) {
    busy.startWindow(at: now)
    queue.startWindow(at: now)
  }
}

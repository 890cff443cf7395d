import Measurements
import SimulationBasics

/// How often one cache had what was looked up, and how often it was loaded.
struct CacheMeter: BitwiseCopyable {
  var hits: UInt64 = 0
  private(set) var misses: UInt64 = 0
  /// The largest number of requests that loaded one entry at once.
  private(set) var mostLoadsAtOnce = 0
  /// Waits for another's load.
  var waits = OccupancyMeter()

  /// A request has missed an entry, which so many load now.
  mutating func loadBegan(atOnce loads: Int) {
    misses += 1
    mostLoadsAtOnce = max(mostLoadsAtOnce, loads)
  }

  /// Who loads or waits goes on; what was counted is forgotten.
  mutating func startWindow(at now: VirtualTime) {
    hits = 0
    misses = 0
    mostLoadsAtOnce = 0
    waits.startWindow(at: now)
  }
}

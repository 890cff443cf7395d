import Measurements
import SimulationBasics
import Testing

@Suite("Busy meter")
struct BusyMeterTests {
  private func moment(_ nanoseconds: UInt64) -> VirtualTime {
    VirtualTime(nanosecondsSinceStart: nanoseconds)
  }

  @Test("agrees with a level kept for each nanosecond", arguments: 1...20)
  func naive(seed: Int) {
    var numbers = SeededNumbers(seed: UInt64(seed))
    var meter = BusyMeter()
    var levels: [UInt64] = []
    var level: UInt64 = 0
    var windowStart = 0
    for _ in 0..<200 {
      let now = moment(UInt64(levels.count))
      switch Int.random(in: 0..<8, using: &numbers) {
      case 0, 1:
        meter.started(at: now)
        level += 1
      case 2 where level > 0:
        meter.finished(at: now)
        level -= 1
      case 3:
        level = UInt64.random(in: 0...9, using: &numbers)
        meter.set(level: Int(level), at: now)
      case 4 where seed % 2 == 0:
        meter.startWindow(at: now)
        windowStart = levels.count
      default:
        for _ in 0..<Int.random(in: 0...4, using: &numbers) { levels.append(level) }
      }
      #expect(meter.busy == Int(level))
    }
    let result = meter.result(at: moment(UInt64(levels.count)))
    let measured = levels[windowStart...]
    #expect(result.integral == measured.reduce(0) { $0 + UInt128($1) })
    #expect(result.mostAtOnce == measured.max() ?? 0)
    #expect(result.window == .nanoseconds(UInt64(measured.count)))
    if !measured.isEmpty {
      #expect(result.meanLevel == Double(measured.reduce(0, +)) / Double(measured.count))
    }
  }

  @Test("adds runs up")
  func merge() {
    var first = BusyMeter()
    first.set(level: 3, at: moment(0))
    var second = BusyMeter()
    second.set(level: 1, at: moment(10))
    let merged = first.result(at: moment(10)).merging(second.result(at: moment(30)))
    #expect(merged.window == .nanoseconds(40))
    #expect(merged.integral == 50)
    #expect(merged.mostAtOnce == 3)
    #expect(merged.meanLevel == 1.25)
  }

  @Test("stops when an idle server becomes idle")
  func finishedTwice() async {
    await #expect(processExitsWith: .failure) {
      var meter = BusyMeter()
      meter.finished(at: .start)
    }
  }
}

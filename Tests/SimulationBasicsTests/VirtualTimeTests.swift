import SimulationBasics
import Testing

@Suite("Virtual time")
struct VirtualTimeTests {
  @Test("counts whole nanoseconds, and lengths are moments apart")
  func arithmetic() {
    let moment = VirtualTime.start + .milliseconds(250)
    #expect(moment.nanosecondsSinceStart == 250_000_000)
    #expect(moment - .start == .microseconds(250_000))
    #expect(moment.sinceStart == .milliseconds(250))
    #expect(.start < moment)
    #expect(moment < .never)
    #expect(VirtualDuration.hours(1) == .minutes(60))
    #expect(VirtualDuration.minutes(1) == .seconds(60))
    #expect(VirtualDuration.seconds(3) - .seconds(1) + .zero == .seconds(2))
    #expect(VirtualDuration.milliseconds(5) * 3 == .milliseconds(15))
    #expect(VirtualDuration.milliseconds(1_500).inSeconds == 1.5)
    #expect(VirtualDuration.microseconds(1_500).inMilliseconds == 1.5)
  }

  @Test("stops the run rather than wrap round")
  func overflow() async {
    // Printed, because the optimizer may drop a sum that nobody uses, and its trap with it.
    await #expect(processExitsWith: .failure) { print(VirtualTime.never + .nanoseconds(1)) }
    await #expect(processExitsWith: .failure) {
      print(VirtualTime.start - (VirtualTime.start + .nanoseconds(1)))
    }
    await #expect(processExitsWith: .failure) {
      print(VirtualDuration.seconds(1) - VirtualDuration.seconds(2))
    }
    await #expect(processExitsWith: .failure) { print(VirtualDuration.seconds(.max)) }
    await #expect(processExitsWith: .failure) { print(VirtualDuration.hours(24) * .max) }
  }
}

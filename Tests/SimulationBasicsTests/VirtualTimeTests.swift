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
    // Each value is looked at: a release build leaves out what nobody needs, its trap included.
    await #expect(processExitsWith: .failure) {
      #expect(VirtualTime.never + .nanoseconds(1) != .start)
    }
    await #expect(processExitsWith: .failure) {
      #expect(VirtualTime.start - (VirtualTime.start + .nanoseconds(1)) != .zero)
    }
    await #expect(processExitsWith: .failure) {
      #expect(VirtualDuration.seconds(1) - VirtualDuration.seconds(2) != .zero)
    }
    await #expect(processExitsWith: .failure) { #expect(VirtualDuration.seconds(.max) != .zero) }
    await #expect(processExitsWith: .failure) {
      #expect(VirtualDuration.hours(24) * .max != .zero)
    }
  }
}

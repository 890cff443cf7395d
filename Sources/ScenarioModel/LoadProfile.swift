public import SimulationBasics

/// A shape of load that load testers know by name, for any number of users.
///
/// The shapes are those of k6's guide to load test types; `stress` climbs in four steps and `spike`
/// starts from a tenth of the users, so that where contention begins and whether it ends can be
/// seen.
public enum LoadProfile: String, CaseIterable, Hashable, Sendable {
  /// The usual load: up in 5 minutes, 30 minutes at it, down in 5.
  case load
  /// The usual load for hours: up in 5 minutes, 8 hours at it, down in 5 minutes.
  case soak
  /// Four equal steps up, each of a 2-minute ramp and 5 minutes at it; down in 10 minutes.
  case stress
  /// A tenth of the users for a minute, all of them within 10 s and for 3 minutes, a tenth for 3
  /// minutes more.
  case spike

  /// The executor of this shape with a number of users at its highest.
  ///
  /// - Parameters:
  ///   - peak: The largest number of users; at least 1.
  ///   - hold: How long the load stays at the highest number (for `stress`: on each step), if not
  ///     as long as the shape says.
  public func executor(peak: Int, hold: VirtualDuration? = nil) -> Executor {
    precondition(peak >= 1, "a load without users")
    func stage(_ length: VirtualDuration, _ target: Int) -> Executor.Stage {
      Executor.Stage(duration: length, target: target)
    }
    var stages: [Executor.Stage] = []
    switch self {
    case .load:
      stages = [
        stage(.minutes(5), peak), stage(hold ?? .minutes(30), peak), stage(.minutes(5), 0),
      ]
    case .soak:
      stages = [stage(.minutes(5), peak), stage(hold ?? .hours(8), peak), stage(.minutes(5), 0)]
    case .stress:
      for step in 1...4 {
        let users = max(1, peak * step / 4)
        stages += [stage(.minutes(2), users), stage(hold ?? .minutes(5), users)]
      }
      stages.append(stage(.minutes(10), 0))
    case .spike:
      let usual = max(1, peak / 10)
      stages = [
        stage(.seconds(10), usual), stage(.minutes(1), usual), stage(.seconds(10), peak),
        stage(hold ?? .minutes(3), peak), stage(.seconds(10), usual), stage(.minutes(3), usual),
        stage(.seconds(10), 0),
      ]
    }
    return .rampingVUs(startVUs: 0, stages: stages, gracefulRampDown: .seconds(30))
  }
}

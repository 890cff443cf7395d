import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// The flags that say who generates load, judged as k6 judges them
/// (`lib/executor/execution_config_shortcuts.go`).
extension CommandLineArguments {
  /// The users that the flags ask for; `nil` when a flag is wrong, which has then been noted.
  mutating func users() -> RunRequest.Users? {
    let vus = count(of: .vus, in: RunRequest.userRange)
    let duration = positiveTime(of: .duration)
    let iterations = count(of: .iterations, in: RunRequest.iterationRange)
    let stages = stages()
    let profile = value(of: .profile) { LoadProfile(rawValue: $0) }
    // Each says how the number of users goes; a profile takes the stages' place.
    let shapes = [Flag.iterations, .stage, .profile].filter { isGiven($0) }
    for flag in shapes.dropLast() {
      problems.append(.contradiction(shapes[shapes.count - 1], flag))
    }
    if isGiven(.stage), isGiven(.duration) { problems.append(.contradiction(.stage, .duration)) }

    if isGiven(.profile) {
      guard let profile else { return nil }
      return checked(.profile(profile, peak: vus, hold: duration))
    }
    if isGiven(.stage) {
      return stages.map { .stages($0, startVUs: vus ?? RunRequest.defaultUsers) }
    }
    if isGiven(.iterations) {
      let vus = vus ?? RunRequest.defaultUsers
      if let iterations, iterations < vus {
        problems.append(.fewerIterations(iterations, thanUsers: vus))
      }
      return iterations.map {
        .iterations($0, vus: vus, maxDuration: duration ?? RunRequest.defaultMaxDuration)
      }
    }
    guard isGiven(.vus) || isGiven(.duration) else { return .asModelled }
    return .constant(
      vus: vus ?? RunRequest.defaultUsers, duration: duration ?? RunRequest.defaultDuration)
  }

  /// The users of a profile, if it ends within the longest time of a model.
  private mutating func checked(_ users: RunRequest.Users) -> RunRequest.Users? {
    var length = VirtualDuration.zero
    // A hold is at most 100 years, and a profile has at most four of them: the sum fits.
    for part in users.executor(insteadOf: nil)?.lengths ?? [] { length += part }
    guard length > .longestInAModel else { return users }
    problems.append(.stagesTooLong(.profile))
    return nil
  }

  mutating func positiveTime(of flag: Flag) -> VirtualDuration? {
    parsed(flag) { text throws(Problem) in
      let duration = try TimeParser.parse(text)
      guard duration > .zero else {
        throw .unexpected(found: .text(text), expected: .positiveTime)
      }
      return duration
    }
  }

  /// All stages, in their order; a flag may give several with commas between them.
  private mutating func stages() -> [Executor.Stage]? {
    var stages: [Executor.Stage] = []
    var total = VirtualDuration.zero
    for list in texts(of: .stage) {
      for text in list.split(separator: ",", omittingEmptySubsequences: false) {
        guard let stage = parsed(.stage, String(text), StageParser.parse) else { continue }
        // Each is at most 100 years: the sum of two cannot overflow.
        total += stage.duration
        guard total <= .longestInAModel else {
          problems.append(.stagesTooLong(.stage))
          return nil
        }
        stages.append(stage)
      }
    }
    return stages
  }
}

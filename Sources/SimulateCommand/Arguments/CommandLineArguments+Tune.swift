import Experiments
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// The flags of `tune`.
extension CommandLineArguments {
  mutating func tuneRequest() -> TuneRequest {
    var request = TuneRequest()
    request.model = modelChoice()
    let users = users()
    request.userFlags = [.profile, .stage, .vus, .duration].filter { isGiven($0) }
    if request.userFlags == [.duration] {
      // As many users as the model has, for this long.
      if let duration = positiveTime(of: .duration) { request.duration = duration }
      request.userFlags = []
    } else if let users {
      request.users = users
    }
    request.place = value(of: .at) { RetryPlace(rawValue: $0) }
    readGrid(into: &request)
    request.longest = positiveTime(of: .maxP99)
    request.isExhaustive = isGiven(.exhaustive)
    if let seed = seed() { request.seed = seed }
    if let count = severalReplications() { request.replications = count }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    (request.csvPath, request.markdownPath) = reportPaths()
    request.exportPath = text(of: .export)
    for (flag, path) in [(Flag.csv, request.csvPath), (.markdown, request.markdownPath)] {
      if let path, !path.isEmpty, path == request.exportPath {
        problems.append(.sameFile(flag, .export, path))
      }
    }
    request.showsProgress = !isGiven(.quiet)
    return request
  }

  private mutating func readGrid(into request: inout TuneRequest) {
    if let shapes = items(of: .policy, { RetryGrid.Shape(rawValue: $0) }) {
      request.grid.shapes = shapes
    }
    if let bases = items(of: .base, Self.pause) { request.grid.bases = bases }
    if let caps = items(of: .cap, Self.pause) { request.grid.caps = caps }
    if let factors = items(of: .factor, Self.factor) { request.grid.factors = factors }
    let attempts = items(of: .attempts) { text in
      WholeNumberText.value(of: text, as: Int.self).flatMap {
        TuneRequest.attemptRange.contains($0) ? $0 : nil
      }
    }
    if let attempts { request.grid.attempts = attempts }
    if let jitters = items(of: .jitter, { Backoff.Jitter(rawValue: $0) }) {
      request.grid.jitters = jitters
    }
    let budgets = items(of: .retryBudget) { text -> RetryBudget?? in
      if text == "none" { return .some(nil) }
      return PercentText.positiveValue(of: text).map { .some(RetryBudget(ratio: $0)) }
    }
    if let budgets {
      request.grid.budgets = budgets
      request.namesBudgets = true
      if request.place == .service { problems.append(.budgetOfService) }
    }
  }

  /// A time of more than nothing that a pause may last.
  private static func pause(_ text: String) -> VirtualDuration? {
    guard let time = try? VirtualDuration(text: text), time > .zero,
      time <= TuneRequest.longestPause
    else { return nil }
    return time
  }

  /// A number in decimal notation that a range may be multiplied by.
  private static func factor(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
    }
    guard isPlain, let factor = Double(text), TuneRequest.factorRange.contains(factor) else {
      return nil
    }
    return factor
  }

  /// The values with commas between them, each once, noting a problem when one is none.
  private mutating func items<Value: Equatable>(
    of flag: Flag, _ read: (String) -> Value?
  ) -> [Value]? {
    guard let text = text(of: flag), !text.isEmpty else { return nil }
    var values: [Value] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = read(String(item)) else {
        problems.append(.badValue(flag, text))
        return nil
      }
      if !values.contains(value) { values.append(value) }
    }
    return values
  }
}

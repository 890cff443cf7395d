import Experiments

extension CommandSession {
  /// Makes the runs of an experiment on all cores, and merges what they yield in the order of their
  /// indices.
  ///
  /// Which core makes which run changes nothing: equal indices yield equal parts. The user's Ctrl-C
  /// is seen before each run.
  ///
  /// - Parameter jobs: How many runs go on at once at most; `nil` is one for each core.
  func runInParallel<Work: Experiment>(
    _ work: Work, title: String, showsProgress: Bool, atOnce jobs: Int? = nil
  ) throws(CommandFailure) -> Work.Outcome {
    let count = work.runCount
    var parts: [Work.Part?] = Array(repeating: nil, count: count)
    var finished = 0
    var progress = ProgressBar(title: title, wanted: showsProgress, io: io)
    defer { progress.clear() }
    try runAsTheyCome(0..<count, atOnce: jobs) {
      work.run($0)
    } take: { index, part in
      parts[index] = part
      finished += 1
      progress.advance(to: Double(finished) / Double(count), "\(finished) of \(count) runs")
    }
    if io.isInterrupted() { throw .interrupted }
    return work.merge(
      parts.map { part in
        guard let part else { preconditionFailure("every run yields a part") }
        return part
      })
  }
}

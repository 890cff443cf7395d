import Dispatch
import Experiments
import Synchronization

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
    let finished = Mutex(FinishedRuns<Work.Part>(count: work.runCount))
    // Safe because the lock guards these two as well: only who holds it looks and draws.
    nonisolated(unsafe) let io = io
    nonisolated(unsafe) var progress = ProgressBar(title: title, wanted: showsProgress, io: io)
    defer { progress.clear() }
    // Each worker takes the next run when it is done with one.
    let workers = min(jobs ?? work.runCount, work.runCount)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      // Ends: each round takes a run that nobody has taken.
      while true {
        let next = finished.withLock { runs -> Int? in
          if !runs.isInterrupted { runs.isInterrupted = io.isInterrupted() }
          if runs.isInterrupted || runs.taken == work.runCount { return nil }
          runs.taken += 1
          return runs.taken - 1
        }
        guard let index = next else { return }
        let part = work.run(index)
        finished.withLock { runs in
          runs.parts[index] = part
          runs.count += 1
          progress.advance(
            to: Double(runs.count) / Double(work.runCount),
            "\(runs.count) of \(work.runCount) runs")
        }
      }
    }
    let runs = finished.withLock { $0 }
    if runs.isInterrupted || io.isInterrupted() { throw .interrupted }
    return work.merge(
      runs.parts.map { part in
        guard let part else { preconditionFailure("every run yields a part") }
        return part
      })
  }
}

/// The parts that have come so far, by the index of their run.
private struct FinishedRuns<Part: Sendable>: Sendable {
  var parts: [Part?]
  /// How many have been begun, those with the smallest indices.
  var taken = 0
  var count = 0
  var isInterrupted = false

  init(count: Int) { parts = Array(repeating: nil, count: count) }
}

import Dispatch
import Experiments
import Synchronization

extension CommandSession {
  /// Makes the runs of an experiment on all cores, and merges what they yield in the order of their
  /// indices.
  ///
  /// Each core takes the next run when it is done with one. Which core makes which run changes
  /// nothing: equal indices yield equal parts. The user's Ctrl-C is seen before each run.
  func runInParallel<Work: Experiment>(
    _ work: Work, title: String, showsProgress: Bool
  ) throws(CommandFailure) -> Work.Outcome {
    let finished = Mutex(FinishedRuns<Work.Part>(count: work.runCount))
    // Safe because the lock guards these two as well: only who holds it looks and draws.
    nonisolated(unsafe) let io = io
    nonisolated(unsafe) var progress = ProgressBar(title: title, wanted: showsProgress, io: io)
    defer { progress.clear() }
    DispatchQueue.concurrentPerform(iterations: work.runCount) { index in
      let isInterrupted = finished.withLock { runs in
        if !runs.isInterrupted { runs.isInterrupted = io.isInterrupted() }
        return runs.isInterrupted
      }
      if isInterrupted { return }
      let part = work.run(index)
      finished.withLock { runs in
        runs.parts[index] = part
        runs.count += 1
        progress.advance(
          to: Double(runs.count) / Double(work.runCount),
          "\(runs.count) of \(work.runCount) runs")
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
  var count = 0
  var isInterrupted = false

  init(count: Int) { parts = Array(repeating: nil, count: count) }
}

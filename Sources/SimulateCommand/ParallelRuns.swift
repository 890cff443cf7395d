import Dispatch
import Experiments
import Synchronization

extension CommandSession {
  /// Makes the runs of an experiment on all cores, and merges what they yield in the order of their indices.
  ///
  /// Which thread makes which run changes nothing: equal indices yield equal parts.
  func runInParallel<Work: Experiment>(
    _ work: Work, title: String, showsProgress: Bool
  ) throws(CommandFailure) -> Work.Outcome {
    let parts = Mutex<[Work.Part?]>(Array(repeating: nil, count: work.runCount))
    let isStopped = Atomic<Bool>(false)
    var progress = ProgressBar(title: title, wanted: showsProgress, io: io)
    defer { progress.clear() }
    let step = max(1, work.runCount / 70) * 2
    var done = 0
    while done < work.runCount {
      let first = done
      let count = min(step, work.runCount - done)
      DispatchQueue.concurrentPerform(iterations: count) { offset in
        if isStopped.load(ordering: .relaxed) { return }
        let part = work.run(first + offset)
        parts.withLock { $0[first + offset] = part }
      }
      if io.isInterrupted() { throw .interrupted }
      done += count
      progress.advance(
        to: Double(done) / Double(work.runCount), "\(done) of \(work.runCount) runs")
    }
    return work.merge(parts.withLock { $0.compactMap { $0 } })
  }
}

import Dispatch
import Synchronization

extension CommandSession {
  /// Makes many runs on all cores, and hands on what each yields as soon as it is over.
  ///
  /// Nothing is kept, so that memory does not grow with the number of runs. Runs are begun in the
  /// order of their positions; they end in any. The user's Ctrl-C is seen before each run: what is
  /// under way is made to its end and handed on, and so it is when `take` has thrown.
  ///
  /// - Parameters:
  ///   - positions: The runs to make.
  ///   - jobs: How many go on at once at most; `nil` is one for each core.
  ///   - run: Makes a run. Called by several threads at once, and no lock is held meanwhile.
  ///   - take: Takes what a run has yielded; never called twice at once.
  func runAsTheyCome<Positions: RandomAccessCollection<Int> & Sendable, Part: Sendable>(
    _ positions: Positions, atOnce jobs: Int?, run: @Sendable (Int) -> Part,
    take: @escaping (Int, Part) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    let state = Mutex(TakenRuns())
    // Safe because the lock guards these two as well: only who holds it looks and takes.
    nonisolated(unsafe) let io = io
    nonisolated(unsafe) let take = take
    DispatchQueue.concurrentPerform(iterations: min(jobs ?? positions.count, positions.count)) {
      _ in
      // Ends: each round takes a run that nobody has taken.
      while true {
        let next = state.withLock { state -> Int? in
          if state.failure != nil || state.taken == positions.count { return nil }
          if io.isInterrupted() {
            state.failure = .interrupted
            return nil
          }
          state.taken += 1
          return positions[positions.index(positions.startIndex, offsetBy: state.taken - 1)]
        }
        guard let position = next else { return }
        let part = run(position)
        state.withLock { state in
          do throws(CommandFailure) {
            try take(position, part)
          } catch {
            state.failure = error
          }
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}

/// How far the runs are.
private struct TakenRuns: Sendable {
  /// How many have been begun.
  var taken = 0
  /// Why no more are begun.
  var failure: CommandFailure?
}

package import ScenarioModel
package import SimulationBasics

/// When the iterations of an executor by rate begin: where the integral of its rate reaches given
/// amounts.
///
/// Everything is exact. Amounts are counted in parts (`ArrivalRate.partsOfIteration`), in which a
/// stage from a to b iterations a unit that lasts d nanoseconds has (a + b)·d, and 2·a·t + (b −
/// a)·t²/d of them in its first t nanoseconds. A moment is the whole nanosecond below the instant
/// at which that reaches what is due, so errors do not add up.
///
/// Source of the rules: k6, `lib/executor/{constant,ramping}_arrival_rate.go`. At a constant rate
/// the first iteration begins with the executor, at a ramping one where the integral reaches one.
/// An iteration that would begin in the very moment in which the executor ends does not.
package struct ArrivalSchedule: Sendable {
  /// How much of the integral one iteration is.
  private let partsOfIteration: UInt64
  private let stages: [RateStage]
  private let length: UInt64
  private var stage = 0
  /// When the present stage began.
  private var stageStart: UInt64 = 0
  /// How much of the integral is due, counted from the beginning of the stage.
  private var due: UInt128 = 0
  /// Whether the next iteration is due without anything more of the integral.
  private var isFirstDue = false

  /// The schedule of an executor, counted from its start; `nil` for one that has no rate.
  package init?(_ executor: Executor) {
    switch executor {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations:
      return nil
    case .constantArrivalRate(let rate, let duration, _):
      partsOfIteration = rate.partsOfIteration
      stages = [RateStage(from: rate.iterations, to: rate.iterations, lasting: duration)]
      isFirstDue = true
    case .rampingArrivalRate(let startRate, let stages, _):
      partsOfIteration = startRate.partsOfIteration
      var from = startRate.iterations
      self.stages = stages.map { stage in
        defer { from = stage.target }
        return RateStage(from: from, to: stage.target, lasting: stage.duration)
      }
    }
    length = executor.length.inNanoseconds
  }

  /// When the next iteration begins that follows the one before as k6 has it; `nil` when none does.
  package mutating func next() -> VirtualDuration? {
    let isFirst = isFirstDue
    isFirstDue = false
    return next(after: isFirst ? 0 : partsOfIteration)
  }

  /// When the integral will have grown by so many parts since the last iteration; `nil` when it
  /// does not before the end.
  ///
  /// - Complexity: O(stages) in all, and O(1) for each iteration, except where a rate comes from or
  ///   falls to practically nothing: O(log(nanoseconds)) there.
  package mutating func next(after parts: UInt64) -> VirtualDuration? {
    due += UInt128(parts)
    while stage < stages.count {
      let current = stages[stage]
      if current.parts > 0 && due <= current.parts {
        let moment = stageStart + current.moment(of: due)
        return moment < length ? .nanoseconds(moment) : nil
      }
      due -= current.parts
      stageStart += current.length
      stage += 1
    }
    return nil
  }
}

/// A length of time over which a rate moves in a straight line.
struct RateStage: Sendable, BitwiseCopyable {
  /// Iterations a unit of time at the beginning and at the end.
  let from: UInt64
  let to: UInt64
  let length: UInt64

  init(from: Int, to: Int, lasting length: VirtualDuration) {
    precondition(from >= 0, "a negative rate")
    precondition(to >= 0, "a negative rate")
    self.from = UInt64(from)
    self.to = UInt64(to)
    self.length = length.inNanoseconds
  }

  /// How much of the integral the stage has.
  var parts: UInt128 { UInt128(from + to) * UInt128(length) }

  /// The whole nanosecond, counted from the beginning of the stage, below the instant at which the
  /// integral reaches an amount.
  ///
  /// The quadratic is solved in floating point, and the solution is then moved until it is exact:
  /// so it does not matter how the floating point was rounded.
  ///
  /// - Precondition: The stage has that much, and a rate.
  func moment(of due: UInt128) -> UInt64 {
    if from == to { return UInt64(due / UInt128(2 * from)) }
    // The first is reached, the second is not; nothing is known of what lies between.
    var reached: UInt64
    var missed: UInt64
    var step: UInt64 = 1
    let guess = estimate(of: due)
    if isWithin(due, at: guess) {
      reached = guess
      missed = guess + 1
      // Ends: the step doubles, and nothing lies behind the stage's end.
      while missed <= length, isWithin(due, at: missed) {
        reached = missed
        step *= 2
        missed = min(length + 1, reached + step)
      }
    } else {
      missed = guess
      reached = guess - 1
      // Ends: the step doubles, and the beginning is always reached.
      while !isWithin(due, at: reached) {
        missed = reached
        step *= 2
        reached -= min(step, reached)
      }
    }
    while missed - reached > 1 {
      let middle = reached + (missed - reached) / 2
      if isWithin(due, at: middle) { reached = middle } else { missed = middle }
    }
    return reached
  }

  /// Whether the integral is at most this much after so many nanoseconds.
  private func isWithin(_ due: UInt128, at moment: UInt64) -> Bool {
    // Both sides of 2·a·t + (b − a)·t²/d ≤ due are multiplied by d, which makes them whole.
    let constant = UInt128(2 * from) * UInt128(length)
    let slope =
      to > from
      ? constant + UInt128(to - from) * UInt128(moment)
      : constant - UInt128(from - to) * UInt128(moment)
    let sum = slope.multipliedFullWidth(by: UInt128(moment))
    let bound = due.multipliedFullWidth(by: UInt128(length))
    return sum.high == bound.high ? sum.low <= bound.low : sum.high < bound.high
  }

  /// The solution of the quadratic as floating point has it, within the stage.
  private func estimate(of due: UInt128) -> UInt64 {
    let due = Double(due)
    let from = Double(from)
    let square = from * from + (Double(to) - from) * due / Double(length)
    let divisor = from + ElementaryFunctions.squareRoot(max(0, square))
    guard divisor > 0 else { return 0 }
    let moment = due / divisor
    return moment < Double(length) ? UInt64(moment) : length
  }
}

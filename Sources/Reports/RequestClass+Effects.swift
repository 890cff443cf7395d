import ScenarioModel

/// How many effects a request has that succeeds, as far as its steps say.
extension RequestClass {
  /// Whether effects can be told as requests.
  enum EffectCount {
    case none
    /// Exactly one each.
    case one
    /// Several, or a number that differs from request to request.
    case other
  }

  /// How many effects each success has.
  ///
  /// - Complexity: O(number of steps · depth).
  var effectCount: EffectCount {
    let updates = steps.updates
    if updates.isEmpty { return .none }
    guard updates.count == 1, !mayHaveNoEffect else { return .other }
    let row = updates[0].row
    return row.item == nil && keys[row.key].isPlural ? .other : .one
  }

  /// Whether it has updates of which none is sure to be made: such a success acknowledges nothing
  /// that the ledger could look for.
  ///
  /// - Complexity: O(number of steps · depth).
  var mayHaveNoEffect: Bool {
    !steps.updates.isEmpty && !steps.unconditionalUpdates.contains { isSure($0.row) }
  }

  /// Whether every request has such a row, or at least one.
  private func isSure(_ row: RowReference) -> Bool {
    let key = keys[row.key]
    if case .subset = key.choice { return false }
    return (row.item ?? 0) < key.count.lowerBound && !steps.mayLeaveOutRows(of: row.key)
  }
}

extension [Step] {
  /// The updates that do not stand where only some requests come.
  fileprivate var unconditionalUpdates: [UpdateStep] {
    flatMap { step -> [UpdateStep] in
      switch step {
      case .update(let update): return [update]
      case .choose(let branches) where branches.count > 1: return []
      case .everyNth, .cache: return []
      default: return step.innerSteps.unconditionalUpdates
      }
    }
  }

  /// Whether a step leaves out rows of a key that another transaction has locked (SKIP LOCKED).
  fileprivate func mayLeaveOutRows(of key: Int) -> Bool {
    contains { step in
      switch step {
      case .lock(let lock): lock.patience == .skipLocked && lock.row.key == key
      case .lockAll(let locks):
        locks.patience == .skipLocked && locks.rows.contains { $0.key == key }
      default: step.innerSteps.mayLeaveOutRows(of: key)
      }
    }
  }
}

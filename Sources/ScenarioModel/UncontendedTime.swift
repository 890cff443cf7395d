import SimulationBasics

/// How long steps take on average when nobody else is there and nothing fails.
///
/// With leg d and service s of the database, leg r and service c of the lock server (u for an
/// unlock), all of them means, the times are:
/// - `cpu`, `delay`, `use`: what the step says;
/// - a statement: 2d + s, for each row that its key stands for there; one that writes outside a
///   transaction commits at the server: + s(commit);
/// - `transaction`: the steps, BEGIN 2d + s and COMMIT 2d + s;
/// - `cache`: the steps, as when the entry is missing, and in Redis 2r + c each for GET and SET;
/// - `distributedLock`: the steps, and 2r + c to take it and 2r + u to give it back;
/// - `idempotent`: the steps, and the statements for the lookup, the insert and the completion;
/// - `forEach`: the steps times the mean number of rows; `choose` and `everyNth`: the steps of each
///   branch as often as it is taken; every other step that contains steps: the steps.
///
/// What a strategy's guard adds to the statements (a version check reads first) is left out.
struct UncontendedTime {
  private let system: SystemModel
  private let keys: [RowKey]
  private let defence: Defence

  init(of request: RequestClass, in system: SystemModel, under defence: Defence) {
    self.system = system
    keys = request.keys
    self.defence = defence
  }

  /// What surrounds some steps.
  struct Place {
    var isInTransaction = false
    /// The keys of which a `forEach` is at one row.
    var keysAtOneRow: [Int] = []

    /// The place of the steps inside a step that stands here.
    func inside(_ step: Step) -> Place {
      var inner = self
      switch step {
      case .transaction: inner.isInTransaction = true
      case .forEach(let key, _): inner.keysAtOneRow.append(key)
      default: break
      }
      return inner
    }
  }

  /// The mean in nanoseconds; infinite where a distribution has no mean.
  ///
  /// - Complexity: O(number of steps · depth).
  func mean(of steps: [Step], at place: Place) -> Double {
    var sum = 0.0
    for step in steps { sum += mean(of: step, at: place) }
    return sum
  }

  private func mean(of step: Step, at place: Place) -> Double {
    func inner(_ steps: [Step]) -> Double { mean(of: steps, at: place.inside(step)) }
    func forRows(of row: RowReference, _ time: Double) -> Double {
      row.item == nil ? rowCount(of: row.key, at: place) * time : time
    }
    let database = system.database
    let isInside = place.isInTransaction
    switch step {
    case .cpu(let time), .delay(let time), .use(_, let time): return mean(time)
    case .distributedLock(let lock):
      return inner(lock.steps) + (defence.includes(lock.layer) ? lockCommands : 0)
    case .idempotent(let idempotent):
      let own = defence.includes(idempotent.layer) ? keyStatements(of: idempotent) : 0
      return inner(idempotent.steps) + own
    case .transaction(let transaction):
      let body = inner(transaction.steps + transaction.afterCommitPoint)
      let isPart = isInside && transaction.propagation == .required
      return isPart ? body : body + statement(database.begin) + statement(database.commit)
    case .retry(_, let steps), .connection(let steps), .gate(_, let steps): return inner(steps)
    case .forEach(let key, let steps): return rowCount(of: key, at: place) * inner(steps)
    case .choose(let branches):
      var weights = 0.0
      var sum = 0.0
      for branch in branches where branch.weight > 0 {
        weights += Double(branch.weight)
        sum += Double(branch.weight) * inner(branch.steps)
      }
      return weights == 0 ? 0 : sum / weights
    case .everyNth(let occasions, let steps, let otherwise):
      let share = 1 / Double(occasions.every)
      return share * inner(steps) + (share == 1 ? 0 : (1 - share) * inner(otherwise))
    case .read(let row): return forRows(of: row, statement(database.select))
    case .lock(let lock): return forRows(of: lock.row, statement(database.select))
    case .lockAll(let locks):
      return locks.rows.reduce(0) { $0 + forRows(of: $1, statement(database.select)) }
    case .cache(let cache): return inner(cache.steps) + cacheCommands(cache)
    case .update(let update):
      return forRows(of: update.row, writing(database.update, inTransaction: isInside))
    case .insert: return writing(database.insert, inTransaction: isInside)
    case .barrier, .refuse, .respond: return 0
    }
  }

  /// The statements with which an idempotency key is looked up, inserted and completed.
  private func keyStatements(of idempotent: IdempotentStep) -> Double {
    let database = system.database
    let insertsInside = idempotent.insert == .same
    var sum = writing(database.insert, inTransaction: insertsInside)
    switch idempotent.lookup {
    case .none: break
    case .plain: sum += statement(database.select)
    case .forUpdate:
      sum += statement(database.select)
      // A transaction of its own has both: COMMIT is a statement then.
      if !insertsInside { sum += statement(database.begin) + 2 * mean(database.network) }
    }
    return sum + writing(database.update, inTransaction: idempotent.completion != .own)
  }

  private func writing(_ service: DurationDistribution, inTransaction isInside: Bool) -> Double {
    statement(service) + (isInside ? 0 : mean(system.database.commit))
  }

  private func statement(_ service: DurationDistribution) -> Double {
    2 * mean(system.database.network) + mean(service)
  }

  /// To take a lock and to give it back.
  private var lockCommands: Double {
    let server = system.lockServer
    return 4 * mean(server.network) + mean(server.command) + mean(server.unlock ?? server.command)
  }

  /// To look an entry up and to put it, when it is missing.
  private func cacheCommands(_ cache: CacheStep) -> Double {
    let server = system.lockServer
    return switch system.caches[cache.cache].store {
    case .instance: 0
    case .redis: 4 * mean(server.network) + 2 * mean(server.command)
    }
  }

  private func mean(_ time: DurationDistribution) -> Double {
    time.meanInNanoseconds ?? .infinity
  }

  /// The mean number of rows that a key stands for at a place.
  private func rowCount(of index: Int, at place: Place) -> Double {
    if place.keysAtOneRow.contains(index) { return 1 }
    let key = keys[index]
    // A key takes its rows from one before it, so that this ends.
    if case .subset(let other, let probability) = key.choice {
      return probability * rowCount(of: other, at: Place())
    }
    return (Double(key.count.lowerBound) + Double(key.count.upperBound)) / 2
  }
}

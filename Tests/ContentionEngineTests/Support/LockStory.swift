import ContentionEngine
import RequestPrograms
import SimulationBasics

extension CompiledScenario {
  /// What became of the locks of the database, one line each: the time, the user, whether it takes,
  /// awaits or drops a lock, its mode and kind, and where it is.
  ///
  /// What begins and ends in one event is not seen: the wait that closes a cycle, for example, of
  /// which the deadlock report tells. A wait that ends without the lock is told by `gives up`.
  func lockStory(seed: UInt64 = 1) -> [String] {
    var simulation = Simulation(self, seed: seed)
    var lines: [String] = []
    var known: [LockGlimpse] = []
    while simulation.runNextEvent() {
      let seen = simulation.locksInSight()
      let moment = simulation.now.sinceStart
      for old in known where !seen.contains(where: { $0.isSameLock(as: old) }) {
        let granted = seen.contains { $0.isGrant(of: old) }
        if granted { continue }
        let verb = old.awaited == nil ? "drops" : "gives up"
        lines.append("\(moment) u\(old.user.index + 1) \(verb) \(old.lock.text)")
      }
      for new in seen where !known.contains(where: { $0.isSameLock(as: new) }) {
        let user = "\(moment) u\(new.user.index + 1)"
        if let awaited = new.awaited {
          lines.append("\(user) awaits \(new.lock.text) behind u\(awaited.index + 1)")
        } else {
          lines.append("\(user) takes \(new.lock.text)")
        }
      }
      known = seen
    }
    return lines
  }
}

extension LockGlimpse {
  /// The same lock, held or waited for as before; whom the wait is for may have changed.
  fileprivate func isSameLock(as other: LockGlimpse) -> Bool {
    user == other.user && level == other.level && lock == other.lock
      && (awaited == nil) == (other.awaited == nil)
  }

  fileprivate func isGrant(of wait: LockGlimpse) -> Bool {
    user == wait.user && level == wait.level && lock == wait.lock && awaited == nil
      && wait.awaited != nil
  }
}

extension DeadlockLock {
  /// `X gap keys end`: mode, kind, table and record.
  var text: String {
    let mode = mode == .shared ? "S" : "X"
    let kind =
      switch kind {
      case .record: "record"
      case .gap: "gap"
      case .nextKey: "next-key"
      case .insertIntention: "insert"
      }
    let record =
      switch record {
      case .row(let number): "\(number)"
      case .key(let number): "key \(number)"
      case .supremum: "end"
      }
    return "\(mode) \(kind) \(table) \(record)"
  }
}

extension DeadlockReport {
  /// Each member on a line: who, in which statement, holding what, waiting for what; the victim is
  /// marked.
  var story: [String] {
    members.enumerated().map { index, member in
      "u\(member.user) \(member.statement.rawValue) holds \(member.holds.text), "
        + "awaits \(member.waitsFor.text)" + (index == victim ? " (victim)" : "")
    }
  }
}

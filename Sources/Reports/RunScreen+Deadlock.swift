import ContentionEngine
import SimulationBasics

/// What the last deadlock was about: who waited for what, and who lost.
extension RunScreen {
  /// The transactions of a longer cycle that are told one by one.
  private static let mostMembersTold = 4

  /// A line in words, or more lines when names are long.
  var deadlockLines: [String] {
    guard let deadlock = result.latestDeadlock else { return [] }
    let sentence = Self.sentence(about: deadlock)
    return ScreenText.lines(of: [sentence], within: ScreenText.width - 33).enumerated().map {
      row($0.offset == 0 ? "last deadlock" : "", $0.element)
    }
  }

  /// From the transaction that was rolled back along the cycle: "user 9 lost: it wanted users[1] of
  /// user 3, who wanted users[2]".
  static func sentence(about deadlock: DeadlockReport) -> String {
    let members = deadlock.members
    let cycle = members.indices.map { members[(deadlock.victim + $0) % members.count] }
    let told = cycle.prefix(mostMembersTold)
    var text = "user \(cycle[0].user) lost: it wanted " + place(of: cycle[0].waitsFor)
    for (before, member) in zip(told, told.dropFirst()) {
      let isSame = place(of: member.waitsFor) == place(of: before.waitsFor)
      text += " of user \(member.user), who wanted "
      text += isSame ? "the same" : place(of: member.waitsFor)
    }
    if told.count < cycle.count {
      text += " of user \(cycle[told.count].user), and so on round \(cycle.count) transactions"
    }
    return text
  }

  private static func place(of lock: DeadlockLock) -> String {
    let record =
      switch lock.record {
      case .row(let number): "\(lock.table)[\(number)]"
      case .key(let number): "key \(number) of \(lock.table)"
      case .supremum: ""
      }
    if lock.record == .supremum { return "the gap at the end of \(lock.table)" }
    return switch lock.kind {
    case .record, .nextKey: record
    case .gap, .insertIntention: "the gap before \(record)"
    }
  }
}

import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Steps that are done by chance, or on some occasions only.
extension Simulation {
  /// Goes on in one of several places, each with a probability proportional to its weight.
  mutating func choose(_ choice: CompiledChoice, for request: RequestID) {
    let total = choice.branches.last?.sum ?? 0
    let number = drawNumber(below: total, for: .branchChoice, of: requests[request].user)
    for branch in choice.branches where number < branch.sum {
      requests[request].programCounter = branch.place
      return
    }
  }

  /// Whether a request has come to one of the occasions that are meant.
  ///
  /// Where users are counted, the number is that of the request among all that its user has sent;
  /// where groups are, it is that of the visit. With `onlyFirstAttempt` a further attempt is not
  /// meant, and it is no visit either.
  mutating func isOccasion(_ occasion: Int, for request: RequestID) -> Bool {
    let rule = occasions[occasion]
    if rule.isOnlyFirstAttempt && requests[request].retries > 0 { return false }
    if rule.groupSize == 0 { return rule.means(requests[request].number) }
    return rule.means(countVisit(to: occasion, by: requests[request].user))
  }

  /// Whether a user has come to one of the occasions that are meant: its own are its iterations.
  mutating func isOccasion(_ occasion: Int, for user: UserID) -> Bool {
    let rule = occasions[occasion]
    if rule.groupSize == 0 { return rule.means(users[user.index].iterations) }
    return rule.means(countVisit(to: occasion, by: user))
  }

  private mutating func countVisit(to occasion: Int, by user: UserID) -> Int64 {
    occasions.count(occasion, load: Int(users[user.index].load), place: place(of: user))
  }

  /// The place of a user in its load, counted from 0.
  func place(of user: UserID) -> Int {
    Int(user.index) - loads[users[user.index].load].firstUser
  }
}

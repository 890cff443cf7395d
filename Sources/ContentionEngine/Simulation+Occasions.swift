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

  /// Goes on in one of several places of an iteration, each with a probability proportional to its
  /// weight; the branches stand where the user is.
  mutating func choose(below sum: UInt64, for user: UserID) {
    let number = drawNumber(below: sum, for: .iterationChoice, of: user)
    var place = iterationStarts[users[user.index].load] + users[user.index].programCounter
    // Ends: the number is below the sum of all weights, at which the last branch ends.
    while case .branch(let end, let target) = iterationInstructions[place] {
      if number < end {
        users[user.index].programCounter = target
        return
      }
      place += 1
    }
    broken("the weights of a choice do not sum to their sum")
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

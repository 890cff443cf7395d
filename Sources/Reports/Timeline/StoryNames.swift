import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What the rows, locks, users and faults of a scenario are called in its stories.
struct StoryNames: Sendable {
  private let compiled: CompiledScenario

  init(_ compiled: CompiledScenario) { self.compiled = compiled }

  var scenario: Scenario { compiled.scenario }

  func user(_ user: UserID) -> String { "user \(user.index + 1)" }

  /// The identifier of a request class, where there is more than one; nothing otherwise.
  func request(_ program: Int) -> String {
    scenario.requests.count > 1 ? scenario.requests[program].identifier : ""
  }

  // MARK: Rows

  /// The index of the table of a row.
  func table(of row: RowID) -> Int {
    compiled.firstRows.indices.last {
      scenario.tables[$0].fixedRows > 0 && compiled.firstRows[$0] <= Int(row.index)
    } ?? 0
  }

  /// `users[3]`; rows are counted from 1.
  func row(_ row: RowID) -> String {
    let table = table(of: row)
    return "\(scenario.tables[table].name)[\(Int(row.index) - compiled.firstRows[table] + 1)]"
  }

  /// `users[3].balance`.
  func column(_ column: Int, of row: RowID) -> String {
    self.row(row) + "." + scenario.tables[table(of: row)].columns[column].name
  }

  func initialValue(of row: RowID, column: Int) -> Int64 {
    scenario.tables[table(of: row)].columns[column].initialValue
  }

  // MARK: Locks

  /// Whether the lock's name has an idempotency key in it, so that its number stands for another
  /// name at another time.
  func isTransient(_ lock: LockID) -> Bool { Int(lock.index) >= compiled.lockCount }

  /// `balance:user:3`, with the numbers of its rows in place of the placeholders; a name with an
  /// idempotency key in it has that key in place of all of them.
  func lock(_ lock: LockID, key: UInt64) -> String {
    if isTransient(lock) {
      let name = compiled.lockNames.first { $0.isPerRequest }?.text ?? ""
      return (name.split(separator: "{").first ?? "") + "key-\(key)"
    }
    for (index, name) in compiled.lockNames.enumerated()
    where !name.isPerRequest && (name.first..<(name.first + name.count)).contains(Int(lock.index)) {
      return filled(name, index, with: Int(lock.index) - name.first)
    }
    return "lock \(lock.index)"
  }

  private func filled(_ name: LockNameRange, _ index: Int, with number: Int) -> String {
    let strides = compiled.lockSteps.first { $0.name == index }?.keys.map(\.stride) ?? []
    var text = ""
    var place = 0
    var isInside = false
    for character in name.text {
      switch character {
      case "{":
        isInside = true
        if place < strides.count {
          let next = place + 1 < strides.count ? strides[place + 1] : name.combinations
          text += "\(number % next / strides[place] + 1)"
        }
        place += 1
      case "}": isInside = false
      default: if !isInside { text.append(character) }
      }
    }
    return text
  }

  // MARK: Faults

  /// A fault of the scenario in a few words.
  func fault(_ index: Int) -> String {
    guard scenario.faults.indices.contains(index) else { return "fault \(index + 1)" }
    switch scenario.faults[index] {
    case .event(let event, _):
      switch event {
      case .pause(let length, let instance):
        return "pause of \(length)" + (instance.map { " of instance \($0 + 1)" } ?? "")
      case .instanceCrash: return "instance crash"
      case .redisFailover(let losing): return "Redis failover, losing \(losing)"
      case .redisOutage(let length, _, let policy):
        return "Redis outage of \(length), \(policy.rawValue)"
      case .databaseStall(let length): return "database stall of \(length)"
      case .clockJump(let length, let direction):
        return "clock jump of \(length) " + (direction == .ahead ? "ahead" : "back")
      }
    case .condition(let condition, _):
      switch condition {
      case .responseLoss: return "response loss"
      case .doubleSubmit(let after): return "double submit after \(after)"
      case .slowCommit(let by): return "slow commit, \(by) more"
      case .networkDelay(let by, let link):
        return "network delay of \(by)" + (link == .all ? "" : " to \(link.rawValue)")
      }
    }
  }

  /// Whether what a fault does has a line of its own: the answer that is lost, the second request.
  func showsOnItsOwn(_ index: Int) -> Bool {
    guard scenario.faults.indices.contains(index) else { return false }
    switch scenario.faults[index].kind {
    case .responseLoss, .doubleSubmit: return true
    case .pause, .instanceCrash, .redisFailover, .redisOutage, .databaseStall, .slowCommit,
      .networkDelay, .clockJump:
      return false
    }
  }

  /// Whether a fault takes time, so that it begins and ends.
  func lasts(_ index: Int) -> Bool {
    guard scenario.faults.indices.contains(index) else { return false }
    switch scenario.faults[index].kind {
    case .pause, .redisOutage, .databaseStall: return true
    case .responseLoss, .doubleSubmit, .instanceCrash, .redisFailover, .slowCommit, .networkDelay,
      .clockJump:
      return false
    }
  }
}

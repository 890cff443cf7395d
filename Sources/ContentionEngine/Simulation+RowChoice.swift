import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Which rows a request is about.
///
/// Each row takes a fixed number of samples of the user's stream (two for a hot set, one otherwise,
/// none where nothing is left to chance), so that what one request draws does not depend on which
/// rows another had. Rows that differ are drawn one after another from those that are left: a row
/// that is taken is as if it were not in the table.
extension Simulation {
  /// Chooses the rows of a new request.
  ///
  /// - Complexity: O(k²) for a key of k rows, and O(k · log(rows)) more for Zipf's law; nothing is
  ///   allocated.
  mutating func chooseRows(for request: RequestID, program: Int32) {
    for plan in rowPlans.plans(of: program) { chooseRows(by: rowPlans[plan], for: request) }
  }

  /// Chooses again what each attempt has of its own.
  mutating func redrawRows(for request: RequestID) {
    let program = requests[request].program
    guard rowPlans.redraws(program) else { return }
    for plan in rowPlans.plans(of: program) where rowPlans[plan].isRedrawn {
      chooseRows(by: rowPlans[plan], for: request)
    }
  }

  @inline(__always)
  private mutating func chooseRows(by plan: RowPlan, for request: RequestID) {
    let user = requests[request].user
    if plan.most == 1 && plan.least == 1 {
      switch plan.kind {
      case .virtualUser:
        put((Int(user.index) + 1) % plan.rowCount, at: 0, of: plan, for: request)
        return
      case .uniform:
        let row = drawNumber(below: UInt64(plan.rowCount), for: .rowChoice, of: user)
        put(Int(row), at: 0, of: plan, for: request)
        return
      case .zipf, .hotSet, .list, .subset: break
      }
    }
    chooseSeveral(by: plan, for: request, of: user)
  }

  private mutating func chooseSeveral(
    by plan: RowPlan, for request: RequestID, of user: UserID
  ) {
    var count = plan.least
    if plan.kind == .subset {
      count = chooseSubset(by: plan, for: request, of: user)
    } else {
      if plan.least < plan.most {
        let span = UInt64(plan.most - plan.least + 1)
        count += Int(drawNumber(below: span, for: .rowChoice, of: user))
      }
      rowPlans.beginChoice()
      switch plan.kind {
      case .virtualUser:
        // k6: row __VU % rows + 1, where __VU counts from 1, and the rows after it.
        for item in 0..<count {
          put((Int(user.index) + 1 + item) % plan.rowCount, at: item, of: plan, for: request)
        }
      case .uniform:
        for item in 0..<count {
          let left = UInt64(plan.rowCount - item)
          let number = Int(drawNumber(below: left, for: .rowChoice, of: user))
          put(
            rowPlans.choose(number, in: 0..<plan.rowCount), at: item, of: plan, for: request)
        }
      case .zipf:
        for item in 0..<count {
          let left = rowPlans.weightLeft(of: plan)
          let number = drawNumber(below: left, for: .rowChoice, of: user)
          put(rowPlans.chooseWeighted(number, of: plan), at: item, of: plan, for: request)
        }
      case .hotSet:
        for item in 0..<count {
          put(chooseHotOrCold(by: plan, of: user), at: item, of: plan, for: request)
        }
      case .list:
        chooseListed(count, by: plan, for: request, of: user)
      case .subset: break
      }
    }
    for item in count..<max(count, plan.most) {
      requests.put(RowID(index: -1), inSlot: plan.firstSlot + item, of: request)
    }
    if plan.isSorted { sortRows(count, of: plan, for: request) }
  }

  /// Hot or cold by chance, while there are rows of that kind, and then any of them.
  private mutating func chooseHotOrCold(by plan: RowPlan, of user: UserID) -> Int {
    let hot = 0..<plan.start
    let cold = plan.start..<plan.rowCount
    let hotLeft = hot.count - rowPlans.chosenCount(in: hot)
    let coldLeft = cold.count - rowPlans.chosenCount(in: cold)
    let wantsHot = drawChance(plan.probability, for: .rowChoice, of: user)
    let isHot = coldLeft == 0 || (hotLeft > 0 && wantsHot)
    let left = UInt64(isHot ? hotLeft : coldLeft)
    let number = Int(drawNumber(below: left, for: .rowChoice, of: user))
    return rowPlans.choose(number, in: isHot ? hot : cold)
  }

  /// The user's stretch of the list; a row that the stretch has already had is passed over.
  private mutating func chooseListed(
    _ count: Int, by plan: RowPlan, for request: RequestID, of user: UserID
  ) {
    var place = Int(user.index) % plan.length * plan.most % plan.length
    var item = 0
    // Ends: the list has as many different rows as are wanted.
    while item < count {
      let row = rowPlans.listedRow(place, of: plan)
      if !hasRow(row, in: item, of: plan, for: request) {
        put(row, at: item, of: plan, for: request)
        item += 1
      }
      place += 1
    }
  }

  /// Each row of another key by chance, in that key's order.
  ///
  /// - Returns: How many there are.
  private mutating func chooseSubset(
    by plan: RowPlan, for request: RequestID, of user: UserID
  ) -> Int {
    let whole = rowPlans[plan.start]
    var count = 0
    for item in 0..<whole.most {
      let row = requests.row(whole.firstSlot + item, of: request)
      guard row.index >= 0, drawChance(plan.probability, for: .rowChoice, of: user) else {
        continue
      }
      requests.put(row, inSlot: plan.firstSlot + count, of: request)
      count += 1
    }
    return count
  }

  // MARK: Slots

  @inline(__always)
  private mutating func put(
    _ row: Int, at item: Int, of plan: RowPlan, for request: RequestID
  ) {
    requests.put(RowID(index: plan.firstRow + row), inSlot: plan.firstSlot + item, of: request)
  }

  /// Whether one of the first rows of a key is this one.
  private func hasRow(
    _ row: Int, in count: Int, of plan: RowPlan, for request: RequestID
  ) -> Bool {
    for item in 0..<count {
      if requests.row(plan.firstSlot + item, of: request).index == Int32(plan.firstRow + row) {
        return true
      }
    }
    return false
  }

  /// Puts the first rows of a key into ascending order.
  private mutating func sortRows(_ count: Int, of plan: RowPlan, for request: RequestID) {
    for item in stride(from: 1, to: count, by: 1) {
      let row = requests.row(plan.firstSlot + item, of: request)
      var place = item
      while place > 0 {
        let before = requests.row(plan.firstSlot + place - 1, of: request)
        if before.index <= row.index { break }
        requests.put(before, inSlot: plan.firstSlot + place, of: request)
        place -= 1
      }
      requests.put(row, inSlot: plan.firstSlot + place, of: request)
    }
  }
}

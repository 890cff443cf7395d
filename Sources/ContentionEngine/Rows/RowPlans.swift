import RequestPrograms
import ScenarioModel
import SimulationBasics

/// How all request classes choose their rows, and what that needs: weights, lists, and room for the
/// rows of one key while they are chosen.
struct RowPlans: ~Copyable {
  private let plans: FixedTable<RowPlan>
  /// By program: its first plan; one more at the end.
  private let firstPlans: FixedTable<Int>
  /// By program: whether a further attempt chooses any row again.
  private let redraws: FixedTable<Bool>
  /// The sums of the weights before each row; one more at the end. Equal laws share a stretch.
  private let weightSums: FixedTable<UInt64>
  private let listed: FixedTable<Int32>
  /// The rows that the key at hand has so far, in ascending order.
  private var chosen: FixedTable<Int>
  private var chosenCount = 0

  /// - Complexity: O(keys + listed rows · log(listed rows)), and O(rows) for each Zipf law.
  /// - Precondition: No key wants more rows than there are.
  init(_ compiled: borrowing CompiledScenario) {
    var plans: [RowPlan] = []
    var firstPlans: [Int] = []
    var redraws: [Bool] = []
    var weightSums: [UInt64] = []
    var listed: [Int32] = []
    var laws: [(exponent: Double, rowCount: Int, start: Int)] = []
    var mostRows = 1
    for program in compiled.programs {
      let first = plans.count
      firstPlans.append(first)
      for key in program.keys {
        var kind = RowPlan.Kind.uniform
        var isRedrawn = key.redrawOnRetry
        var start = 0
        var length = 0
        var chance = 0.0
        switch key.choice {
        case .virtualUser: kind = .virtualUser
        case .uniform: kind = .uniform
        case .zipf(let exponent):
          kind = .zipf
          if let law = laws.first(where: { $0.exponent == exponent && $0.rowCount == key.rowCount })
          {
            start = law.start
          } else {
            start = weightSums.count
            laws.append((exponent, key.rowCount, start))
            Self.addZipfWeights(exponent, count: key.rowCount, to: &weightSums)
          }
        case .hotSet(let rows, let probability):
          kind = .hotSet
          start = min(rows, key.rowCount)
          chance = probability
        case .list(let rows):
          kind = .list
          start = listed.count
          length = rows.count
          listed += rows.map { Int32($0 - 1) }
          precondition(
            Self.differentCount(of: rows) >= key.count.upperBound,
            "a list has fewer different rows than a request wants")
        case .subset(let whole, let probability):
          kind = .subset
          start = first + whole
          chance = probability
          // What follows from other rows is not kept when those change.
          if plans[start].isRedrawn { isRedrawn = true }
        }
        precondition(
          key.count.upperBound <= key.rowCount || kind == .subset,
          "a request wants more rows than the table has")
        mostRows = max(mostRows, key.count.upperBound)
        plans.append(
          RowPlan(
            kind: kind, isSorted: key.order == .sorted, isRedrawn: isRedrawn,
            firstRow: key.firstRow, rowCount: key.rowCount, least: key.count.lowerBound,
            most: key.count.upperBound, firstSlot: key.firstSlot, start: start, length: length,
            probability: chance))
      }
      redraws.append(plans[first...].contains { $0.isRedrawn })
    }
    firstPlans.append(plans.count)
    self.plans = FixedTable(plans)
    self.firstPlans = FixedTable(firstPlans)
    self.redraws = FixedTable(redraws)
    self.weightSums = FixedTable(weightSums)
    self.listed = FixedTable(listed)
    chosen = FixedTable(repeating: 0, count: mostRows)
  }

  /// Adds the sums of whole weights proportional to r to the power of −`exponent`, r = 1 … `count`.
  ///
  /// All weights together are about 2⁶²: so a weight is off by about 2⁻⁵³ of itself and, where it
  /// would be less than one, by less than 2⁻⁶² of the whole.
  private static func addZipfWeights(
    _ exponent: Double, count: Int, to sums: inout [UInt64]
  ) {
    func weight(_ rank: Int) -> Double {
      exponent == 0 ? 1 : ElementaryFunctions.power(Double(rank), -exponent)
    }
    var total = 0.0
    // The smallest first, so that their sum is not lost in the large ones' rounding.
    for rank in stride(from: count, through: 1, by: -1) { total += weight(rank) }
    let scale = 0x1p62 / total
    var sum: UInt64 = 0
    sums.append(sum)
    for rank in 1...count {
      sum += max(1, UInt64(weight(rank) * scale))
      sums.append(sum)
    }
  }

  private static func differentCount(of rows: [Int]) -> Int {
    let sorted = rows.sorted()
    var count = 0
    for index in sorted.indices where index == 0 || sorted[index] != sorted[index - 1] {
      count += 1
    }
    return count
  }

  // MARK: Looking

  /// The plans of a program, in the order of its keys.
  @inline(__always)
  func plans(of program: Int32) -> Range<Int> {
    firstPlans[program]..<firstPlans[program + 1]
  }

  subscript(plan: Int) -> RowPlan {
    @inline(__always)
    get { plans[plan] }
  }

  /// Whether a further attempt of a program's request chooses rows again.
  func redraws(_ program: Int32) -> Bool { redraws[program] }

  /// A row of a plan's list, at any place: the list starts again at its end.
  func listedRow(_ place: Int, of plan: RowPlan) -> Int {
    Int(listed[plan.start + place % plan.length])
  }

  // MARK: Choosing rows that differ

  /// Begins to choose the rows of a key.
  mutating func beginChoice() { chosenCount = 0 }

  /// How many rows of a stretch of the table have been chosen.
  func chosenCount(in rows: Range<Int>) -> Int {
    var count = 0
    for index in 0..<chosenCount where rows.contains(chosen[index]) { count += 1 }
    return count
  }

  /// Chooses the row of this number among those of a stretch that are not chosen yet.
  ///
  /// - Complexity: O(rows chosen).
  mutating func choose(_ number: Int, in rows: Range<Int>) -> Int {
    var row = rows.lowerBound + number
    var place = 0
    // The rows passed over are all those up to here that are taken, each of which moves it by one.
    while place < chosenCount, chosen[place] <= row {
      if chosen[place] >= rows.lowerBound { row += 1 }
      place += 1
    }
    insert(row, at: place)
    return row
  }

  /// The sum of the weights of the rows that are not chosen yet.
  func weightLeft(of plan: RowPlan) -> UInt64 {
    var left = weightSums[plan.start + plan.rowCount]
    for index in 0..<chosenCount { left -= weight(of: chosen[index], in: plan) }
    return left
  }

  /// Chooses the row at which this sum of weights is reached, of those not chosen yet.
  ///
  /// - Complexity: O(rows chosen + log(rows)).
  mutating func chooseWeighted(_ number: UInt64, of plan: RowPlan) -> Int {
    var sum = number
    var place = 0
    while place < chosenCount, weightSums[plan.start + chosen[place]] <= sum {
      sum += weight(of: chosen[place], in: plan)
      place += 1
    }
    // The last row whose weight begins at or before the sum.
    var low = 0
    var high = plan.rowCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if weightSums[plan.start + middle] <= sum { low = middle } else { high = middle }
    }
    insert(low, at: place)
    return low
  }

  private func weight(of row: Int, in plan: RowPlan) -> UInt64 {
    weightSums[plan.start + row + 1] - weightSums[plan.start + row]
  }

  private mutating func insert(_ row: Int, at place: Int) {
    var index = chosenCount
    while index > place {
      chosen[index] = chosen[index - 1]
      index -= 1
    }
    chosen[place] = row
    chosenCount += 1
  }
}

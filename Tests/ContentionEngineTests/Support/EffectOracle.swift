import ContentionEngine
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Replays who read what and who committed when, with sets of effects instead of numbers.
///
/// A cell holds the set of the effects that are folded into its value. A read takes a copy of the
/// set, a write stages that copy and one effect more, a commit puts it in the place of the cell's.
/// What was committed and is in no cell at the end was lost. It looks at a run from outside: which
/// instructions a request has passed, and how often rows were committed.
struct EffectOracle {
  private let compiled: CompiledScenario
  private let read: Int32?
  private let write: Int32
  private let update: CompiledUpdate
  private let initial: Int64

  private var cells: [Set<Int>]
  private var versions: [UInt64]
  /// By request slot: what was read, what is staged on which row, and when it was staged.
  private var readSets: [Set<Int>] = Array(repeating: [], count: 64)
  private var staged: [(row: Int, effects: Set<Int>, order: Int)?] = Array(
    repeating: nil, count: 64)
  private var order = 0

  private(set) var effects = 0
  private(set) var oversold = 0
  private(set) var committedSums: [Int64]
  private(set) var valueIsWrong = false

  /// - Precondition: The request class makes one update, of column 0, and reads and writes take
  ///   time of their own, so that each lies alone between two waits.
  init(_ compiled: CompiledScenario, rows: Int) {
    self.compiled = compiled
    func place(_ matches: (Instruction) -> Bool) -> Int32? {
      compiled.instructions.firstIndex(where: matches).map { Int32($0) }
    }
    read = place { if case .read = $0 { true } else { false } }
    write = place { if case .write = $0 { true } else { false } } ?? -1
    update = compiled.updates[0]
    initial = compiled.scenario.tables[0].columns[0].initialValue
    cells = Array(repeating: [], count: rows)
    versions = Array(repeating: 0, count: rows)
    committedSums = Array(repeating: 0, count: rows)
  }

  var lost: Int { effects - cells.reduce(0) { $0 + $1.count } }
  var finalSum: Int64 { cells.reduce(0) { $0 + initial + amount * Int64($1.count) } }

  private var amount: Int64 {
    if case .add(let amount) = update.change { amount } else { 0 }
  }

  /// Lets the run happen, watching it.
  mutating func follow(_ simulation: inout Simulation) {
    var before = simulation.requestsInFlight()
    while simulation.runNextEvent() {
      let now = simulation.requestsInFlight()
      for glimpse in now {
        let old = before.first { $0.request == glimpse.request && $0.sentAt == glimpse.sentAt }
        guard let old else { continue }
        note(old, glimpse)
      }
      noteCommits(in: simulation)
      before = now
    }
  }

  private mutating func note(_ old: RequestGlimpse, _ new: RequestGlimpse) {
    let row = (Int(new.user.index) + 1) % cells.count
    let slot = Int(new.request.index)
    // Passed, and not jumped over: it came from the service right before, which took time.
    func passed(_ place: Int32) -> Bool {
      let service = compiled.instructions[..<Int(place)].lastIndex {
        if case .spend = $0 { true } else { false }
      }
      return old.programCounter > Int32(service ?? -1) && old.programCounter <= place
        && place < new.programCounter
    }
    if let read, passed(read) { readSets[slot] = cells[row] }
    if passed(write) {
      order += 1
      let base = update.writeGuard == .atomic ? cells[row] : readSets[slot]
      staged[slot] = (row, base.union([order]), order)
    }
  }

  /// A row whose version has moved was committed by who wrote it last, since rows are locked from
  /// write to commit.
  private mutating func noteCommits(in simulation: borrowing Simulation) {
    for row in cells.indices {
      let now = simulation.committed(RowID(index: row), column: 0)
      guard now.version > versions[row] else { continue }
      versions[row] = now.version
      guard
        let last = staged.compactMap({ $0 }).filter({ $0.row == row }).max(by: {
          $0.order < $1.order
        })
      else {
        valueIsWrong = true
        continue
      }
      cells[row] = last.effects
      effects += 1
      committedSums[row] += amount
      if now.value != initial + amount * Int64(last.effects.count) { valueIsWrong = true }
      if let floor = update.atLeast, amount < 0, initial + committedSums[row] < floor {
        oversold += 1
      }
    }
  }
}

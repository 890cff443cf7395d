import ScenarioModel

/// What surrounds a step and what came before it: the rules about order and nesting ask this.
struct StepScope {
  /// The steps that hold something while their inner steps run, outermost first, by their word.
  private(set) var outer: [String] = []
  /// The keys of the request.
  let keys: [RowKey]
  /// The tables of the enclosing `idempotent` steps.
  var idempotentTables: [Int] = []
  /// The names of the enclosing distributed locks.
  var heldLocks: [LockName] = []
  /// The rows that an earlier step has read or locked, each once.
  var readRows: [RowReference] = []
  /// The columns of those rows; an update of a row that is only locked reads them, too.
  var columnsRead = 0
  /// Whether an earlier step reads a row that could not be made out.
  var hasUnknownRead = false
  /// The distributed locks of the request so far.
  var locks: [LockNameUse] = []
  /// The number of steps so far.
  var stepCount = 0
  /// The number of updates so far.
  var updateCount = 0

  init(keys: [RowKey]) { self.keys = keys }

  func isInside(_ word: String) -> Bool { outer.contains(word) }

  mutating func enter(_ word: String) { outer.append(word) }

  mutating func leave() { outer.removeLast() }
}

extension Step {
  /// Whether no step behind this one is ever reached.
  var endsRequest: Bool {
    switch self {
    case .refuse, .respond: true
    case .distributedLock(let step): step.steps.last?.endsRequest == true
    case .idempotent(let step): step.steps.last?.endsRequest == true
    case .retry(_, let steps), .transaction(_, let steps), .connection(let steps):
      steps.last?.endsRequest == true
    case .cpu, .delay, .read, .lock, .update: false
    }
  }
}

import ScenarioModel

/// What surrounds a step and what came before it: the rules about order and nesting ask this.
struct StepScope {
  /// The steps that hold something while their inner steps run, outermost first, by their word.
  private(set) var outer: [String] = []
  /// The keys of the request, those included that steps have brought along.
  var keys: [RowKey]
  /// The rows of all keys at their most.
  var rowCount = 0
  /// The tables of the enclosing `idempotent` steps.
  var idempotentTables: [Int] = []
  /// The names of the enclosing distributed locks.
  var heldLocks: [LockName] = []
  /// The enclosing gates, and the keys of the enclosing `forEach` steps.
  var heldGates: [Int] = []
  var eachKeys: [Int] = []
  /// The caches of the enclosing `cache` steps.
  var heldCaches: [Int] = []
  /// The number of enclosing transactions, those included that an `idempotent` step opens.
  var transactionDepth = 0
  /// The rows that have been read or locked before the step, whatever way led to it.
  var reads = ReadRows()
  /// The rows that any step so far reads or locks, each once.
  var rowsWithRegisters: [RowReference] = []
  /// The columns of those rows; an update of a row that is only locked reads them, too.
  var columnsRead = 0
  /// The keys in names of locks and of cache entries so far, and where each name stands.
  var namedKeys: [(key: Int, node: ModelNode)] = []
  /// The keys of which a lock so far may leave out a row.
  var skippedKeys: [Int] = []
  /// The distributed locks of the request so far.
  var locks: [LockNameUse] = []
  var barriers: [BarrierUse] = []
  /// The number of steps so far.
  var stepCount = 0
  /// The number of updates so far.
  var updateCount = 0

  init(keys: [RowKey]) {
    self.keys = keys
    rowCount = keys.reduce(0) { $0 + $1.count.upperBound }
  }

  func isInside(_ word: String) -> Bool { outer.contains(word) }

  mutating func enter(_ word: String) { outer.append(word) }

  mutating func leave() { outer.removeLast() }

  /// Whether a row has surely been read: by its own key, or by one that the key is a subset of.
  ///
  /// - Complexity: O(*n* · *m*) in the numbers of keys and of rows read.
  func hasRead(_ row: RowReference) -> Bool {
    if hasReadItself(row) { return true }
    var key: Int? = row.key
    // Ends: a subset is of a key before it.
    while let index = key {
      if reads.rows.contains(RowReference(table: row.table, key: index)) { return true }
      key = keys[index].parent
    }
    return reads.hasUnknown
  }

  /// Whether a certain row of a key, or every row of it one by one, has surely been read.
  private func hasReadItself(_ row: RowReference) -> Bool {
    if row.item != nil { return reads.rows.contains(row) }
    return (0..<keys[row.key].count.upperBound).allSatisfy {
      reads.rows.contains(RowReference(table: row.table, key: row.key, item: $0))
    }
  }

  /// How often a step is compiled here: once for each row of the enclosing `forEach` steps, cut far
  /// beyond what a request may have.
  var timesCompiled: Int {
    eachKeys.reduce(1) { min($0 * keys[$1].count.upperBound, 1 << 20) }
  }

  /// How often a step about rows is compiled here.
  func timesCompiled(_ row: RowReference) -> Int {
    let isOne = row.item != nil || eachKeys.contains(row.key)
    return isOne ? timesCompiled : timesCompiled * keys[row.key].count.upperBound
  }

  /// Whether a key is another, or a subset of it, or of a subset of it.
  func isKey(_ key: Int, partOf whole: Int) -> Bool {
    var part: Int? = key
    while let index = part {
      if index == whole { return true }
      part = keys[index].parent
    }
    return false
  }

  /// Whether a request may have no row of a key.
  func mayBeEmpty(_ key: Int) -> Bool { keys[key].parent != nil }
}

/// The rows that are known to have been read at a place of a request.
struct ReadRows {
  /// Each once.
  var rows: [RowReference] = []
  /// Whether one more row is read that could not be made out.
  var hasUnknown = false

  mutating func insert(_ row: RowReference) {
    if !rows.contains(row) { rows.append(row) }
  }

  /// What is known when the way was one or the other.
  func intersection(_ other: ReadRows) -> ReadRows {
    ReadRows(
      rows: rows.filter { other.rows.contains($0) }, hasUnknown: hasUnknown || other.hasUnknown)
  }
}

/// A barrier of a step, and for how many it waits.
struct BarrierUse {
  let parties: Int
  let node: ModelNode
}

extension RowKey {
  /// The key that this one is a subset of.
  var parent: Int? {
    if case .subset(let key, _) = choice { key } else { nil }
  }
}

extension Step {
  /// Whether no step behind this one is ever reached.
  var endsRequest: Bool {
    switch self {
    case .refuse, .respond: true
    case .distributedLock(let step): step.steps.last?.endsRequest == true
    case .idempotent(let step): step.steps.last?.endsRequest == true
    case .transaction(let step): step.steps.last?.endsRequest == true
    case .retry(_, let steps), .connection(let steps), .gate(_, let steps):
      steps.last?.endsRequest == true
    case .choose(let branches):
      branches.contains { $0.weight > 0 }
        && branches.allSatisfy { $0.weight == 0 || $0.steps.last?.endsRequest == true }
    case .everyNth(_, let steps, let otherwise):
      steps.last?.endsRequest == true && otherwise.last?.endsRequest == true
    // A key may have no row.
    case .forEach: false
    // What is cached is not loaded.
    case .cache: false
    case .cpu, .delay, .read, .lock, .lockAll, .update, .insert, .use, .barrier: false
    }
  }
}

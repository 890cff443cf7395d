public import SimulationBasics

/// What is wrong with a piece of a model or of a command, as evidence; `message` puts it into
/// words.
public enum Problem: Error, Hashable, Sendable {
  // MARK: Text

  /// A byte that cannot stand there in UTF-8.
  case notUTF8(byte: UInt8)
  case textTooLong(limit: Int)
  case unexpectedToken(found: Found, expected: SyntaxExpectation)
  /// The end of the line or of the file came first.
  case unfinished(SyntaxPiece)
  case malformedNumber(String)
  /// A word or a number with letters, where text needs quotes.
  case unquotedText(String)
  case unknownEscape(String)
  /// Half of a surrogate pair.
  case loneSurrogate(String)
  case nestedTooDeep(limit: Int)
  case duplicateKey(firstLine: Int)
  /// How many problems are not listed because there are so many.
  case furtherProblems(count: Int)

  // MARK: Keys and values

  case unknownKey(suggestion: String?, known: [String])
  case missingKey(expected: Expectation)
  /// Two keys that say the same thing in two ways.
  case excludedKey(by: String)
  /// A key that has a meaning only beside another.
  case keyNeedsKey(String)
  /// A key that has no meaning beside this value of another.
  case keyWithoutMeaning(key: String, value: String)
  /// A key that another choice of the executor has.
  case keyOfOtherExecutor(executor: String, known: [String])
  case unexpected(found: Found, expected: Expectation)
  /// Less than the value of the named key.
  case numberTooSmall(Found, least: Int, key: String)
  /// More than the value of the named key.
  case numberTooLarge(Found, most: Int, key: String)
  /// Not less than the value of the named key, as it should be.
  case notLess(Found, than: String)
  /// Text that stands for none of the allowed words.
  case unknownWord(found: String, allowed: [String], suggestion: String?)
  /// Text close to a word where something else than a word can stand, too.
  case nearlyWord(found: String, expected: Expectation, suggestion: String)
  /// A name of something that the model does not have.
  case unknownName(NamedThing, found: String, known: [String], suggestion: String?)
  case duplicateItem(String)
  case takenName(String)
  case tooMany(CountedThing, limit: Int)

  // MARK: Times

  case malformedTime(String)
  /// A number, and how it would look with a unit.
  case timeWithoutUnit(Found, withUnit: String)
  case unknownUnit(String, of: String)
  case negativeTime(Found)
  /// Not a whole number of nanoseconds.
  case timeTooFine(String)
  case timeTooLong(String)
  /// A round trip that cannot be halved into two equal legs of whole nanoseconds.
  case oddRoundTrip(String)
  /// Less than the value of the named key.
  case timeTooShort(Found, least: VirtualDuration, key: String)
  /// Of two times in a list the first is the longer one.
  case pairOutOfOrder(Found, first: VirtualDuration)
  case loadTooLong

  // MARK: Amounts of memory

  /// A number, and how it would look with a unit.
  case bytesWithoutUnit(Found, withUnit: String)
  case unknownByteUnit(String, of: String, suggestion: String?)
  /// Not a whole number of bytes.
  case bytesTooFine(String)
  case tooManyBytes(String)

  case step(StepProblem)
  case rows(RowProblem)
  /// The model has nothing that the mistake could be made with.
  case hazardNeeds(hazard: String, requirement: String)
  case fault(FaultProblem)

  // MARK: Summaries of k6

  /// A summary has none of the figures that it is to be compared in.
  case noFigureInCommon(with: String, metrics: [String])

  // MARK: Tables of measurements

  case table(TableProblem)

  // MARK: Users

  case noRequest
  /// A barrier for more users than the load has: nobody would ever pass it.
  case barrierTooLarge(parties: Int, users: Int, load: String)
  case checkBeforeRequest
  /// A step that asks for the status of an answer before there is any.
  case branchBeforeRequest
  case noTimePasses
  case noUsers
  /// Stages by rate in which no iteration begins.
  case noArrivals
  case fewerIterationsThanUsers(iterations: Int, users: Int)
  case warmUpTooLong(Found, length: VirtualDuration)
  /// A warm-up is to be found of a load that never settles.
  case warmUpOfChangingLoad

  // MARK: Defences

  case secondGuard(first: String, second: String)
  case layerNeedsLayer(layer: String, needed: String)

  // MARK: Thresholds

  case malformedThreshold(String)
  /// The name of a part of a metric that is outside the grammar.
  case malformedPart(String)
  /// A metric of k6 that a simulation has not, and the one to take in its place.
  case metricNotSimulated(String, instead: String)
  /// A tag that the samples of a metric have not.
  case tagOfOtherMetric(tag: String, metric: String, known: [String])
  case methodOfOtherMetric(method: String, metric: String, kind: String, known: [String])

  // MARK: Overrides

  case malformedPath(String)
  case notInList(index: Int, count: Int)
}

/// What is wrong with the steps of a request.
public enum StepProblem: Hashable, Sendable {
  /// Two words of which each is a step.
  case twoSteps(first: String, second: String)
  case unreachable(after: String)
  case noFinalAnswer
  case onlyInside(step: String, outer: String)
  case notInside(step: String, outer: String)
  /// A transaction inside another that does not suspend it.
  case nestedTransaction
  /// A word that has a meaning only in a transaction.
  case wordOnlyInside(word: String, of: String, outer: String)
  case unclosedPlaceholder(String)
  /// The key chooses a row of another table.
  case keyOfOtherTable(key: String, table: String)
  case tableWithUniqueKey(String)
  case tableWithoutUniqueKey(String)
  case layerOfOtherStep(layer: String, expected: String)
  case neverRead(row: String)
  case noWeight
  /// An order among the rows of one table, which have one of their own.
  case orderOfOneTable
  case tableLockedTwice(String)
  /// A list for one row, which needs none.
  case listOfOneRow
  /// A completion in the transaction of the effect around which there is another.
  case effectInside
  /// A completion in the transaction of the effect where there is none.
  case noEffect
  /// A key is taken over though its owner may have had its effect.
  case hastyTakeOver(hazard: String)
  /// A cache that has entries for the rows of another table, or one entry alone.
  case cacheOfOtherEntries(cache: String, table: String?)
}

/// What is wrong with how a request chooses its rows.
public enum RowProblem: Hashable, Sendable {
  /// A subset of itself or of a key that stands behind it.
  case subsetOfLaterKey(String)
  /// A request has more rows than there are to choose from.
  case tooFewRows(count: Int, RowSource, needed: Int)
  /// The largest of two numbers of rows is below the least.
  case countOutOfOrder(found: Found, from: Int)
  /// The same row twice in a list, so near that a request could have it twice.
  case rowTwiceInRequest(row: Int, rows: Int)
  /// The number of a row that no request has of a key.
  case noSuchRow(Int, key: String, rows: Int)
  /// A key with several rows where one is meant, outside a `forEach` of the key.
  case severalRows(key: String)
  /// A key with several rows in the name of a cache's entry.
  case severalRowsOfEntry(key: String)
  /// A key in a name, though a lock of the request may leave its row out.
  case skippedRow(key: String)
}

/// What rows are chosen from.
public enum RowSource: String, Hashable, Sendable {
  case table = "in the table"
  case list = "in the list"
  case hotSet = "in the hot set"
  case others = "outside the hot set"
}

/// What is wrong with a table of comma-separated values.
public enum TableProblem: Hashable, Sendable {
  /// The text is empty.
  case noColumns
  case noRows
  case duplicateColumn(String)
  case missingColumn(String)
  /// A row has more or fewer fields than there are columns.
  case fieldCount(Int, expected: Int)
  /// A quote inside a field that does not begin with one.
  case strayQuote
  /// Something stands between a closing quote and the next comma.
  case textAfterQuote
  case unclosedQuote
}

/// What was met where something else should be.
public enum Found: Hashable, Sendable {
  case text(String)
  /// A number as written.
  case number(String)
  case truth(Bool)
  case null
  case object
  case list
  case emptyObject
  case emptyList
  case emptyText
  case endOfFile
}

/// What the grammar of JSON5 allows at a place.
public enum SyntaxExpectation: Hashable, Sendable {
  case value, key, colon, comma, commaOrBrace, commaOrBracket, comment, token, endOfFile
}

/// A piece of text that has a beginning and an end.
public enum SyntaxPiece: Hashable, Sendable {
  case text, comment
}

/// What a model may say at a place.
public enum Expectation: Hashable, Sendable {
  case object
  case list
  /// A list with at least one of these.
  case listOf(String)
  /// An object with at least one of these.
  case objectOf(String)
  case text
  case nonEmptyText
  case name
  case truth
  case wholeNumber(from: Int64, to: Int64)
  case wholeNumberAtLeast(Int64)
  case wholeNumberAtMost(Int64)
  /// A whole number, or `"unlimited"`.
  case size(from: Int64)
  case wholeNumberOrUnlimited
  /// A number that is neither infinite nor none.
  case anyNumber
  /// A number between bounds, which are given as they are to be printed.
  case number(from: String, to: String)
  /// A constant, or a distribution.
  case time
  /// A constant.
  case constantTime
  /// A constant above zero.
  case positiveTime
  /// How far a clock jumps: a time above zero, with or without a sign.
  case clockJump
  /// When a fault happens.
  case moment
  /// The numbers of the occasions that are meant.
  case occasionNumbers
  /// A chance as text.
  case probability
  /// A list of two constant times, the smaller first.
  case pairOfTimes
  /// An object with one of these keys.
  case objectWithOneOf([String])
  case oneOf([String])
  case rowReference
  case columnReference
  /// How a request chooses its rows.
  case rowChoice
  /// How many rows a request has.
  case rowCount
  /// What a locking read does when the row is taken.
  case lockWait
  /// Which occasions are meant.
  case occasions
  /// What is counted: a user's own, or those of a group.
  case counting
  case keyUse
  case lockName
  case stage
  case status
  case backoff
  /// A backoff that is never zero.
  case poll
  case factor
  case load
  case startStagger
  case tableName
  case threshold
  /// An amount of memory.
  case byteCount
  case positiveByteCount
  case doubleClick
  /// The name of an entry of a cache.
  case cacheEntry
  /// The rows that a step locks in one order.
  case rowsOfTables
  /// What a request does that finds its key in progress.
  case onProcessing
  /// The expression of a threshold.
  case thresholdText
  /// The status of an answer, or 0.
  case statusOrNone
  /// k6's number of an error.
  case errorCode
}

/// The kinds of thing that a model names.
public enum NamedThing: String, Hashable, Sendable {
  case table, column, key, request, strategy, layer, metric, step, server, gate, cache, hazard
  case fault
  case tag, scenario, check, method, path
  case iterationStep = "iteration step"
}

/// The things whose number is bounded.
public enum CountedThing: String, Hashable, Sendable {
  case rows, users, steps, reasons, tables, columns, requests, keys, strategies, loads, stages,
    statuses, updates, gates, hazards, occasions, faults
  case serverPools = "kinds of servers"
  case branches = "lists of steps to choose from"
  case rowsOfRequest = "rows in all keys of a request"
  case nestedTransactions = "transactions open at once in a request"
  case stepsOfRows = "steps, each counted for every row that it is about"
  case updatesOfRows = "updates, each counted for every row that it is about"
  case stepsInAll = "steps in all requests and iterations"
  case columnsRead = "columns in the rows that a request reads or locks"
  case arrivals = "iterations that begin"
  case arrivalsPerUnit = "iterations for each 'timeUnit'"
  case caches
  case cacheEntries = "entries in all caches of all instances"
  case nestedBranches = "'choose' and 'ifStatus' steps inside each other"
  case nestedRepeats = "'repeat' steps inside each other"
  case lockNames = "names of distributed locks"
  case thresholds
  case samples
  case iterations
}

import SimulationBasics

extension Diagnostic {
  /// The line that a person reads: `models/order.json5:41: system.pool.timout: unknown key; did you
  /// mean 'timeout'?`
  public var line: String {
    let origin: String
    switch place {
    case .file(let name, let line, _): origin = "\(name):\(line)"
    case .override(let text): origin = Wording.escaped(text)
    }
    return line(from: origin)
  }

  /// The line for a file that is right by itself, and wrong only with these flags of the command
  /// line: `--set system.memory.size=1GiB: system.memory.base: expected less than 'size', found
  /// '1536MiB' (models/order-and-payment.json5:32)`.
  public func line(blaming flags: [String]) -> String {
    guard case .file(let name, let line, _) = place else { return self.line }
    var origin = ""
    for flag in flags { origin += (origin.isEmpty ? "" : ", ") + Wording.escaped(flag) }
    return self.line(from: origin) + " (\(name):\(line))"
  }

  private func line(from origin: String) -> String {
    path.isEmpty ? "\(origin): \(problem.message)" : "\(origin): \(path): \(problem.message)"
  }
}

extension Problem {
  /// What is wrong and what would be right: lower case, no full stop, what was found in quotes.
  public var message: String {
    switch self {
    case .notUTF8(let byte):
      return "expected UTF-8 text, found the byte 0x\(Self.hexadecimal(byte))"
    case .textTooLong(let limit): return "expected a file of at most \(limit) bytes"
    case .unexpectedToken(let found, let expected):
      return "expected \(expected.words), found \(found.words)"
    case .unfinished(.text): return "text that begins here has no closing quote in its line"
    case .unfinished(.comment): return "comment that begins here has no closing '*/'"
    case .malformedNumber(let text):
      return "expected a number such as 5, 0.5 or 1e3, found \(Wording.quoted(text))"
    case .unquotedText(let text): return "expected text in quotes: \"\(Wording.escaped(text))\""
    case .unknownEscape(let text):
      return "unknown escape \(Wording.quoted(text)); a backslash itself is written '\\\\'"
    case .loneSurrogate(let text):
      return "\(Wording.quoted(text)) is half of a pair; write the character itself or both halves"
    case .nestedTooDeep(let limit): return "expected at most \(limit) levels of lists and objects"
    case .duplicateKey(let line): return "duplicate key; first given in line \(line)"
    case .furtherProblems(let count): return "and \(Wording.counted(count, "further problem"))"

    case .unknownKey(let suggestion?, _): return "unknown key\(Wording.suggestion(suggestion))"
    case .unknownKey(nil, let known): return "unknown key; known here: \(Wording.all(known))"
    case .missingKey(let expected): return "missing; expected \(expected.words)"
    case .excludedKey(let other): return "cannot stand beside \(Wording.quoted(other)); give one"
    case .keyNeedsKey(let other): return "has a meaning only beside \(Wording.quoted(other))"
    case .keyWithoutMeaning(let key, let value):
      return "has no meaning beside \(key): \"\(value)\""
    case .keyOfOtherExecutor(let executor, let known):
      return
        "not a key of the executor \(Wording.quoted(executor)), which has \(Wording.all(known))"
    case .unexpected(let found, let expected):
      return "expected \(expected.words), found \(found.words)"
    case .numberTooSmall(let found, let least, let key):
      return "expected at least \(least), which is \(Wording.quoted(key)), found " + found.words
    case .numberTooLarge(let found, let most, let key):
      return "expected at most \(most), which is \(Wording.quoted(key)), found " + found.words
    case .notLess(let found, let key):
      return "expected less than \(Wording.quoted(key)), found " + found.words
    case .unknownWord(let found, let allowed, let suggestion):
      return "expected \(Wording.choice(allowed)), found \(Wording.quoted(found))"
        + Wording.suggestion(suggestion)
    case .nearlyWord(let found, let expected, let suggestion):
      return "expected \(expected.words), found \(Wording.quoted(found))"
        + Wording.suggestion(suggestion)
    case .unknownName(let thing, let found, let known, let suggestion):
      let start = "unknown \(thing.rawValue) \(Wording.quoted(found))"
      if suggestion != nil { return start + Wording.suggestion(suggestion) }
      return "\(start); \(Wording.known(known))"
    case .noFigureInCommon(let other, let metrics):
      return
        "no figure in common with \(Wording.quoted(other)); expected http_req_duration, http_reqs "
        + "or others that it has, found " + (metrics.isEmpty ? "nothing" : Wording.all(metrics))
    case .duplicateItem(let text): return "\(Wording.quoted(text)) is given twice"
    case .takenName(let name):
      return "\(Wording.quoted(name)) is a built-in strategy; choose another name"
    case .tooMany(let thing, let limit): return "expected at most \(limit) \(thing.rawValue)"

    case .malformedTime(let text):
      return
        "expected a time such as \"250ms\", \"1.5s\" or \"1m30s\", found \(Wording.quoted(text))"
    case .timeWithoutUnit(let found, let withUnit):
      return "expected a time with a unit such as \"\(Wording.escaped(withUnit))\", found "
        + found.words
    case .unknownUnit(let unit, let text):
      return
        "unknown unit \(Wording.quoted(unit)) in \(Wording.quoted(text)); units are ns, us, ms, "
        + "s, m, h and d"
    case .negativeTime(let found): return "expected a time of at least 0, found \(found.words)"
    case .timeTooFine(let text):
      return "expected a whole number of nanoseconds, found \(Wording.quoted(text))"
    case .timeTooLong(let text): return "expected at most 100 years, found \(Wording.quoted(text))"
    case .oddRoundTrip(let text):
      return
        "expected an even number of nanoseconds, half for each way, found \(Wording.quoted(text))"
    case .timeTooShort(let found, let least, let key):
      return "expected at least \(least.description), which is \(Wording.quoted(key)), found "
        + found.words
    case .pairOutOfOrder(let found, let first):
      return "expected at least \(first.description), the first of the two, found \(found.words)"
    case .loadTooLong: return "expected an end within 100 years"

    case .bytesWithoutUnit(let found, let withUnit):
      return "expected an amount of memory with a unit such as \"\(Wording.escaped(withUnit))\""
        + ", found " + found.words
    case .unknownByteUnit(let unit, let text, let suggestion):
      return "unknown unit \(Wording.quoted(unit)) in \(Wording.quoted(text))"
        + (suggestion.map { Wording.suggestion($0) }
          ?? "; units are B, kB, MB, GB, KiB, MiB and GiB")
    case .bytesTooFine(let text):
      return "expected a whole number of bytes, found \(Wording.quoted(text))"
    case .tooManyBytes(let text):
      return "expected at most \(ModelLimits.wholeNumber) bytes, found \(Wording.quoted(text))"

    case .step(let problem): return problem.message
    case .rows(let problem): return problem.message
    case .hazardNeeds(let hazard, let requirement):
      return "\(Wording.quoted(hazard)) needs \(requirement)"
    case .fault(let problem): return problem.message
    case .table(let problem): return problem.message

    case .noRequest: return "expected at least one step { request: … }"
    case .barrierTooLarge(let parties, let users, let load):
      return "expected at most \(users), the users of the load \(Wording.quoted(load)), found "
        + "\(parties)"
    case .checkBeforeRequest: return "a check looks at an answer; put it after a request"
    case .branchBeforeRequest:
      return "'ifStatus' looks at an answer; put it after a request"
    case .noTimePasses:
      return "no time passes in an iteration, so users would repeat it for ever at one moment"
        + "; add { sleep: \"1s\" }"
    case .noUsers: return "expected a stage with users, or 'startVUs' of at least 1"
    case .noArrivals: return "expected a stage with a rate, or 'startRate' of at least 1"
    case .fewerIterationsThanUsers(let iterations, let users):
      return "expected at least as many iterations as users (\(users)), found \(iterations)"
    case .warmUpOfChangingLoad:
      return "\"auto\" needs a load that stays the same, such as constant-vus"
    case .warmUpTooLong(let found, let length):
      return "expected less than \(length.description), the length of the load, found "
        + found.words

    case .secondGuard(let first, let second):
      return "\(Wording.all([first, second])) guard the same write; choose one"
    case .layerNeedsLayer(let layer, let needed):
      return "\(Wording.quoted(layer)) needs \(Wording.quoted(needed))"

    case .malformedThreshold(let text):
      return "expected a threshold such as \"p(95)<1000\" or \"rate<0.05\", found "
        + Wording.quoted(text)
    case .malformedPart(let text):
      return "expected a metric with tags such as http_req_duration{scenario:checkout,status:200}"
        + ", found \(Wording.quoted(text))"
    case .metricNotSimulated(let name, let instead):
      return "\(Wording.quoted(name)) is not simulated; measured is \(Wording.quoted(instead))"
    case .tagOfOtherMetric(let tag, let metric, let known):
      return "\(Wording.quoted(tag)) is no tag of \(Wording.quoted(metric)), which has "
        + (known.isEmpty ? "none" : Wording.all(known))
    case .methodOfOtherMetric(let method, let metric, let kind, let known):
      return "\(Wording.quoted(method)) is not known for \(Wording.quoted(metric)), which is a "
        + "\(kind); expected \(Wording.choice(known))"

    case .malformedPath(let path):
      return "expected a path such as system.pool.size or load.stages[0], found "
        + Wording.quoted(path)
    case .notInList(let index, let count):
      return "there is no item \(index); the list has \(Wording.counted(count, "item"))"
        + ", counted from 0"
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }
}

extension StepProblem {
  /// What is wrong and what would be right.
  public var message: String {
    switch self {
    case .twoSteps(let first, let second):
      "\(Wording.all([first, second])) are two steps; put each in braces of its own"
    case .unreachable(let earlier):
      "never reached, because \(Wording.quoted(earlier)) before it ends the request"
    case .noFinalAnswer:
      "expected a last step that answers, such as { respond: 200 }"
    case .onlyInside(let step, let outer):
      "\(Wording.quoted(step)) stands only inside \(Wording.quoted(outer))"
    case .notInside(let step, let outer):
      "\(Wording.quoted(step)) cannot stand inside \(Wording.quoted(outer))"
    case .nestedTransaction:
      "'transaction' stands inside 'transaction' only with propagation: \"requires-new\""
    case .wordOnlyInside(let word, let step, let outer):
      "\(Wording.quoted(word)) of \(Wording.quoted(step)) has a meaning only inside "
        + Wording.quoted(outer)
    case .unclosedPlaceholder(let text):
      "expected braces in pairs around the name of a key, found \(Wording.quoted(text))"
    case .keyOfOtherTable(let key, let table):
      "the key \(Wording.quoted(key)) chooses a row of \(Wording.quoted(table))"
    case .tableWithUniqueKey(let table):
      "\(Wording.quoted(table)) has a unique key; only 'insert' and 'idempotent' work on it"
    case .tableWithoutUniqueKey(let table):
      "\(Wording.quoted(table)) has no unique key; give the table uniqueKey: true"
    case .layerOfOtherStep(let layer, let expected):
      "expected \(Wording.quoted(expected)), found \(Wording.quoted(layer))"
    case .neverRead(let row):
      "\(Wording.quoted(row)) is written but not read before; put a read or a lock before it"
    case .noWeight: "expected at least one weight above 0"
    case .orderOfOneTable:
      "has a meaning only beside a list of rows; those of a key have the key's order"
    case .tableLockedTwice(let table):
      "\(Wording.quoted(table)) is in the list already; name rows of different tables, and several "
        + "of one table by a key with a 'count'"
    case .listOfOneRow:
      "a list is for rows of several tables; write a single row without brackets"
    case .effectInside:
      "'with-effect' is for a step around the transaction of the effect; inside it, say \"same\""
    case .noEffect:
      "'with-effect' needs a transaction among the steps, which completes the key before its commit"
    case .hastyTakeOver(let hazard):
      "a key can be taken over only where the effect and its completion commit together; say "
        + "completion: \"with-effect\", or make the mistake on purpose with hazards: "
        + "[\"\(hazard)\"]"
    case .cacheOfOtherEntries(let cache, let table?):
      "the cache \(Wording.quoted(cache)) is used for rows of \(Wording.quoted(table)) before; give "
        + "this a cache of its own"
    case .cacheOfOtherEntries(let cache, nil):
      "the cache \(Wording.quoted(cache)) is used for a single entry before; give this a cache of "
        + "its own"
    }
  }
}

extension RowProblem {
  /// What is wrong and what would be right.
  public var message: String {
    switch self {
    case .subsetOfLaterKey(let key):
      "a subset is of a key before it, which \(Wording.quoted(key)) is not"
    case .tooFewRows(let count, let source, let needed):
      "a request has up to \(Wording.counted(needed, "different row")), and \(source.rawValue) "
        + (count == 1 ? "is only 1" : "are only \(count)")
    case .countOutOfOrder(let found, let least):
      "expected at least \(least), which is 'from', found \(found.words)"
    case .rowTwiceInRequest(let row, let rows):
      "the row \(row) comes twice within \(rows) rows of the list, and the rows of a request differ"
    case .noSuchRow(let item, let key, let rows):
      "expected a row from 1 to \(rows) of \(Wording.quoted(key)), found \(item)"
    case .severalRows(let key):
      "\(Wording.quoted(key)) can have several rows; put the lock into a 'forEach' of it"
    case .severalRowsOfEntry(let key):
      "\(Wording.quoted(key)) can have several rows; an entry of a cache is about one"
    case .skippedRow(let key):
      "\(Wording.quoted(key)) may have no row, because a lock of the request leaves it out; name "
        + "another key, or give the lock another 'wait' than \"skip-locked\""
    }
  }
}

extension TableProblem {
  /// What is wrong and what would be right.
  public var message: String {
    switch self {
    case .noColumns: "expected a line with the names of the columns, found the end of the text"
    case .noRows: "expected at least one row below the names of the columns"
    case .duplicateColumn(let name): "there are two columns \(Wording.quoted(name))"
    case .missingColumn(let name): "there is no column \(Wording.quoted(name))"
    case .fieldCount(let found, let expected):
      "expected \(Wording.counted(expected, "field")), as there are columns, found \(found)"
    case .strayQuote:
      "a quote inside a field; put the field in quotes and write the quote twice"
    case .textAfterQuote: "expected a comma or the end of the line after the closing quote"
    case .unclosedQuote: "a field that begins here has no closing quote"
    }
  }
}

extension Found {
  /// What was found, in words.
  var words: String {
    switch self {
    case .text(let text): Wording.quoted(text)
    case .number(let text): Wording.escaped(text)
    case .truth(let value): value ? "true" : "false"
    case .null: "null"
    case .object: "an object"
    case .list: "a list"
    case .emptyObject: "an empty object"
    case .emptyList: "an empty list"
    case .emptyText: "empty text"
    case .endOfFile: "the end of the text"
    }
  }
}

extension SyntaxExpectation {
  /// What would be right, in words.
  var words: String {
    switch self {
    case .value: "a value"
    case .key: "a key or '}'"
    case .colon: "':' after the key"
    case .comma: "',' before the next item"
    case .commaOrBrace: "',' or '}'"
    case .commaOrBracket: "',' or ']'"
    case .comment: "a comment, which begins with '//' or '/*'"
    case .token: "a key or a value"
    case .endOfFile: "the end of the text"
    }
  }
}

extension Expectation {
  /// What would be right, in words.
  var words: String {
    switch self {
    case .object: "an object"
    case .list: "a list"
    case .listOf(let thing): "a list with at least one \(thing)"
    case .objectOf(let thing): "an object with at least one \(thing)"
    case .text: "text in quotes"
    case .nonEmptyText: "text that is not empty"
    case .name: "a name of letters, digits, '-' and '_' that begins with a letter"
    case .truth: "true or false"
    case .wholeNumber(let least, let most): "a whole number from \(least) to \(most)"
    case .wholeNumberAtLeast(let least): "a whole number of at least \(least)"
    case .wholeNumberAtMost(let most): "a whole number of at most \(most)"
    case .size(let least): "a whole number of at least \(least) or \"unlimited\""
    case .wholeNumberOrUnlimited: "a whole number of at least 1 or \"unlimited\""
    case .anyNumber: "a number"
    case .number(let least, let most): "a number from \(least) to \(most)"
    case .time: "a time such as \"5ms\" or { exponential: \"5ms\" }"
    case .constantTime: "a time such as \"5ms\""
    case .positiveTime: "a time above zero such as \"5ms\""
    case .clockJump: "a time above zero such as \"10s\", or \"-10s\" to jump back"
    case .moment:
      "a time such as \"10s\", { uniform: [\"1s\", \"9s\"] } or { exponential: \"30s\" }"
    case .occasionNumbers: "a whole number of at least 1, or a list of them"
    case .probability: "a probability from 0 to 1, such as 0.01 or 1%"
    case .pairOfTimes: "a list of two times such as [\"1ms\", \"3ms\"]"
    case .objectWithOneOf(let keys): "an object with one of \(Wording.all(keys))"
    case .oneOf(let words): Wording.choice(words)
    case .rowReference: "a row such as \"users[user]\""
    case .columnReference: "a column of a row such as \"users[user].balance\""
    case .rowChoice:
      "\"vu\", \"uniform\", { zipf: 0.9 }, { hotSet: { rows: 10, probability: 0.9 } } or "
        + "{ list: [1, 2] }"
    case .rowCount: "a whole number of at least 1 or { from: 4, to: 12 }"
    case .lockWait: "\"nowait\", \"skip-locked\" or a time above zero such as \"5s\""
    case .occasions: "a whole number of at least 1 or { every: 5 }"
    case .counting: "\"user\" or { group: 10 }"
    case .keyUse: "\"new\", \"same\", \"previous\" or { group: 10 }"
    case .lockName: "the name of a lock such as \"balance:user:{user}\""
    case .stage: "a stage such as \"30s:100\""
    case .status: "a status from 100 to 599"
    case .backoff:
      "\"none\", \"mean-response-time\", \"50ms\", { fixed: \"50ms\" } or "
        + "{ exponential: { base: \"50ms\" } }"
    case .poll: "\"50ms\", { fixed: \"50ms\" } or { exponential: { base: \"50ms\" } }"
    case .factor: "1, or a number from 1.001 to 1000"
    case .load: "a load such as { vus: 100, duration: \"60s\" } or { stages: [\"30s:100\"] }"
    case .startStagger: "\"none\", \"even\" or a time"
    case .tableName: "the name of a table"
    case .byteCount: "an amount of memory such as \"512MiB\" or \"4GB\""
    case .positiveByteCount: "an amount of memory above zero such as \"512MiB\" or \"4GB\""
    case .doubleClick: "a time such as \"150ms\" or { after: \"150ms\", probability: 0.1 }"
    case .cacheEntry:
      "the name of a cache, or of one with a row, such as \"products:{product}\""
    case .rowsOfTables: "a list with rows of at least two tables"
    case .onProcessing: "\"refuse\", \"insert\" or { takeOver: \"60s\" }"
    case .threshold:
      "a threshold such as \"p(95)<1000\" or { threshold: \"p(95)<1000\", abortOnFail: true }"
    case .thresholdText: "a threshold such as \"p(95)<1000\""
    case .statusOrNone: "a status from 100 to 599, or 0 for no answer"
    case .errorCode:
      "1050 for no answer in time, 1212 for a refused connection, 1220 for a broken one, "
        + "or 1400 to 1599 for a status"
    }
  }
}

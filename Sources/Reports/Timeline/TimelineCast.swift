import ContentionEngine
import RequestPrograms
import SimulationBasics

/// Who and what takes part in a breach.
struct TimelineCast: Sendable {
  /// The requests, in the order in which they first did something.
  private(set) var requests: [StoryEvent.RequestTeller] = []
  /// Whose requests they are, in that order; three at most.
  private(set) var users: [UserID] = []
  /// Who broke the promise; `nil` for what only the end can tell.
  private(set) var breaker: StoryEvent.RequestTeller?
  /// Whose doing it was beside that.
  private(set) var partner: StoryEvent.RequestTeller?
  /// The row and the column that it is about.
  private(set) var row: RowID?
  private(set) var column = 0
  /// The lock whose holders are shown, and the idempotency key of who took it first.
  private(set) var lock: LockID?
  private(set) var lockKey: UInt64 = 0
  /// Whether the requests have taken locks of several names.
  private(set) var hasSeveralLocks = false
  /// The idempotency key that takes part.
  private(set) var key: UInt64?
  /// Whether one of the requests has looked its idempotency key up, or inserted it.
  private(set) var usesKey = false
  /// The part of the story from the first of its facts up to the breach.
  private(set) var span = 0..<0

  static let mostUsers = 3

  init(story: [StoryEvent], breach: Breach, of compiled: CompiledScenario) {
    let names = StoryNames(compiled)
    var end = story.count
    for (index, event) in story.enumerated() {
      if event.event > breach.event {
        end = index
        break
      }
      if event.event == breach.event, event.fact == .broke(breach.promise) {
        breaker = event.request
        end = index
        break
      }
    }
    let told = story[..<end]
    row = breach.row
    findColumn(in: told)
    findPartner(for: breach, in: told)
    findRequests(for: breach, in: told)
    findRow(in: told)
    findLock(for: breach, in: told, names)
    findKey(for: breach, in: told)
    usesKey = told.contains { takesPart($0) && $0.isAboutKey }
    let first = told.firstIndex { event in
      event.fact != .sent && event.request.map { requests.contains($0) } ?? false
    }
    span = (first ?? end)..<end
  }

  // MARK: Who

  func takesPart(_ event: StoryEvent) -> Bool {
    event.request.map { requests.contains($0) } ?? false
  }

  /// The lane of a user.
  func lane(of user: UserID) -> Int? { users.firstIndex(of: user) }

  /// What tells the requests of one user apart: `#2` is its second call, `#2b` that one's second
  /// attempt; nothing where there is but one request.
  func mark(of request: StoryEvent.RequestTeller) -> String {
    let own = requests.filter { $0.user == request.user }
    if own.count < 2 { return "" }
    var calls: [Int64] = []
    for other in own where !calls.contains(other.call) { calls.append(other.call) }
    calls.sort()
    let place = calls.firstIndex(of: request.call) ?? 0
    return "#\(place + 1)" + Self.letters(ofAttempt: request.attempt)
  }

  /// Nothing for the first attempt, then b, c, … and from the 27th on its number.
  private static func letters(ofAttempt attempt: Int) -> String {
    if attempt <= 1 { return "" }
    if attempt > 26 { return ".\(attempt)" }
    return String(UnicodeScalar(UInt8(ascii: "a") + UInt8(attempt - 1)))
  }

  /// `user 1`, and which of its requests where there are several.
  func name(of request: StoryEvent.RequestTeller, _ names: StoryNames) -> String {
    let mark = mark(of: request)
    return names.user(request.user) + (mark.isEmpty ? "" : " " + mark)
  }

  /// Whether a request is one more call of a user who has made another before.
  func isNext(_ request: StoryEvent.RequestTeller) -> Bool {
    requests.contains { $0.user == request.user && $0.call < request.call }
  }

  /// Whether that other call had the same idempotency key.
  func repeatsKey(_ request: StoryEvent.RequestTeller) -> Bool {
    requests.contains {
      $0.user == request.user && $0.call < request.call && $0.key == request.key
    }
  }

  /// Whether another call asked for the same effect under the same key, though nobody was told that
  /// the first had failed: that is a script's doing, and no client's second attempt.
  func repeatsCall(in story: ArraySlice<StoryEvent>) -> Bool {
    guard let breaker, let partner, breaker.key == partner.key,
      breaker.user != partner.user || breaker.call != partner.call
    else { return false }
    return !story.contains { event in
      guard event.request == partner else { return false }
      switch event.fact {
      case .timedOut, .replyLost: return true
      case .replied(let status): return !(200..<300).contains(status)
      default: return false
      }
    }
  }

  /// The column of the row that the last commit of who broke the promise has changed.
  private mutating func findColumn(in told: ArraySlice<StoryEvent>) {
    let own = told.last { $0.request == breaker && $0.commits(row) }
    guard let last = own ?? told.last(where: { $0.commits(row) }) else { return }
    if case .committed(_, let column, _) = last.fact { self.column = column }
  }

  private mutating func findPartner(for breach: Breach, in told: ArraySlice<StoryEvent>) {
    switch breach.promise {
    case .noLostUpdate, .neverOversold:
      partner = interloper(in: told)
    case .oneEffectPerIntent:
      partner =
        told.last { event in
          isCommit(event) && event.request?.key == breach.key && event.request != breaker
        }?.request
    case .acknowledgedIsCommitted:
      partner = told.last { $0.request?.key == breach.key && $0.request != breaker }?.request
    case .failedHasNoEffect:
      // Of a call the effect may be that of an earlier attempt.
      if told.contains(where: { isCommit($0) && $0.request == breaker }) { return }
      partner = told.last { isCommit($0) && $0.request?.key == breach.key }?.request
    case .everyRequestAccounted:
      break
    case .oneHolderPerLock:
      partner =
        told.last { event in
          if case .locked(breach.lock, _, _) = event.fact { return event.request != breaker }
          return false
        }?.request
    case .noKeyStuck:
      partner =
        told.last { event in
          guard event.request?.key == breach.key else { return false }
          switch event.fact {
          case .keyInserted, .keyTakenOver: return true
          default: return false
          }
        }?.request
    case .nothingHeldAtEnd:
      partner =
        told.last { event in
          switch event.fact {
          case .locked(let lock, _, _): lock == breach.lock
          case .rowLocked(let row): breach.lock == nil && row == breach.row
          default: false
          }
        }?.request
    case .noDuplicateFails:
      partner =
        told.last { event in
          if case .keyInserted = event.fact {
            return event.request?.key == breach.key && event.request != breaker
          }
          return false
        }?.request
    }
  }

  /// Who has committed the row between the last read of who broke the promise and that one's
  /// commit; where nobody has, who committed it before.
  private func interloper(in told: ArraySlice<StoryEvent>) -> StoryEvent.RequestTeller? {
    guard let own = told.lastIndex(where: { isCommit($0) && $0.request == breaker }) else {
      return nil
    }
    return told[..<own].last { isCommit($0) && $0.request != breaker }?.request
  }

  /// Whether an event makes a value of the column of the row visible.
  func isCommit(_ event: StoryEvent) -> Bool {
    if case .committed(let row, let column, _) = event.fact {
      return row == self.row && column == self.column
    }
    return false
  }

  /// The two of them; of a key that is stuck also the last who met it.
  private mutating func findRequests(for breach: Breach, in told: ArraySlice<StoryEvent>) {
    var wanted: [StoryEvent.RequestTeller] = []
    if let partner { wanted.append(partner) }
    if let breaker { wanted.append(breaker) }
    if breach.promise == .noKeyStuck,
      let last = told.last(where: { $0.request?.key == breach.key })?.request,
      !wanted.contains(last)
    {
      wanted.append(last)
    }
    for event in told {
      guard let request = event.request, wanted.contains(request), !requests.contains(request)
      else { continue }
      if !users.contains(request.user) {
        if users.count == Self.mostUsers { continue }
        users.append(request.user)
      }
      requests.append(request)
    }
  }

  // MARK: What

  /// Where the breach names no row, the one that the requests have written last, or have read.
  private mutating func findRow(in told: ArraySlice<StoryEvent>) {
    if row != nil { return }
    for event in told.reversed() where takesPart(event) {
      if case .wrote(let row, let column, _) = event.fact {
        (self.row, self.column) = (row, column)
        return
      }
    }
    for event in told.reversed() where takesPart(event) {
      if case .read(let row, let column, _, _) = event.fact {
        (self.row, self.column) = (row, column)
        return
      }
    }
  }

  private mutating func findLock(
    for breach: Breach, in told: ArraySlice<StoryEvent>, _ names: StoryNames
  ) {
    var seen: [String] = []
    for event in told {
      guard case .locked(let lock, _, _) = event.fact, let request = event.request,
        requests.contains(request)
      else { continue }
      let name = names.lock(lock, key: request.key)
      if !seen.contains(name) { seen.append(name) }
      if self.lock == nil || (lock == breach.lock && self.lock != breach.lock) {
        self.lock = lock
        lockKey = request.key
      }
    }
    hasSeveralLocks = seen.count > 1
  }

  private mutating func findKey(for breach: Breach, in told: ArraySlice<StoryEvent>) {
    let isShared = requests.count > 1 && requests.allSatisfy { $0.key == requests[0].key }
    switch breach.promise {
    case .oneEffectPerIntent, .acknowledgedIsCommitted, .noKeyStuck, .noDuplicateFails: break
    case .noLostUpdate, .failedHasNoEffect, .neverOversold, .oneHolderPerLock, .nothingHeldAtEnd,
      .everyRequestAccounted:
      if !isShared { return }
    }
    let isUsed = told.contains { $0.isAboutKey && $0.request?.key == breach.key }
    if isUsed { key = breach.key }
  }
}

extension StoryEvent {
  /// The request whose doing it was.
  var request: RequestTeller? {
    if case .request(let request) = teller { return request }
    return nil
  }

  /// Whether it makes a change of this row visible.
  func commits(_ row: RowID?) -> Bool {
    if case .committed(let changed, _, _) = fact { return changed == row }
    return false
  }

  /// Whether it is about the idempotency key of its request.
  var isAboutKey: Bool {
    switch fact {
    case .keyFound, .keyInserted, .keyCommitted, .duplicateKey, .keyTakenOver: true
    default: false
    }
  }
}

import ContentionEngine
import ScenarioModel
import SimulationBasics

/// The row, the lock and the key of a timeline while its story goes on, and the lines so far.
struct TimelineStage {
  let cast: TimelineCast
  private let names: StoryNames
  private(set) var moments: [TimelineMoment] = []

  // How things stand.
  private var value: Int64 = 0
  private var version: UInt64 = 0
  private var lastCommit: (event: UInt64, teller: StoryEvent.Teller)?
  private var hasShownRow = false
  /// Who took a lock last, of the requests that take part; by lock, few.
  private var holders: [(lock: LockID, request: StoryEvent.RequestTeller)] = []
  /// Faults that have begun and not ended, with the event at which they began.
  private var openFaults: [StoryEvent] = []
  private var hasBegun = false
  /// Requests whose instance died: what the database still does for them, nobody hears.
  var orphans: [StoryEvent.RequestTeller] = []
  /// Requests whose insert of the key has a line.
  var inserters: [StoryEvent.RequestTeller] = []
  /// How many commits of others there were since the row was last shown, and the line about them.
  private var others: UInt64 = 0
  private var othersPlace: Int?

  init(_ cast: TimelineCast, _ names: StoryNames) {
    self.cast = cast
    self.names = names
    if let row = cast.row { value = names.initialValue(of: row, column: cast.column) }
  }

  /// Something happens.
  ///
  /// - Parameter later: What happens afterwards.
  mutating func happens(
    _ event: StoryEvent, isShown: Bool, before later: ArraySlice<StoryEvent>
  ) {
    if isShown && !hasBegun {
      hasBegun = true
      for fault in openFaults { show(fault, before: later) }
    }
    note(event)
    if isShown {
      showOthers(event)
      show(event, before: later)
    }
  }

  // MARK: How things stand

  private mutating func note(_ event: StoryEvent) {
    switch event.fact {
    case .committed(let row, let column, let written) where row == cast.row:
      if lastCommit?.event != event.event || lastCommit?.teller != event.teller { version += 1 }
      lastCommit = (event.event, event.teller)
      if column == cast.column { value = written }
    case .read(let row, let column, let read, let seen) where row == cast.row:
      // A story that was not kept from the beginning.
      if seen > version {
        version = seen
        if column == cast.column { value = read }
      }
    case .locked(let lock, _, _):
      holders.removeAll { $0.lock == lock }
      if let request = event.request, cast.requests.contains(request) {
        holders.append((lock, request))
      }
    case .faultBegan(let fault): if names.lasts(fault) { openFaults.append(event) }
    case .faultEnded(let fault): openFaults.removeAll { $0.fact == .faultBegan(fault) }
    default: break
    }
  }

  private var rowText: String { ScreenText.signed(Int128(value)) + " v\(version)" }

  private func holder(of lock: LockID) -> StoryEvent.RequestTeller? {
    holders.last { $0.lock == lock }?.request
  }

  // MARK: Showing

  private mutating func show(_ event: StoryEvent, before later: ArraySlice<StoryEvent>) {
    switch event.teller {
    case .request(let request):
      if cast.requests.contains(request) { show(event, of: request, before: later) }
    case .lockServer, .fault:
      showOwn(event)
    }
  }

  mutating func append(
    _ event: StoryEvent, _ place: TimelineMoment.Place, _ text: String,
    _ route: TimelineMoment.Route = .own
  ) {
    moments.append(
      TimelineMoment(
        at: event.at, event: event.event, place: place, request: event.request, fact: event.fact,
        text: text, route: route))
  }

  /// Changes the last line.
  mutating func change(_ body: (inout TimelineMoment) -> Void) {
    if !moments.isEmpty { body(&moments[moments.count - 1]) }
  }

  /// The last line, if it is the same request's and of the same event.
  func isMoment(of event: StoryEvent) -> Bool {
    guard let last = moments.last else { return false }
    return last.event == event.event && last.request == event.request && event.request != nil
  }

  // MARK: What others do

  /// Says how far those have moved the row who have no lane: one line between two about the row.
  private mutating func showOthers(_ event: StoryEvent) {
    guard hasShownRow, cast.isCommit(event), !cast.takesPart(event) else { return }
    others += 1
    if let place = othersPlace { moments.remove(at: place) }
    append(event, .row, rowText + " (" + ScreenText.count(others) + " further)")
    othersPlace = moments.count - 1
  }

  // MARK: What nobody's request does

  private mutating func showOwn(_ event: StoryEvent) {
    switch event.fact {
    case .leaseExpired(let lock), .lockForgotten(let lock), .lockRestored(let lock):
      guard let request = holder(of: lock) else { return }
      let user = cast.name(of: request, names)
      append(event, .lock, "")
      switch event.fact {
      case .leaseExpired: change { $0.text = "lease of \(user) ends" }
      case .lockForgotten: change { $0.text = "lock of \(user) forgotten" }
      default: change { $0.text = "lock is back" }
      }
    case .faultBegan(let fault):
      append(event, .across, names.fault(fault) + (names.lasts(fault) ? " begins" : ""))
    case .faultEnded(let fault):
      if names.lasts(fault) { append(event, .across, names.fault(fault) + " ends") }
    case .faultStruck(let fault):
      if !names.showsOnItsOwn(fault) { append(event, .across, names.fault(fault)) }
    case .died(let instance):
      let text = "instance \(instance.index + 1) dies"
      if let last = moments.last, last.place == .across, last.event == event.event {
        change { $0.text += ": " + text }
      } else {
        append(event, .across, text)
      }
    default: break
    }
  }

  // MARK: What a request does

  private mutating func show(
    _ event: StoryEvent, of request: StoryEvent.RequestTeller, before later: ArraySlice<StoryEvent>
  ) {
    guard let lane = cast.lane(of: request.user) else { return }
    let mark = prefix(of: request)
    func line(_ text: String, _ route: TimelineMoment.Route = .own) -> (
      String, TimelineMoment.Route
    ) { (mark + text, route) }
    var shown: (text: String, route: TimelineMoment.Route)?
    switch event.fact {
    case .sent:
      if request.attempt > 1 {
        shown = line("sent again")
      } else if cast.isNext(request) {
        shown = line(cast.repeatsKey(request) ? "same key again" : "next request")
      }
    case .replied(let status):
      if status == 0 { orphans.append(request) }
      shown = line(status == 0 ? "connection broke" : "reply \(status)")
    case .replyLost(let status): shown = line("reply \(status) lost")
    case .timedOut: shown = line("time-out")
    case .faultStruck(let fault):
      if names.showsOnItsOwn(fault) { return }
      append(event, .across, names.fault(fault) + " (\(cast.name(of: request, names)))")
      return

    case .locked: shown = line("lock", .toLock)
    case .lockRefused: shown = line("lock: gives up", .fromLock)
    case .unlocked: shown = line("unlock", .toLock)
    case .unlockRefused: shown = line("unlock refused", .fromLock)

    case .read(let row, let column, let read, let seen):
      guard row == cast.row, column == cast.column else { return }
      let old = seen == version ? "" : " v\(seen)"
      shown = line("read " + ScreenText.signed(Int128(read)) + old, .fromRow)
    case .wrote(let row, let column, let written):
      guard row == cast.row, column == cast.column else { return }
      shown = line("write " + ScreenText.signed(Int128(written)), .toRow)
    case .committed(let row, let column, _):
      guard row == cast.row, column == cast.column else { return }
      if orphans.contains(request) {
        append(event, .row, "the database commits: " + rowText)
        return rowIsShown()
      }
      shown = line("commit", .toRow)
    case .versionMoved(let row, _):
      if row == cast.row { shown = line("write: version moved", .fromRow) }
    case .tokenRefused(let row, _):
      if row == cast.row { shown = line("write: token too old", .fromRow) }
    case .belowFloor(let row, _):
      if row == cast.row { shown = line("write: below the floor", .fromRow) }
    case .rolledBack:
      if isMoment(of: event) { return change { $0.text += ", rolled back" } }
      shown = line("roll back", .toRow)
    case .deadlockVictim: shown = line("deadlock victim", .fromRow)
    case .lockWaitTimedOut: shown = line("row lock: time-out", .fromRow)
    case .rowLocked(let row):
      if cast.breaker == nil && cast.key == nil && row == cast.row {
        shown = line("lock row", .toRow)
      }

    case .keyFound, .keyInserted, .keyCommitted, .duplicateKey, .keyTakenOver:
      return showKey(event, of: request, lane, before: later)

    case .leaseExpired, .lockForgotten, .lockRestored, .faultBegan, .faultEnded, .died, .broke:
      return
    }
    guard let shown else { return }
    append(event, .user(lane: lane), shown.text, shown.route)
    setStates(for: event, of: request)
  }

  /// Says what the row and the lock are from then on.
  private mutating func setStates(
    for event: StoryEvent, of request: StoryEvent.RequestTeller
  ) {
    switch event.fact {
    case .committed:
      let text = rowText
      change { $0.row = text }
      rowIsShown()
    case .read, .wrote, .versionMoved:
      let text = rowText
      if !hasShownRow { change { $0.row = text } }
      rowIsShown()
    case .locked(let lock, _, _):
      let text = lockText(lock, request, cast.name(of: request, names))
      change { $0.lock = text }
    case .unlocked(let lock):
      let text = lockText(lock, request, "free")
      change { $0.lock = text }
    default: break
    }
  }

  /// What others have done before has its line.
  private mutating func rowIsShown() {
    hasShownRow = true
    others = 0
    othersPlace = nil
  }

  /// What tells the lines of one request from those of another of its user.
  func prefix(of request: StoryEvent.RequestTeller) -> String {
    let mark = cast.mark(of: request)
    return mark.isEmpty ? "" : mark + " "
  }

  /// The holder of a lock; where there are several, which lock it is, too.
  private func lockText(
    _ lock: LockID, _ request: StoryEvent.RequestTeller, _ holder: String
  ) -> String {
    if !cast.hasSeveralLocks { return holder }
    return "\(names.lock(lock, key: request.key)): \(holder)"
  }
}

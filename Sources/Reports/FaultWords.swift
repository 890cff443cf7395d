package import ContentionEngine
import ScenarioModel
package import SimulationBasics

/// What the faults of a run came to, in words.
package struct FaultWords {
  private let report: FaultReport
  /// When the last load was over.
  private let end: VirtualTime
  /// The kinds that nothing in the run could notice.
  private var idleKinds: [FaultKind] = []

  /// Words for the faults of a run; `nil` for one without.
  package init?(_ result: RunResult) {
    guard let report = result.faults else { return nil }
    self.init(report, end: .start + result.virtualTime)
    idleKinds = report.uses.map(\.fault).filter {
      !$0.canBefall(result.scenario, under: result.strategy.defence)
    }.map(\.kind)
  }

  package init(_ report: FaultReport, end: VirtualTime) {
    self.report = report
    self.end = end
  }

  // MARK: What happened

  /// What happened how often, kind by kind: "an instance stood still once"; none for kinds that did
  /// not happen.
  package var happenings: [String] {
    FaultKind.allCases.compactMap { kind in
      let uses = report.uses.filter { $0.fault.kind == kind }
      let count = uses.reduce(0) { $0 + $1.count }
      if count == 0 { return nil }
      let isIdle = idleKinds.contains(kind)
      return Self.happening(kind, count) + (isIdle ? ", which nothing here uses" : "")
    }
  }

  private static func happening(_ kind: FaultKind, _ count: UInt64) -> String {
    let times =
      switch count {
      case 1: "once"
      case 2: "twice"
      default: "\(ScreenText.count(count)) times"
      }
    return switch kind {
    case .responseLoss: ScreenText.count(count, "answer was", "answers were") + " lost"
    case .doubleSubmit: ScreenText.count(count, "request was", "requests were") + " sent twice"
    case .pause: "an instance stood still \(times)"
    case .instanceCrash: "an instance crashed \(times)"
    case .redisFailover: "the lock server failed over \(times)"
    case .redisOutage: "the lock server was out \(times)"
    case .databaseStall: "the database stood still \(times)"
    case .slowCommit: ScreenText.count(count, "sync was", "syncs were") + " slow"
    case .networkDelay: ScreenText.count(count, "message was", "messages were") + " late"
    case .clockJump: "the lock server's clock jumped \(times)"
    }
  }

  // MARK: What came after

  /// Whether goodput came back after the last fault; `nil` where no fault happened.
  package var recovery: String? {
    guard let lastEnd = report.lastEnd else { return nil }
    if end <= lastEnd + .seconds(1) { return "the last fault went on to the end of the load" }
    guard let before = report.goodputBefore else {
      return "not known: the first fault came within the first second"
    }
    if before == 0 { return "nothing succeeded before the first fault" }
    if report.hasFallen == false { return "goodput did not fall" }
    if let recovered = report.recoveredAt {
      let time = recovered < lastEnd ? VirtualDuration.zero : recovered - lastEnd
      return "goodput was back \(ScreenText.time(Double(time.inNanoseconds))) after the last fault"
    }
    if end < lastEnd + Self.leastObserved {
      return "the run was over before goodput could come back"
    }
    guard let after = report.goodputAfter else {
      return "goodput has not come back to \(ScreenText.rate(before)) a second"
    }
    return
      "goodput has not come back: \(ScreenText.rate(after)) of \(ScreenText.rate(before)) a second"
  }

  /// Whether goodput is known not to have come back.
  package var isDown: Bool {
    guard let lastEnd = report.lastEnd, let before = report.goodputBefore else { return false }
    return before > 0 && report.recoveredAt == nil && end >= lastEnd + Self.leastObserved
  }

  /// Whether goodput is known to have come back, or not to.
  package var isJudged: Bool { report.recoveredAt != nil || isDown }

  /// As long as goodput must stay high to count as back, and the rest of a second before.
  private static let leastObserved = VirtualDuration.seconds(6)

  /// What nobody gives back any more: "2 keys in PROCESSING"; none when everything was given back.
  package var stuck: [String] {
    report.leftovers.filter { $0.count > 0 }.map { Self.stuck($0.what, $0.count) }
  }

  private static func stuck(_ what: FaultReport.Leftover, _ count: UInt64) -> String {
    switch what {
    case .rowLock, .thread, .core, .connection: ScreenText.count(count, what.text)
    case .distributedLock:
      ScreenText.count(count, what.text, "leases of distributed locks")
    case .server: ScreenText.count(count, what.text, "servers of the model")
    case .cacheLoad: ScreenText.count(count, what.text, "loads of caches")
    case .processingKey: ScreenText.count(count, what.text, "keys in PROCESSING")
    }
  }
}

import ContendedResources
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// What the faults of a run came to.
extension Simulation {
  /// The report of a run whose last load was over at a moment; `nil` for a scenario without faults.
  ///
  /// Goodput is looked at while iterations begin: when they only come to their ends, it falls
  /// anyway.
  ///
  /// Where a breach has stopped the run, nobody has come to an end, and nothing is left over.
  ///
  /// - Complexity: O(faults + seconds).
  func faultReport(endOfLoads: VirtualTime) -> FaultReport? {
    if faults.count == 0 { return nil }
    var uses: [FaultReport.Use] = []
    var first = VirtualTime.never
    var lastEnd = VirtualTime.start
    for fault in 0..<faults.count {
      let state = faults[fault]
      let hasHappened = state.count > 0
      uses.append(
        FaultReport.Use(
          fault: faults.models[fault], count: state.count, first: hasHappened ? state.first : nil,
          lastEnd: hasHappened ? state.lastEnd : nil))
      first = min(first, state.first)
      lastEnd = max(lastEnd, state.lastEnd)
    }
    let hasHappened = first < .never
    let planned = compiled.scenario.loads.map { $0.end }.max() ?? .zero
    let endOfGoodput = min(endOfLoads, .start + planned)
    let before = hasHappened ? goodput.mean(from: windowStart, to: first) : nil
    let after = hasHappened ? goodput.mean(from: lastEnd, to: endOfGoodput) : nil
    var recovery: VirtualTime?
    var hasFallen: Bool?
    if let before, before > 0, lastEnd < endOfGoodput {
      // The second in which the first fault came counts, too.
      let second = VirtualTime.start + .seconds(first.nanosecondsSinceStart / 1_000_000_000)
      if let usual = goodput.least(from: windowStart, to: first),
        let least = goodput.least(from: second, to: endOfGoodput)
      {
        hasFallen = least < usual
      }
      recovery = goodput.recovery(to: before, from: lastEnd, to: endOfGoodput)
    }
    return FaultReport(
      uses: uses, leftovers: isStopped ? [] : leftovers, lastEnd: hasHappened ? lastEnd : nil,
      goodputBefore: before, goodputAfter: after, hasFallen: hasFallen, recoveredAt: recovery)
  }

  /// What is held now, by kind; whatever is held at the end of a run is stuck.
  var leftovers: [(what: FaultReport.Leftover, count: UInt64)] {
    var left: [(what: FaultReport.Leftover, count: UInt64)] = []
    for kind in FaultReport.Leftover.allCases {
      let count = held(kind)
      if count > 0 { left.append((kind, UInt64(count))) }
    }
    return left
  }

  private func held(_ kind: FaultReport.Leftover) -> Int {
    func inAll(_ count: (InstanceID) -> Int) -> Int {
      (0..<threads.count).reduce(0) { $0 + count(InstanceID(index: $1)) }
    }
    return switch kind {
    case .rowLock: rowLocks.totalHeld
    case .distributedLock: locks.heldCount
    case .thread: inAll { threads[$0].inUse }
    case .core: inAll { cores[$0].inUse } + databaseCores.inUse + lockServerThread.inUse
    case .connection: inAll { pools[$0].inUse }
    case .server: modelServers.inUse
    case .cacheLoad: caches.loadCount
    case .processingKey: keys.processingRows
    }
  }
}

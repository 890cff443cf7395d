import ContendedResources
import SimulationBasics
import Testing

@Suite("Group commit")
struct GroupCommitTests {
  @Test("carries all that came during a sync in the next one")
  func grouping() {
    var commits = GroupCommit(groups: true, expectedRequests: 4)
    #expect(commits.join(first) == .leads)
    #expect(commits.join(second) == .follows(ahead: 0))
    #expect(commits.join(third) == .follows(ahead: 1))
    #expect(commits.syncing == 1)
    #expect(commits.waiting == 2)
    commits.syncEnded()
    #expect(commits.nextSynced() == first)
    #expect(commits.nextSynced() == nil)
    #expect(commits.startNext() == second)
    #expect(commits.syncing == 2)
    // One that comes during this sync is too late for it.
    #expect(commits.join(fourth) == .follows(ahead: 0))
    commits.syncEnded()
    #expect(commits.nextSynced() == second)
    #expect(commits.nextSynced() == third)
    #expect(commits.nextSynced() == nil)
    #expect(commits.startNext() == fourth)
    commits.syncEnded()
    #expect(commits.nextSynced() == fourth)
    #expect(commits.nextSynced() == nil)
    #expect(commits.startNext() == nil)
    #expect(commits.join(first) == .leads)
  }

  @Test("without groups syncs one commit at a time, in order of arrival")
  func singly() {
    var commits = GroupCommit(groups: false, expectedRequests: 4)
    #expect(commits.join(third) == .leads)
    #expect(commits.join(first) == .follows(ahead: 0))
    #expect(commits.join(second) == .follows(ahead: 1))
    for (synced, next) in [(third, first), (first, second)] {
      commits.syncEnded()
      #expect(commits.nextSynced() == synced)
      #expect(commits.nextSynced() == nil)
      #expect(commits.startNext() == next)
    }
    commits.syncEnded()
    #expect(commits.nextSynced() == second)
    #expect(commits.startNext() == nil)
  }

  @Test("puts one that joins at the end of a sync, before the next starts, into the next")
  func joiningBetween() {
    var commits = GroupCommit(groups: true, expectedRequests: 4)
    #expect(commits.join(first) == .leads)
    commits.syncEnded()
    #expect(commits.join(second) == .follows(ahead: 0))
    #expect(commits.nextSynced() == first)
    // The same request may come back with its next transaction at once.
    #expect(commits.join(first) == .follows(ahead: 1))
    #expect(commits.nextSynced() == nil)
    #expect(commits.startNext() == second)
    #expect(commits.syncing == 2)
  }

  @Test("agrees with arrays on every history of eight operations")
  func everyHistory() {
    checkEveryHistory(of: GroupsBesideArrays.self, letters: letters(4), length: 8)
    checkEveryHistory(of: SinglesBesideArrays.self, letters: letters(4), length: 8)
  }

  @Test("agrees with arrays on long histories")
  func longHistories() {
    checkLongHistories(
      of: GroupsBesideArrays.self, letters: letters(9), seeds: 0..<10, length: 2_000)
    checkLongHistories(
      of: SinglesBesideArrays.self, letters: letters(9), seeds: 0..<10, length: 2_000)
  }

  private func letters(_ requests: Int) -> [CommitOperation] {
    (0..<requests).map { .join($0) } + [.end, .tell, .start]
  }

  @Test("stops the run when a step of the sync comes out of turn", arguments: 0..<6)
  func outOfTurn(kind: Int) async {
    await #expect(processExitsWith: .failure) { [kind] in
      var commits = GroupCommit(groups: true, expectedRequests: 4)
      switch kind {
      case 0: commits.syncEnded()
      case 1: _ = commits.nextSynced()
      case 2: _ = commits.startNext()
      case 3:
        _ = commits.join(RequestID(index: 0))
        _ = commits.startNext()
      case 4:
        _ = commits.join(RequestID(index: 0))
        _ = commits.join(RequestID(index: 0))
      default:
        _ = commits.join(RequestID(index: 0))
        commits.syncEnded()
        _ = commits.startNext()
      }
    }
  }
}

private enum CommitOperation: HistoryOperation {
  case join(Int)
  case end
  case tell
  case start

  var request: Int? {
    switch self {
    case .join(let request): request
    case .end, .tell, .start: nil
    }
  }
}

private struct CommitsBesideArrays: ~Copyable {
  enum Phase { case idle, syncing, telling }

  let groups: Bool
  var commits: GroupCommit
  var phase = Phase.idle
  var inSync: [Int] = []
  var waiting: [Int] = []

  init(groups: Bool) {
    self.groups = groups
    self.commits = GroupCommit(groups: groups, expectedRequests: 1)
  }

  mutating func step(_ operation: CommitOperation) -> StepResult {
    switch operation {
    case .join(let member):
      if (inSync + waiting).contains(member) { return .illegal }
      let outcome = commits.join(request(member))
      if phase == .idle {
        phase = .syncing
        inSync = [member]
        return outcome == .leads ? .agreed : .differed("\(outcome)")
      }
      waiting.append(member)
      return outcome == .follows(ahead: waiting.count - 1) ? .agreed : .differed("\(outcome)")
    case .end:
      if phase != .syncing { return .illegal }
      phase = .telling
      commits.syncEnded()
    case .tell:
      if phase != .telling { return .illegal }
      let expected = inSync.isEmpty ? nil : request(inSync.removeFirst())
      let told = commits.nextSynced()
      if told != expected { return .differed("told \(String(describing: told))") }
    case .start:
      if phase != .telling || !inSync.isEmpty { return .illegal }
      let leader = commits.startNext()
      if leader != waiting.first.map(request) { return .differed("a wrong leader") }
      phase = waiting.isEmpty ? .idle : .syncing
      let carried = groups ? waiting.count : min(1, waiting.count)
      inSync = Array(waiting.prefix(carried))
      waiting.removeFirst(carried)
    }
    return .agreed
  }

  func differenceInState() -> String? {
    if commits.syncing != inSync.count { return "\(commits.syncing) in the sync" }
    return commits.waiting == waiting.count ? nil : "\(commits.waiting) waiting"
  }
}

private struct GroupsBesideArrays: ~Copyable, SideBySide {
  var both = CommitsBesideArrays(groups: true)
  mutating func step(_ operation: CommitOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

private struct SinglesBesideArrays: ~Copyable, SideBySide {
  var both = CommitsBesideArrays(groups: false)
  mutating func step(_ operation: CommitOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

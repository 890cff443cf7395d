import ContendedResources
import SimulationBasics
import Testing

@Suite("Server group")
struct ServerGroupTests {
  @Test("serves as many as it has servers, then in order of arrival")
  func handover() {
    var pool = ServerGroup(size: 2, expectedRequests: 4)
    #expect(pool.acquire(for: first) == .granted)
    #expect(pool.acquire(for: second) == .granted)
    #expect(pool.acquire(for: third) == .queued(ahead: 0))
    #expect(pool.acquire(for: fourth) == .queued(ahead: 1))
    #expect(pool.inUse == 2)
    #expect(pool.waiting == 2)
    #expect(pool.release(by: second) == .passed(to: third))
    #expect(pool.release(by: first) == .passed(to: fourth))
    #expect(pool.release(by: third) == .freed)
    #expect(pool.release(by: fourth) == .freed)
    #expect(pool.inUse == 0)
  }

  @Test("without a limit never makes anybody wait")
  func unlimited() {
    var pool = ServerGroup(size: nil, expectedRequests: 0)
    for member in 0..<1_000 { #expect(pool.acquire(for: request(member)) == .granted) }
    #expect(pool.inUse == 1_000)
    #expect(pool.isFull == false)
    for member in 0..<1_000 { #expect(pool.release(by: request(member)) == .freed) }
  }

  @Test("lets a request hold a second server, and so starve itself where there is one")
  func nested() {
    var pool = ServerGroup(size: 2, expectedRequests: 2)
    #expect(pool.acquire(for: first) == .granted)
    #expect(pool.acquire(for: first) == .granted)
    #expect(pool.heldCount(by: first) == 2)
    #expect(pool.acquire(for: first) == .queued(ahead: 0))
    #expect(pool.release(by: first) == .passed(to: first))
    #expect(pool.heldCount(by: first) == 2)
  }

  // MARK: The ends of a wait, and ties between two of them

  @Test("forgets a waiter that timed out or was interrupted, and keeps the order of the others")
  func abandoning() {
    var pool = ServerGroup(size: 1, expectedRequests: 4)
    _ = pool.acquire(for: first)
    _ = pool.acquire(for: second)
    _ = pool.acquire(for: third)
    pool.abandonWait(of: second)
    #expect(pool.isWaiting(second) == false)
    #expect(pool.release(by: first) == .passed(to: third))
  }

  @Test("frees the server when timeout and release fall together, timeout first")
  func timeoutThenRelease() {
    var pool = ServerGroup(size: 1, expectedRequests: 4)
    _ = pool.acquire(for: first)
    _ = pool.acquire(for: second)
    pool.abandonWait(of: second)
    #expect(pool.release(by: first) == .freed)
    #expect(pool.acquire(for: second) == .granted)
  }

  @Test("shows a late timeout that the wait is over, when the release came first")
  func releaseThenTimeout() {
    var pool = ServerGroup(size: 1, expectedRequests: 4)
    _ = pool.acquire(for: first)
    _ = pool.acquire(for: second)
    #expect(pool.release(by: first) == .passed(to: second))
    #expect(pool.isWaiting(second) == false)
    #expect(pool.heldCount(by: second) == 1)
  }

  // MARK: Against the oracle

  @Test("a server on its way to a waiter can be taken from it; the waiter joins the end")
  func robbery() {
    var pool = ServerGroup(size: 1, expectedRequests: 4)
    #expect(pool.acquire(for: first) == .granted)
    #expect(pool.acquire(for: second) == .queued(ahead: 0))
    #expect(pool.acquire(for: third) == .queued(ahead: 1))
    #expect(pool.release(by: first) == .passed(to: second))
    pool.take(from: second, for: first)
    #expect(pool.heldCount(by: first) == 1)
    #expect(pool.heldCount(by: second) == 0)
    #expect(pool.inUse == 1)
    #expect(pool.release(by: first) == .passed(to: third))
    #expect(pool.release(by: third) == .passed(to: second))
    #expect(pool.release(by: second) == .freed)
  }

  @Test("stops the run when a server is taken from a request that has none")
  func robberyOfNobody() async {
    await #expect(processExitsWith: .failure) {
      var pool = ServerGroup(size: 1, expectedRequests: 2)
      _ = pool.acquire(for: first)
      pool.take(from: second, for: first)
    }
  }

  @Test("agrees with an array on every history of six operations", arguments: [1, 2, 3])
  func everyHistory(size: Int) {
    switch size {
    case 1: checkEveryHistory(of: OneServerBesideArrays.self, letters: letters(4), length: 6)
    case 2: checkEveryHistory(of: TwoServersBesideArrays.self, letters: letters(4), length: 6)
    default: checkEveryHistory(of: AnyServersBesideArrays.self, letters: letters(4), length: 6)
    }
  }

  @Test("agrees with an array on long histories")
  func longHistories() {
    checkLongHistories(
      of: OneServerBesideArrays.self, letters: letters(6), seeds: 0..<10, length: 2_000)
    checkLongHistories(
      of: TwoServersBesideArrays.self, letters: letters(9), seeds: 10..<20, length: 2_000)
  }

  private func letters(_ requests: Int) -> [ServerOperation] {
    (0..<requests).flatMap { [.acquire($0), .release($0), .abandon($0)] }
  }

  // MARK: Preconditions

  @Test("stops the run when a request gives up a server that it does not hold")
  func releaseByStranger() async {
    await #expect(processExitsWith: .failure) {
      var pool = ServerGroup(size: 1, expectedRequests: 2)
      _ = pool.acquire(for: RequestID(index: 0))
      _ = pool.release(by: RequestID(index: 1))
    }
  }

  @Test("stops the run when a waiting request asks again")
  func askingTwice() async {
    await #expect(processExitsWith: .failure) {
      var pool = ServerGroup(size: 1, expectedRequests: 2)
      _ = pool.acquire(for: RequestID(index: 0))
      _ = pool.acquire(for: RequestID(index: 1))
      _ = pool.acquire(for: RequestID(index: 1))
    }
  }

  @Test("stops the run when a wait is given up that is over")
  func abandoningNothing() async {
    await #expect(processExitsWith: .failure) {
      var pool = ServerGroup(size: 1, expectedRequests: 2)
      _ = pool.acquire(for: RequestID(index: 0))
      pool.abandonWait(of: RequestID(index: 0))
    }
  }

  @Test("stops the run when a group has no server")
  func noServer() async {
    await #expect(processExitsWith: .failure) {
      _ = ServerGroup(size: 0, expectedRequests: 2)
    }
  }
}

enum ServerOperation: HistoryOperation {
  case acquire(Int)
  case release(Int)
  case abandon(Int)

  var request: Int? {
    switch self {
    case .acquire(let request), .release(let request), .abandon(let request): request
    }
  }
}

/// A group of this many servers beside a list of holders and a list of waiters.
private struct ServersBesideArrays: ~Copyable {
  let size: Int?
  var group: ServerGroup
  var holders: [Int] = []
  var waiters: [Int] = []

  init(size: Int?) {
    self.size = size
    self.group = ServerGroup(size: size, expectedRequests: 1)
  }

  mutating func step(_ operation: ServerOperation) -> StepResult {
    switch operation {
    case .acquire(let member):
      if waiters.contains(member) { return .illegal }
      let outcome = group.acquire(for: request(member))
      if let size, holders.count == size {
        waiters.append(member)
        return outcome == .queued(ahead: waiters.count - 1) ? .agreed : .differed("\(outcome)")
      }
      holders.append(member)
      return outcome == .granted ? .agreed : .differed("\(outcome)")
    case .release(let member):
      guard let place = holders.firstIndex(of: member) else { return .illegal }
      holders.remove(at: place)
      let outcome = group.release(by: request(member))
      if waiters.isEmpty { return outcome == .freed ? .agreed : .differed("\(outcome)") }
      let next = waiters.removeFirst()
      holders.append(next)
      return outcome == .passed(to: request(next)) ? .agreed : .differed("\(outcome)")
    case .abandon(let member):
      guard let place = waiters.firstIndex(of: member) else { return .illegal }
      waiters.remove(at: place)
      group.abandonWait(of: request(member))
      return .agreed
    }
  }

  func differenceInState() -> String? {
    if group.inUse != holders.count { return "\(group.inUse) in use" }
    if group.waiting != waiters.count { return "\(group.waiting) waiting" }
    for member in 0..<9 {
      if group.isWaiting(request(member)) != waiters.contains(member) { return "wrong waiter" }
      if group.heldCount(by: request(member)) != holders.count(where: { $0 == member }) {
        return "wrong holder"
      }
    }
    return nil
  }
}

private struct OneServerBesideArrays: ~Copyable, SideBySide {
  var both = ServersBesideArrays(size: 1)
  mutating func step(_ operation: ServerOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

private struct TwoServersBesideArrays: ~Copyable, SideBySide {
  var both = ServersBesideArrays(size: 2)
  mutating func step(_ operation: ServerOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

private struct AnyServersBesideArrays: ~Copyable, SideBySide {
  var both = ServersBesideArrays(size: nil)
  mutating func step(_ operation: ServerOperation) -> StepResult { both.step(operation) }
  func differenceInState() -> String? { both.differenceInState() }
}

import ContendedResources
import SimulationBasics
import Testing

private let lock = LockID(index: 0)

private func at(_ milliseconds: UInt64) -> VirtualTime { .start + .milliseconds(milliseconds) }

@Suite("Fair lock")
struct FairLockTests {
  private func take(
    _ server: inout LockServer, _ member: RequestID, lease: UInt64 = 30, allowance: UInt64 = 10,
    at now: UInt64
  ) -> LockServer.AcquireOutcome {
    server.tryAcquireFairly(
      lock, for: member, lease: .milliseconds(lease), allowance: .milliseconds(allowance),
      now: at(now))
  }

  @Test("is only for the first who waits, however often others ask")
  func firstOnly() {
    var server = LockServer(expectedLocks: 1)
    #expect(take(&server, first, at: 0) == .granted(token: 1))
    #expect(server.firstWaiter(for: lock) == nil)
    // The first to wait hears of the lease, the next of the deadline of the one before: 30 + 10.
    #expect(take(&server, second, at: 5) == .held(remaining: .milliseconds(25)))
    #expect(take(&server, third, at: 5) == .held(remaining: .milliseconds(35)))
    #expect(server.firstWaiter(for: lock) == second)
    // Who asks again hears of the lease.
    #expect(take(&server, third, at: 6) == .held(remaining: .milliseconds(24)))
    #expect(server.unlockFairly(lock, by: first, now: at(7)) == .released)
    // The lock is free, but for the second only; a newcomer joins the end.
    #expect(take(&server, third, at: 8) == .held(remaining: .zero))
    #expect(take(&server, fourth, at: 8) == .held(remaining: .milliseconds(42)))
    #expect(take(&server, second, at: 9) == .granted(token: 2))
    #expect(server.firstWaiter(for: lock) == third)
  }

  @Test("moves all who wait nearer when the first takes it")
  func movingUp() {
    var server = LockServer(expectedLocks: 1)
    _ = take(&server, first, at: 0)
    // Deadlines 40, 50, 60.
    for waiter in [second, third, fourth] { _ = take(&server, waiter, at: 0) }
    _ = server.unlockFairly(lock, by: first, now: at(1))
    #expect(take(&server, second, at: 2) == .granted(token: 2))
    // Now 40 and 50: at 40 the third is taken for dead, and the fourth is the first.
    #expect(server.unlockFairly(lock, by: second, now: at(3)) == .released)
    #expect(take(&server, fourth, at: 39) == .held(remaining: .zero))
    #expect(take(&server, fourth, at: 40) == .granted(token: 3))
    #expect(server.firstWaiter(for: lock) == nil)
  }

  @Test("moves those behind nearer when one gives up")
  func givingUp() {
    var server = LockServer(expectedLocks: 1)
    _ = take(&server, first, at: 0)
    for waiter in [second, third, fourth] { _ = take(&server, waiter, at: 0) }
    server.stopWaiting(for: lock, by: third, allowance: .milliseconds(10))
    // The fourth has the deadline 50 now: a newcomer waits for that.
    #expect(take(&server, request(4), at: 0) == .held(remaining: .milliseconds(50)))
    #expect(server.unlockFairly(lock, by: first, now: at(1)) == .released)
    #expect(server.firstWaiter(for: lock) == second)
    // Giving up twice, or without having waited, is nothing.
    server.stopWaiting(for: lock, by: third, allowance: .milliseconds(10))
    server.stopWaiting(for: LockID(index: 7), by: second, allowance: .milliseconds(10))
    #expect(server.firstWaiter(for: lock) == second)
  }

  @Test("takes the release of a lock that nobody holds for a release, but no stranger's")
  func lateUnlock() {
    var server = LockServer(expectedLocks: 1)
    #expect(server.unlockFairly(lock, by: first, now: at(0)) == .wasFree)
    _ = take(&server, first, lease: 5, at: 0)
    _ = take(&server, second, at: 0)
    #expect(server.unlockFairly(lock, by: first, now: at(5)) == .wasFree)
    #expect(server.firstWaiter(for: lock) == second)
    _ = take(&server, second, at: 6)
    #expect(server.unlockFairly(lock, by: first, now: at(7)) == .notOwner)
    #expect(server.unlockFairly(lock, by: second, now: at(7)) == .released)
  }

  @Test("stalls behind a first waiter that is gone, until its deadline")
  func deadFirst() {
    var server = LockServer(expectedLocks: 1)
    _ = take(&server, first, at: 0)
    // A waiter without a wait time is believed for five minutes beyond the lease of 30 ms.
    let allowance = LockServer.fairWaitTimeout
    _ = server.tryAcquireFairly(
      lock, for: second, lease: .milliseconds(30), allowance: allowance, now: at(0))
    _ = take(&server, third, at: 0)
    _ = server.unlockFairly(lock, by: first, now: at(1))
    #expect(take(&server, third, at: 300_029) == .held(remaining: .zero))
    #expect(take(&server, third, at: 300_030) == .granted(token: 2))
  }

  @Test("tells one to wait without end when the one before is overdue behind a live first")
  func overdue() {
    var server = LockServer(expectedLocks: 1)
    _ = take(&server, first, at: 0)
    // Deadlines: second 30 + 100, third 130 + 10. The second gives up, and says that it was allowed
    // 200: the third falls to −60.
    _ = take(&server, request(5), allowance: 1_000, at: 0)
    _ = take(&server, second, allowance: 100, at: 0)
    _ = take(&server, third, allowance: 10, at: 0)
    server.stopWaiting(for: lock, by: second, allowance: .milliseconds(1_200))
    #expect(take(&server, fourth, at: 0) == .held(remaining: .longestInAModel))
  }

  // MARK: Against the oracle

  @Test("agrees with a list and a set of deadlines on every history of six operations")
  func everyHistory() {
    let letters: [FairBesideScripts.Operation] = [
      .take(0, lease: 2, allowance: 1), .take(1, lease: 2, allowance: 1),
      .take(2, lease: 1, allowance: 3), .unlock(0), .unlock(1), .giveUp(1, allowance: 1), .tick,
    ]
    checkEveryHistory(of: FairBesideScripts.self, letters: letters, length: 6)
  }

  @Test("agrees with a list and a set of deadlines on long histories")
  func longHistories() {
    var letters: [FairBesideScripts.Operation] = [.tick, .tick, .tick]
    for member in 0..<5 {
      letters += [
        .take(member, lease: 4, allowance: 6), .take(member, lease: 2, allowance: 3),
        .unlock(member), .giveUp(member, allowance: 6),
      ]
    }
    checkLongHistories(of: FairBesideScripts.self, letters: letters, seeds: 0..<20, length: 1_000)
  }
}

/// A fair lock beside a transcript of Redisson's scripts on a hash, a list and a sorted set.
private struct FairBesideScripts: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case take(Int, lease: UInt64, allowance: UInt64)
    case unlock(Int)
    case giveUp(Int, allowance: UInt64)
    case tick

    var request: Int? { nil }
  }

  var server = LockServer(expectedLocks: 0)
  var now = 0
  var grants = 0
  /// The hash: who holds the lock, how often, until when, and for how long it was taken.
  var key: (owner: Int, count: Int, until: Int, lease: Int)?
  var list: [Int] = []
  var scores: [Int: Int] = [:]

  private mutating func removeStale() {
    if let held = key, held.until <= now { key = nil }
    while let head = list.first, let score = scores[head], score <= now {
      scores[head] = nil
      list.removeFirst()
    }
  }

  private mutating func take(
    _ member: Int, lease: Int, allowance: Int
  ) -> LockServer.AcquireOutcome {
    removeStale()
    if key == nil, list.isEmpty || list.first == member {
      if !list.isEmpty { list.removeFirst() }
      scores[member] = nil
      for waiter in list { scores[waiter, default: 0] -= allowance }
      key = (member, 1, now + lease, lease)
      grants += 1
      return .granted(token: UInt64(grants))
    }
    if let held = key, held.owner == member {
      key = (member, held.count + 1, now + lease, lease)
      grants += 1
      return .granted(token: UInt64(grants))
    }
    let timeToLive = key.map { $0.until - now } ?? -2
    if scores[member] != nil { return .held(remaining: .milliseconds(UInt64(max(0, timeToLive)))) }
    let answer = list.last.flatMap { scores[$0] }.map { $0 - now } ?? timeToLive
    scores[member] = answer + allowance + now
    list.append(member)
    return .held(
      remaining: answer < 0 ? .longestInAModel : .milliseconds(UInt64(answer)))
  }

  private mutating func unlock(_ member: Int) -> LockServer.UnlockOutcome {
    removeStale()
    guard let held = key else { return .wasFree }
    guard held.owner == member else { return .notOwner }
    if held.count > 1 {
      key = (member, held.count - 1, now + held.lease, held.lease)
      return .stillHeld(count: held.count - 1)
    }
    key = nil
    return .released
  }

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .take(let member, let lease, let allowance):
      let outcome = server.tryAcquireFairly(
        lock, for: request(member), lease: .milliseconds(lease),
        allowance: .milliseconds(allowance), now: at(UInt64(now)))
      let expected = take(member, lease: Int(lease), allowance: Int(allowance))
      return outcome == expected ? .agreed : .differed("\(outcome) instead of \(expected)")
    case .unlock(let member):
      let outcome = server.unlockFairly(lock, by: request(member), now: at(UInt64(now)))
      let expected = unlock(member)
      return outcome == expected ? .agreed : .differed("\(outcome) instead of \(expected)")
    case .giveUp(let member, let allowance):
      server.stopWaiting(for: lock, by: request(member), allowance: .milliseconds(allowance))
      if let place = list.firstIndex(of: member) {
        for waiter in list[(place + 1)...] { scores[waiter, default: 0] -= Int(allowance) }
      }
      scores[member] = nil
      list.removeAll { $0 == member }
    case .tick:
      now += 1
    }
    return .agreed
  }

  func differenceInState() -> String? {
    if server.firstWaiter(for: lock) != list.first.map(request) { return "wrong first waiter" }
    let owner = key.flatMap { $0.until > now ? $0.owner : nil }
    return server.owner(of: lock, now: at(UInt64(now))) == owner.map(request) ? nil : "wrong owner"
  }
}

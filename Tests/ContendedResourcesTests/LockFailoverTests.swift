import ContendedResources
import SimulationBasics
import Testing

private let lockA = LockID(index: 0)
private let lockB = LockID(index: 1)

private func at(_ milliseconds: UInt64) -> VirtualTime { .start + .milliseconds(milliseconds) }

@Suite("Failover and clock of the lock server")
struct LockFailoverTests {
  private static let lease = VirtualDuration.milliseconds(100)

  private func server() -> LockServer {
    LockServer(expectedLocks: 2, remembers: .milliseconds(50))
  }

  private func take(
    _ server: inout LockServer, _ lock: LockID, _ member: RequestID, at now: UInt64
  ) -> LockServer.AcquireOutcome {
    server.tryAcquire(lock, for: member, lease: Self.lease, now: at(now))
  }

  private func standing(
    _ owner: RequestID?, _ token: UInt64, until end: UInt64
  ) -> LockServer.Standing {
    LockServer.Standing(owner: owner, token: token, expiresAt: at(end))
  }

  // MARK: Failover

  @Test("forgets a grant that the replica has not heard of, and gives its token again")
  func lostGrant() {
    var server = server()
    #expect(take(&server, lockA, first, at: 10) == .granted(token: 1))
    let changes = server.failOver(losing: .milliseconds(5), now: at(12))
    #expect(changes == [.init(lock: lockA, before: standing(first, 1, until: 110), after: nil)])
    #expect(server.owner(of: lockA, now: at(12)) == nil)
    #expect(server.heldCount == 0)
    #expect(take(&server, lockA, second, at: 13) == .granted(token: 1))
    // The first believes to have the lock still.
    #expect(server.unlock(lockA, by: first, now: at(14)) == .notOwner)
    #expect(server.owner(of: lockA, now: at(14)) == second)
  }

  @Test("keeps a grant that is older than what is lost, with its owner")
  func keptGrant() {
    var server = server()
    #expect(take(&server, lockA, first, at: 10) == .granted(token: 1))
    let changes = server.failOver(losing: .milliseconds(5), now: at(15))
    #expect(changes.isEmpty)
    #expect(server.owner(of: lockA, now: at(15)) == first)
    #expect(server.unlock(lockA, by: first, now: at(16)) == .released)
  }

  @Test("brings back a lock that was given back, as nobody's, until its lease ends")
  func undoneRelease() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    #expect(server.unlock(lockA, by: first, now: at(20)) == .released)
    let changes = server.failOver(losing: .milliseconds(5), now: at(22))
    #expect(changes == [.init(lock: lockA, before: nil, after: standing(nil, 1, until: 110))])
    #expect(server.heldCount == 1)
    #expect(take(&server, lockA, first, at: 23) == .held(remaining: .milliseconds(87)))
    #expect(server.unlock(lockA, by: first, now: at(24)) == .notOwner)
    #expect(server.expire(lockA, token: 1) == true)
    #expect(take(&server, lockA, second, at: 110) == .granted(token: 2))
  }

  @Test("brings back nothing whose lease has ended since")
  func endedSince() {
    var server = server()
    _ = server.tryAcquire(lockA, for: first, lease: .milliseconds(10), now: at(10))
    #expect(server.unlock(lockA, by: first, now: at(19)) == .released)
    let changes = server.failOver(losing: .milliseconds(5), now: at(20))
    #expect(changes.isEmpty)
    #expect(server.heldCount == 0)
    #expect(take(&server, lockA, second, at: 20) == .granted(token: 2))
  }

  @Test("undoes a renewal and leaves the lock to its owner")
  func undoneRenewal() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    #expect(server.renew(lockA, token: 1, lease: Self.lease, now: at(40)) == true)
    let changes = server.failOver(losing: .milliseconds(5), now: at(41))
    #expect(
      changes == [
        .init(
          lock: lockA, before: standing(first, 1, until: 140), after: standing(first, 1, until: 110)
        )
      ])
    #expect(server.expiry(of: lockA) == at(110))
    #expect(server.unlock(lockA, by: first, now: at(42)) == .released)
  }

  @Test("undoes a lock's second taking by its owner, and leaves it the first")
  func undoneReentry() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    #expect(take(&server, lockA, first, at: 20) == .granted(token: 2))
    _ = server.failOver(losing: .milliseconds(5), now: at(21))
    #expect(server.owner(of: lockA, now: at(21)) == first)
    #expect(server.unlock(lockA, by: first, now: at(22)) == .released)
    #expect(server.unlock(lockA, by: first, now: at(23)) == .notOwner)
  }

  @Test("does not take the next request of a slot for the owner that was in it before")
  func slotUsedAgain() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    _ = server.unlock(lockA, by: first, now: at(20))
    // Another request in the same slot.
    #expect(take(&server, lockA, first, at: 21) == .granted(token: 2))
    let changes = server.failOver(losing: .milliseconds(5), now: at(22))
    #expect(
      changes == [
        .init(
          lock: lockA, before: standing(first, 2, until: 121), after: standing(nil, 1, until: 110))
      ])
    // Nor when the token is the same.
    var other = self.server()
    _ = take(&other, lockA, first, at: 10)
    _ = other.failOver(losing: .milliseconds(5), now: at(12))
    #expect(take(&other, lockA, first, at: 13) == .granted(token: 1))
    _ = other.failOver(losing: .milliseconds(3), now: at(14))
    #expect(other.owner(of: lockA, now: at(14)) == nil)
    #expect(other.heldCount == 1)
  }

  @Test("keeps a dead owner's lock as nobody's")
  func deadOwner() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    server.orphan(lockA, token: 1)
    _ = take(&server, lockB, second, at: 20)
    _ = server.failOver(losing: .milliseconds(1), now: at(20))
    #expect(server.owner(of: lockA, now: at(20)) == nil)
    #expect(server.owner(of: lockB, now: at(20)) == nil)
    #expect(server.heldCount == 1)
  }

  @Test("does not give the old name's key to a number that stands for another name")
  func newName() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    _ = server.unlock(lockA, by: first, now: at(11))
    server.forget(lockA)
    #expect(take(&server, lockA, second, at: 12) == .granted(token: 1))
    let changes = server.failOver(losing: .milliseconds(20), now: at(13))
    #expect(changes == [.init(lock: lockA, before: standing(second, 1, until: 112), after: nil)])
    #expect(take(&server, lockA, second, at: 14) == .granted(token: 1))
  }

  @Test("leaves those who wait for a fair lock where they are")
  func fairWaiters() {
    var server = server()
    let allowance = VirtualDuration.milliseconds(500)
    for member in [first, second, third] {
      _ = server.tryAcquireFairly(
        lockA, for: member, lease: Self.lease, allowance: allowance, now: at(10))
    }
    _ = server.failOver(losing: .milliseconds(5), now: at(11))
    #expect(server.firstWaiter(for: lockA) == second)
    #expect(
      server.tryAcquireFairly(
        lockA, for: third, lease: Self.lease, allowance: allowance, now: at(12))
        == .held(remaining: .zero))
    #expect(
      server.tryAcquireFairly(
        lockA, for: second, lease: Self.lease, allowance: allowance, now: at(13))
        == .granted(token: 1))
  }

  @Test("remembers no more changes than there are within the time, and nothing unless asked to")
  func memory() {
    var server = server()
    for turn in 0..<10_000 as Range<UInt64> {
      _ = take(&server, lockA, first, at: turn)
      _ = server.unlock(lockA, by: first, now: at(turn))
      // Two changes each millisecond, for 50 ms.
      #expect(server.remembered.count <= 102)
    }
    #expect(server.remembered.capacity == 128)
    var plain = LockServer(expectedLocks: 1)
    _ = take(&plain, lockA, first, at: 0)
    #expect(plain.remembered.capacity == 0)
    #expect(plain.remembered.count == 0)
  }

  // MARK: Clock

  @Test("ends leases sooner when the clock is set ahead, and at once those that would have ended")
  func ahead() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    _ = take(&server, lockB, second, at: 20)
    let changes = server.jumpClock(by: .milliseconds(80), direction: .ahead, now: at(30))
    #expect(
      changes == [
        .init(lock: lockA, before: standing(first, 1, until: 110), after: nil),
        .init(
          lock: lockB, before: standing(second, 1, until: 120),
          after: standing(second, 1, until: 40)),
      ])
    #expect(server.heldCount == 1)
    #expect(server.unlock(lockA, by: first, now: at(31)) == .notOwner)
    #expect(take(&server, lockA, third, at: 31) == .granted(token: 2))
    #expect(server.unlock(lockB, by: second, now: at(39)) == .released)
    // Longer than any lease.
    _ = server.jumpClock(by: .hours(1), direction: .ahead, now: at(40))
    #expect(server.heldCount == 0)
  }

  @Test("ends leases later when the clock is set back, and revives none")
  func back() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    _ = take(&server, lockB, second, at: 20)
    // The first lease ends in this very moment, though its timer has not fired.
    let changes = server.jumpClock(by: .milliseconds(80), direction: .back, now: at(110))
    #expect(
      changes == [
        .init(
          lock: lockB, before: standing(second, 1, until: 120),
          after: standing(second, 1, until: 200))
      ])
    #expect(server.expire(lockA, token: 1) == true)
    #expect(server.owner(of: lockB, now: at(199)) == second)
  }

  @Test("may be undone by a failover")
  func undoneJump() {
    var server = server()
    _ = take(&server, lockA, first, at: 10)
    _ = server.jumpClock(by: .milliseconds(200), direction: .ahead, now: at(30))
    let changes = server.failOver(losing: .milliseconds(5), now: at(31))
    #expect(changes == [.init(lock: lockA, before: nil, after: standing(nil, 1, until: 110))])
  }

  // MARK: Against the oracle

  @Test("agrees with a list of snapshots on every history of six operations")
  func everyHistory() {
    let letters: [ServerBesideSnapshots.Operation] = [
      .acquire(0, 0, lease: 3), .acquire(0, 1, lease: 2), .unlock(0, 0), .tick, .failOver(1),
      .failOver(2), .jump(1, .ahead), .jump(1, .back), .renew(0),
    ]
    checkEveryHistory(of: ServerBesideSnapshots.self, letters: letters, length: 6)
  }

  @Test("agrees with a list of snapshots on long histories of three locks")
  func longHistories() {
    var letters: [ServerBesideSnapshots.Operation] = [
      .tick, .tick, .tick, .tick, .tick, .tick, .failOver(0), .failOver(1), .failOver(3),
      .failOver(8), .jump(2, .ahead), .jump(3, .back),
    ]
    for lock in 0..<3 {
      letters += [.renew(lock), .forget(lock), .die(lock)]
      for request in 0..<3 {
        letters += [
          .acquire(lock, request, lease: 2), .acquire(lock, request, lease: 7),
          .unlock(lock, request),
        ]
      }
    }
    checkLongHistories(
      of: ServerBesideSnapshots.self, letters: letters, seeds: 0..<20, length: 1_000)
  }

  // MARK: Preconditions

  @Test("stops the run when a server fails over that remembers nothing")
  func nothingRemembered() async {
    await #expect(processExitsWith: .failure) {
      var server = LockServer(expectedLocks: 1)
      _ = server.failOver(losing: .zero, now: .start)
    }
  }

  @Test("stops the run when more is lost than is remembered")
  func tooMuchLost() async {
    await #expect(processExitsWith: .failure) {
      var server = LockServer(expectedLocks: 1, remembers: .milliseconds(1))
      _ = server.failOver(losing: .milliseconds(2), now: .start)
    }
  }
}

/// The server beside a naive one, of which a copy is kept of every moment.
private struct ServerBesideSnapshots: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case acquire(Int, Int, lease: UInt64)
    case unlock(Int, Int)
    case renew(Int)
    /// The owner is gone.
    case die(Int)
    case forget(Int)
    /// A millisecond passes, and the lease timers fire that are due.
    case tick
    case failOver(UInt64)
    case jump(UInt64, LockServer.ClockDirection)

    var request: Int? { nil }
  }
  struct Key: Equatable {
    /// Which stay of an owner it is, by its place in `owners`; `nil` when the lock is free.
    var stay: Int?
    var depth = 0
    var token: UInt64 = 0
    var end: UInt64 = 0
    var lease: UInt64 = 0
  }
  struct Snapshot {
    var time: UInt64
    var keys: [Key]
    /// By lock: how often it has been forgotten.
    var names: [Int]
  }

  static let length: UInt64 = 8
  var server = LockServer(expectedLocks: 0, remembers: .milliseconds(Self.length))
  var now: UInt64 = 0
  var keys = [Key](repeating: Key(), count: 3)
  var names = [0, 0, 0]
  /// By stay: whose it is; `nil` when its owner is gone, or has given the lock back once.
  var owners: [Int?] = []
  var history = [Snapshot(time: 0, keys: [Key](repeating: Key(), count: 3), names: [0, 0, 0])]

  func owner(of lock: Int) -> Int? { keys[lock].stay.flatMap { owners[$0] } }

  func standing(of key: Key) -> LockServer.Standing? {
    key.stay.map { stay in
      LockServer.Standing(
        owner: owners[stay].map(request), token: key.token, expiresAt: at(key.end))
    }
  }

  mutating func free(_ lock: Int) {
    if let stay = keys[lock].stay { owners[stay] = nil }
    keys[lock].stay = nil
  }

  mutating func step(_ operation: Operation) -> StepResult {
    let difference = act(operation)
    history.append(Snapshot(time: now, keys: keys, names: names))
    return difference.map { .differed($0) } ?? .agreed
  }

  /// Does the operation on both; returns what differs.
  private mutating func act(_ operation: Operation) -> String? {
    switch operation {
    case .acquire(let lock, let member, let lease):
      let outcome = server.tryAcquire(
        LockID(index: lock), for: request(member), lease: .milliseconds(lease), now: at(now))
      if keys[lock].stay != nil, owner(of: lock) != member {
        let expected = LockServer.AcquireOutcome.held(remaining: at(keys[lock].end) - at(now))
        return outcome == expected ? nil : "\(outcome)"
      }
      if keys[lock].stay == nil {
        keys[lock].stay = owners.count
        keys[lock].depth = 0
        owners.append(member)
      }
      keys[lock].depth += 1
      keys[lock].token += 1
      keys[lock].end = now + lease
      keys[lock].lease = lease
      return outcome == .granted(token: keys[lock].token) ? nil : "\(outcome)"
    case .unlock(let lock, let member):
      let outcome = server.unlock(LockID(index: lock), by: request(member), now: at(now))
      guard owner(of: lock) == member else { return outcome == .notOwner ? nil : "\(outcome)" }
      keys[lock].depth -= 1
      if keys[lock].depth == 0 {
        free(lock)
        return outcome == .released ? nil : "\(outcome)"
      }
      keys[lock].end = now + keys[lock].lease
      return outcome == .stillHeld(count: keys[lock].depth) ? nil : "\(outcome)"
    case .renew(let lock):
      let renewed = server.renew(
        LockID(index: lock), token: keys[lock].token, lease: .milliseconds(4), now: at(now))
      if renewed != (owner(of: lock) != nil) { return "renewed \(renewed)" }
      if renewed { keys[lock].end = now + 4 }
    case .die(let lock):
      server.orphan(LockID(index: lock), token: keys[lock].token)
      if let stay = keys[lock].stay { owners[stay] = nil }
    case .forget(let lock):
      server.forget(LockID(index: lock))
      free(lock)
      keys[lock] = Key()
      names[lock] += 1
    case .tick:
      now += 1
      for lock in keys.indices where keys[lock].stay != nil && keys[lock].end <= now {
        free(lock)
        if !server.expire(LockID(index: lock), token: keys[lock].token) { return "no expiry" }
      }
    case .failOver(let losing):
      let old = history.last { $0.time + losing <= now } ?? history[0]
      var target = old.keys
      for lock in keys.indices where old.names[lock] != names[lock] {
        // Under its present name the lock was free then.
        target[lock] = Key()
      }
      return replace(
        with: target, server.failOver(losing: .milliseconds(losing), now: at(now)))
    case .jump(let length, let direction):
      var target = keys
      for lock in keys.indices where keys[lock].stay != nil {
        switch direction {
        case .back: target[lock].end += length
        case .ahead: target[lock].end = max(target[lock].end, length) - length
        }
      }
      return replace(
        with: target,
        server.jumpClock(by: .milliseconds(length), direction: direction, now: at(now)))
    }
    return nil
  }

  private mutating func replace(
    with target: [Key], _ changes: [LockServer.KeyChange]
  ) -> String? {
    var expected: [LockServer.KeyChange] = []
    for lock in keys.indices {
      let before = keys[lock]
      let standingBefore = standing(of: before)
      if before.stay != target[lock].stay { free(lock) }
      keys[lock] = target[lock]
      if keys[lock].end <= now { free(lock) }
      let after = standing(of: keys[lock])
      if standingBefore != after || (before.stay != nil && keys[lock] != before) {
        expected.append(
          LockServer.KeyChange(lock: LockID(index: lock), before: standingBefore, after: after))
      }
    }
    return changes == expected ? nil : "changed \(changes), not \(expected)"
  }

  func differenceInState() -> String? {
    for lock in keys.indices {
      let id = LockID(index: lock)
      if server.owner(of: id, now: at(now)) != owner(of: lock).map(request) {
        return "wrong owner of \(lock)"
      }
      if keys[lock].stay != nil, server.expiry(of: id) != at(keys[lock].end) {
        return "wrong end of \(lock)"
      }
    }
    if server.remembered.count > 4 * 1_000 { return "too much is remembered" }
    return server.heldCount == keys.count { $0.stay != nil } ? nil : "wrong count"
  }
}

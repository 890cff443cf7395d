import ContendedResources
import SimulationBasics
import Testing

private let lockA = LockID(index: 0)
private let lockB = LockID(index: 1)

private func at(_ milliseconds: UInt64) -> VirtualTime {
  .start + .milliseconds(milliseconds)
}

@Suite("Lock server")
struct LockServerTests {
  private static let lease = VirtualDuration.milliseconds(10)

  @Test("grants a free lock with a rising token, and tells others how long it is held")
  func granting() {
    var server = LockServer(expectedLocks: 1)
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0)) == .granted(token: 1))
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(4))
        == .held(remaining: .milliseconds(6)))
    #expect(server.owner(of: lockA, now: at(4)) == first)
    #expect(server.heldCount == 1)
    #expect(server.unlock(lockA, by: first, now: at(5)) == .released)
    #expect(server.heldCount == 0)
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(5)) == .granted(token: 2))
    #expect(
      server.tryAcquire(lockB, for: first, lease: Self.lease, now: at(5)) == .granted(token: 1))
  }

  @Test("lets an owner take its lock again: a new lease, a new token, and two unlocks")
  func reentrancy() {
    var server = LockServer(expectedLocks: 1)
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0)) == .granted(token: 1))
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(6)) == .granted(token: 2))
    #expect(server.heldCount == 1)
    // The timer of the first lease finds a newer one.
    #expect(server.expire(lockA, token: 1) == false)
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(12))
        == .held(remaining: .milliseconds(4)))
    #expect(server.unlock(lockA, by: first, now: at(13)) == .stillHeld(count: 1))
    // PEXPIRE: the lease has started anew.
    #expect(server.expiry(of: lockA) == at(23))
    #expect(server.unlock(lockA, by: first, now: at(13)) == .released)
    #expect(server.unlock(lockA, by: first, now: at(13)) == .notOwner)
  }

  @Test("never lets a stranger unlock")
  func stranger() {
    var server = LockServer(expectedLocks: 1)
    #expect(server.unlock(lockA, by: first, now: at(0)) == .notOwner)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(server.unlock(lockA, by: second, now: at(1)) == .notOwner)
    #expect(server.owner(of: lockA, now: at(1)) == first)
    #expect(server.unlock(LockID(index: 500), by: second, now: at(1)) == .notOwner)
  }

  // MARK: The end of a lease, and its ties

  @Test("counts a key as gone at the very moment its lease ends")
  func momentOfExpiry() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(server.owner(of: lockA, now: at(9)) == first)
    #expect(server.owner(of: lockA, now: at(10)) == nil)
    #expect(server.unlock(lockA, by: first, now: at(10)) == .notOwner)
    #expect(server.expire(lockA, token: 1) == true)
    #expect(server.expire(lockA, token: 1) == false)
    #expect(server.heldCount == 0)
  }

  @Test("grants an expired lock to another before the timer fires, which then finds it gone")
  func acquireBeforeTimer() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(10)) == .granted(token: 2))
    #expect(server.heldCount == 1)
    #expect(server.expire(lockA, token: 1) == false)
    #expect(server.owner(of: lockA, now: at(10)) == second)
    // The late first owner cannot take away the second's lock.
    #expect(server.unlock(lockA, by: first, now: at(11)) == .notOwner)
    #expect(server.unlock(lockA, by: second, now: at(11)) == .released)
  }

  @Test("starts from one when the owner takes its own expired lock again")
  func reacquireExpired() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(10)) == .granted(token: 3))
    #expect(server.unlock(lockA, by: first, now: at(11)) == .released)
  }

  @Test("shows the timer of a lock that was given back that there is nothing to do")
  func timerAfterUnlock() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(server.unlock(lockA, by: first, now: at(9)) == .released)
    #expect(server.expire(lockA, token: 1) == false)
    #expect(server.expire(LockID(index: 500), token: 1) == false)
  }

  @Test("keeps the lock of a dead owner until its lease ends, even from the next in its slot")
  func orphan() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    server.orphan(lockA, token: 1)
    #expect(server.owner(of: lockA, now: at(1)) == nil)
    #expect(server.heldCount == 1)
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(3))
        == .held(remaining: .milliseconds(7)))
    #expect(server.unlock(lockA, by: first, now: at(4)) == .notOwner)
    #expect(server.expire(lockA, token: 1) == true)
    #expect(
      server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(10)) == .granted(token: 2))
    // The death of an owner whose grant is over takes nothing from the present one.
    server.orphan(lockA, token: 1)
    server.orphan(LockID(index: 500), token: 1)
    #expect(server.owner(of: lockA, now: at(11)) == first)
  }

  // MARK: Renewal, and numbers that change their names

  @Test("renews the lease of a grant that is in place, and of no other")
  func renewal() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    #expect(server.renew(lockA, token: 1, lease: Self.lease, now: at(9)) == true)
    #expect(server.expiry(of: lockA) == at(19))
    #expect(server.owner(of: lockA, now: at(18)) == first)
    #expect(server.renew(lockA, token: 2, lease: Self.lease, now: at(18)) == false)
    #expect(server.renew(lockB, token: 1, lease: Self.lease, now: at(18)) == false)
    // At the very end of the lease it is too late.
    #expect(server.renew(lockA, token: 1, lease: Self.lease, now: at(19)) == false)
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(19)) == .granted(token: 2))
    #expect(server.renew(lockA, token: 1, lease: Self.lease, now: at(20)) == false)
    #expect(server.expiry(of: lockA) == at(29))
  }

  @Test("starts the tokens of a forgotten lock anew")
  func forgetting() {
    var server = LockServer(expectedLocks: 1)
    _ = server.tryAcquire(lockA, for: first, lease: Self.lease, now: at(0))
    server.forget(lockA)
    server.forget(LockID(index: 500))
    #expect(server.heldCount == 0)
    #expect(
      server.tryAcquire(lockA, for: second, lease: Self.lease, now: at(0)) == .granted(token: 1))
  }

  // MARK: Against the oracle

  @Test("agrees with a list of all grants on every history of six operations")
  func everyHistory() {
    let letters: [ServerBesideGrants.Operation] = [
      .acquire(0, lease: 2), .acquire(1, lease: 2), .unlock(0), .unlock(1), .tick, .timer, .die(0),
      .renew(lease: 2),
    ]
    checkEveryHistory(of: ServerBesideGrants.self, letters: letters, length: 6)
  }

  @Test("agrees with a list of all grants on long histories")
  func longHistories() {
    var letters: [ServerBesideGrants.Operation] = [
      .tick, .tick, .tick, .timer, .renew(lease: 3),
    ]
    for request in 0..<3 {
      letters += [
        .acquire(request, lease: 1), .acquire(request, lease: 5), .unlock(request), .die(request),
      ]
    }
    checkLongHistories(of: ServerBesideGrants.self, letters: letters, seeds: 0..<10, length: 600)
  }

  // MARK: Preconditions

  @Test("stops the run when a lease has no length")
  func emptyLease() async {
    await #expect(processExitsWith: .failure) {
      var server = LockServer(expectedLocks: 1)
      _ = server.tryAcquire(
        LockID(index: 0), for: RequestID(index: 0), lease: .zero, now: .start)
    }
  }

  @Test("stops the run when nobody takes a lock")
  func nobody() async {
    await #expect(processExitsWith: .failure) {
      var server = LockServer(expectedLocks: 1)
      _ = server.tryAcquire(
        LockID(index: 0), for: .none, lease: .milliseconds(1), now: .start)
    }
  }
}

/// One lock of the server beside the list of all grants that it ever gave.
private struct ServerBesideGrants: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case acquire(Int, lease: UInt64)
    case unlock(Int)
    case tick
    /// The oldest lease timer that is due fires.
    case timer
    /// A request is gone; its slot is used again.
    case die(Int)
    /// The watchdog of the last grant.
    case renew(lease: UInt64)

    var request: Int? { nil }
  }
  struct Grant {
    var owner: Int?
    var lease: UInt64
    var until: UInt64
    var isPresent: Bool
    var timerIsPending: Bool
    /// How many unlocks this grant and those it is nested in need.
    var depth: Int
  }

  var server = LockServer(expectedLocks: 0)
  var grants: [Grant] = []
  var now: UInt64 = 0

  /// The present grant, if its lease has not ended.
  var holding: Int? {
    grants.firstIndex { $0.isPresent && $0.until > now }
  }

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .acquire(let member, let lease):
      let outcome = server.tryAcquire(
        lockA, for: request(member), lease: .milliseconds(lease), now: at(now))
      if let holding, grants[holding].owner != member {
        let remaining = VirtualDuration.milliseconds(grants[holding].until - now)
        return outcome == .held(remaining: remaining) ? .agreed : .differed("\(outcome)")
      }
      let depth = holding.map { grants[$0].depth + 1 } ?? 1
      for index in grants.indices { grants[index].isPresent = false }
      grants.append(
        Grant(
          owner: member, lease: lease, until: now + lease, isPresent: true, timerIsPending: true,
          depth: depth))
      return outcome == .granted(token: UInt64(grants.count)) ? .agreed : .differed("\(outcome)")
    case .unlock(let member):
      let outcome = server.unlock(lockA, by: request(member), now: at(now))
      guard let holding, grants[holding].owner == member else {
        return outcome == .notOwner ? .agreed : .differed("\(outcome)")
      }
      grants[holding].depth -= 1
      let depth = grants[holding].depth
      if depth == 0 {
        grants[holding].isPresent = false
      } else {
        grants[holding].until = now + grants[holding].lease
      }
      let expected = depth == 0 ? LockServer.UnlockOutcome.released : .stillHeld(count: depth)
      return outcome == expected ? .agreed : .differed("\(outcome)")
    case .tick:
      now += 1
    case .timer:
      guard let due = grants.firstIndex(where: { $0.timerIsPending && $0.until <= now }) else {
        return .illegal
      }
      grants[due].timerIsPending = false
      let wasPresent = grants[due].isPresent
      grants[due].isPresent = false
      if server.expire(lockA, token: UInt64(due + 1)) != wasPresent {
        return .differed("the timer found the wrong thing")
      }
    case .die(let member):
      for index in grants.indices where grants[index].owner == member {
        server.orphan(lockA, token: UInt64(index + 1))
        grants[index].owner = nil
      }
    case .renew(let lease):
      let renewed = server.renew(
        lockA, token: UInt64(grants.count), lease: .milliseconds(lease), now: at(now))
      let isInPlace = holding.map { grants[$0].owner != nil } ?? false
      if isInPlace { grants[grants.count - 1].until = now + lease }
      if renewed != isInPlace { return .differed("renewed \(renewed)") }
    }
    return .agreed
  }

  func differenceInState() -> String? {
    let owner = holding.flatMap { grants[$0].owner }
    if server.owner(of: lockA, now: at(now)) != owner.map(request) { return "wrong owner" }
    return server.heldCount == grants.count { $0.isPresent } ? nil : "wrong count"
  }
}

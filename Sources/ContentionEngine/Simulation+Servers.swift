import ContendedResources
import EventKernel
import Measurements
import RequestPrograms
import ScenarioModel
import SimulationBasics

/// Threads, cores and connections.
extension Simulation {
  // MARK: Request threads

  mutating func takeThread(for request: RequestID) -> Turn {
    switch threads[requests[request].instance].acquire(for: request) {
    case .granted:
      meters.threads.busy.started(at: now)
      return .goesOn
    case .queued:
      meters.threads.queue.entered(at: now)
      block(request, on: .thread, as: .threadQueue)
      return .ends
    case .refused:
      return fail(request, with: .threadRefused)
    }
  }

  mutating func releaseThread(of request: RequestID) {
    let outcome = threads[requests[request].instance].release(by: request)
    if let next = Self.note(outcome, in: &meters.threads, requests, at: now) { wake(next) }
  }

  // MARK: Cores

  @inline(__always)
  mutating func takeCore(of owner: CoreOwner, for request: RequestID) -> Turn {
    switch owner {
    case .instance:
      let outcome = cores[requests[request].instance].acquire(for: request)
      if Self.note(outcome, in: &meters.cores, at: now) { return .goesOn }
      block(request, on: .instanceCore, as: .cpuQueue)
    case .database:
      meters.statements += 1
      let outcome = databaseCores.acquire(for: request)
      if Self.note(outcome, in: &meters.databaseCores, at: now) { return .goesOn }
      block(request, on: .databaseCore, as: .cpuQueue)
    case .lockServer:
      let outcome = lockServerThread.acquire(for: request)
      if Self.note(outcome, in: &meters.lockServer, at: now) { return .goesOn }
      block(request, on: .lockServerCore, as: .redisCommand)
    }
    return .ends
  }

  @inline(__always)
  mutating func releaseCore(of owner: CoreOwner, by request: RequestID) {
    let next =
      switch owner {
      case .instance:
        Self.note(
          cores[requests[request].instance].release(by: request), in: &meters.cores, requests,
          at: now)
      case .database:
        Self.note(
          databaseCores.release(by: request), in: &meters.databaseCores, requests, at: now)
      case .lockServer:
        Self.note(
          lockServerThread.release(by: request), in: &meters.lockServer, requests, at: now)
      }
    if let next { wake(next) }
  }

  // MARK: Connections

  mutating func takeConnection(for request: RequestID) -> Turn {
    if connectionBarging > 0 && barges(request) { return .goesOn }
    let outcome = pools[requests[request].instance].acquire(for: request)
    if Self.note(outcome, in: &meters.pool, at: now) { return .goesOn }
    block(request, on: .connection, as: .poolWait)
    let end = now + compiled.scenario.system.pool.timeout
    if connectionBarging > 0 { handOffs.note(deadline: end, of: request) }
    requests[request].timer = queue.schedule(Event.connectionWaitTimedOut(request).word, at: end)
    return .ends
  }

  mutating func releaseConnection(of request: RequestID) {
    let outcome = pools[requests[request].instance].release(by: request)
    guard let next = Self.note(outcome, in: &meters.pool, requests, at: now) else { return }
    if connectionBarging > 0 { handOver(to: next) } else { wake(next) }
  }

  mutating func connectionWaitTimedOut(_ request: RequestID) {
    pools[requests[request].instance].abandonWait(of: request)
    meters.pool.queue.left(at: now, since: requests[request].since)
    requests[request].timer = .none
    settle(request)
    _ = fail(request, with: .connectionTimeout)
    execute(request)
  }

  // MARK: Measuring

  /// Measures what became of a request for a server.
  ///
  /// - Returns: Whether the request has one.
  @inline(__always)
  static func note(
    _ outcome: ServerGroup.AcquireOutcome, in meter: inout ServerMeter, at now: VirtualTime
  ) -> Bool {
    switch outcome {
    case .granted:
      meter.busy.started(at: now)
      return true
    case .queued:
      meter.queue.entered(at: now)
      return false
    }
  }

  /// Measures what became of a server that was given up.
  ///
  /// - Returns: Who has it now, and goes on.
  @inline(__always)
  static func note(
    _ outcome: ServerGroup.ReleaseOutcome, in meter: inout ServerMeter,
    _ requests: borrowing RequestArena, at now: VirtualTime
  ) -> RequestID? {
    switch outcome {
    case .freed:
      meter.busy.finished(at: now)
      return nil
    case .passed(let next):
      meter.queue.left(at: now, since: requests[next].since)
      return next
    }
  }
}

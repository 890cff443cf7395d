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
    let instance = requests[request].instance
    switch threads[instance].acquire(for: request) {
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
    switch threads[requests[request].instance].release(by: request) {
    case .freed:
      meters.threads.busy.finished(at: now)
    case .passed(let next):
      meters.threads.queue.left(at: now, since: requests[next].since)
      wake(next)
    }
  }

  // MARK: Cores

  @inline(__always)
  mutating func takeCore(of owner: CoreOwner, for request: RequestID) -> Turn {
    switch owner {
    case .instance:
      let outcome = cores[requests[request].instance].acquire(for: request)
      if outcome == .granted {
        meters.cores.busy.started(at: now)
        return .goesOn
      }
      meters.cores.queue.entered(at: now)
      block(request, on: .instanceCore, as: .cpuQueue)
    case .database:
      let outcome = databaseCores.acquire(for: request)
      if outcome == .granted {
        meters.databaseCores.busy.started(at: now)
        return .goesOn
      }
      meters.databaseCores.queue.entered(at: now)
      block(request, on: .databaseCore, as: .cpuQueue)
    case .lockServer:
      let outcome = lockServerThread.acquire(for: request)
      if outcome == .granted {
        meters.lockServer.busy.started(at: now)
        return .goesOn
      }
      meters.lockServer.queue.entered(at: now)
      block(request, on: .lockServerCore, as: .redisCommand)
    }
    return .ends
  }

  @inline(__always)
  mutating func releaseCore(of owner: CoreOwner, by request: RequestID) {
    switch owner {
    case .instance:
      switch cores[requests[request].instance].release(by: request) {
      case .freed: meters.cores.busy.finished(at: now)
      case .passed(let next):
        meters.cores.queue.left(at: now, since: requests[next].since)
        wake(next)
      }
    case .database:
      switch databaseCores.release(by: request) {
      case .freed: meters.databaseCores.busy.finished(at: now)
      case .passed(let next):
        meters.databaseCores.queue.left(at: now, since: requests[next].since)
        wake(next)
      }
    case .lockServer:
      switch lockServerThread.release(by: request) {
      case .freed: meters.lockServer.busy.finished(at: now)
      case .passed(let next):
        meters.lockServer.queue.left(at: now, since: requests[next].since)
        wake(next)
      }
    }
  }

  // MARK: Connections

  mutating func takeConnection(for request: RequestID) -> Turn {
    switch pools[requests[request].instance].acquire(for: request) {
    case .granted:
      meters.pool.busy.started(at: now)
      return .goesOn
    case .queued:
      meters.pool.queue.entered(at: now)
      block(request, on: .connection, as: .poolWait)
      requests[request].timer = queue.schedule(
        Event.connectionWaitTimedOut(request).word,
        at: now + compiled.scenario.system.pool.timeout)
      return .ends
    }
  }

  mutating func releaseConnection(of request: RequestID) {
    switch pools[requests[request].instance].release(by: request) {
    case .freed:
      meters.pool.busy.finished(at: now)
    case .passed(let next):
      meters.pool.queue.left(at: now, since: requests[next].since)
      wake(next)
    }
  }

  mutating func connectionWaitTimedOut(_ request: RequestID) {
    pools[requests[request].instance].abandonWait(of: request)
    meters.pool.queue.left(at: now, since: requests[request].since)
    requests[request].timer = .none
    settle(request)
    _ = fail(request, with: .connectionTimeout)
    execute(request)
  }
}

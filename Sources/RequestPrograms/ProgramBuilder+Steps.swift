import ScenarioModel
import SimulationBasics

extension ProgramBuilder {
  /// Writes the program of one request class: in, steps, answer, out.
  mutating func compileRequest(_ index: Int) -> RequestProgram {
    request = scenario.requests[index]
    registers = []
    requestUpdateCount = 0
    let firstUpdate = updates.count
    let start = position
    let system = scenario.system
    let failed = newLabel()
    let out = newLabel()
    let unserved = newLabel()

    spend(.clientNetwork, system.network, .network)
    if system.threads.size != nil {
      handler = unserved
      emit(.takeThread)
    }
    handler = failed
    compile(request.steps, in: Surroundings())
    handler = .none
    emit(.jump(out.number))
    place(failed)
    emit(.respondToFailure)
    place(out)
    if system.threads.size != nil { emit(.releaseThread) }
    let travelling = newLabel()
    if system.threads.size != nil {
      emit(.jump(travelling.number))
      place(unserved)
      emit(.respondToFailure)
    }
    place(travelling)
    spend(.clientNetwork, system.network, .network)
    emit(.answer)

    let keys = request.keys.map {
      CompiledKey(
        firstRow: firstRows[$0.table], rowCount: scenario.tables[$0.table].rows,
        choice: $0.choice)
    }
    return RequestProgram(
      start: start, end: position, keys: keys, updates: firstUpdate..<updates.count,
      registers: registers.map { CompiledRegister(key: $0.row.key, column: $0.column) })
  }

  mutating func compile(_ steps: [Step], in surroundings: Surroundings) {
    for (index, step) in steps.enumerated() {
      var inner = surroundings
      inner.status = answer(in: steps[index...]) ?? surroundings.status
      compile(step, in: inner)
    }
  }

  /// The status with which the steps answer when nothing fails: the last `respond`, however deep it
  /// stands.
  private func answer(in steps: ArraySlice<Step>) -> UInt16? {
    steps.reversed().lazy.compactMap { answer(in: $0) }.first
  }

  private func answer(in step: Step) -> UInt16? {
    let inner: [Step]
    switch step {
    case .respond(let status): return status
    case .distributedLock(let lock): inner = lock.steps
    case .idempotent(let idempotent): inner = idempotent.steps
    case .retry(_, let steps), .connection(let steps), .transaction(_, let steps): inner = steps
    case .cpu, .delay, .read, .lock, .update, .refuse: return nil
    }
    return answer(in: inner[...])
  }

  private mutating func compile(_ step: Step, in surroundings: Surroundings) {
    switch step {
    case .cpu(let time):
      serve(
        by: .instance, count: scenario.system.cores, .processing, time, .processing)
    case .delay(let time):
      spend(.externalDelay, time, .externalDelay)
    case .distributedLock(let lock):
      if isOn(lock.layer) {
        compile(lock, in: surroundings)
      } else {
        compile(lock.steps, in: surroundings)
      }
    case .idempotent(let idempotent):
      if isOn(idempotent.layer) {
        compile(idempotent, in: surroundings)
      } else {
        compile(idempotent.steps, in: surroundings)
      }
    case .retry(let policy, let steps):
      compile(policy, steps, in: surroundings)
    case .transaction(let isolation, let steps):
      compileTransaction(
        isolation ?? scenario.system.database.isolation, steps, in: surroundings)
    case .connection(let steps):
      holdingConnection(in: surroundings) { builder, inner in builder.compile(steps, in: inner) }
    case .read(let row):
      compileRead(row, in: surroundings)
    case .lock(let row):
      statement(.select, acquiring: .lockRow(key: UInt8(row.key)), in: surroundings) { _ in }
    case .update(let update):
      compileUpdate(update, in: surroundings)
    case .refuse(let refused):
      emit(.refuse(refusal(refused)))
    case .respond(let status):
      emit(.respond(status: status))
    }
  }

  private func isOn(_ layer: Layer?) -> Bool {
    switch layer {
    case nil: true
    case .distributedLock: defence.distributedLock
    case .idempotencyKey: defence.idempotencyKey
    case .fencingToken: defence.fencingToken
    case .optimistic: defence.writeGuard == .optimistic
    case .pessimistic: defence.writeGuard == .pessimistic
    case .atomic: defence.writeGuard == .atomic
    }
  }

  /// attempt: steps, and after a failure back off and try again or pass it on.
  private mutating func compile(
    _ policy: RetryPolicy, _ steps: [Step], in surroundings: Surroundings
  ) {
    let outer = handler
    let again = newLabel()
    let retry = retry(policy, depth: surroundings.retryDepth, from: again)
    let failed = newLabel()
    let done = newLabel()
    emit(.beginRetry(retry))
    place(again)
    emit(.beginAttempt(retry))
    handler = failed
    var inner = surroundings
    inner.retryDepth += 1
    compile(steps, in: inner)
    handler = outer
    emit(.jump(done.number))
    place(failed)
    emit(.retryOrFail(retry))
    place(done)
  }
}

extension Backoff {
  /// The range before each retry, until it stays the same or the attempts are used up.
  func ranges(attempts: Int?) -> [VirtualDuration] {
    var ranges: [VirtualDuration] = []
    var range = min(base, cap)
    let retries = max(1, (attempts ?? .max) - 1)
    var unrounded = Double(range.inNanoseconds)
    let largest = Double(cap.inNanoseconds)
    while ranges.count < retries {
      ranges.append(range)
      if factor == 1 || range == cap || range == .zero { break }
      unrounded *= factor
      range = unrounded >= largest ? cap : .nanoseconds(UInt64(unrounded + 0.5))
    }
    return ranges
  }
}

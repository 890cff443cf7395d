import SimulationBasics

/// What the attempts of calls have done, and what the callers were told in the end.
///
/// A call is kept until its last attempt is over, however late: a client that has given up is told
/// that it failed, and an attempt of its may still commit. Empty where no load has clients.
struct CallIntents: ~Copyable {
  enum Verdict: UInt8, BitwiseCopyable {
    /// The caller waits.
    case open
    /// It was told of a failure, and nothing had been done.
    case failed
    /// It was told something that no later effect contradicts, or is known to contradict; or nobody
    /// was there to be told.
    case settled
  }
  struct Call: BitwiseCopyable {
    /// Whether it is to change something.
    var hasUpdates = false
    /// Whether an attempt has committed anything.
    var hasEffects = false
    var verdict = Verdict.open
    /// Its attempts that are not over, and the caller while it waits.
    var holders: Int32 = 1
    /// The next free place while this one is free.
    var nextFree: Int32 = -1
  }

  private var calls: FixedTable<Call>
  private var used: Int32 = 0
  private var firstFree: Int32 = -1
  /// By request: the call whose attempt it is; −1 for none.
  private var callOf: FixedTable<Int32>

  init() {
    calls = FixedTable(repeating: Call(), count: 0)
    callOf = FixedTable(repeating: -1, count: 0)
  }

  /// A client calls.
  ///
  /// - Returns: The number of the call, until it is over.
  /// - Complexity: O(1) amortised.
  mutating func open(hasUpdates: Bool) -> Int32 {
    let call: Int32
    if firstFree >= 0 {
      call = firstFree
      firstFree = calls[call].nextFree
    } else {
      if Int(used) == calls.count {
        calls.grow(toCount: max(16, calls.count * 2), filledWith: Call())
      }
      call = used
      used += 1
    }
    calls[call] = Call(hasUpdates: hasUpdates)
    return call
  }

  /// A request is an attempt of a call.
  mutating func join(_ call: Int32, _ request: RequestID) {
    if Int(request.index) >= callOf.count {
      callOf.grow(toCount: max(16, Int(request.index) + 1, callOf.count * 2), filledWith: -1)
    }
    callOf[request.index] = call
    calls[call].holders += 1
  }

  /// Whether a request is an attempt of a call.
  func contains(_ request: RequestID) -> Bool {
    Int(request.index) < callOf.count && callOf[request.index] >= 0
  }

  /// An attempt is over.
  mutating func leave(_ request: RequestID) {
    guard contains(request) else { return }
    release(callOf[request.index])
    callOf[request.index] = -1
  }

  /// An attempt has had an effect.
  ///
  /// - Returns: Whether its caller has been told before that the call failed; once for a call.
  mutating func effected(by request: RequestID) -> Bool {
    guard contains(request) else { return false }
    let call = callOf[request.index]
    calls[call].hasEffects = true
    guard calls[call].verdict == .failed else { return false }
    calls[call].verdict = .settled
    return true
  }

  /// Whether a call is to change something.
  func hasUpdates(_ call: Int32) -> Bool { calls[call].hasUpdates }

  /// The caller waits no longer.
  ///
  /// - Parameter failed: Whether it was told that the call has failed.
  /// - Returns: Whether that is not true, because an attempt has had an effect.
  mutating func close(_ call: Int32, failed: Bool) -> Bool {
    let isBroken = failed && calls[call].hasEffects
    calls[call].verdict = failed && !isBroken ? .failed : .settled
    release(call)
    return isBroken
  }

  private mutating func release(_ call: Int32) {
    precondition(calls[call].holders > 0, "a call was released that nobody held")
    calls[call].holders -= 1
    guard calls[call].holders == 0 else { return }
    calls[call].nextFree = firstFree
    firstFree = call
  }
}

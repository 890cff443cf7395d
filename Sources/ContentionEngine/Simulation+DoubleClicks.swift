import EventKernel
import Measurements
import RequestPrograms
import SimulationBasics

/// Users who send a request twice: the copy has the key and the rows of the first, and its number
/// among the requests of the user.
///
/// The copy is a request in its own right: it arrives, it is answered and measured, and what it
/// does is done for the intent of the first. Only the user's iteration goes on with the answer to
/// the first, and it does not wait for the copy. The copy goes through whatever has become of the
/// user, and it never waits at a barrier, where its user stands already.
extension Simulation {
  /// Decides, while a request is being sent, whether it will be sent once more, and makes the copy.
  ///
  /// - Parameter click: The place of the `doubleClick` in the iterations.
  /// - Returns: The slot of the key that both carry; `nil` when there is no copy.
  mutating func clickTwice(_ click: Int32, on request: RequestID) -> Int32? {
    guard case .doubleClick(let after, let probability) = iterationInstructions[click] else {
      broken("a double click without its timing")
    }
    let user = requests[request].user
    let happens = drawChance(probability, for: .doubleClick, of: user)
    let pause = draw(Int(after.index), for: user)
    return happens ? repeatRequest(request, after: pause) : nil
  }

  /// Makes a copy of a request that is being sent; it is sent after a pause.
  ///
  /// - Returns: The slot of the key that both carry.
  mutating func repeatRequest(_ request: RequestID, after pause: VirtualDuration) -> Int32 {
    let slot = shareKey(of: request)
    sharedKeys.hold(slot)
    var state = requests[request]
    state.wait = .click
    let copy = requests.add(state)
    requests.copyRows(from: request, to: copy)
    pendingClicks += 1
    queue.schedule(Event.clickedAgain(copy).word, at: now + pause)
    return slot
  }

  /// The user sends the request again.
  mutating func clickedAgain(_ copy: RequestID) {
    sendCopy(copy, as: 2)
    execute(copy)
  }

  /// A request is sent that had been set aside: a second click, or another attempt.
  ///
  /// - Parameter attempt: Which sending it is of what its user wants, counted from 1.
  mutating func sendCopy(_ copy: RequestID, as attempt: Int) {
    pendingClicks -= 1
    requests[copy].wait = .nothing
    requests[copy].instance = chooseInstance(for: requests[copy].user)
    requests[copy].sentAt = now
    requests[copy].since = now
    let program = requests[copy].program
    ledger.arrived(
      copy, expecting: expectedEffects[program], hasUpdates: hasUpdates[program],
      sharing: requests[copy].keySlot)
    meters.series.record(.attempt)
    tellAttempt(attempt, of: copy)
    tell(.sent, by: copy)
    if ledger.effects(for: copy) != 0 { note(.sentAgainAfterEffect) }
  }

  /// Whether the user waits for the answer to this request: not when the user has been interrupted,
  /// not when it is a second click, and not when a client has waited long enough.
  @inline(__always)
  func isAwaited(_ request: RequestID) -> Bool {
    users[requests[request].user.index].request == request
  }
}

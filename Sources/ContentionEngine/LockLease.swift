import EventKernel
import SimulationBasics

/// The events that belong to the present grant of a distributed lock.
struct LockLease: BitwiseCopyable {
  /// The token of the grant.
  var token: UInt64 = 0
  /// The event at the end of its lease.
  var timer = EventHandle.none
  /// The request whose client renews a lease of this lock, and the token of the grant that it
  /// believes to have.
  var renewer = RequestID.none
  var renewedToken: UInt64 = 0
  /// The event at which the next renewal is sent.
  var renewal = EventHandle.none
  /// The renewal that is on its way for the renewer. Tokens repeat after a failover, so that one
  /// on its way for an earlier grant is not told by its token.
  var carrier = RequestID.none
  /// Whether the lease has the claim to a number that stands for a name with a request's key in it,
  /// because its owner is gone.
  var isClaimed = false
}

/// A command that a client sends to the lock server beside its requests, and for which none of them
/// waits.
enum LockErrand: UInt8, BitwiseCopyable {
  /// What the state carries is a request of a user.
  case none
  case subscribe
  case unsubscribe
  /// The same for the channel that one waiter for a fair lock has for itself.
  case subscribePrivately
  case unsubscribePrivately
  /// The watchdog starts the lease of a grant anew.
  case renew
}

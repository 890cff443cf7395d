public import SimulationBasics

/// What is needed to put pending events off.
extension EventQueue {
  /// When a pending event is due; `nil` for one that already ran or was cancelled.
  ///
  /// - Complexity: O(1).
  public func time(of handle: EventHandle) -> VirtualTime? {
    pool.isPending(handle) ? pool[handle.slot].time : nil
  }
}

extension EventHandle {
  /// Whether this event was scheduled before another one.
  public func wasScheduled(before other: EventHandle) -> Bool { sequence < other.sequence }
}

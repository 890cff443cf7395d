import RequestPrograms
import Synchronization

/// The programs of a sweep's points: each is compiled once, when its first run begins.
///
/// Runs begin in the order of their points, so that only the latest points are needed: a few are
/// kept, however many there are.
final class PointCompiler: Sendable {
  /// A point whose programs are there, or are being made by whoever holds the lock.
  private final class Slot: Sendable {
    let point: Int
    let compiled = Mutex<CompiledScenario?>(nil)

    init(_ point: Int) { self.point = point }
  }

  private let compile: @Sendable (Int) -> CompiledScenario
  private let slots = Mutex<[Slot]>([])

  /// More than run at once, so that none is made twice.
  private static let mostKept = 64

  init(_ compile: @escaping @Sendable (Int) -> CompiledScenario) { self.compile = compile }

  /// The programs of a point.
  ///
  /// - Complexity: O(1), and compiling for the first who asks.
  func compiled(_ point: Int) -> CompiledScenario {
    let slot = slots.withLock { slots -> Slot in
      if let slot = slots.last(where: { $0.point == point }) { return slot }
      if slots.count == Self.mostKept { slots.removeFirst() }
      let slot = Slot(point)
      slots.append(slot)
      return slot
    }
    return slot.compiled.withLock { compiled in
      if let compiled { return compiled }
      let made = compile(point)
      compiled = made
      return made
    }
  }
}

/// A value that stands elsewhere in memory.
///
/// The compiler (Swift 6.3) follows each field of a noncopyable struct by itself, however deep it
/// lies: with thousands of them one method takes it minutes. What is large stands in a box, and
/// counts as one field. Boxes are changed through a reference that is not, so that one call can
/// change two of them, as it can two stored properties; only `Simulation` has them, and nobody else
/// can reach its values.
struct Boxed<Value: ~Copyable>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>
  /// Ends the value with the box. A class, because other modules end runs, and Embedded Swift would
  /// have to see there how a box ends that had a deinitializer of its own.
  private let end: End

  init(_ value: consuming Value) {
    place = .allocate(capacity: 1)
    place.initialize(to: value)
    end = End(place)
  }

  var value: Value {
    @inline(__always)
    _read { yield place.pointee }
    @inline(__always)
    nonmutating _modify { yield &place.pointee }
  }

  private final class End {
    private let place: UnsafeMutablePointer<Value>

    init(_ place: UnsafeMutablePointer<Value>) { self.place = place }

    deinit {
      place.deinitialize(count: 1)
      place.deallocate()
    }
  }
}

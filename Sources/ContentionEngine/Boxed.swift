/// A value that stands elsewhere in memory.
///
/// The compiler (Swift 6.3) follows each field of a noncopyable struct by itself, however deep it
/// lies: with thousands of them one method takes it minutes. What is large stands in a box, and
/// counts as one field. Boxes are changed through a reference that is not, so that one call can
/// change two of them, as it can two stored properties; only `Simulation` has them, and nobody else
/// can reach its values.
struct Boxed<Value: ~Copyable>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>

  init(_ value: consuming Value) {
    place = .allocate(capacity: 1)
    place.initialize(to: value)
  }

  deinit {
    place.deinitialize(count: 1)
    place.deallocate()
  }

  var value: Value {
    @inline(__always)
    _read { yield place.pointee }
    @inline(__always)
    nonmutating _modify { yield &place.pointee }
  }
}

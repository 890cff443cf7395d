/// A noncopyable value that stands elsewhere in memory.
///
/// The compiler (Swift 6.3) follows each field of a noncopyable struct by itself, however deep it
/// lies: with thousands of them one method takes it minutes. What is large stands in a box, and
/// counts as one field.
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

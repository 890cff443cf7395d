/// A dense map from a small index to a plain value: the core's array, dictionary and pool in one.
///
/// Elements live in one allocation that moves only in `grow(toCount:filledWith:)`. An `Array` that
/// is a stored property of a large state costs a uniqueness check at each write; on the hold model
/// that was 71 ns against 29 (see `simulate-bench`). This is the only type of the core that touches
/// a pointer; every access is bounds-checked.
public struct FixedTable<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var storage: UnsafeMutablePointer<Element>
  @usableFromInline var elementCount: Int

  /// The number of elements.
  @inlinable
  public var count: Int { elementCount }

  /// A table of `count` equal elements.
  @inlinable
  public init(repeating element: Element, count: Int) {
    precondition(count >= 0, "a table cannot have fewer than no elements")
    self.storage = .allocate(capacity: Swift.max(count, 1))
    self.storage.initialize(repeating: element, count: count)
    self.elementCount = count
  }

  /// A table of the elements of an array, in its order.
  @inlinable
  public init(_ elements: [Element]) {
    self.storage = .allocate(capacity: Swift.max(elements.count, 1))
    for index in elements.indices { (storage + index).initialize(to: elements[index]) }
    self.elementCount = elements.count
  }

  @inlinable
  deinit { storage.deallocate() }

  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always)
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index out of the table")
      return UnsafePointer(storage + index)
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "index out of the table")
      return storage + index
    }
  }

  @inlinable
  public subscript(index: Int32) -> Element {
    @inline(__always)
    unsafeAddress {
      precondition(UInt(bitPattern: Int(index)) < UInt(bitPattern: count), "index out of the table")
      return UnsafePointer(storage + Int(index))
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(UInt(bitPattern: Int(index)) < UInt(bitPattern: count), "index out of the table")
      return storage + Int(index)
    }
  }

  /// Makes room for more elements; those that were there keep their index.
  ///
  /// - Complexity: O(`newCount`) moves; call it with a doubled count.
  /// - Precondition: `newCount` is at least `count`.
  @inlinable
  public mutating func grow(toCount newCount: Int, filledWith element: Element) {
    precondition(newCount >= count, "a table only grows")
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(newCount, 1))
    larger.update(from: storage, count: count)
    (larger + count).initialize(repeating: element, count: newCount - count)
    storage.deallocate()
    storage = larger
    elementCount = newCount
  }
}

import SimulationBasics

/// One resource of a kind for each instance of the application, or for each of something else that
/// is numbered from 0.
struct InstanceGroup<Resource: ~Copyable>: ~Copyable {
  private let storage: UnsafeMutableBufferPointer<Resource>

  init(count: Int, _ make: () -> Resource) {
    storage = .allocate(capacity: count)
    for index in 0..<count { storage.initializeElement(at: index, to: make()) }
  }

  deinit {
    storage.deinitialize()
    storage.deallocate()
  }

  var count: Int { storage.count }

  subscript(instance: InstanceID) -> Resource {
    _read { yield storage[checked(instance)] }
    _modify { yield &storage[checked(instance)] }
  }

  subscript(index: Int) -> Resource {
    _read { yield storage[checked(index)] }
    _modify { yield &storage[checked(index)] }
  }

  private func checked(_ instance: InstanceID) -> Int { checked(Int(instance.index)) }

  private func checked(_ index: Int) -> Int {
    precondition(index >= 0 && index < storage.count, "no such instance")
    return index
  }
}

import SimulationBasics

/// One resource of a kind for each instance of the application.
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

  private func checked(_ instance: InstanceID) -> Int {
    let index = Int(instance.index)
    precondition(index >= 0 && index < storage.count, "no such instance")
    return index
  }
}

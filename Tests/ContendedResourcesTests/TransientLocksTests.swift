import ContendedResources
import SimulationBasics
import TestSupport
import Testing

@Suite("Locks named by a key")
struct TransientLocksTests {
  @Test("have one number for each name in use, after those that last for the run")
  func numbers() {
    var locks = TransientLocks(firstNumber: 10)
    #expect(locks.claim(700) == LockID(index: 10))
    #expect(locks.claim(800) == LockID(index: 11))
    #expect(locks.claim(700) == LockID(index: 10))
    #expect(locks.count == 2)
    #expect(locks.drop(LockID(index: 10)) == false)
    #expect(locks.drop(LockID(index: 10)) == true)
    // The number is free for another name.
    #expect(locks.claim(900) == LockID(index: 10))
    #expect(locks.claim(700) == LockID(index: 12))
  }

  @Test("need as many numbers as there were ever names in use at once, whatever comes and goes")
  func reuse() {
    withEverySeed(0...20) { _, random in
      var locks = TransientLocks(firstNumber: 3)
      var claimed: [(name: UInt64, lock: LockID)] = []
      var most = 0
      for _ in 0..<2_000 {
        if claimed.isEmpty || random.oneIn(2) && claimed.count < 12 {
          let name = UInt64(random.below(8)) * 1_000_003
          let lock = locks.claim(name)
          for other in claimed { #expect((other.lock == lock) == (other.name == name)) }
          claimed.append((name, lock))
        } else {
          let given = claimed.remove(at: random.below(claimed.count))
          let isLast = !claimed.contains { $0.name == given.name }
          #expect(locks.drop(given.lock) == isLast)
        }
        var names: [UInt64] = []
        for claim in claimed where !names.contains(claim.name) { names.append(claim.name) }
        most = max(most, names.count)
        #expect(locks.count == names.count)
        #expect(claimed.allSatisfy { $0.lock.index < 3 + Int32(most) })
      }
    }
  }

  @Test("stop the run when one is dropped that is not in use", arguments: [0, 3, 4])
  func forbidden(number: Int) async {
    await #expect(processExitsWith: .failure) { [number] in
      var locks = TransientLocks(firstNumber: 3)
      let lock = locks.claim(5)
      _ = locks.drop(lock)
      _ = locks.drop(LockID(index: number))
    }
  }
}

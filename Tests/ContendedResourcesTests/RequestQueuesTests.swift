import ContendedResources
import SimulationBasics
import Testing

@Suite("Request queues")
struct RequestQueuesTests {
  @Test("keep the order of arrival, queue by queue")
  func order() {
    var queues = RequestQueues(queueCount: 2, expectedRequests: 4)
    #expect(queues.append(third, to: 0) == 0)
    #expect(queues.append(first, to: 1) == 0)
    #expect(queues.append(second, to: 0) == 1)
    #expect(queues.first(of: 0) == third)
    #expect(queues.last(of: 0) == second)
    #expect(queues.popFirst(of: 0) == third)
    #expect(queues.popFirst(of: 0) == second)
    #expect(queues.popFirst(of: 0) == nil)
    #expect(queues.queue(of: first) == 1)
    #expect(queues.totalCount == 1)
  }

  @Test("let a request leave from the middle, and come back at the end")
  func leaving() {
    var queues = RequestQueues(queueCount: 1, expectedRequests: 0)
    for member in [first, second, third] { _ = queues.append(member, to: 0) }
    queues.remove(second)
    #expect(queues.contains(second) == false)
    #expect(queues.count(of: 0) == 2)
    #expect(queues.append(second, to: 0) == 2)
    #expect(queues.popFirst(of: 0) == first)
    #expect(queues.popFirst(of: 0) == third)
    #expect(queues.popFirst(of: 0) == second)
  }

  @Test("make room for queues and requests on demand and keep who stands there")
  func growth() {
    var queues = RequestQueues(queueCount: 1, expectedRequests: 1)
    _ = queues.append(first, to: 0)
    queues.makeRoom(forQueue: 9)
    #expect(queues.append(request(100), to: 9) == 0)
    #expect(queues.contains(request(1000)) == false)
    #expect(queues.queue(of: request(1000)) == nil)
    #expect(queues.popFirst(of: 9) == request(100))
    #expect(queues.popFirst(of: 0) == first)
  }

  @Test("agree with arrays on every history of six operations")
  func everyHistory() {
    checkEveryHistory(of: QueuesBesideArrays.self, letters: letters(requests: 3), length: 6)
  }

  @Test("agree with arrays on long histories")
  func longHistories() {
    checkLongHistories(
      of: QueuesBesideArrays.self, letters: letters(requests: 12), seeds: 0..<20, length: 2_000)
  }

  private func letters(requests: Int) -> [QueuesBesideArrays.Operation] {
    var letters: [QueuesBesideArrays.Operation] = [.popFirst(queue: 0), .popFirst(queue: 1)]
    for request in 0..<requests {
      letters += [.append(request, queue: 0), .append(request, queue: 1), .remove(request)]
    }
    return letters
  }

  @Test("stop the run when a request joins twice")
  func joiningTwice() async {
    await #expect(processExitsWith: .failure) {
      var queues = RequestQueues(queueCount: 2, expectedRequests: 1)
      _ = queues.append(RequestID(index: 0), to: 0)
      _ = queues.append(RequestID(index: 0), to: 1)
    }
  }

  @Test("stop the run when a request leaves that does not wait")
  func leavingTwice() async {
    await #expect(processExitsWith: .failure) {
      var queues = RequestQueues(queueCount: 2, expectedRequests: 1)
      queues.remove(RequestID(index: 0))
    }
  }

  @Test("stop the run when nobody joins")
  func nobody() async {
    await #expect(processExitsWith: .failure) {
      var queues = RequestQueues(queueCount: 2, expectedRequests: 1)
      _ = queues.append(.none, to: 0)
    }
  }
}

private struct QueuesBesideArrays: ~Copyable, SideBySide {
  enum Operation: HistoryOperation {
    case append(Int, queue: Int32)
    case remove(Int)
    case popFirst(queue: Int32)

    var request: Int? {
      switch self {
      case .append(let request, _), .remove(let request): request
      case .popFirst: nil
      }
    }
  }

  var queues = RequestQueues(queueCount: 2, expectedRequests: 1)
  var arrays: [[Int]] = [[], []]

  mutating func step(_ operation: Operation) -> StepResult {
    switch operation {
    case .append(let member, let queue):
      if arrays.contains(where: { $0.contains(member) }) { return .illegal }
      let ahead = queues.append(request(member), to: queue)
      if ahead != arrays[Int(queue)].count { return .differed("\(ahead) ahead") }
      arrays[Int(queue)].append(member)
    case .remove(let member):
      guard let queue = arrays.firstIndex(where: { $0.contains(member) }) else { return .illegal }
      queues.remove(request(member))
      arrays[queue].removeAll { $0 == member }
    case .popFirst(let queue):
      let popped = queues.popFirst(of: queue)
      let expected = arrays[Int(queue)].first
      if expected != nil { arrays[Int(queue)].removeFirst() }
      if popped != expected.map(request) {
        return .differed("popped \(String(describing: popped))")
      }
    }
    return .agreed
  }

  func differenceInState() -> String? {
    for queue in 0..<2 {
      let number = Int32(queue)
      if queues.count(of: number) != arrays[queue].count { return "wrong count" }
      if queues.first(of: number) != arrays[queue].first.map(request) { return "wrong first" }
      if queues.last(of: number) != arrays[queue].last.map(request) { return "wrong last" }
      for member in arrays[queue] where queues.queue(of: request(member)) != number {
        return "wrong queue of \(member)"
      }
    }
    return queues.totalCount == arrays[0].count + arrays[1].count ? nil : "wrong total"
  }
}

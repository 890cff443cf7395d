import ScenarioModel

/// Steps that decide which others are done.
extension ProgramBuilder {
  /// One of several lists of steps by chance.
  mutating func compile(_ branches: [WeightedSteps], in surroundings: Surroundings) {
    let done = newLabel()
    var sum: UInt64 = 0
    let places = branches.map { branch in
      sum += UInt64(branch.weight)
      return (sum: sum, place: newLabel())
    }
    emit(.choose(choice(places.map { ($0.sum, $0.place.number) })))
    var inner = surroundings
    if branches.count > 1 { inner.isConditional = true }
    let before = readSlots
    var after: [Int]?
    for (index, branch) in branches.enumerated() {
      place(places[index].place)
      readSlots = before
      compile(branch.steps, in: inner)
      if index < branches.count - 1 { emit(.jump(done.number)) }
      after = after?.filter { readSlots.contains($0) } ?? readSlots
    }
    readSlots = after ?? before
    place(done)
  }

  /// Some steps on the occasions that are meant, others on the rest.
  mutating func compile(
    _ occasion: EveryNth, _ steps: [Step], _ otherwise: [Step], in surroundings: Surroundings
  ) {
    let others = newLabel()
    let done = newLabel()
    var inner = surroundings
    inner.isConditional = true
    let before = readSlots
    emit(.everyNth(others.number, self.occasion(occasion)))
    compile(steps, in: inner)
    if !otherwise.isEmpty { emit(.jump(done.number)) }
    place(others)
    let after = readSlots
    readSlots = before
    compile(otherwise, in: inner)
    readSlots.removeAll { !after.contains($0) }
    place(done)
  }
}

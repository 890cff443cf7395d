import ContentionEngine
import ScenarioModel
package import SimulationBasics

/// Smaller cases whose faults strike at other moments.
///
/// With fewer users, or without a delay, everything happens at another time, and a fault that stays
/// where it was misses what it broke. So it is tried wherever something happens now.
extension Hunt {
  /// The passes of a shrink: what is smaller, and at last that with its faults elsewhere.
  public var passes: [ShrinkPass<HuntCase>] {
    let elsewhere = ShrinkPass<HuntCase>({ worthPlacing($0) }, placing: { placed($0) })
    return HuntCase.passes(in: space) + [elsewhere]
  }

  /// How many places of one fault are tried in one smaller case.
  private static let mostPlaces = 32

  /// What is smaller in one way and may show its breach with a fault elsewhere.
  private func worthPlacing(_ hunted: HuntCase) -> [HuntCase] {
    if hunted.faults.isEmpty { return [] }
    let smaller =
      hunted.withFewerUsers(in: space) + hunted.withFewerIterations.prefix(6)
      + hunted.withoutDelays(in: space) + hunted.withFewerVariations(in: space)
      + hunted.withSimplerClients.prefix(1) + hunted.withPlainerTies.prefix(1)
      + hunted.withSmallerSeed.prefix(1)
    return smaller.filter { $0.isPossible(in: space) }
  }

  /// The case with one of its faults elsewhere.
  ///
  /// - Complexity: A run, that of the case without its faults.
  private func placed(_ hunted: HuntCase) -> [HuntCase] {
    var plain = hunted
    plain.faults = []
    let run = run(plain, tellingStory: true)
    let landmarks = HuntLandmarks(story: run.story, events: run.result.events)
    var cases: [HuntCase] = []
    for (index, fault) in hunted.faults.enumerated() {
      for other in places(of: fault, in: hunted, landmarks) where other != fault {
        cases.append(hunted.with(other, at: index))
      }
    }
    return cases
  }

  private func places(
    of fault: Fault, in hunted: HuntCase, _ landmarks: HuntLandmarks
  ) -> [Fault] {
    switch fault {
    case .condition:
      let count =
        switch fault.kind {
        case .doubleSubmit: landmarks.requests
        case .slowCommit: landmarks.commits
        default: landmarks.answers
        }
      let numbers = 1...UInt64(min(Self.mostPlaces, max(1, count)))
      return numbers.flatMap { number in
        let moved = fault.with(numbers: [number])
        return [moved] + clicks(fault).map { moved.with(amount: $0) }
      }
    case .event:
      let instances = fault.instance == nil ? 1 : hunted.instances(in: space)
      let moments = landmarks.gaps(atMost: max(1, Self.mostPlaces / instances))
      return moments.flatMap { moment in
        (0..<instances).map { instance in
          let moved = fault.with(moment: moment)
          return fault.instance == nil ? moved : moved.with(instance: instance)
        }
      }
    }
  }

  /// How much later a second click may come: what it then meets is another thing each time.
  private func clicks(_ fault: Fault) -> [VirtualDuration] {
    guard fault.kind == .doubleSubmit else { return [] }
    return space.plainAmounts(of: .doubleSubmit).filter { $0 <= .milliseconds(20) }
  }
}

extension HuntLandmarks {
  /// A round moment behind each of the moments and before the next, evenly chosen where there are
  /// too many.
  func gaps(atMost count: Int) -> [VirtualDuration] {
    let step = max(1, (moments.count + count - 1) / count)
    var found: [VirtualDuration] = []
    for place in stride(from: 0, to: moments.count, by: step) {
      let first = moments[place].sinceStart
      let last = place + 1 < moments.count ? moments[place + 1].sinceStart : first + .seconds(1)
      let moment = VirtualDuration.roundest(after: first, upTo: last)
      if !found.contains(moment) { found.append(moment) }
    }
    return found
  }
}

extension VirtualDuration {
  /// The length with the fewest digits that is longer than one and at most as long as the other.
  ///
  /// - Precondition: `first` is shorter than `last`.
  package static func roundest(after first: VirtualDuration, upTo last: VirtualDuration)
    -> VirtualDuration
  {
    precondition(first < last, "nothing is between them")
    var unit: UInt64 = 1
    while unit <= last.inNanoseconds / 10 { unit *= 10 }
    // Ends: a unit of 1 is first + 1 ns.
    while true {
      let next = (first.inNanoseconds / unit + 1) * unit
      if next <= last.inNanoseconds { return .nanoseconds(next) }
      unit /= 10
    }
  }
}

import ContentionEngine
import ScenarioModel
package import SimulationBasics

extension HuntCase {
  /// The most lines of a timeline that a person takes in at a glance.
  public static let mostLines = 16

  /// How much there is to understand, the weightiest first: whether it is another story than the
  /// promise's name says, what a timeline is too long by, whose requests they are, users, faults,
  /// iterations, lines, times that pass, values that are not the model's, ties, seed, odd amounts,
  /// digits, lengths.
  ///
  /// - Parameters:
  ///   - lines: Of the timeline.
  ///   - likeness: Of the breach.
  ///   - space: What the case was drawn from.
  public func cost(
    lines: Int, likeness: StoryLikeness = .exact, in space: HuntSpace
  ) -> [UInt64] {
    var occasions = 0
    var instances = 0
    var oddAmounts = 0
    var digits = 0
    var lengths: UInt64 = 0
    for fault in faults {
      occasions += fault.numbers.count
      instances += fault.instance ?? 0
      oddAmounts += fault.amounts.count { !$0.isPlain(for: fault.kind, in: space) }
      for length in fault.lengths { lengths &+= length.inNanoseconds }
      if let moment = fault.moment { digits += moment.digits }
      for number in fault.numbers { lengths &+= number }
    }
    for variation in variations { digits += variation.digits }
    let delays = delays(in: space)
    return [
      likeness == .other ? 1 : 0, UInt64(max(0, lines - Self.mostLines)), likeness.rawValue,
      UInt64(users), UInt64(faults.count), UInt64(occasions), UInt64(iterations), UInt64(lines),
      UInt64(delays), UInt64(variations.count), client == nil ? 0 : UInt64(client?.attempts ?? 0),
      UInt64(tieOrder.complexity), seed - min(seed, 1), UInt64(oddAmounts), UInt64(digits),
      UInt64(instances), lengths,
    ]
  }

  /// How many times pass that could be none.
  private func delays(in space: HuntSpace) -> Int {
    var count = 0
    for variation in space.variations where variation.isNoDelay {
      if !variations.contains(variation) { count += 1 }
    }
    return count
  }
}

extension TieOrder {
  /// How far it is from the usual one.
  var complexity: Int {
    switch self {
    case .scheduling: 0
    case .drawn: 1
    case .priorities(_, let changes, _): 2 + changes
    }
  }
}

extension HuntVariation {
  /// What a person would have to read of it.
  package var digits: Int {
    switch self {
    case .instances(let count), .rows(_, let count): count
    case .initialValue: 1
    case .sleep(_, let length), .network(let length): length.digits
    }
  }
}

extension VirtualDuration {
  /// How many digits it has between its first and its last that is not zero, in nanoseconds; 0 for
  /// nothing.
  package var digits: Int {
    var rest = inNanoseconds
    if rest == 0 { return 0 }
    while rest % 10 == 0 { rest /= 10 }
    var count = 0
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }
}

extension Fault {
  /// The occasions that it names.
  var numbers: [UInt64] {
    if case .condition(_, let occasions) = self { occasions.numbers } else { [] }
  }

  /// The instance that it names, from 0.
  var instance: Int? {
    switch self {
    case .event(.pause(_, let instance), _), .event(.instanceCrash(_, let instance), _): instance
    case .event, .condition: nil
    }
  }

  /// How much, and when.
  var lengths: [VirtualDuration] {
    var lengths = amounts
    if let moment { lengths.append(moment) }
    return lengths
  }

  /// How much there is of it; of an outage also how long clients wait.
  var amounts: [VirtualDuration] {
    var amounts = [amount].compactMap { $0 }
    if case .event(.redisOutage(_, let timeout, _), _) = self { amounts.append(timeout) }
    return amounts
  }

  /// How much there is of it: how long, by how much, or how far.
  var amount: VirtualDuration? {
    switch self {
    case .event(let event, _):
      switch event {
      case .pause(let length, _), .instanceCrash(let length, _), .redisFailover(let length),
        .redisOutage(let length, _, _), .databaseStall(let length), .clockJump(let length, _):
        length
      }
    case .condition(let condition, _):
      switch condition {
      case .responseLoss: nil
      case .doubleSubmit(let length), .slowCommit(let length), .networkDelay(let length, _): length
      }
    }
  }

  /// When it happens, if it happens at a moment that is certain.
  var moment: VirtualDuration? {
    if case .event(_, let moments) = self, case .constant(let moment) = moments.at {
      return moment
    }
    return nil
  }

  /// The same fault with another amount; one without an amount as it is.
  func with(amount: VirtualDuration) -> Fault {
    switch self {
    case .event(let event, let moments):
      let changed: FaultEvent =
        switch event {
        case .pause(_, let instance): .pause(amount, instance: instance)
        case .instanceCrash(_, let instance): .instanceCrash(restart: amount, instance: instance)
        case .redisFailover: .redisFailover(losing: amount)
        case .redisOutage(_, let timeout, let policy):
          .redisOutage(amount, timeout: timeout, policy: policy)
        case .databaseStall: .databaseStall(amount)
        case .clockJump(_, let direction): .clockJump(by: amount, direction)
        }
      return .event(changed, moments)
    case .condition(let condition, let occasions):
      let changed: FaultCondition =
        switch condition {
        case .responseLoss: .responseLoss
        case .doubleSubmit: .doubleSubmit(after: amount)
        case .slowCommit: .slowCommit(by: amount)
        case .networkDelay(_, let link): .networkDelay(by: amount, on: link)
        }
      return .condition(changed, occasions)
    }
  }

  /// The same fault at another moment; a condition as it is.
  func with(moment: VirtualDuration) -> Fault {
    guard case .event(let event, var moments) = self else { return self }
    moments.at = .constant(moment)
    return .event(event, moments)
  }

  /// The same fault on other occasions; an event as it is.
  func with(numbers: [UInt64]) -> Fault {
    guard case .condition(let condition, var occasions) = self else { return self }
    occasions.numbers = numbers
    return .condition(condition, occasions)
  }

  /// The same fault in another instance; one that befalls no instance as it is.
  func with(instance: Int) -> Fault {
    switch self {
    case .event(.pause(let length, _), let moments):
      .event(.pause(length, instance: instance), moments)
    case .event(.instanceCrash(let restart, _), let moments):
      .event(.instanceCrash(restart: restart, instance: instance), moments)
    case .event, .condition: self
    }
  }
}

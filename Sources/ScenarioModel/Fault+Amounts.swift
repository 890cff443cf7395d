package import SimulationBasics

/// What tells a fault from others of its kind: how much of it there is, when it happens and to
/// whom.
extension Fault {
  /// The occasions that it names.
  package var numbers: [UInt64] {
    if case .condition(_, let occasions) = self { occasions.numbers } else { [] }
  }

  /// The instance that it names, from 0.
  package var instance: Int? {
    switch self {
    case .event(.pause(_, let instance), _), .event(.instanceCrash(_, let instance), _): instance
    case .event, .condition: nil
    }
  }

  /// How much, and when.
  package var lengths: [VirtualDuration] {
    var lengths = amounts
    if let moment { lengths.append(moment) }
    return lengths
  }

  /// How much there is of it; of an outage also how long clients wait.
  package var amounts: [VirtualDuration] {
    var amounts = [amount].compactMap { $0 }
    if case .event(.redisOutage(_, let timeout, _), _) = self { amounts.append(timeout) }
    return amounts
  }

  /// How much there is of it: how long, by how much, or how far.
  package var amount: VirtualDuration? {
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
  package var moment: VirtualDuration? {
    if case .event(_, let moments) = self, case .constant(let moment) = moments.at {
      return moment
    }
    return nil
  }

  /// The same fault with another amount; one without an amount as it is.
  package func with(amount: VirtualDuration) -> Fault {
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
  package func with(moment: VirtualDuration) -> Fault {
    guard case .event(let event, var moments) = self else { return self }
    moments.at = .constant(moment)
    return .event(event, moments)
  }

  /// The same fault on other occasions; an event as it is.
  package func with(numbers: [UInt64]) -> Fault {
    guard case .condition(let condition, var occasions) = self else { return self }
    occasions.numbers = numbers
    return .condition(condition, occasions)
  }

  /// The same fault in another instance; one that befalls no instance as it is.
  package func with(instance: Int) -> Fault {
    switch self {
    case .event(.pause(let length, _), let moments):
      .event(.pause(length, instance: instance), moments)
    case .event(.instanceCrash(let restart, _), let moments):
      .event(.instanceCrash(restart: restart, instance: instance), moments)
    case .event, .condition: self
    }
  }
}

extension FaultEvent {
  /// How long the effect lasts; zero where it is one of a moment.
  package var length: VirtualDuration {
    switch self {
    case .pause(let length, _), .instanceCrash(let length, _), .redisOutage(let length, _, _),
      .databaseStall(let length):
      length
    case .redisFailover, .clockJump: .zero
    }
  }
}

extension FaultCondition {
  /// How much later something happens because of it.
  package var length: VirtualDuration {
    switch self {
    case .responseLoss: .zero
    case .doubleSubmit(let length), .slowCommit(let length), .networkDelay(let length, _): length
    }
  }

  /// Whose messages it makes late; all for what is no matter of messages.
  package var link: FaultCondition.Link {
    if case .networkDelay(_, let link) = self { link } else { .all }
  }
}

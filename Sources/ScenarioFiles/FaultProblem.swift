import SimulationBasics

/// What is wrong with a fault.
public enum FaultProblem: Hashable, Sendable {
  // MARK: In short text

  /// Something is wrong with the value of this option.
  indirect case option(String, Problem)
  case unknownOption(String, kind: String, known: [String], suggestion: String?)
  /// An option without `=` and what would follow it.
  case optionWithoutValue(String)
  /// Nothing says how long, or how much; an example does.
  case needsAmount(String)
  /// Nothing says when; an example does.
  case needsMoment(String)

  // MARK: In a model

  /// Two words of which each is a fault.
  case twoKinds(first: String, second: String)
  /// A key of faults that befall occasions.
  case happensAtMoments(String, key: String)
  /// A key of faults that happen at moments.
  case befallsOccasions(String, key: String)
  /// A retry would cost more tokens than there are.
  case bucketTooSmall(size: Int, key: String, cost: Int)

  // MARK: Anywhere

  /// Not more than the number before it.
  case notRising(Found, after: UInt64)
  /// An instance, counted from 1, that the service has not.
  case noSuchInstance(Int, instances: Int)
  /// The model has nothing that the fault could befall.
  case needs(fault: String, requirement: String)

  /// What is wrong and what would be right.
  public var message: String {
    switch self {
    case .option(let name, let problem): return name + ": " + problem.message
    case .unknownOption(let name, let kind, let known, let suggestion):
      return "unknown option \(Wording.quoted(name)) of \(Wording.quoted(kind))"
        + (suggestion.map { Wording.suggestion($0) } ?? "; " + Wording.known(known))
    case .optionWithoutValue(let example): return "an option has a value: \(example)"
    case .needsAmount(let example): return "expected how long, as in \(Wording.quoted(example))"
    case .needsMoment(let example): return "expected when, as in \(Wording.quoted(example))"
    case .twoKinds(let first, let second):
      return "\(Wording.all([first, second])) are two faults; put each in braces of its own"
    case .happensAtMoments(let kind, let key):
      return "\(Wording.quoted(key)) is for faults that befall occasions; \(Wording.quoted(kind)) "
        + "happens at moments: say 'at', 'every' and 'times'"
    case .befallsOccasions(let kind, let key):
      return "\(Wording.quoted(key)) is for faults that happen at moments; \(Wording.quoted(kind)) "
        + "befalls occasions: say 'from', 'for' and 'nth'"
    case .bucketTooSmall(let size, let key, let cost):
      return
        "expected at least \(cost), which is \(Wording.quoted(key)) unless given, found \(size)"
    case .notRising(let found, let last):
      return "expected more than \(last), the number before it, found \(found.words)"
    case .noSuchInstance(let instance, let instances):
      return "expected at most \(instances), the number of instances, found \(instance)"
    case .needs(let fault, let requirement):
      return "\(Wording.quoted(fault)) needs \(requirement)"
    }
  }
}

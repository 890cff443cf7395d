import ScenarioModel
import SimulationBasics

/// The pieces of the short text of a fault.
struct FaultOptions {
  /// What a text can say of a fault, by the words before `=`.
  enum Option: String, CaseIterable {
    case every, times, probability, instance, timeout, policy, on, nth
    case length = "for"

    /// Whether it says something of faults of a kind.
    func belongs(to kind: FaultKind) -> Bool {
      switch self {
      case .every, .times: kind.isEvent
      case .nth, .length: !kind.isEvent
      case .probability: kind != .responseLoss
      case .instance: kind == .pause || kind == .instanceCrash
      case .timeout, .policy: kind == .redisOutage
      case .on: kind == .networkDelay
      }
    }

    /// The option as one would type it.
    var example: String {
      switch self {
      case .every: "every=30s"
      case .times: "times=3"
      case .probability: "probability=0.5"
      case .instance: "instance=2"
      case .timeout: "timeout=3s"
      case .policy: "policy=fail-open"
      case .on: "on=database"
      case .nth: "nth=3+7"
      case .length: "for=5s"
      }
    }
  }

  let kind: FaultKind
  /// What stands after the kind.
  let amount: String?
  /// What stands after `@`.
  private let moment: String?
  private var given: [(option: Option, value: String)] = []

  /// Takes a text to pieces.
  ///
  /// - Throws: An unknown kind, an unknown option, or one that is given twice or without a value.
  init(_ text: String) throws(Problem) {
    let pieces = CommaList.items(of: text)
    let (head, moment) = Self.split(pieces.first ?? "", at: UInt8(ascii: "@"))
    let (name, amount) = Self.split(head, at: UInt8(ascii: "="))
    kind = try FaultParser.kind(name)
    self.amount = amount
    self.moment = moment
    for piece in pieces.dropFirst() {
      let (name, value) = Self.split(piece, at: UInt8(ascii: "="))
      let option = try option(name)
      if given.contains(where: { $0.option == option }) { throw .duplicateItem(name) }
      guard let value else { throw .fault(.optionWithoutValue(option.example)) }
      given.append((option, value))
    }
  }

  private func option(_ name: String) throws(Problem) -> Option {
    let known = Option.allCases.filter { $0.belongs(to: kind) }
    if let option = Option(rawValue: name), known.contains(option) { return option }
    let names = known.map { $0.rawValue }
    throw .fault(
      .unknownOption(
        name, kind: kind.flagName, known: names,
        suggestion: SpellingSuggestion.closest(to: name, in: names)))
  }

  /// What stands before the first of these bytes, and what after it.
  private static func split(_ text: String, at byte: UInt8) -> (before: String, after: String?) {
    let bytes = Array(text.utf8)
    guard let place = bytes.firstIndex(of: byte) else { return (text, nil) }
    return (
      Self.text(bytes[..<place]),
      Self.text(bytes[(place + 1)...])
    )
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
  }

  /// What `read` makes of an option's value; `nil` when it is not given.
  private func read<Value>(
    _ option: Option, _ read: (String) throws(Problem) -> Value
  ) throws(Problem) -> Value? {
    guard let value = given.first(where: { $0.option == option })?.value else { return nil }
    do throws(Problem) {
      return try read(value)
    } catch {
      throw .fault(.option(option.rawValue, error))
    }
  }
}

// MARK: - Amounts

extension FaultOptions {
  /// The amount as a time, which may be none.
  func requiredAmount() throws(Problem) -> VirtualDuration {
    guard let amount else { throw .fault(.needsAmount(kind.example)) }
    return try TimeParser.parse(amount)
  }

  func positiveAmount() throws(Problem) -> VirtualDuration {
    let length = try requiredAmount()
    if length == .zero { throw .unexpected(found: .text(amount ?? ""), expected: .positiveTime) }
    return length
  }

  func probabilityAmount() throws(Problem) -> Double? {
    guard let amount else { return nil }
    return try Self.probability(amount)
  }

  /// A jump ahead, or back with a sign.
  func clockJump() throws(Problem) -> FaultEvent {
    guard let amount, amount.utf8.first == ASCII.minus else {
      return .clockJump(by: try positiveAmount(), .ahead)
    }
    let length = try TimeParser.parse(Self.text(amount.utf8.dropFirst()))
    if length == .zero { throw .unexpected(found: .text(amount), expected: .clockJump) }
    return .clockJump(by: length, .back)
  }
}

// MARK: - Moments

extension FaultOptions {
  func requiredMoment() throws(Problem) -> DurationDistribution {
    guard let moment else { throw .fault(.needsMoment(kind.example)) }
    return try Self.moment(moment)
  }

  /// From when on a condition holds.
  func from() throws(Problem) -> VirtualDuration {
    guard let moment else { return .zero }
    return try TimeParser.parse(moment)
  }

  /// The time from one moment to the next, which is not always nothing.
  func pause(_ option: Option) throws(Problem) -> DurationDistribution? {
    try read(option) { text throws(Problem) in
      let pause = try Self.moment(text)
      if !pause.isLongerThanNothing {
        throw .unexpected(found: .text(text), expected: .positiveTime)
      }
      return pause
    }
  }

  /// A time, any between two, or an exponential one.
  private static func moment(_ text: String) throws(Problem) -> DurationDistribution {
    let bytes = Array(text.utf8)
    if bytes.first == UInt8(ascii: "~") {
      return .exponential(mean: try TimeParser.parse(Self.text(bytes.dropFirst())))
    }
    // Three dots in a row belong to the times, where they are wrong.
    let place = bytes.indices.dropLast().first { index in
      bytes[index] == ASCII.dot && bytes[index + 1] == ASCII.dot
    }
    guard let place else { return .constant(try TimeParser.parse(text)) }
    let least = try TimeParser.parse(Self.text(bytes[..<place]))
    let last = Self.text(bytes[(place + 2)...])
    let most = try TimeParser.parse(last)
    if most < least { throw .pairOutOfOrder(.text(last), first: least) }
    return .uniform(least: least, most: most)
  }
}

// MARK: - Options

extension FaultOptions {
  func positiveTime(_ option: Option) throws(Problem) -> VirtualDuration? {
    try read(option) { text throws(Problem) in
      let time = try TimeParser.parse(text)
      if time == .zero { throw .unexpected(found: .text(text), expected: .positiveTime) }
      return time
    }
  }

  func probability() throws(Problem) -> Double? {
    try read(.probability, Self.probability)
  }

  /// The instance, from 0.
  func instance() throws(Problem) -> Int? {
    try wholeNumber(.instance, upTo: ModelLimits.instances).map { Int($0) - 1 }
  }

  func wholeNumber(_ option: Option, upTo most: Int64) throws(Problem) -> Int64? {
    try read(option) { text throws(Problem) in try Self.wholeNumber(text, upTo: most) }
  }

  func word<Word: RawRepresentable<String>>(
    _ option: Option, of words: [Word]
  ) throws(Problem) -> Word? {
    try read(option) { text throws(Problem) in
      for word in words where word.rawValue == text { return word }
      let allowed = words.map { $0.rawValue }
      throw .unknownWord(
        found: text, allowed: allowed,
        suggestion: SpellingSuggestion.closest(to: text, in: allowed))
    }
  }

  /// The numbers of the occasions that are meant, rising; none when all are.
  func numbers() throws(Problem) -> [UInt64] {
    let numbers = try read(.nth) { text throws(Problem) in
      var numbers: [UInt64] = []
      let items = text.utf8.split(separator: ASCII.plus, omittingEmptySubsequences: false)
      for item in items {
        let text = Self.text(item)
        let number = UInt64(try Self.wholeNumber(text, upTo: ModelLimits.wholeNumber))
        if let last = numbers.last, number <= last {
          throw .fault(.notRising(.text(text), after: last))
        }
        numbers.append(number)
      }
      if numbers.count > ModelLimits.named { throw .tooMany(.occasions, limit: ModelLimits.named) }
      return numbers
    }
    return numbers ?? []
  }

  private static func wholeNumber(_ text: String, upTo most: Int64) throws(Problem) -> Int64 {
    let isDigits = !text.isEmpty && text.utf8.allSatisfy { ASCII.isDigit($0) }
    if isDigits {
      guard let value = Int64(text), value <= most else {
        throw .unexpected(found: .text(text), expected: .wholeNumberAtMost(most))
      }
      if value > 0 { return value }
    }
    throw .unexpected(
      found: text.isEmpty ? .emptyText : .text(text), expected: .wholeNumberAtLeast(1))
  }

  /// `0.01` or `1%`, exactly the same number.
  private static func probability(_ text: String) throws(Problem) -> Double {
    let isPercent = text.utf8.last == UInt8(ascii: "%")
    let digits = isPercent ? Self.text(text.utf8.dropLast()) : text
    // No sign, no exponent of one's own beside the percent's, no infinity.
    let isPlain = digits.utf8.allSatisfy { byte in
      ASCII.isDigit(byte) || byte == ASCII.dot
        || !isPercent && (byte == UInt8(ascii: "e") || byte == ASCII.minus)
    }
    if isPlain, let value = Double(isPercent ? digits + "e-2" : digits), value >= 0, value <= 1 {
      return value
    }
    throw .unexpected(found: text.isEmpty ? .emptyText : .text(text), expected: .probability)
  }
}

extension DurationDistribution {
  /// Whether it can be longer than nothing, for the shapes that moments have.
  var isLongerThanNothing: Bool {
    switch self {
    case .constant(let length), .exponential(let length): length > .zero
    case .uniform(_, let most): most > .zero
    case .normal, .lognormal, .gamma, .pareto, .empirical: true
    }
  }
}

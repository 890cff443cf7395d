import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  /// What goes wrong from outside; a list without any is one, so that `--set` can leave all out.
  mutating func faultList(_ node: ModelNode) -> [Fault] {
    if case .list(let values) = node.value.kind, values.isEmpty { return [] }
    var faults: [Fault] = []
    for item in items(node, of: .faults, limit: ModelLimits.faults, each: "fault") {
      guard let fault = fault(item) else { continue }
      faults.append(fault)
      faultNodes.append((fault, item))
    }
    return faults
  }

  /// Notes the faults that find nothing in the scenario to befall.
  mutating func noteIdleFaults(of scenario: Scenario) {
    for (fault, node) in faultNodes where !fault.canBefall(scenario) {
      let name = fault.kind.rawValue
      note(
        .fault(.needs(fault: name, requirement: fault.requirement)),
        at: node.member(name) ?? node)
    }
  }

  // MARK: - One fault

  private static let momentKeys = ["at", "every", "times", "probability"]
  private static let occasionKeys = ["from", "for", "nth"]

  /// The keys that stand beside the word of a kind.
  private static func keys(of kind: FaultKind) -> [String] {
    switch kind {
    case .pause, .instanceCrash: momentKeys + ["instance"]
    case .redisOutage: momentKeys + ["timeout", "policy"]
    case .clockJump: momentKeys + ["direction"]
    case .redisFailover, .databaseStall: momentKeys
    case .responseLoss: occasionKeys
    case .doubleSubmit, .slowCommit: occasionKeys + ["probability"]
    case .networkDelay: occasionKeys + ["probability", "on"]
    }
  }

  private mutating func fault(_ node: ModelNode) -> Fault? {
    guard let (kind, object) = faultObject(node), let amount = object[kind.rawValue] else {
      return nil
    }
    switch kind {
    case .responseLoss:
      let probability = probability(amount)
      let occasions = occasions(object)
      guard let probability, var occasions else { return nil }
      occasions.probability = probability
      return .condition(.responseLoss, occasions)
    case .doubleSubmit:
      let after = constantTime(amount)
      return condition(object, after.map { .doubleSubmit(after: $0) })
    case .slowCommit:
      let delay = positiveTime(amount)
      return condition(object, delay.map { .slowCommit(by: $0) })
    case .networkDelay:
      let delay = positiveTime(amount)
      let link = member("on", of: object, else: .all) { builder, node in
        builder.word(node, of: FaultCondition.Link.allCases)
      }
      guard let link else { return condition(object, nil) }
      return condition(object, delay.map { .networkDelay(by: $0, on: link) })
    case .pause, .instanceCrash, .redisFailover, .redisOutage, .databaseStall, .clockJump:
      let event = event(kind, amount, object)
      let moments = moments(object)
      guard let event, let moments else { return nil }
      return .event(event, moments)
    }
  }

  /// The object of a fault and the one word that says its kind.
  private mutating func faultObject(_ node: ModelNode) -> (kind: FaultKind, object: ModelObject)? {
    let words = FaultKind.allCases.map { $0.rawValue }
    guard let object = openObject(node, expected: .objectWithOneOf(words)) else { return nil }
    guard let word = object.members.first(where: { words.contains($0.name) })?.name,
      let kind = FaultKind(rawValue: word)
    else {
      guard let first = object.members.first else {
        noteUnexpected(node, .objectWithOneOf(words))
        return nil
      }
      let suggestion = SpellingSuggestion.closest(to: first.name, in: words)
      findings.note(
        .unknownName(.fault, found: first.name, known: words, suggestion: suggestion),
        at: first.nameOrigin, path: node.path.key(first.name))
      return nil
    }
    let known = [word] + Self.keys(of: kind)
    for member in object.members where !known.contains(member.name) {
      let problem = problem(of: member.name, beside: kind, known: known)
      findings.note(problem, at: member.nameOrigin, path: node.path.key(member.name))
    }
    return (kind, object)
  }

  /// What is wrong with a key that does not belong to a kind.
  private func problem(of key: String, beside kind: FaultKind, known: [String]) -> Problem {
    if FaultKind(rawValue: key) != nil {
      return .fault(.twoKinds(first: kind.rawValue, second: key))
    }
    if kind == .responseLoss, key == "probability" { return .excludedKey(by: kind.rawValue) }
    if kind.isEvent, Self.occasionKeys.contains(key) {
      return .fault(.happensAtMoments(kind.rawValue, key: key))
    }
    if !kind.isEvent, Self.momentKeys.contains(key) {
      return .fault(.befallsOccasions(kind.rawValue, key: key))
    }
    return .unknownKey(
      suggestion: SpellingSuggestion.closest(to: key, in: known), known: known)
  }

  /// What `read` makes of a member; a stand-in when there is none, `nil` when it is wrong.
  private mutating func member<Value>(
    _ name: String, of object: ModelObject, else standard: Value,
    _ read: (inout ScenarioBuilder, ModelNode) -> Value?
  ) -> Value? {
    guard let node = object[name] else { return standard }
    return read(&self, node)
  }

  // MARK: - Events

  private mutating func event(
    _ kind: FaultKind, _ amount: ModelNode, _ object: ModelObject
  ) -> FaultEvent? {
    let length = positiveTime(amount)
    switch kind {
    case .pause, .instanceCrash:
      let node = object["instance"]
      let instance = node.flatMap { self.instance($0) }
      guard let length, node == nil || instance != nil else { return nil }
      return kind == .pause
        ? .pause(length, instance: instance) : .instanceCrash(restart: length, instance: instance)
    case .redisOutage:
      let timeout = member("timeout", of: object, else: FaultEvent.usualOutageTimeout) {
        $0.positiveTime($1)
      }
      let policy = member("policy", of: object, else: .failClosed) {
        $0.word($1, of: FaultEvent.OutagePolicy.allCases)
      }
      guard let length, let timeout, let policy else { return nil }
      return .redisOutage(length, timeout: timeout, policy: policy)
    case .clockJump:
      let direction = member("direction", of: object, else: .ahead) {
        $0.word($1, of: DirectionWord.allCases)
      }
      guard let length, let direction else { return nil }
      return .clockJump(by: length, direction == .ahead ? .ahead : .back)
    case .redisFailover: return length.map { .redisFailover(losing: $0) }
    case .databaseStall: return length.map { .databaseStall($0) }
    case .responseLoss, .doubleSubmit, .slowCommit, .networkDelay:
      preconditionFailure("a fault that befalls occasions is no event")
    }
  }

  private enum DirectionWord: String, CaseIterable {
    case ahead, back
  }

  /// The instance, from 0; `nil` after a problem.
  private mutating func instance(_ node: ModelNode) -> Int? {
    guard let number = count(node, in: 1...ModelLimits.instances) else { return nil }
    if number > system.instances {
      let instances = system.instances
      note(.fault(.noSuchInstance(number, instances: instances)), at: node)
    }
    return number - 1
  }

  private mutating func moments(_ object: ModelObject) -> FaultMoments? {
    let at = required("at", in: object, .moment).flatMap { moment($0) }
    var moments = FaultMoments(at: at ?? .zero)
    var isWhole = at != nil
    if let node = object["every"] {
      moments.every = moment(node)
      if let every = moments.every, !every.isLongerThanNothing {
        noteUnexpected(node, .positiveTime)
      }
      if moments.every == nil { isWhole = false }
    }
    if let node = object["times"] {
      moments.times = count(node, in: 1...ModelLimits.rounds)
      if object["every"] == nil { note(.keyNeedsKey("every"), at: node) }
    }
    if let node = object["probability"] { moments.probability = probability(node) ?? 1 }
    return isWhole ? moments : nil
  }

  /// A moment: a time, any between two, or an exponential one.
  private mutating func moment(_ node: ModelNode) -> DurationDistribution? {
    switch node.value.kind {
    case .number, .text: return constantTime(node).map { .constant($0) }
    case .object: return distribution(node, of: ["uniform", "exponential"])
    case .null, .truth, .list, .malformed:
      noteUnexpected(node, .moment)
      return nil
    }
  }

  // MARK: - Conditions

  private mutating func condition(_ object: ModelObject, _ condition: FaultCondition?) -> Fault? {
    let occasions = occasions(object)
    guard let condition, let occasions else { return nil }
    return .condition(condition, occasions)
  }

  private mutating func occasions(_ object: ModelObject) -> FaultOccasions? {
    var occasions = FaultOccasions()
    if let node = object["probability"] { occasions.probability = probability(node) ?? 1 }
    if let node = object["from"] { occasions.from = constantTime(node) ?? .zero }
    if let node = object["for"] { occasions.length = positiveTime(node) }
    if let node = object["nth"] { occasions.numbers = occasionNumbers(node) }
    return occasions
  }

  /// One number, or a list of rising ones.
  private mutating func occasionNumbers(_ node: ModelNode) -> [UInt64] {
    switch node.value.kind {
    case .number:
      return wholeNumber(node, in: 1...ModelLimits.wholeNumber).map { [UInt64($0)] } ?? []
    case .list: break
    case .null, .truth, .text, .object, .malformed:
      noteUnexpected(node, .occasionNumbers)
      return []
    }
    var numbers: [UInt64] = []
    for item in items(node, of: .occasions, limit: ModelLimits.named, each: "number") {
      guard let value = wholeNumber(item, in: 1...ModelLimits.wholeNumber) else { continue }
      let number = UInt64(value)
      if let last = numbers.last, number <= last {
        note(.fault(.notRising(item.value.found, after: last)), at: item)
      }
      numbers.append(number)
    }
    return numbers
  }
}

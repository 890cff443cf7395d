import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  private static let commonKeys = [
    "startTime", "gracefulStop", "startStagger", "warmUp", "stopRetriesAtEnd",
  ]

  /// The executors by k6's names, each with its keys.
  private static let executors: [(name: String, keys: [String])] = [
    ("constant-vus", ["vus", "duration"]),
    ("ramping-vus", ["startVUs", "stages", "gracefulRampDown"]),
    ("shared-iterations", ["vus", "iterations", "maxDuration"]),
    ("per-vu-iterations", ["vus", "iterations", "maxDuration"]),
    (
      "constant-arrival-rate",
      ["rate", "timeUnit", "duration", "preAllocatedVUs", "maxVUs", "arrivals"]
    ),
    (
      "ramping-arrival-rate",
      ["startRate", "timeUnit", "stages", "preAllocatedVUs", "maxVUs", "arrivals"]
    ),
  ]

  private static let namesByRate = ["constant-arrival-rate", "ramping-arrival-rate"]

  /// The keys that say how many users or iterations there are.
  static let loadKeys = [
    "executor", "vus", "duration", "stages", "startVUs", "gracefulRampDown", "iterations",
    "maxDuration", "rate", "startRate", "timeUnit", "preAllocatedVUs", "maxVUs", "arrivals",
    "profile",
  ]

  /// What users do and when: `scenarios`, or `iteration` and `load` for a single one.
  mutating func loadList(_ model: ModelObject) -> [Load] {
    exclude("scenarios", "iteration", in: model)
    exclude("scenarios", "load", in: model)
    exclude("scenarios", "client", in: model)
    var loads: [Load] = []
    if let node = model["scenarios"] {
      for (name, node) in namedMembers(node, of: .loads, each: "scenario") {
        guard
          let object = object(
            node, keys: Self.loadKeys + Self.commonKeys + ["iteration", "client"])
        else { continue }
        let iteration = required("iteration", in: object, .listOf("step"))
        if let load = load(object, name: name, iteration: iteration, client: object["client"]) {
          loads.append(load)
        }
      }
    } else {
      let iteration = required("iteration", in: model, .listOf("step"))
      if let node = required("load", in: model, .load),
        let object = object(node, keys: Self.loadKeys + Self.commonKeys)
      {
        if let load = load(
          object, name: "default", iteration: iteration, client: model["client"])
        {
          loads.append(load)
        }
      } else {
        if let iteration { _ = self.iteration(iteration, load: "default", users: nil) }
        if let node = model["client"] { _ = clientPolicy(node) }
      }
    }
    noteTooManyUsers(loads, in: model)
    return loads
  }

  private mutating func load(
    _ object: ModelObject, name: String, iteration iterationNode: ModelNode?, client: ModelNode?
  ) -> Load? {
    // The model's own is read all the same: what is wrong with it is told whoever runs.
    let own = executor(object)
    let executor = self.executor ?? own
    let startTime = object["startTime"].flatMap { constantTime($0) } ?? .zero
    let gracefulStop = object["gracefulStop"].flatMap { constantTime($0) } ?? .seconds(30)
    let stagger = object["startStagger"].flatMap { startStagger($0) } ?? .none
    let arrivals = object["arrivals"].flatMap { word($0, of: Arrivals.allCases) } ?? .even
    if let node = object["startStagger"], let name = object["executor"]?.text,
      Self.namesByRate.contains(name)
    {
      note(.keyWithoutMeaning(key: "executor", value: name), at: node)
    }
    let findsWarmUp = object["warmUp"]?.text == Self.foundWarmUp
    let warmUp = findsWarmUp ? .zero : object["warmUp"].flatMap { constantTime($0) } ?? .zero
    let stopRetriesAtEnd = object["stopRetriesAtEnd"].flatMap { truth($0) } ?? false
    let client = client.flatMap { clientPolicy($0) }
    let steps =
      iterationNode.map { iteration($0, load: name, users: executor?.mostUsers) } ?? []
    guard let executor else { return nil }
    let load = Load(
      name: name, executor: executor, startTime: startTime, gracefulStop: gracefulStop,
      arrivals: arrivals, startStagger: stagger, warmUp: warmUp, findsWarmUp: findsWarmUp,
      stopRetriesAtEnd: stopRetriesAtEnd, client: client, iteration: steps)
    if let node = object["warmUp"], findsWarmUp, !executor.isConstant {
      note(.warmUpOfChangingLoad, at: node)
    }
    // By rate, time passes between the iterations.
    if let iterationNode, executor.lastsForATime, !executor.isByRate, !steps.isEmpty,
      findings.isEmpty,
      !takesTime(steps)
    {
      note(.noTimePasses, at: iterationNode)
    }
    noteLengths(of: load, object)
    return load
  }

  /// The warm-up that is to be found.
  private static let foundWarmUp = "auto"

  // MARK: - Executors

  /// The executor that is named, or else the one that the keys imply, as k6's short forms do.
  private mutating func executor(_ object: ModelObject) -> Executor? {
    if let node = object["profile"] { return profile(node, in: object) }
    guard let name = executorName(object) else { return nil }
    let own = Self.executors.first { $0.name == name }?.keys ?? []
    for member in object.members
    where Self.loadKeys.contains(member.name) && member.name != "executor" {
      if own.contains(member.name) { continue }
      findings.note(
        .keyOfOtherExecutor(executor: name, known: own), at: member.nameOrigin,
        path: object.path.key(member.name))
    }
    switch name {
    case "constant-vus":
      let vus = users("vus", in: object, from: 1)
      let duration = required("duration", in: object, .positiveTime).flatMap { positiveTime($0) }
      guard let vus, let duration else { return nil }
      return .constantVUs(vus: vus, duration: duration)
    case "ramping-vus": return ramping(object)
    case "constant-arrival-rate": return constantArrivalRate(object)
    case "ramping-arrival-rate": return rampingArrivalRate(object)
    default: return iterations(object, shared: name == "shared-iterations")
    }
  }

  private mutating func executorName(_ object: ModelObject) -> String? {
    let names = Self.executors.map { $0.name }
    if let node = object["executor"] {
      guard let text = node.text else {
        noteUnexpected(node, .oneOf(names))
        return nil
      }
      if names.contains(text) { return text }
      let suggestion = SpellingSuggestion.closest(to: text, in: names)
      note(.unknownWord(found: text, allowed: names, suggestion: suggestion), at: node)
      return nil
    }
    for key in ["rate", "startRate", "preAllocatedVUs", "maxVUs"] where object[key] != nil {
      _ = required("executor", in: object, .oneOf(Self.namesByRate))
      return nil
    }
    if object["stages"] != nil { return "ramping-vus" }
    if object["iterations"] != nil { return "shared-iterations" }
    if object["duration"] != nil { return "constant-vus" }
    findings.note(.missingKey(expected: .load), at: object.origin, path: object.path)
    return nil
  }

  /// A number of users; one when it is not given, as in k6.
  private mutating func users(
    _ key: String, in object: ModelObject, from least: Int64
  ) -> Int? {
    guard let node = object[key] else { return 1 }
    return count(node, in: least...ModelLimits.users)
  }

  private mutating func ramping(_ object: ModelObject) -> Executor? {
    let startVUs = users("startVUs", in: object, from: 0)
    let graceful = object["gracefulRampDown"].flatMap { constantTime($0) } ?? .seconds(30)
    guard let node = required("stages", in: object, .listOf("stage")) else { return nil }
    guard let stages = stages(node, of: .users), let startVUs else { return nil }
    if startVUs == 0 && stages.allSatisfy({ $0.target == 0 }) { note(.noUsers, at: node) }
    return .rampingVUs(startVUs: startVUs, stages: stages, gracefulRampDown: graceful)
  }

  /// The stages of a list, `nil` when one of them is wrong.
  ///
  /// - Parameter thing: What the targets count.
  mutating func stages(_ node: ModelNode, of thing: CountedThing) -> [Executor.Stage]? {
    let items = items(node, of: .stages, limit: ModelLimits.named, each: "stage")
    let stages = items.compactMap { stage($0, of: thing) }
    return items.isEmpty || stages.count < items.count ? nil : stages
  }

  /// A stage as short text, `"30s:100"`, or as k6 has it, `{ duration: "30s", target: 100 }`.
  private mutating func stage(_ node: ModelNode, of thing: CountedThing) -> Executor.Stage? {
    switch node.value.kind {
    case .text(let text):
      do throws(Problem) {
        return try StageParser.parse(text)
      } catch {
        if case .tooMany(.users, let limit) = error {
          note(.tooMany(thing, limit: limit), at: node)
        } else {
          note(error, at: node)
        }
      }
    case .object:
      guard let object = object(node, keys: ["duration", "target"]) else { return nil }
      let duration = required("duration", in: object, .constantTime).flatMap { constantTime($0) }
      let target = required("target", in: object, .wholeNumberAtLeast(0)).flatMap {
        count($0, in: 0...ModelLimits.users)
      }
      guard let duration, let target else { return nil }
      return Executor.Stage(duration: duration, target: target)
    case .null, .truth, .number, .list, .malformed: noteUnexpected(node, .stage)
    }
    return nil
  }

  private mutating func iterations(_ object: ModelObject, shared: Bool) -> Executor? {
    let vus = users("vus", in: object, from: 1)
    let node = object["iterations"]
    let iterations = node.map { count($0, in: 1...ModelLimits.iterations) } ?? 1
    let longest = object["maxDuration"].map { positiveTime($0) } ?? .minutes(10)
    guard let vus, let iterations, let longest else { return nil }
    if !shared {
      return .perVUIterations(vus: vus, iterations: iterations, maxDuration: longest)
    }
    if iterations < vus, let place = node ?? object["vus"] {
      note(.fewerIterationsThanUsers(iterations: iterations, users: vus), at: place)
    }
    return .sharedIterations(vus: vus, iterations: iterations, maxDuration: longest)
  }

  // MARK: - Starts and lengths

  /// How starts are spread; a constant time spreads them evenly over it, a distribution is drawn
  /// from.
  private mutating func startStagger(_ node: ModelNode) -> StartStagger? {
    switch node.value.kind {
    case .text("none"): return StartStagger.none
    case .text("even"): return .even(over: .seconds(1))
    case .text, .number:
      return constantTime(node).map { $0 == .zero ? StartStagger.none : .even(over: $0) }
    case .object: return time(node).map { .drawn($0) }
    case .null, .truth, .list, .malformed:
      noteUnexpected(node, .startStagger)
      return nil
    }
  }

  /// Notes when a load ends later than a model can say, or warms up longer than it lasts.
  private mutating func noteLengths(of load: Load, _ object: ModelObject) {
    let bound = VirtualDuration.longestInAModel
    var end = load.startTime
    // Each part is at most 100 years, so that the sum of two never overflows.
    for part in load.executor.lengths + [load.gracefulStop] where end <= bound { end += part }
    if end > bound {
      findings.note(.loadTooLong, at: object.origin, path: object.path)
      return
    }
    var length = VirtualDuration.zero
    for part in load.executor.lengths { length += part }
    if let node = object["warmUp"], load.executor.lastsForATime, load.warmUp > .zero,
      load.warmUp >= length
    {
      note(.warmUpTooLong(node.value.found, length: length), at: node)
    }
  }

  private mutating func noteTooManyUsers(_ loads: [Load], in model: ModelObject) {
    var users = 0
    for load in loads { users += load.executor.mostUsers }
    guard users > ModelLimits.users, let node = model["scenarios"] ?? model["load"] else { return }
    note(.tooMany(.users, limit: Int(ModelLimits.users)), at: node)
  }
}

extension Executor {
  /// Whether iterations begin at a rate, and not when users are done with the one before.
  var isByRate: Bool {
    switch self {
    case .constantArrivalRate, .rampingArrivalRate: true
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: false
    }
  }
}

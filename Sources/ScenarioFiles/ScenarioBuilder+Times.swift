import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  static let distributions = [
    "uniform", "exponential", "normal", "lognormal", "gamma", "pareto", "empirical",
  ]

  /// The shapes of gamma and Pareto distributions that are more than a curiosity.
  private static let leastShape = Bound(value: 0.1, text: "0.1")
  private static let mostShape = Bound(value: 1_000, text: "1000")

  /// A time that is always the same.
  mutating func constantTime(_ node: ModelNode) -> VirtualDuration? {
    switch node.value.kind {
    case .number(let literal):
      if literal.whole == .exactly(0) { return .zero }
      note(TimeParser.problem(with: literal), at: node)
    case .text(let text):
      do throws(Problem) {
        return try TimeParser.parse(text)
      } catch {
        note(error, at: node)
      }
    case .null, .truth, .list, .object, .malformed: noteUnexpected(node, .constantTime)
    }
    return nil
  }

  /// A constant time above zero.
  mutating func positiveTime(_ node: ModelNode) -> VirtualDuration? {
    guard let time = constantTime(node) else { return nil }
    if time > .zero { return time }
    noteUnexpected(node, .positiveTime)
    return nil
  }

  /// A time: a constant or a distribution.
  mutating func time(_ node: ModelNode) -> DurationDistribution? {
    switch node.value.kind {
    case .number, .text: return constantTime(node).map { .constant($0) }
    case .object: return distribution(node)
    case .null, .truth, .list, .malformed:
      noteUnexpected(node, .time)
      return nil
    }
  }

  /// A distribution of one of these shapes.
  mutating func distribution(
    _ node: ModelNode, of shapes: [String] = ScenarioBuilder.distributions
  ) -> DurationDistribution? {
    guard let object = object(node, keys: shapes) else { return nil }
    if object.members.isEmpty { noteUnexpected(node, .objectWithOneOf(shapes)) }
    var chosen: SyntaxMember?
    for member in object.members where shapes.contains(member.name) {
      if let chosen {
        findings.note(
          .excludedKey(by: chosen.name), at: member.nameOrigin, path: object.path.key(member.name))
      } else {
        chosen = member
      }
    }
    guard let chosen else { return nil }
    let parameters = object.node(of: chosen)
    switch chosen.name {
    case "uniform": return uniform(parameters)
    case "exponential": return constantTime(parameters).map { .exponential(mean: $0) }
    case "normal": return normal(parameters)
    case "lognormal": return lognormal(parameters)
    case "gamma": return gamma(parameters)
    case "pareto": return pareto(parameters)
    default: return empirical(parameters)
    }
  }

  private mutating func uniform(_ node: ModelNode) -> DurationDistribution? {
    guard case .list(let bounds) = node.value.kind, bounds.count == 2 else {
      noteUnexpected(node, .pairOfTimes)
      return nil
    }
    let least = constantTime(ModelNode(value: bounds[0], path: node.path.item(0)))
    let second = ModelNode(value: bounds[1], path: node.path.item(1))
    let most = constantTime(second)
    guard let least, let most else { return nil }
    if most < least {
      note(.pairOutOfOrder(second.value.found, first: least), at: second)
      return nil
    }
    return .uniform(least: least, most: most)
  }

  private mutating func normal(_ node: ModelNode) -> DurationDistribution? {
    guard let object = object(node, keys: ["mean", "sd"]) else { return nil }
    let mean = required("mean", in: object, .constantTime).flatMap { constantTime($0) }
    let deviation = required("sd", in: object, .constantTime).flatMap { constantTime($0) }
    guard let mean, let deviation else { return nil }
    return .normal(mean: mean, standardDeviation: deviation)
  }

  private mutating func lognormal(_ node: ModelNode) -> DurationDistribution? {
    guard let object = object(node, keys: ["median", "p95"]) else { return nil }
    let median = required("median", in: object, .positiveTime).flatMap { positiveTime($0) }
    let percentile = required("p95", in: object, .positiveTime)
    let percentile95 = percentile.flatMap { positiveTime($0) }
    guard let median, let percentile, let percentile95 else { return nil }
    if percentile95 < median {
      note(
        .timeTooShort(percentile.value.found, least: median, key: "median"), at: percentile)
      return nil
    }
    return .lognormal(median: median, percentile95: percentile95)
  }

  private mutating func gamma(_ node: ModelNode) -> DurationDistribution? {
    guard let object = object(node, keys: ["mean", "shape"]) else { return nil }
    let mean = required("mean", in: object, .positiveTime).flatMap { positiveTime($0) }
    let shape = shape(of: object)
    guard let mean, let shape else { return nil }
    return .gamma(mean: mean, shape: shape)
  }

  private mutating func pareto(_ node: ModelNode) -> DurationDistribution? {
    guard let object = object(node, keys: ["minimum", "shape"]) else { return nil }
    let minimum = required("minimum", in: object, .positiveTime).flatMap { positiveTime($0) }
    let shape = shape(of: object)
    guard let minimum, let shape else { return nil }
    return .pareto(minimum: minimum, shape: shape)
  }

  private mutating func shape(of object: ModelObject) -> Double? {
    let expected = Expectation.number(from: Self.leastShape.text, to: Self.mostShape.text)
    return required("shape", in: object, expected).flatMap {
      number($0, from: Self.leastShape, to: Self.mostShape)
    }
  }

  private mutating func empirical(_ node: ModelNode) -> DurationDistribution? {
    let items = items(node, of: .samples, limit: ModelLimits.samples, each: "time")
    let times = items.compactMap { constantTime($0) }
    return items.isEmpty || times.count < items.count ? nil : .empirical(times)
  }

  // MARK: - Networks

  /// The one-way time of a link, which a model gives as `network: { oneWay }` or as `roundTrip`.
  mutating func oneWay(in object: ModelObject) -> DurationDistribution {
    exclude("network", "roundTrip", in: object)
    if let node = object["roundTrip"] {
      guard let roundTrip = time(node) else { return .zero }
      if let half = roundTrip.halved { return half }
      note(.oddRoundTrip(node.text ?? "roundTrip"), at: node)
    }
    return object["network"].map { network($0) } ?? .zero
  }

  mutating func network(_ node: ModelNode) -> DurationDistribution {
    guard let network = object(node, keys: ["oneWay"]) else { return .zero }
    return required("oneWay", in: network, .time).flatMap { time($0) } ?? .zero
  }
}

extension DurationDistribution {
  /// The distribution with every time halved, or `nil` when one of them is odd.
  fileprivate var halved: DurationDistribution? {
    switch self {
    case .constant(let length):
      return length.halved.map { .constant($0) }
    case .uniform(let least, let most):
      guard let least = least.halved, let most = most.halved else { return nil }
      return .uniform(least: least, most: most)
    case .exponential(let mean):
      return mean.halved.map { .exponential(mean: $0) }
    case .normal(let mean, let deviation):
      guard let mean = mean.halved, let deviation = deviation.halved else { return nil }
      return .normal(mean: mean, standardDeviation: deviation)
    case .lognormal(let median, let percentile):
      guard let median = median.halved, let percentile = percentile.halved else { return nil }
      return .lognormal(median: median, percentile95: percentile)
    case .gamma(let mean, let shape):
      return mean.halved.map { .gamma(mean: $0, shape: shape) }
    case .pareto(let minimum, let shape):
      return minimum.halved.map { .pareto(minimum: $0, shape: shape) }
    case .empirical(let lengths):
      let halves = lengths.compactMap { $0.halved }
      return halves.count == lengths.count ? .empirical(halves) : nil
    }
  }
}

extension VirtualDuration {
  /// Half the length, or `nil` when it is odd.
  fileprivate var halved: VirtualDuration? {
    inNanoseconds % 2 == 0 ? .nanoseconds(inNanoseconds / 2) : nil
  }
}

import ScenarioModel
import SimulationBasics

/// The faults of a scenario in declared order, and what has become of each.
struct FaultTable: ~Copyable {
  let models: [Fault]
  private var states: FixedTable<FaultState>
  private let rules: FixedTable<OccasionRule>
  /// The occasions that faults name, one fault after another, rising in each.
  private let numbers: FixedTable<UInt64>
  /// By fault: how long its effect lasts, or how much longer it makes something.
  private let lengths: FixedTable<VirtualDuration>
  /// By fault: between whom a message is late.
  private let links: FixedTable<FaultCondition.Link>
  /// By fault: the first moment, and the time from one moment to the next.
  private let samplers: DurationSamplerTable
  /// The faults by their kinds, in declared order within each; and where each kind begins, with the
  /// end behind the last.
  private let byKind: FixedTable<Int32>
  private let firstOfKind: FixedTable<Int32>

  init(_ scenario: borrowing Scenario) {
    models = scenario.faults
    var rules: [OccasionRule] = []
    var numbers: [UInt64] = []
    var lengths: [VirtualDuration] = []
    var links: [FaultCondition.Link] = []
    var distributions: [DurationDistribution] = []
    for fault in scenario.faults {
      var rule = OccasionRule()
      switch fault {
      case .event(let event, let moments):
        distributions.append(moments.at)
        distributions.append(moments.every ?? .zero)
        lengths.append(event.length)
        links.append(.all)
      case .condition(let condition, let occasions):
        distributions += [.zero, .zero]
        lengths.append(condition.length)
        links.append(condition.link)
        rule.probability = occasions.probability
        rule.from = .start + occasions.from
        if let length = occasions.length { rule.end = rule.from + length }
        rule.firstNumber = Int32(numbers.count)
        numbers += occasions.numbers
        rule.endOfNumbers = Int32(numbers.count)
      }
      rules.append(rule)
    }
    var byKind: [Int32] = []
    var firstOfKind: [Int32] = []
    for kind in FaultKind.allCases {
      firstOfKind.append(Int32(byKind.count))
      for (index, fault) in scenario.faults.enumerated() where fault.kind == kind {
        byKind.append(Int32(index))
      }
    }
    firstOfKind.append(Int32(byKind.count))
    self.rules = FixedTable(rules)
    self.numbers = FixedTable(numbers)
    self.lengths = FixedTable(lengths)
    self.links = FixedTable(links)
    samplers = DurationSamplerTable(distributions)
    self.byKind = FixedTable(byKind)
    self.firstOfKind = FixedTable(firstOfKind)
    states = FixedTable(repeating: FaultState(), count: rules.count)
    for fault in 0..<rules.count { states[fault].nextNumber = rules[fault].firstNumber }
  }

  var count: Int { states.count }

  subscript(fault: Int) -> FaultState {
    _read { yield states[fault] }
    _modify { yield &states[fault] }
  }

  /// Where the faults of a kind stand; `fault(at:)` tells which each is.
  func places(of kind: FaultKind) -> Range<Int> {
    Int(firstOfKind[kind.index])..<Int(firstOfKind[kind.index + 1])
  }

  /// The number of the fault at a place.
  func fault(at place: Int) -> Int { Int(byKind[place]) }

  /// How long the effect of a fault lasts, or how much longer it makes something.
  func length(of fault: Int) -> VirtualDuration { lengths[fault] }

  /// Between whom the messages travel that a fault makes late.
  func link(of fault: Int) -> FaultCondition.Link { links[fault] }

  // MARK: Moments

  /// When a fault happens first, after the start of the run.
  mutating func drawFirst(
    _ fault: Int, from streams: FaultStreams
  ) -> VirtualDuration { draw(fault * 2, of: fault, from: streams) }

  /// How long after one moment the next one is.
  ///
  /// Longer than nothing, so that the clock moves.
  mutating func drawGap(_ fault: Int, from streams: FaultStreams) -> VirtualDuration {
    max(.nanoseconds(1), draw(fault * 2 + 1, of: fault, from: streams))
  }

  private mutating func draw(
    _ sampler: Int, of fault: Int, from streams: FaultStreams
  ) -> VirtualDuration {
    if let constant = samplers.constant(sampler) { return constant }
    var stream = streams.stream(.faultMoment, of: fault, at: states[fault].drawn)
    let length = samplers.sample(sampler, from: &stream)
    states[fault].drawn = stream.position
    return length
  }

  /// Draws whether a fault happens at a moment; nothing is drawn when it does so always.
  mutating func drawHappens(
    _ fault: Int, probability: Double, from streams: FaultStreams
  ) -> Bool {
    if probability >= 1 { return true }
    var stream = streams.stream(.faultMoment, of: fault, at: states[fault].drawn)
    let number = stream.unitInterval()
    states[fault].drawn = stream.position
    return number < probability
  }

  /// Draws to which of several instances a fault happens; nothing is drawn when there is but one.
  mutating func drawInstance(
    _ fault: Int, of count: Int, from streams: FaultStreams
  ) -> InstanceID {
    if count == 1 { return InstanceID(index: 0) }
    var stream = streams.stream(.faultMoment, of: fault, at: states[fault].drawn)
    let number = stream.uniform(below: UInt64(count))
    states[fault].drawn = stream.position
    return InstanceID(index: Int(number))
  }

  // MARK: Occasions

  /// Counts an occasion of a fault, and decides whether it is one that the fault befalls.
  mutating func meetOccasion(
    _ fault: Int, at now: VirtualTime, from streams: FaultStreams
  ) -> Bool {
    states[fault].occasions += 1
    let rule = rules[fault]
    var isMeant = rule.covers(now)
    if rule.probability < 1 {
      var stream = streams.stream(.faultOccasion, of: fault, at: states[fault].drawn)
      let number = stream.unitInterval()
      states[fault].drawn = stream.position
      if number >= rule.probability { isMeant = false }
    }
    if rule.firstNumber < rule.endOfNumbers && !isNamed(fault, rule) { isMeant = false }
    return isMeant
  }

  /// Whether the occasion that has just been counted is one of those that the fault names.
  private mutating func isNamed(_ fault: Int, _ rule: OccasionRule) -> Bool {
    var place = states[fault].nextNumber
    let occasion = states[fault].occasions
    while place < rule.endOfNumbers, numbers[place] < occasion { place += 1 }
    states[fault].nextNumber = place
    return place < rule.endOfNumbers && numbers[place] == occasion
  }

  // MARK: What has become of them

  /// A fault has happened, and has its effect until a moment.
  mutating func note(_ fault: Int, at now: VirtualTime, until end: VirtualTime) {
    states[fault].count += 1
    states[fault].first = min(states[fault].first, now)
    states[fault].lastEnd = max(states[fault].lastEnd, end)
  }
}

/// Where the random numbers of faults come from: each fault has streams of its own.
struct FaultStreams: BitwiseCopyable {
  let seed: UInt64
  let replication: UInt32

  func stream(_ purpose: RandomPurpose, of fault: Int, at position: UInt32) -> RandomStream {
    RandomStream(
      runSeed: seed, replication: replication, purpose: purpose, entity: UInt32(fault),
      position: position)
  }
}

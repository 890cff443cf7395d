import ContentionEngine
import Experiments
import Measurements
import ScenarioModel
import SimulationBasics

/// What binds: what is saturated, what turned requests away, or what would be first.
extension RunAnswer {
  /// What the run is up against, or what it would be up against first with more load.
  var bindingSentences: [String] {
    var sentences: [String] = []
    if result.count(.requests) == 0 { sentences.append(nobodyIsAnswered) }
    let saturated = limits.saturated
    if let cause = saturated.first {
      sentences += saturatedSentences(cause) + followers(saturated.dropFirst().map { name(of: $0) })
    }
    sentences += turnedAway.map(\.sentence)
    // What is saturated, or turns requests away, binds at this load: there is nothing to foresee.
    if !sentences.isEmpty { return sentences }
    guard let busiest = limits.busiest else {
      let what = limits.unit == .arrivals ? "rate of arrivals" : "number of users"
      return ["Nothing is scarce in this model: no \(what) would bind."]
    }
    if let forecast { return forecast }
    let share = ScreenText.percent(busiest.utilisation)
    return ["Nothing is saturated; the busiest is \(name(of: busiest)), \(share)."]
  }

  private var nobodyIsAnswered: String {
    let safety = result.safety
    if safety.arrived == 0 { return "Nothing was busy." }
    if safety.answered > 0 { return "No request was answered in the measured time." }
    return "No request was answered before its user was gone: "
      + "\(ScreenText.count(unanswered)) interrupted."
  }

  /// What sent requests away because others had it, with how often.
  private var turnedAway: [(name: String, sentence: String)] {
    var found: [(name: String, sentence: String)] = []
    let refused = result.count(.threadsRefused)
    if refused > 0 {
      let name = nameOfServers(.threads) ?? "the thread pool"
      let requests = ScreenText.count(refused, "request")
      found.append((name, "\(ReportText.capitalized(name)) turned away \(requests)."))
    }
    func addWaits(_ metric: MetricName, _ what: String, _ size: String, _ name: String) {
      let waits = result.count(metric)
      if waits == 0 { return }
      let inVain = ScreenText.count(waits, "request waited", "requests waited") + " in vain for"
      found.append((name, "\(inVain) \(what)\(size)."))
    }
    let pool = result.resources.servers(.pool)?.size.map { " (pool of \($0))" } ?? ""
    let poolName = nameOfServers(.pool) ?? "the connection pool"
    addWaits(.connectionTimeouts, "a connection", pool, poolName)
    addWaits(.distributedLockTimeouts, "a distributed lock", "", "a distributed lock")
    addWaits(.pessimisticLockTimeouts, "a row lock", "", "a row lock")
    return found
  }

  private func nameOfServers(_ kind: ServerUse.Kind) -> String? {
    for limit in limits.limits {
      if case .servers(let use) = limit.kind, use.kind == kind { return name(of: limit) }
    }
    return nil
  }

  /// At how many users, or at which rate of arrivals, the busiest thing would be busy all the time;
  /// `nil` where the run gives no ground for it.
  ///
  /// The utilisation law holds for users who come back again and again, all of whose requests get
  /// what they need, and for iterations none of which is dropped. What is hardly busy says nothing
  /// of where it ends, and what carried so much load without being saturated does not bind at less.
  private var forecast: [String]? {
    guard let unit = limits.unit, limits.saturated.isEmpty, turnedAway.isEmpty,
      result.count(.requests) > 0, result.rate(.errors) <= 0.01,
      let busiest = limits.busiest, busiest.utilisation >= 0.01
    else { return nil }
    let iterations = result.count(.iterations)
    let peak = limits.amount.peak
    let bound: Double
    let isLongEnough: Bool
    switch unit {
    case .users:
      bound = ScreenText.twoDigits(limits.loadToBind(busiest))
      isLongEnough = iterations >= 2 * UInt64(peak)
    case .arrivals:
      bound = ScreenText.twoDigitsOrTenths(limits.loadToBind(busiest))
      isLongEnough = iterations >= Self.fewArrivals && result.count(.droppedIterations) == 0
    }
    // Where more wait than there are users, who come twice, their law says nothing.
    guard isLongEnough, bound > 0 else { return nil }
    let about = "about " + words(for: bound, in: unit)
    if bound > peak {
      return ["Nothing is saturated.", "First to bind: \(name(of: busiest)), at \(about)."]
    }
    if limits.amount.isRamp && bound < peak {
      let most =
        unit == .users ? ScreenText.count(UInt64(peak)) : ScreenText.arrivals(peak)
      return [
        "\(ReportText.capitalized(name(of: busiest))) binds at \(about), before the load's peak of"
          + " \(most)."
      ]
    }
    return nil
  }

  /// Fewer iterations than this say too little of what one needs on average.
  private static let fewArrivals: UInt64 = 100

  private func words(for load: Double, in unit: RunLimits.LoadUnit) -> String {
    switch unit {
    case .users: ScreenText.count(UInt64(load), "user")
    case .arrivals: ScreenText.arrivals(load)
    }
  }

  /// The binding constraint in one line: the busiest three, the cause before what fills up behind
  /// it.
  var constraintSentence: String {
    var rest = limits.limits.filter { $0.utilisation > 0 }
    var ordered: [RunLimits.Limit] = []
    if let cause = rest.firstIndex(where: \.isSaturated) { ordered.append(rest.remove(at: cause)) }
    while let next = Self.busiest(of: rest), ordered.count < 3 {
      ordered.append(rest.remove(at: next))
    }
    let isSaturated = !limits.saturated.isEmpty
    var sentence = ""
    if !isSaturated && !turnedAway.isEmpty {
      let names = turnedAway.map(\.name).joined(separator: ", ")
      sentence = "Binding constraint: \(names), by turning requests away."
    }
    if ordered.isEmpty { return sentence.isEmpty ? "Binding constraint: none." : sentence }
    let parts = ordered.map { (name(of: $0), ScreenText.percent($0.utilisation)) }
    if !sentence.isEmpty { sentence += " " }
    sentence +=
      isSaturated ? "Binding constraint: " : forecast != nil ? "Would bind first: " : "Busiest: "
    sentence += "\(parts[0].0), \(parts[0].1) busy"
    for (index, part) in parts.enumerated().dropFirst() {
      sentence += (index == 1 ? "; next " : ", ") + "\(part.0) \(part.1)"
    }
    return sentence + "."
  }

  private static func busiest(of limits: [RunLimits.Limit]) -> Int? {
    var best: Int?
    for (index, limit) in limits.enumerated()
    where limit.utilisation > best.map({ limits[$0].utilisation }) ?? 0 { best = index }
    return best
  }

  private func saturatedSentences(_ limit: RunLimits.Limit) -> [String] {
    let busy = "busy \(ScreenText.percent(limit.utilisation))"
    switch limit.kind {
    case .row(let table, let row):
      return [
        "Saturated: row \(table)[\(row.number)], \(busy); one row allows "
          + "\(ScreenText.rate(row.ceilingPerSecond)) \(unitOfHolds)/s "
          + "(hold \(ScreenText.time(row.meanHold)))."
      ]
    case .lock(let lock) where lock.use.holds == 0:
      return [
        "Saturated: distributed lock \(ScreenText.lockName(lock)), \(busy); nobody gave it back."
      ]
    case .lock(let lock):
      // The next owner hears of the release and asks for the lock, so less passes than 1 / hold.
      let perSecond = Double(lock.use.holds) / lock.use.window.inSeconds
      return [
        "Saturated: distributed lock \(ScreenText.lockName(lock)), \(busy); one lock allows "
          + "\(ScreenText.rate(perSecond)) requests/s.",
        "Each holds it for \(ScreenText.time(lock.use.meanHold)); the rest is handing over.",
      ]
    case .servers(let use):
      var perSecond = 0.0
      if case .counter(let counter) = result[.requests] { perSecond = counter.perSecond }
      let sentence =
        "Saturated: \(name(of: limit)), busy "
        + "\(ScreenText.tenths(use.busy.meanLevel)) of \(use.size ?? 0) at "
        + "\(ScreenText.rate(perSecond)) requests/s; "
        + "\(ScreenText.tenths(use.queue.meanLevel)) wait on average."
      return use.kind == .threads ? [sentence] + threadsAreTakenBy : [sentence]
    }
  }

  /// What the threads do most of the time, when that is no work.
  private var threadsAreTakenBy: [String] {
    let split = result.timeSplit
    let total = split.totalLatency - split.total(.network) - split.total(.threadQueue)
    let shares: [TimeShare] = [
      .backoff, .distributedLockWait, .rowLockWait, .poolWait, .externalDelay, .cacheWait,
    ]
    for share in shares {
      let part = Double(split.total(share)) / Double(max(1, total))
      if part > 0.5 {
        return ["Threads spend \(ScreenText.percent(part)) of their time in \(share.name)."]
      }
    }
    return []
  }

  /// What a hold of a row stands for: attempts, when some of them are thrown away.
  var unitOfHolds: String {
    result.count(.optimisticLockConflicts) > 0 ? "attempts" : "requests"
  }

  private func followers(_ names: [String]) -> [String] {
    if names.isEmpty { return [] }
    let verb = names.count == 1 ? "fills" : "fill"
    return ["\(ReportText.capitalized(ReportText.list(names))) \(verb) up behind it."]
  }

  func name(of limit: RunLimits.Limit) -> String {
    switch limit.kind {
    case .row(let table, let row): "the hottest row \(table)[\(row.number)]"
    case .lock(let lock): "the distributed lock \(ScreenText.lockName(lock))"
    case .servers(let use): use.kind.name(size: use.size)
    }
  }
}

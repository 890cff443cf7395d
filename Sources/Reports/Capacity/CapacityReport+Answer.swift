import Experiments
import ScenarioModel
import SimulationBasics

/// What a study of capacity comes to, in sentences that are derived from it.
extension CapacityReport {
  /// How much is carried and why no more; the knee; what binds, and what would bind next; the
  /// universal scalability law; what speaks against the search.
  public var answer: [String] {
    [
      capacity, whyNotMore, safety, errors, knee, constraint, isGoodFit ? scalability : nil,
      contradiction,
    ].compactMap { $0 }
  }

  private var capacity: String {
    let all = criteria
    switch study.outcome {
    case .found(let load, let notAt):
      let isOpen = study.point(at: notAt).flatMap { study.verdict(at: $0) } == .open
      return "Up to \(self.load(load)) \(all), with 95 % confidence; at \(self.load(notAt))"
        + (isOpen ? " that is no longer sure." : " not.")
    case .never:
      return "\(ReportText.capitalized(all)) at no load, not even at \(load(study.points[0].load))."
    case .always(let load):
      return
        "\(ReportText.capitalized(all)) with 95 % confidence up to \(self.load(load)), the largest load that"
        + " was tried."
    case nil:
      return "The model promises nothing: without thresholds no load is too much."
    }
  }

  /// What holds, with its verb.
  private var criteria: String {
    guard let criteria = study.criteria else { return "" }
    var parts: [String] = []
    switch criteria.thresholds.count {
    case 0: break
    case 1: parts.append("the threshold holds")
    case 2: parts.append("both thresholds hold")
    case let count: parts.append("all \(count) thresholds hold")
    }
    if criteria.isByRate {
      let share = ScreenText.percent(CapacityCriterion.uncarriedShare, decimals: 0)
      parts.append(
        "at most \(share) of the arrivals are dropped" + (parts.isEmpty ? " or fail" : ""))
    }
    return ReportText.list(parts)
  }

  /// Which criterion is the first not to hold, and what it reads there.
  private var whyNotMore: String? {
    guard let criteria = study.criteria else { return nil }
    let load: Int
    switch study.outcome {
    case .found(_, let notAt): load = notAt
    case .never: load = study.points[0].load
    case .always, nil: return nil
    }
    guard let point = study.point(at: load) else { return nil }
    let parts = criteria.unkept(in: point.runs).map { criterion in
      switch criterion {
      case .offered:
        let share = point.interval { criteria.uncarriedShare(of: $0) }
        return ReportText.spread(share, by: 100, decimals: 2)
          + " % of the arrivals are \(criteria.thresholds.isEmpty ? "dropped or fail" : "dropped")"
      case .threshold(let index):
        let threshold = criteria.thresholds[index]
        let readings = point.runs.compactMap { $0.readings[index] }
        if readings.isEmpty { return "\(threshold.metric) \(threshold.text)" }
        let spread = ReportText.spread(
          ConfidenceInterval(of: readings), by: 1, decimals: threshold.bound < 10 ? 4 : 0)
        let what = criteria.verdict(criterion, of: point.runs) == .open ? "is not certain" : "fails"
        return "\(threshold.metric) \(threshold.text) \(what) at \(spread)"
      }
    }
    if point.requestsPerSecond.mean == 0 { return "There no request is answered." }
    if parts.isEmpty { return nil }
    return "There \(ReportText.list(parts, "and"))."
  }

  /// The load that is carried.
  private var held: CapacityPoint? {
    switch study.outcome {
    case .found(let load, _), .always(let load): study.point(at: load)
    case .never, nil: nil
    }
  }

  /// Promises that are broken at a load that is carried.
  private var safety: String? {
    guard let held, held.runs.contains(where: { !$0.isSafe }) else { return nil }
    return
      "Beware: at \(load(held.load)) a promise is broken, which no threshold sees; 'simulate run'"
      + " says which."
  }

  /// Errors that no threshold forbids, where they are many.
  private var errors: String? {
    guard let point = held, point.errorShare.mean > 0.01 else { return nil }
    return
      "Beware: at \(load(point.load)) \(ScreenText.percent(point.errorShare.mean)) of the requests are"
      + " errors, which the thresholds allow."
  }

  private var knee: String? {
    guard let knee = study.knee else {
      return "Goodput has no knee among these loads."
    }
    let rate = ScreenText.rate(knee.successesPerSecond.mean)
    return "The knee of goodput is at \(load(knee.load)), with \(rate) successes/s."
  }

  /// What binds beyond the capacity, and what would come next.
  private var constraint: String? {
    let bound = study.points.first { point in
      if case .nothing = point.binding { false } else { true }
    }
    guard let bound else {
      guard let first = study.pilot.ceilings.first else {
        return "Nothing is scarce in this model."
      }
      return "Nothing binds at these loads; the first to would be \(first.resource.name), at about"
        + " \(ceiling(first))."
    }
    var sentence = "From \(load(bound.load)) on "
    if case .found(_, let notAt) = study.outcome, notAt < bound.load {
      sentence = "At \(load(notAt)) nothing is full yet; from \(load(bound.load)) on "
    }
    switch bound.binding {
    case .saturated(let use):
      sentence +=
        "\(use.resource.name) binds, busy \(ScreenText.percent(use.utilisation)) at"
        + " \(ScreenText.rate(bound.requestsPerSecond.mean)) requests/s"
      guard let next = study.next(after: bound.binding) else { return sentence + "." }
      return sentence + "; without that limit \(next.resource.name) would bind next, at about"
        + " \(ceiling(next))."
    case .turnedAway(let place, let count): return sentence + place.sentence(count) + "."
    case .nothing: return nil
    }
  }

  private func ceiling(_ ceiling: CapacityPilot.Ceiling) -> String {
    "\(ScreenText.about(ceiling.requestsPerSecond)) requests/s"
  }

  /// From this share of the variance on a law is called a fit.
  private static let goodFit = 0.98

  var isGoodFit: Bool { study.fit.map { $0.determination >= Self.goodFit } ?? false }

  /// The law with its peak where it fits the points; that it does not, where it does not.
  var scalability: String? {
    guard let fit = study.fit else { return nil }
    guard isGoodFit else {
      return "Universal scalability law: no fit (R²"
        + " \(NumberText.fixed(max(0, fit.determination), decimals: 2))); it bends smoothly, and"
        + " neither a corner nor a collapse is like that."
    }
    var sentence =
      "Universal scalability law: σ \(Self.coefficient(fit.sigma)), κ"
      + " \(Self.coefficient(fit.kappa)), λ \(ScreenText.twoDigitsText(fit.lambda)) successes/s, R²"
      + " \(NumberText.fixed(fit.determination, decimals: 3))"
    if let peak = fit.peak {
      let about = ScreenText.about(peak)
      sentence += "; its peak lies at \(about) \(study.isByRate ? "requests at a time" : "users")"
    }
    return sentence + "."
  }

  /// A coefficient with three significant digits.
  package static func coefficient(_ value: Double) -> String {
    if value < 1e-9 { return "0" }
    var decimals = 2
    var scaled = value
    while scaled < 1, decimals < 12 {
      scaled *= 10
      decimals += 1
    }
    return NumberText.fixed(value, decimals: decimals)
  }

  private var contradiction: String? {
    guard let pair = study.contradiction else { return nil }
    return
      "Beware: the thresholds break at \(load(pair.broken)) and hold at \(load(pair.holds)), which"
      + " the search supposes not to happen."
  }
}

extension ScreenText {
  /// A number with two significant digits, below ten with decimals.
  static func twoDigitsText(_ number: Double) -> String {
    let rounded = twoDigitsOrTenths(number)
    return grouped(NumberText.shortest(rounded))
  }
}

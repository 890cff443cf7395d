package import Experiments

/// A figure of a run in words and digits: percent for shares, milliseconds for times.
package enum FigureText {
  /// The name with its unit, as the head of a row has it: "p95 ms", "success %".
  package static func heading(_ figure: RunFigure) -> String {
    switch figure.unit {
    case .share: figure.title + " %"
    case .nanoseconds: figure.title + " ms"
    case .perSecond, .count, .perRequest: figure.title
    }
  }

  /// A value without its unit.
  ///
  /// - Parameters:
  ///   - scale: The value whose size says how many decimals there are, so that a mean and half of
  ///     its interval have as many.
  ///   - half: Half of the interval, of which at least one digit is shown, within three decimals
  ///     more.
  package static func number(
    _ value: Double, of figure: RunFigure, decimalsAs scale: Double, sureTo half: Double = 0
  ) -> String {
    guard value.isFinite else { return "–" }
    let usual = decimals(scale.magnitude * factor(figure), figure)
    var decimals = usual
    // What rounding leaves of equal values is no spread.
    if half > scale.magnitude * 1e-9, half.isFinite {
      var digit = half * factor(figure)
      for _ in 0..<usual { digit *= 10 }
      while digit < 0.95, decimals < usual + 3 {
        decimals += 1
        digit *= 10
      }
    }
    let text = NumberText.fixed(value * factor(figure), decimals: decimals)
    // What rounds to nothing has no sign.
    let isZero = text.utf8.allSatisfy { [UInt8(ascii: "-"), 0x30, UInt8(ascii: ".")].contains($0) }
    let plain = text.hasPrefix("-") ? String(text.dropFirst()) : text
    let whole = plain.prefix { $0 != "." }
    return (text.hasPrefix("-") && !isZero ? "−" : "") + ScreenText.grouped(String(whole))
      + plain.dropFirst(whole.count)
  }

  /// A value with its unit, in as many decimals as `number`: "12.41 ms", "99.98 %", "982.3".
  package static func value(
    _ value: Double, of figure: RunFigure, decimalsAs scale: Double, sureTo half: Double = 0
  ) -> String {
    let number = number(value, of: figure, decimalsAs: scale, sureTo: half)
    switch figure.unit {
    case .share: return number + " %"
    case .nanoseconds: return number + " ms"
    case .perSecond, .count, .perRequest: return number
    }
  }

  /// A part of one in percent, with a sign: "+12.3 %", "−400 %"; with as many decimals, up to four,
  /// as it takes to show a digit of what is little.
  package static func change(_ part: Double) -> String {
    guard part.isFinite else { return "–" }
    let percent = part.magnitude * 100
    var decimals = percent < 99.95 ? 1 : 0
    var digit = percent * 10
    while part != 0, digit < 0.95, decimals < 4 {
      decimals += 1
      digit *= 10
    }
    let text = ScreenText.grouped(NumberText.fixed(percent, decimals: decimals))
    return (part > 0 ? "+" : part < 0 ? "−" : "±") + text + " %"
  }

  /// Whether a figure was the same in every run, but for what rounding leaves of equal values.
  package static func isSame(_ interval: ConfidenceInterval) -> Bool {
    interval.halfWidth <= interval.mean.magnitude * 1e-12
  }

  /// Half of an interval as a part of its mean: "1.2 %", "same" where no run differs, or "–" beside
  /// a mean of 0.
  package static func precision(_ interval: ConfidenceInterval) -> String {
    if isSame(interval) { return "same" }
    guard interval.halfWidth.isFinite, let part = interval.relativePrecision else { return "–" }
    return ScreenText.percent(part)
  }

  private static func factor(_ figure: RunFigure) -> Double {
    switch figure.unit {
    case .share: 100
    case .nanoseconds: 1e-6
    case .perSecond, .count, .perRequest: 1
    }
  }

  private static func decimals(_ size: Double, _ figure: RunFigure) -> Int {
    switch figure.unit {
    case .share: 2
    case .nanoseconds: DefenceReport.decimals(ofMilliseconds: size)
    case .perSecond: size < 999.95 ? 1 : 0
    case .count: size < 99.95 ? 1 : 0
    case .perRequest: 4
    }
  }
}

extension RunFigure {
  /// The figures that are always shown; the others only where they are not 0 everywhere.
  static let alwaysShown: [RunFigure] = [
    .successShare, .requestsPerSecond, .successesPerSecond, .meanLatency, .medianLatency,
    .latency95,
    .latency99, .lostUpdates,
  ]

  /// What a figure of calls is of requests; `nil` for any other.
  private var ofRequests: RunFigure? {
    switch self {
    case .callSuccessShare: .successShare
    case .callLatency95: .latency95
    case .callLatency99: .latency99
    default: nil
    }
  }

  /// The figures that these runs have something to say of, in the order of `allCases`.
  static func told(by runs: [RunSummary]) -> [RunFigure] {
    allCases.filter { figure in
      if alwaysShown.contains(figure) { return true }
      // Where clients never ask again, a call is a request.
      if let other = figure.ofRequests { return runs.contains { $0[figure] != $0[other] } }
      return runs.contains { $0[figure] != 0 }
    }
  }
}

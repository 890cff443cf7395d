/// Parts of a whole as a command line writes them: `5%`, `0.5%`.
enum PercentText {
  /// The part of one that the text says, with at most three decimals; `nil` for anything else.
  ///
  /// - Parameter most: The largest percentage.
  static func value(of text: String, most: Int = 100) -> Double? {
    guard text.last == "%" else { return nil }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      let whole = WholeNumberText.value(of: String(parts[0]), as: Int.self), whole <= most
    else { return nil }
    var thousandths = whole * 1_000
    if parts.count == 2 {
      let digits = parts[1]
      guard (1...3).contains(digits.count),
        let decimals = WholeNumberText.value(of: String(digits), as: Int.self)
      else { return nil }
      thousandths += [100, 10, 1][digits.count - 1] * decimals
    }
    return thousandths <= most * 1_000 ? Double(thousandths) / 100_000 : nil
  }

  /// The part of one that the text says, where nothing is no answer.
  static func positiveValue(of text: String) -> Double? {
    value(of: text).flatMap { $0 > 0 ? $0 : nil }
  }

  /// A part of one as it would be typed.
  static func text(of part: Double) -> String {
    var digits = Int((part * 100_000).rounded())
    var decimals = 3
    while decimals > 0, digits % 10 == 0 {
      digits /= 10
      decimals -= 1
    }
    if decimals == 0 { return "\(digits)%" }
    let unit = [1, 10, 100, 1_000][decimals]
    let rest = String(digits % unit)
    return "\(digits / unit)." + String(repeating: "0", count: decimals - rest.count) + rest + "%"
  }
}

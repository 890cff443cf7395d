package import ContentionEngine

/// Numbers, bars and lines as the screen of a run shows them: a space between groups of three
/// digits and before a unit.
package enum ScreenText {
  /// The number of columns within which lines stay.
  package static let width = 100

  // MARK: Numbers

  package static func count(_ number: UInt64) -> String { NumberText.grouped(number) }

  /// A whole number with a real minus sign.
  package static func signed(_ number: Int128) -> String {
    (number < 0 ? "−" : "") + grouped(String(number.magnitude))
  }

  /// A share of one as a percentage; what is not 0 never reads as 0.
  package static func percent(_ share: Double, decimals: Int = 1) -> String {
    let text = NumberText.fixed(share * 100, decimals: decimals)
    let zero = NumberText.fixed(0, decimals: decimals)
    if share > 0 && text == zero { return "<" + zero.dropLast() + "1 %" }
    return text + " %"
  }

  /// A length of time in the unit that suits it: "20 µs", "12.4 ms", "1.24 s".
  package static func time(_ nanoseconds: Double) -> String {
    if nanoseconds == 0 { return "0 ms" }
    // Where rounding would reach the next unit, that unit is taken.
    if nanoseconds < 99_500 { return NumberText.fixed(nanoseconds / 1e3, decimals: 0) + " µs" }
    if nanoseconds < 999_950_000 { return tenths(nanoseconds / 1e6) + " ms" }
    return grouped(NumberText.fixed(nanoseconds / 1e9, decimals: 2)) + " s"
  }

  /// A number with one decimal: "1 234.5".
  package static func tenths(_ number: Double) -> String {
    grouped(NumberText.fixed(number, decimals: 1))
  }

  /// A rate a second: "982", below ten with one decimal.
  package static func rate(_ perSecond: Double) -> String {
    grouped(NumberText.fixed(perSecond, decimals: perSecond > 0 && perSecond < 9.95 ? 1 : 0))
  }

  /// A rate of iterations: "100 arrivals/s", "12.5 arrivals/s"; less than one a second by the
  /// minute.
  package static func arrivals(_ perSecond: Double) -> String {
    let isByMinute = perSecond > 0 && perSecond < 1
    let text = tenths(isByMinute ? perSecond * 60 : perSecond)
    let number = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    return number + (number == "1" ? " arrival" : " arrivals") + (isByMinute ? "/min" : "/s")
  }

  /// A number rounded to two significant digits: "3 900".
  package static func about(_ number: Double) -> String {
    grouped(NumberText.fixed(twoDigits(number), decimals: 0))
  }

  /// The nearest whole number with two significant digits.
  package static func twoDigits(_ number: Double) -> Double {
    var unit = 1.0
    while number / unit >= 99.5 { unit *= 10 }
    return (number / unit).rounded() * unit
  }

  /// The nearest number with two significant digits; below ten with one decimal, below one with
  /// two.
  package static func twoDigitsOrTenths(_ number: Double) -> Double {
    if number >= 9.95 || number <= 0 { return twoDigits(max(0, number)) }
    let parts = number >= 1 ? 10.0 : 100.0
    return (number * parts).rounded() / parts
  }

  /// A decimal with a space between groups of three digits, on both sides of the point.
  package static func grouped(_ decimal: String) -> String {
    let parts = decimal.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = Array(parts[0])
    var text = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0, whole[index - 1] != "-" { text += " " }
      text.append(digit)
    }
    guard parts.count == 2 else { return text }
    text += "."
    for (index, digit) in parts[1].enumerated() {
      if index > 0, index % 3 == 0 { text += " " }
      text.append(digit)
    }
    return text
  }

  /// A count with its noun: "1 charge", "2 charges".
  package static func count(_ number: UInt64, _ singular: String, _ plural: String? = nil) -> String
  {
    count(number) + " " + (number == 1 ? singular : plural ?? singular + "s")
  }

  /// The name of a distributed lock; a single placeholder becomes the number of the row.
  package static func lockName(_ lock: LockUse) -> String {
    let parts = lock.name.split(separator: "{", omittingEmptySubsequences: false)
    guard parts.count == 2, let brace = parts[1].firstIndex(of: "}") else { return lock.name }
    return parts[0] + "\(lock.use.number)" + parts[1][parts[1].index(after: brace)...]
  }

  // MARK: Layout

  /// The columns that a text takes on a terminal: every character that we print takes one.
  package static func width(of text: String) -> Int { text.unicodeScalars.count }

  package static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - self.width(of: text)))
  }

  package static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - self.width(of: text))) + text
  }

  /// The text without spaces at its end.
  package static func trimmed(_ text: String) -> String {
    var kept = Array(text.utf8)
    while kept.last == UInt8(ascii: " ") { kept.removeLast() }
    return String(decoding: kept, as: UTF8.self)
  }

  /// A bar of this many columns, to an eighth of a column; what is not 0 is at least that long.
  package static func bar(_ columns: Double) -> String {
    let eighths = columns <= 0 ? 0 : max(1, Int((columns * 8).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  /// Puts sentences on lines: as many on one as fit; a sentence that is too long for a line is
  /// broken between words.
  ///
  /// - Parameter first: The columns of the first line, where they are not those of the others.
  package static func lines(
    of sentences: [String], within width: Int, first: Int? = nil
  ) -> [String] {
    var lines: [String] = []
    var line = ""
    var room: Int { lines.isEmpty ? first ?? width : width }
    func append(_ piece: String) -> Bool {
      if line.isEmpty {
        line = piece
      } else if self.width(of: line) + 1 + self.width(of: piece) <= room {
        line += " " + piece
      } else {
        return false
      }
      return true
    }
    for sentence in sentences {
      if append(sentence), self.width(of: line) <= room { continue }
      if line != sentence { lines.append(line) }
      line = ""
      for word in words(of: sentence) where !append(word) {
        lines.append(line)
        line = word
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// The words of a sentence; groups of one number, and a number and its unit, stay together.
  private static func words(of sentence: String) -> [String] {
    var words: [String] = []
    for part in sentence.split(separator: " ") {
      let startsWithDigit = part.utf8.first.map { (48...57).contains($0) } ?? false
      let isUnit = ["%", "%,", "%.", "%;", "%)", "ms", "ms,", "ms.", "s", "s,", "s.", "µs"]
        .contains(part)
      if startsWithDigit || isUnit, let last = words.last?.utf8.last, (48...57).contains(last) {
        words[words.count - 1] += " " + part
      } else {
        words.append(String(part))
      }
    }
    return words
  }
}

import SimulationBasics

/// The simulated clock as a date: a run starts at midnight of 1 January 2000, so that equal runs
/// write equal dates.
enum SimulatedDate {
  /// "2000-01-01 00:01:30", in whole seconds, the rest cut off.
  ///
  /// - Complexity: O(years), at most 584.
  static func text(_ moment: VirtualTime) -> String {
    let seconds = moment.nanosecondsSinceStart / 1_000_000_000
    var days = seconds / 86_400
    var year: UInt64 = 2000
    while days >= length(ofYear: year) {
      days -= length(ofYear: year)
      year += 1
    }
    var month: UInt64 = 1
    while days >= length(ofMonth: month, in: year) {
      days -= length(ofMonth: month, in: year)
      month += 1
    }
    let date = "\(year)-\(twoDigits(month))-\(twoDigits(days + 1))"
    let hour = twoDigits(seconds / 3600 % 24)
    return "\(date) \(hour):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
  }

  private static func twoDigits(_ number: UInt64) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }

  /// The Gregorian rule: every fourth year is a leap year, of full centuries every fourth.
  private static func isLeap(_ year: UInt64) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func length(ofYear year: UInt64) -> UInt64 { isLeap(year) ? 366 : 365 }

  private static func length(ofMonth month: UInt64, in year: UInt64) -> UInt64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

import SimulationBasics

/// The simulated clock as a date: a run starts at midnight of 1 January 2000, so that equal runs
/// write equal dates.
enum SimulatedDate {
  /// 1 January 2000, in days after 1 January 1970.
  private static let firstDay = 10_957

  /// "2000-01-01 00:01:30", in whole seconds, the rest cut off.
  ///
  /// - Complexity: O(1).
  static func text(_ moment: VirtualTime) -> String {
    let seconds = Int(moment.nanosecondsSinceStart / 1_000_000_000)
    let day = CivilDate(daysSince1970: firstDay + seconds / 86_400)
    let date = "\(day.year)-\(twoDigits(day.month))-\(twoDigits(day.day))"
    let hour = twoDigits(seconds / 3600 % 24)
    return "\(date) \(hour):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}

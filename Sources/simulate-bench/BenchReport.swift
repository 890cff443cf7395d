import Foundation

/// Lines of the benchmark's table: what was measured, at which size, the figure and its unit.
enum BenchReport {
  static func line(_ what: String, _ size: String, _ figure: Double, _ unit: String) {
    let number = String(format: figure >= 100 ? "%.0f" : "%.1f", figure)
    print(padded(what, to: 34) + padded(size, to: 22) + leading(number, to: 10) + "  " + unit)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
  private static func leading(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

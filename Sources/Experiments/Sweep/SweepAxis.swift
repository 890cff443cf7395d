import SimulationBasics

/// One thing that a sweep varies, and the values that it takes.
public struct SweepAxis: Hashable, Sendable {
  /// A short name, such as `pool`, or the path of a value in the model.
  public let name: String
  /// As the command line or a model would write them, in order; none twice on a grid.
  public let values: [String]
  /// The values as somebody wrote them all: `1..5`.
  public let text: String
  /// The name of its column in a CSV file: with `_ns` where all values are times.
  public let column: String
  /// The values as a CSV file has them: times in whole nanoseconds, anything else as written.
  public let fields: [String]

  /// - Parameter text: The values with commas between them, unless it is said.
  /// - Precondition: There is at least one value.
  public init(name: String, values: [String], text: String? = nil) {
    precondition(!values.isEmpty, "an axis needs a value")
    self.name = name
    self.values = values
    self.text = text ?? values.joined(separator: ",")
    let lengths = values.compactMap { value -> VirtualDuration? in
      // What is no time has another column; why it is none is nobody's question here.
      do throws(DurationTextFailure) { return try VirtualDuration(text: value) } catch {
        return nil
      }
    }
    // A 0 needs no unit: zeros alone are numbers.
    let areTimes = lengths.count == values.count && values.contains { $0 != "0" }
    column = areTimes ? name + "_ns" : name
    fields = areTimes ? lengths.map { "\($0.inNanoseconds)" } : values
  }
}

public import SimulationBasics

/// Reads a length of simulated time as models and the command line write it: `250ms`, `1.5s`,
/// `1m30s`, `0`.
public enum TimeParser {
  /// Reads the text of a time, exactly, and says what is wrong with it in the words of a
  /// diagnostic.
  ///
  /// The grammar is that of `VirtualDuration.init(text:)`. The result is at most 100 years.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> VirtualDuration {
    do throws(DurationTextFailure) {
      return try VirtualDuration(text: text)
    } catch {
      throw problem(error, with: text)
    }
  }

  private static func problem(_ failure: DurationTextFailure, with text: String) -> Problem {
    switch failure {
    case .empty: .unexpected(found: .emptyText, expected: .constantTime)
    case .notANumber: .malformedTime(text)
    case .missingUnit: .timeWithoutUnit(.text(text), withUnit: text + "ms")
    case .unknownUnit(let unit): .unknownUnit(unit, of: text)
    case .notWholeNanoseconds: .timeTooFine(text)
    case .tooLong: .timeTooLong(text)
    case .negative: .negativeTime(.text(text))
    }
  }

  /// What is wrong with a number that stands where a time should.
  static func problem(with number: NumberLiteral) -> Problem {
    let text = number.text
    if text.utf8.first == ASCII.minus { return .negativeTime(.number(text)) }
    do throws(DurationTextFailure) {
      _ = try VirtualDuration(text: text + "ms")
      return .timeWithoutUnit(.number(text), withUnit: text + "ms")
    } catch {
      return .unexpected(found: .number(text), expected: .constantTime)
    }
  }
}

import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// What a sweep varies that is no value of the model's text: who generates load, and the defence.
enum SweepVariable: String, CaseIterable, Sendable {
  case vus
  case rate
  case duration
  case strategy
  case layers

  /// `nil` for any other name, which is a short path or a path of the model.
  init?(name: String) { self.init(rawValue: name) }

  /// Every name that is no path.
  static var shortNames: [String] { allCases.map(\.rawValue) + ShortPath.allCases.map(\.rawValue) }

  /// The flags that say the same of every point.
  var excludedFlags: [Flag] {
    switch self {
    case .vus: [.vus, .rate]
    case .rate: [.rate, .vus]
    case .duration: [.duration]
    case .strategy, .layers: [.strategy, .layers]
    }
  }

  /// What cannot be varied beside it; each pair is named once.
  var excludedVariables: [SweepVariable] {
    switch self {
    case .vus: [.rate]
    case .strategy: [.layers]
    case .rate, .duration, .layers: []
    }
  }

  /// What is wrong with a value, as far as no model is needed to tell.
  func problem(with value: String) -> CommandLineDiagnostic? {
    switch self {
    case .vus, .rate:
      let number = WholeNumberText.value(of: value, as: Int.self)
      let isRight = number.map { RunRequest.userRange.contains($0) } ?? false
      return isRight ? nil : .badVariedNumber(rawValue, value)
    case .duration:
      do throws(Problem) {
        guard try TimeParser.parse(value) > .zero else {
          return .badVariedValue(
            rawValue, .unexpected(found: .text(value), expected: .positiveTime))
        }
        return nil
      } catch {
        return .badVariedValue(rawValue, error)
      }
    case .strategy: return nil
    case .layers:
      do throws(Problem) {
        _ = try Self.defence(value)
        return nil
      } catch {
        return .badVariedValue(rawValue, error)
      }
    }
  }

  /// The layers of one combination, joined by plus signs; `none` is no layer.
  static func defence(_ value: String) throws(Problem) -> Defence {
    if value == "none" { return Defence() }
    return try LayerListParser.parse(String(value.map { $0 == "+" ? "," : $0 }))
  }
}

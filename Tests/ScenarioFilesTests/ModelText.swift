import ScenarioFiles
import ScenarioModel
import Testing

/// A small valid model whose parts can be replaced one by one; each part stands in a line of its
/// own.
struct ModelText {
  var tables = "{ users: { rows: 5, columns: { balance: 100 } }, keys: { uniqueKey: true } }"
  var system = "{}"
  var keys = #"{ user: { row: "users" } }"#
  /// The steps of the only request, `charge`, whose key `user` is a row of `users`.
  var steps = #"[{ cpu: "1ms" }, { respond: 200 }]"#
  /// Requests behind `charge`, in line 7.
  var moreRequests = ""
  var iteration = #"[{ request: "charge" }, { sleep: "1s" }]"#
  var load = #"{ vus: 10, duration: "60s" }"#
  /// Further members, in line 10.
  var more = ""

  static let linesOfParts = (
    tables: 2, system: 3, requests: 4, steps: 6, iteration: 8, load: 9, more: 10
  )

  var text: String {
    """
    {
      tables: \(tables),
      system: \(system),
      requests: { charge: {
        keys: \(keys),
        steps: \(steps),
      }, \(moreRequests) },
      iteration: \(iteration),
      load: \(load),
      \(more)
    }
    """
  }

  func read(_ overrides: [ModelOverride] = []) throws(ReadingFailure) -> Scenario {
    try ScenarioReader.read(
      Array(text.utf8), file: "m.json5", modelName: "m", overrides: overrides)
  }
}

/// The lines that are printed for a text; none when it is a model.
func problems(of text: String, overrides: [ModelOverride] = []) -> [String] {
  problems(of: Array(text.utf8), overrides: overrides)
}

func problems(of bytes: [UInt8], overrides: [ModelOverride] = []) -> [String] {
  do throws(ReadingFailure) {
    _ = try ScenarioReader.read(
      bytes, file: "m.json5", modelName: "m", overrides: overrides)
    return []
  } catch {
    return error.diagnostics.map { $0.line }
  }
}

/// A wrong text and what is said about it.
struct WrongText: Sendable, CustomTestStringConvertible {
  let title: String
  let text: String
  let expected: [String]

  init(_ title: String, _ text: String, _ expected: String...) {
    self.title = title
    self.text = text
    self.expected = expected
  }

  init(_ title: String, _ model: ModelText, _ expected: String...) {
    self.title = title
    self.text = model.text
    self.expected = expected
  }

  init(_ title: String, _ text: String, lines: [String]) {
    self.title = title
    self.text = text
    self.expected = lines
  }

  var testDescription: String { title }
}

/// Items for the numbers from 0, with commas between them.
func list(_ count: Int, of item: (Int) -> String) -> String {
  (0..<count).map(item).joined(separator: ", ")
}

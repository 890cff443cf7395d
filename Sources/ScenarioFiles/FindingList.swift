/// A problem, where it was noticed, and the path of the value that has it.
struct Finding: Sendable {
  let problem: Problem
  let origin: Origin
  let path: ModelPath
}

/// The problems of a model, in the order in which they were found.
///
/// The list keeps the first thousand and counts the others, so that a large file of the wrong kind
/// has a short answer.
package struct FindingList: Sendable {
  static let mostKept = 1_000

  private(set) var kept: [Finding] = []
  private(set) var unlisted = 0

  package init() {}

  package var problems: [Problem] { kept.map { $0.problem } }

  /// How many problems there are, those included that are not listed.
  var count: Int { kept.count + unlisted }

  var isEmpty: Bool { kept.isEmpty }

  /// Adds a problem, whose evidence is not even gathered when it would not be kept.
  mutating func note(_ problem: @autoclosure () -> Problem, at origin: Origin, path: ModelPath) {
    if kept.count < Self.mostKept {
      kept.append(Finding(problem: problem(), origin: origin, path: path))
    } else {
      unlisted += 1
    }
  }

  /// The kept problems in the order of the file, then those of the overrides in their order.
  ///
  /// - Complexity: O(*n* log *n*) in the number of problems.
  var inFileOrder: [Finding] {
    let order = kept.indices.sorted { left, right in
      let (first, second) = (rank(kept[left].origin), rank(kept[right].origin))
      return first == second ? left < right : first < second
    }
    return order.map { kept[$0] }
  }

  private func rank(_ origin: Origin) -> (Int, Int) {
    switch origin {
    case .file(let offset): (0, offset)
    case .override(let index): (1, index)
    }
  }
}

import ScenarioModel
import SimulationBasics

/// Which samples have the tags of which parts, worked out for everything that a sample can be of:
/// so a sample is judged by four looks into a table, and no text is touched.
struct PartFilters: ~Copyable {
  /// Statuses from here on fit no part; a model has none above 599.
  private static let statusLimit = 600

  /// By part, one after another: loads, requests, checks, answers; at the head of the first three
  /// what is about none.
  private let fits: FixedTable<Bool>
  private let firstRequest: Int
  private let firstCheck: Int
  private let firstAnswer: Int
  /// How many entries a part has.
  private let stride: Int
  /// By load, where its checks begin.
  private let firstChecks: FixedTable<Int>

  /// - Complexity: O(parts · (loads + requests + checks + statuses)).
  init(_ parts: [MetricPart], of scenario: Scenario) {
    let texts = SampleTags(of: scenario)
    var sources: [SampleSource] = [.run]
    sources += scenario.loads.indices.map { SampleSource(load: $0) }
    firstRequest = sources.count
    sources.append(.run)
    sources += scenario.requests.indices.map { SampleSource(request: $0) }
    firstCheck = sources.count
    sources.append(.run)
    var firstChecks: [Int] = []
    for (index, load) in scenario.loads.enumerated() {
      firstChecks.append(sources.count - firstCheck)
      sources += load.checkNames.indices.map { SampleSource(load: index, check: $0) }
    }
    self.firstChecks = FixedTable(firstChecks)
    firstAnswer = sources.count
    // No answer in time takes the places of statuses that there are not.
    sources += [
      .run, SampleSource(silence: .refused), SampleSource(silence: .reset),
      SampleSource(silence: .timedOut),
    ]
    sources += (4..<Self.statusLimit).map { SampleSource(status: UInt16($0)) }
    stride = sources.count
    var fits: [Bool] = []
    fits.reserveCapacity(parts.count * stride)
    for part in parts {
      for (place, source) in sources.enumerated() {
        let aspect =
          place < firstRequest
          ? Aspect.load : place < firstCheck ? .request : place < firstAnswer ? .check : .answer
        fits.append(
          part.tags.allSatisfy { tag in
            Aspect(tag.name) != aspect || texts.text(of: tag.name, for: source) == tag.value
          })
      }
    }
    self.fits = FixedTable(fits)
  }

  /// Whether samples of a source have all tags of a part.
  ///
  /// - Complexity: O(1).
  func fits(_ part: Int, _ source: SampleSource) -> Bool {
    let first = part * stride
    return fits[first + Int(source.load) + 1]
      && fits[first + firstRequest + Int(source.request) + 1]
      && fits[first + firstCheck + check(of: source)]
      && source.status < Self.statusLimit
      && fits[first + firstAnswer + answer(of: source)]
  }

  private func check(of source: SampleSource) -> Int {
    source.check < 0 ? 0 : firstChecks[Int(source.load)] + Int(source.check)
  }

  private func answer(of source: SampleSource) -> Int {
    switch source.silence {
    case .none: Int(source.status)
    case .refused: 1
    case .reset: 2
    case .timedOut: 3
    }
  }

  /// What a tag is about; the four are independent of one another.
  private enum Aspect {
    case load, request, check, answer

    init(_ tag: SampleTag) {
      switch tag {
      case .scenario, .group: self = .load
      case .name, .method, .url: self = .request
      case .check: self = .check
      case .status, .expectedResponse, .proto, .error, .errorCode: self = .answer
      }
    }
  }
}

public import ScenarioModel

/// The texts of the tags of samples.
///
/// Source of the rules: k6, `lib/netext/httpext/{transport,error_codes}.go`. Other than there, the
/// name of a request and its path differ, because a model says both.
public struct SampleTags: Sendable {
  private let loads: [String]
  private let checks: [[String]]
  private let requests: [RequestClass]

  public init(of scenario: Scenario) {
    loads = scenario.loads.map { $0.name }
    checks = scenario.loads.map { $0.checkNames }
    requests = scenario.requests
  }

  /// The text of a tag of the samples of a source, or `nil` when they do not have it.
  ///
  /// - Precondition: The source is one of the scenario.
  public func text(of tag: SampleTag, for source: SampleSource) -> String? {
    let load = Int(source.load)
    switch tag {
    case .scenario: return load < 0 ? nil : loads[load]
    case .group: return load < 0 ? nil : ""
    case .check: return source.check < 0 ? nil : checks[load][Int(source.check)]
    case .name: return request(of: source)?.name
    case .method: return request(of: source)?.method
    case .url: return request(of: source)?.path
    case .status: return source.isAnswer ? "\(source.status)" : nil
    case .expectedResponse:
      return source.isAnswer ? (source.isExpected ? "true" : "false") : nil
    case .proto: return source.status > 0 ? TagTexts.proto : nil
    case .error: return source.silence.error
    case .errorCode: return source.errorCode.map { "\($0)" }
    }
  }

  private func request(of source: SampleSource) -> RequestClass? {
    source.request < 0 ? nil : requests[Int(source.request)]
  }
}

extension SampleSource {
  /// Whether it is a request that has been answered, or never will be.
  public var isAnswer: Bool { status > 0 || silence != .none }

  /// Whether k6 expects the answer: a status from 200 to 399.
  public var isExpected: Bool { (200..<400).contains(status) }

  /// k6's number for what went wrong, or `nil` when nothing did.
  public var errorCode: Int? {
    status >= 400 ? TagTexts.firstStatusCode + Int(status) : silence.errorCode
  }
}

extension SampleSource.Silence {
  /// k6's number for it; `nil` for an answer.
  public var errorCode: Int? {
    switch self {
    case .none: nil
    case .refused: TagTexts.refusedCode
    case .reset: TagTexts.resetCode
    case .timedOut: TagTexts.timeoutCode
    }
  }

  /// k6's words for it; `nil` for an answer.
  public var error: String? {
    switch self {
    case .none: nil
    case .refused: TagTexts.refused
    case .reset: TagTexts.reset
    case .timedOut: TagTexts.timeout
    }
  }
}

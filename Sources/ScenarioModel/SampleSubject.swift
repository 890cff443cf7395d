/// What the samples of a metric are about, and so which tags they have.
public enum SampleSubject: CaseIterable, Hashable, Sendable, BitwiseCopyable {
  /// The run as a whole.
  case run
  /// A load.
  case load
  /// A check of a load.
  case check
  /// A request while it is served: what it will be answered is not known yet.
  case request
  /// A request and its answer.
  case answer

  /// The tags by which parts of such a metric can be told.
  ///
  /// `group` is none of them: a model has no groups, so every sample is in the same.
  public var tags: [SampleTag] {
    switch self {
    case .run: []
    case .load: [.scenario]
    case .check: [.check, .scenario]
    case .request: [.method, .name, .scenario, .url]
    case .answer:
      [
        .error, .errorCode, .expectedResponse, .method, .name, .proto, .scenario, .status, .url,
      ]
    }
  }
}

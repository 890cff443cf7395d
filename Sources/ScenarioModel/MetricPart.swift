/// The samples of a metric that have certain tags: what k6 calls a sub-metric.
///
/// Source: k6, `metrics/metric.go` (`ParseMetricName`, `Submetric`).
public struct MetricPart: Hashable, Sendable {
  /// A tag that a sample must have, with its value.
  public struct Tag: Hashable, Sendable {
    public var name: SampleTag
    public var value: String

    public init(_ name: SampleTag, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The whole metric's name, such as `http_req_duration`.
  public var metric: String
  /// All of them must fit; none for the whole metric.
  public var tags: [Tag]

  public init(metric: String, tags: [Tag] = []) {
    self.metric = metric
    self.tags = tags
  }

  /// The name as thresholds and summaries write it: `http_req_duration{scenario:charge}`.
  public var text: String {
    if tags.isEmpty { return metric }
    var list = ""
    for tag in tags { list += (list.isEmpty ? "" : ",") + tag.name.rawValue + ":" + tag.value }
    return metric + "{" + list + "}"
  }
}

/// The tags of samples: those of k6's system tags that a simulation has.
public enum SampleTag: String, CaseIterable, Hashable, Sendable {
  /// The name of the check, of a sample of `checks`.
  case check
  /// Why there was no answer.
  case error
  /// k6's number for that, or 1000 + status for an answer of 400 and above.
  case errorCode = "error_code"
  /// Whether the status is from 200 to 399.
  case expectedResponse = "expected_response"
  /// Empty: a model has no groups.
  case group
  /// The HTTP method: the first word of the request's name when it is one.
  case method
  /// The name of the request class.
  case name
  /// `HTTP/1.1`.
  case proto
  /// The name of the load.
  case scenario
  /// The status of the answer; 0 for none.
  case status
  /// The path in the request's name.
  case url
}

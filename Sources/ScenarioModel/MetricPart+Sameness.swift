extension MetricPart {
  /// The part that k6 measures whether or not a threshold names it: the durations of requests that
  /// were answered as expected.
  ///
  /// Source: k6, `internal/metrics/engine/engine.go` (`initSubMetricsAndThresholds`).
  public static let expectedDurations = MetricPart(
    metric: "http_req_duration", tags: [Tag(.expectedResponse, "true")])

  /// Whether both are the same part, in whatever order their tags are written.
  public func isSame(as other: MetricPart) -> Bool {
    metric == other.metric && tags.count == other.tags.count
      && tags.allSatisfy { other.tags.contains($0) }
      && other.tags.allSatisfy { tags.contains($0) }
  }
}

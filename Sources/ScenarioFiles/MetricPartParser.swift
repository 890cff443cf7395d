public import ScenarioModel

/// Reads the name of a metric, or of a part of one, as thresholds write it (k6 v2.2.0,
/// metrics/metric.go, `ParseMetricName` and `AddSubmetric`).
///
///     name   = metric [ "{" tag *( "," tag ) "}" ]
///     tag    = text ":" text
///
/// Spaces around the two texts of a tag do not count, nor do the quotes of either kind that are
/// left at their ends; the value may contain further colons. Other than k6, the reader refuses what
/// could never fit a sample: there is no sense in a threshold that cannot fail. So it wants tags
/// that the metric has, none of them twice.
public enum MetricPartParser {
  /// Reads a name; whether the values of its tags can occur is for `TagValueCheck` to say.
  ///
  /// - Throws: An unknown metric, one that a simulation has not, a name outside the grammar, or a
  ///   tag that the metric's samples have not.
  /// - Complexity: O(*n*) in the length of the text.
  public static func parse(_ text: String) throws(Problem) -> MetricPart {
    let bytes = Array(text.utf8)
    let open = bytes.firstIndex(of: UInt8(ascii: "{"))
    let close = bytes.lastIndex(of: UInt8(ascii: "}"))
    guard let open, let close else {
      if open != nil || close != nil { throw .malformedPart(text) }
      return MetricPart(metric: try metric(text).name)
    }
    if close < open || close != bytes.count - 1 { throw .malformedPart(text) }
    let metric = try metric(String(decoding: bytes[..<open], as: UTF8.self))
    var tags: [MetricPart.Tag] = []
    for piece in bytes[(open + 1)..<close].split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    {
      guard let colon = piece.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedPart(text) }
      let name = bare(piece[..<colon])
      let value = bare(piece[(colon + 1)...])
      if name.isEmpty || value.isEmpty { throw .malformedPart(text) }
      let tag = try tag(name, of: metric)
      if tags.contains(where: { $0.name == tag }) { throw .duplicateItem(name) }
      tags.append(MetricPart.Tag(tag, value))
    }
    return MetricPart(metric: metric.name, tags: tags)
  }

  /// The metric of this name.
  static func metric(_ name: String) throws(Problem) -> KnownMetric {
    for known in MetricKinds.all where known.name == name { return known }
    for absent in MetricKinds.notSimulated where absent.name == name {
      throw .metricNotSimulated(name, instead: absent.instead)
    }
    let names = MetricKinds.all.map { $0.name }
    throw .unknownName(
      .metric, found: name, known: names,
      suggestion: SpellingSuggestion.closest(to: name, in: names))
  }

  private static func tag(_ name: String, of metric: KnownMetric) throws(Problem) -> SampleTag {
    let known = metric.subject.tags.map { $0.rawValue }
    if let tag = SampleTag(rawValue: name) {
      if metric.subject.tags.contains(tag) { return tag }
      throw .tagOfOtherMetric(tag: name, metric: metric.name, known: known)
    }
    if known.isEmpty { throw .tagOfOtherMetric(tag: name, metric: metric.name, known: known) }
    throw .unknownName(
      .tag, found: name, known: known,
      suggestion: SpellingSuggestion.closest(to: name, in: known))
  }

  /// A text without the spaces around it, and then without the quotes.
  private static func bare(_ bytes: ArraySlice<UInt8>) -> String {
    let inner = trimmed(bytes) { (0x09...0x0D).contains($0) || $0 == ASCII.space }
    let text = trimmed(inner) { $0 == ASCII.quote || $0 == ASCII.apostrophe }
    return String(decoding: text, as: UTF8.self)
  }

  private static func trimmed(
    _ bytes: ArraySlice<UInt8>, of isLeftOut: (UInt8) -> Bool
  ) -> ArraySlice<UInt8> {
    var rest = bytes
    while let first = rest.first, isLeftOut(first) { rest.removeFirst() }
    while let last = rest.last, isLeftOut(last) { rest.removeLast() }
    return rest
  }
}

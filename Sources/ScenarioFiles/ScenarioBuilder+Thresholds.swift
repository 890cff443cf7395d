import ScenarioModel
import SimulationBasics

extension ScenarioBuilder {
  /// The thresholds, in declared order: metrics or parts of them, and for each a list of
  /// expressions.
  ///
  /// - Parameter loads: The loads of the model; what the values of tags can be is judged only when
  ///   nothing was wrong before, because something may be missing from them.
  mutating func thresholdList(_ node: ModelNode, loads: [Load]) -> [Threshold] {
    guard let object = openObject(node, expected: .object) else { return [] }
    if object.members.count > ModelLimits.named {
      note(.tooMany(.thresholds, limit: ModelLimits.named), at: node)
      return []
    }
    let values = findings.isEmpty ? TagValueCheck(loads: loads, requests: requests) : nil
    var thresholds: [Threshold] = []
    for member in object.members {
      let node = object.node(of: member)
      let part = metricPart(member, values, path: node.path)
      for item in items(node, of: .thresholds, limit: ModelLimits.named, each: "threshold") {
        if let part, let threshold = threshold(item, of: part) { thresholds.append(threshold) }
      }
    }
    return thresholds
  }

  /// The metric, or the part of one, that a member is about.
  private mutating func metricPart(
    _ member: SyntaxMember, _ values: TagValueCheck?, path: ModelPath
  ) -> MetricPart? {
    do throws(Problem) {
      let part = try MetricPartParser.parse(member.name)
      try values?.check(part)
      return part
    } catch {
      findings.note(error, at: member.nameOrigin, path: path)
      return nil
    }
  }

  /// An expression, or an object with one and whether it ends the run (k6, `thresholdConfig` in
  /// metrics/thresholds.go).
  private mutating func threshold(_ node: ModelNode, of part: MetricPart) -> Threshold? {
    if node.text != nil { return expression(node, of: part) }
    guard case .object = node.value.kind else {
      noteUnexpected(node, .threshold)
      return nil
    }
    guard let object = object(node, keys: ["threshold", "abortOnFail", "delayAbortEval"]) else {
      return nil
    }
    let abortsOnFail = object["abortOnFail"].flatMap { truth($0) } ?? false
    var abortDelay = VirtualDuration.zero
    if let node = object["delayAbortEval"] {
      abortDelay = constantTime(node) ?? .zero
      if object["abortOnFail"] == nil { note(.keyNeedsKey("abortOnFail"), at: node) }
    }
    guard let node = required("threshold", in: object, .thresholdText),
      var threshold = expression(node, of: part)
    else { return nil }
    threshold.abortsOnFail = abortsOnFail
    threshold.abortDelay = abortDelay
    return threshold
  }

  private mutating func expression(_ node: ModelNode, of part: MetricPart) -> Threshold? {
    guard let text = node.text else {
      noteUnexpected(node, .thresholdText)
      return nil
    }
    do throws(Problem) {
      return try ThresholdParser.parse(text, of: part)
    } catch {
      note(error, at: node)
      return nil
    }
  }
}

import Experiments
import Reports
import ScenarioFiles
import ScenarioModel
import SimulationBasics

/// The flags of `sweep` and of `merge`.
extension CommandLineArguments {
  mutating func sweepRequest() -> SweepRequest? {
    var request = SweepRequest()
    request.model = modelChoice()
    request.users = count(of: .vus, in: RunRequest.userRange)
    request.rate = count(of: .rate, in: RunRequest.userRange)
    request.duration = positiveTime(of: .duration)
    if let seed = seed() { request.seed = seed }
    if let count = count(of: .replications, in: ComparisonOptions.replicationRange) {
      request.replications = count
    }
    if let points = count(of: .latin, in: SweepRequest.latinRange) {
      request.layout = .latin(points: points)
    }
    if let criteria = criteria() { request.criteria = criteria }
    request.jobs = count(of: .jobs, in: ValidationRequest.jobRange)
    request.csvPath = text(of: .csv)
    request.showsProgress = !isGiven(.quiet)
    readShard(into: &request)
    if let format = sweepFormat() { request.format = format }
    readVariations(into: &request)
    noteFlagsBesideVariations(of: request)
    if isGiven(.rate), isGiven(.vus) { problems.append(.contradiction(.rate, .vus)) }
    guard !request.axes.isEmpty else {
      if !isGiven(.vary) { problems.append(.nothingVaried) }
      return nil
    }
    let runs = SweepDesign.runCount(
      of: request.axes, request.layout, replications: request.replications)
    if runs == nil { problems.append(.tooManyRuns(limit: SweepDesign.mostRuns)) }
    return problems.isEmpty ? request : nil
  }

  mutating func mergeRequest() -> MergeRequest {
    var request = MergeRequest()
    request.paths = words
    if words.isEmpty || words.contains("") { problems.append(.noParts) }
    request.csvPath = text(of: .csv)
    request.format = sweepFormat()
    if let path = request.csvPath, words.contains(path) { problems.append(.partAsResult(path)) }
    if let criteria = criteria() { request.criteria = criteria }
    return request
  }

  // MARK: - What is varied

  private mutating func readVariations(into request: inout SweepRequest) {
    for text in texts(of: .vary) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A line of a file has the name: none of its characters may end it.
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
        QuotedText.isHarmless(String(parts[0]))
      else {
        problems.append(.badValue(.vary, text))
        continue
      }
      let variation = SweepRequest.Variation(name: String(parts[0]), values: String(parts[1]))
      if request.variations.contains(where: { $0.name == variation.name }) {
        problems.append(.repeatedVariation(variation.name))
        continue
      }
      guard let values = values(of: variation, request.layout) else { continue }
      request.variations.append(variation)
      request.axes.append(SweepAxis(name: variation.name, values: values, text: variation.values))
    }
  }

  /// The values of an axis, noting what is wrong with them as far as no model is needed to tell.
  private mutating func values(
    of variation: SweepRequest.Variation, _ layout: SweepDesign.Layout
  ) -> [String]? {
    var values: [String] = []
    do throws(VariedProblem) {
      let varied = try VariedValues(text: variation.values)
      switch layout {
      case .grid: values = try varied.values()
      case .latin(let points): values = varied.strata(points)
      }
    } catch {
      problems.append(.badVariation(variation.name, error))
      return nil
    }
    guard let variable = SweepVariable(name: variation.name) else { return values }
    // One complaint about an axis is enough.
    for value in values {
      if let problem = variable.problem(with: value) {
        problems.append(problem)
        return nil
      }
    }
    return values
  }

  /// Notes flags that say of all points what an axis says of each.
  private mutating func noteFlagsBesideVariations(of request: SweepRequest) {
    let variables = request.axes.compactMap { SweepVariable(name: $0.name) }
    for variable in variables {
      for flag in variable.excludedFlags where isGiven(flag) {
        problems.append(.variationBesideFlag(variable.rawValue, flag))
      }
      for other in variable.excludedVariables where variables.contains(other) {
        problems.append(.variationsOfOneThing(variable.rawValue, other.rawValue))
      }
    }
    for axis in request.axes where request.model.settings.contains(where: { $0.path == axis.name })
    {
      problems.append(.variationBesideFlag(axis.name, .set))
    }
  }

  // MARK: - What is written

  private mutating func readShard(into request: inout SweepRequest) {
    let shard = value(of: .shard) { text -> SweepShard? in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let count = WholeNumberText.value(of: parts[1], as: Int.self),
        let number = WholeNumberText.value(of: parts[0], as: Int.self),
        (1...SweepShard.mostShards).contains(count), (1...count).contains(number)
      else { return nil }
      return SweepShard(number: number, of: count)
    }
    if let shard { request.shard = shard }
    request.resumes = isGiven(.resume)
    for flag in [Flag.shard, .resume] where isGiven(flag) && !isGiven(.csv) {
      problems.append(.flagNeedsFlag(flag, .csv))
    }
  }

  /// What the rows of the CSV file are, where a flag says so.
  private mutating func sweepFormat() -> SweepFormat? {
    if isGiven(.aggregate), isGiven(.long) { problems.append(.contradiction(.aggregate, .long)) }
    for flag in [Flag.aggregate, .long] where isGiven(flag) && !isGiven(.csv) {
      problems.append(.flagNeedsFlag(flag, .csv))
    }
    return isGiven(.aggregate) ? .aggregate : isGiven(.long) ? .long : nil
  }

  /// The figures by which points are ranked, with commas between them.
  private mutating func criteria() -> [RunFigure]? {
    guard let text = text(of: .best), !text.isEmpty else { return nil }
    var figures: [RunFigure] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let figure = RunFigure(name: String(name)) else {
        problems.append(.unknownFigure(.best, String(name)))
        return nil
      }
      if !figures.contains(figure) { figures.append(figure) }
    }
    return figures
  }
}

import ContentionEngine
import Experiments
package import Reports
import RequestPrograms
import ScenarioFiles
package import ScenarioModel
import SimulationBasics

extension CommandSession {
  /// Searches the runs of a model for a broken promise, shrinks what it finds, and prints it.
  ///
  /// - Returns: `found` when a promise was broken.
  func hunt(_ request: HuntRequest) throws(CommandFailure) -> ExitCode {
    let diagram = try createOutput(request.mermaidPath)
    defer { diagram?.discard() }
    let report = try report(of: request)
    if let found = report.found { try finish(diagram, with: found.mermaid) }
    try show(report.text)
    return report.found == nil ? .success : .found
  }

  /// What a hunt comes to.
  package func report(of request: HuntRequest) throws(CommandFailure) -> HuntReport {
    let model = try huntedModel(request)
    let hunt = Hunt(model.space, seed: request.seed)
    let progress = try search(hunt, request)
    var found: HuntReport.Found?
    if let find = progress.find { found = try shrink(find, in: hunt, model, request) }
    return HuntReport(
      space: model.space, seed: request.seed, tally: progress.tally, found: found)
  }

  // MARK: - Searching

  /// Goes through the cases in the order of their numbers until one breaks a promise or the budget
  /// is used up.
  ///
  /// The clock decides how far the search goes and how many groups are tried at once, and neither
  /// changes which case is found first.
  private func search(
    _ hunt: Hunt, _ request: HuntRequest
  ) throws(CommandFailure) -> HuntProgress<HuntCase> {
    var limit = HuntLimit.none
    var time: UInt64?
    switch request.budget {
    case .time(let length): time = length.inNanoseconds
    case .limit(let given): limit = given
    }
    var bar = ProgressBar(title: "hunt", wanted: request.showsProgress, io: io)
    defer { bar.clear() }
    var progress = HuntProgress<HuntCase>(limit: limit)
    var size = HuntBatchSize()
    let start = io.wallClock()
    var before = start
    // Ends: every round takes at least one group in, each of which has runs and takes time.
    while true {
      let batch = HuntBatch(
        hunt, groups: progress.groups..<(progress.groups + size.next(limit, progress.tally)))
      let groups = try runInParallel(
        batch, title: "hunt", showsProgress: false, atOnce: request.jobs)
      for group in groups { progress.take(group) }
      let now = io.wallClock()
      let passed = now >= start ? now - start : 0
      if progress.isOver { return progress }
      if let time, passed >= time { return progress }
      size.note(took: now >= before ? now - before : 0)
      before = now
      let share = time.map { Double(passed) / Double($0) } ?? progress.share
      let tally = progress.tally
      bar.advance(
        to: share,
        "\(NumberText.grouped(tally.runs)) runs, \(NumberText.grouped(tally.requests)) requests")
    }
  }

  // MARK: - Shrinking

  /// What was found, as small as it gets.
  private func shrink(
    _ find: HuntFind<HuntCase>, in hunt: Hunt, _ model: HuntedModel, _ request: HuntRequest
  ) throws(CommandFailure) -> HuntReport.Found {
    var bar = ProgressBar(title: "shrink", wanted: request.showsProgress, io: io)
    defer { bar.clear() }
    guard let first = HuntTimeline(hunt.run(find.hunted, tellingStory: true)) else {
      preconditionFailure("a case that broke a promise keeps it")
    }
    let shrinker = Shrinker(
      find.hunted, evidence: first, limit: HuntRequest.mostShrinkRuns,
      passes: hunt.passes,
      cost: {
        $0.cost(lines: $1.timeline.lineCount, likeness: $1.likeness, in: hunt.space)
      },
      mayRun: { number in
        bar.advance(to: Double(number) / Double(HuntRequest.mostShrinkRuns), "\(number) runs")
        return !io.isInterrupted()
      },
      judge: { smaller in
        let run = hunt.run(smaller, tellingStory: true)
        return run.breach?.promise == find.promise ? HuntTimeline(run) : nil
      })
    if io.isInterrupted() { throw .interrupted }
    let left = shrinker.evidence
    return HuntReport.Found(
      find: find, shrunk: shrinker.candidate, likeness: left.likeness,
      shrinkRuns: shrinker.runs, isSmallest: shrinker.isSmallest, dangers: left.dangers,
      timeline: left.timeline,
      command: model.request(for: shrinker.candidate, showing: find.promise).commandLine)
  }
}

extension CommandSession {
  /// The model of a hunt, and what may be tried with it.
  package func huntedModel(_ request: HuntRequest) throws(CommandFailure) -> HuntedModel {
    try HuntedModel(request, try ModelSource.named(request.model.name, io: io))
  }

  /// The scenario that a run is of.
  package func scenario(of request: RunRequest) throws(CommandFailure) -> Scenario {
    try compile(request.model, users: request.users, userFlags: request.userFlags).scenario
  }
}

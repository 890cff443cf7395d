import ContentionEngine
import Experiments
import Reports

/// The timeline of a hunted run, and what its run met.
struct HuntTimeline {
  let lines: [String]
  let mermaid: String
  let dangers: DangerCounts

  init(_ run: Hunt.Run) {
    lines = run.story.map { "\($0.at.sinceStart) \($0.teller) \($0.fact)" }
    mermaid = "sequenceDiagram\n"
    dangers = run.result.dangers
  }
}

import ContentionEngine
import Reports
import ScenarioModel
import SimulationBasics
import Testing

/// What Mermaid 10 takes as a sequence diagram, as far as timelines use it; written from
/// `sequenceDiagram.jison` and not from what we print.
enum MermaidGrammar {
  /// What is wrong with a diagram; `nil` when nothing is.
  static func problem(in diagram: String) -> String? {
    var lines = diagram.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.removeFirst() == "sequenceDiagram" else { return "no sequenceDiagram" }
    guard lines.removeLast().isEmpty else { return "no line feed at the end" }
    var declared: [String] = []
    for line in lines {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("participant ") {
        let parts = words.dropFirst("participant ".count).split(separator: " ", maxSplits: 2)
        guard parts.count == 3, parts[1] == "as" else {
          return "a participant without a name: \(line)"
        }
        guard parts[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
          return "an odd identifier: \(line)"
        }
        if let problem = problem(inText: parts[2]) { return problem }
        if declared.contains(String(parts[0])) { return "declared twice: \(line)" }
        declared.append(String(parts[0]))
        continue
      }
      guard let colon = words.firstIndex(of: ":") else { return "no text: \(line)" }
      if let problem = problem(inText: words[words.index(after: colon)...]) { return problem }
      var actors: [String]
      let head = String(words[..<colon])
      if head.hasPrefix("Note over ") {
        actors = head.dropFirst("Note over ".count).split(separator: ",").map(String.init)
        if actors.count > 2 { return "a note over three: \(line)" }
      } else {
        let arrow = head.contains("-->>") ? "-->>" : "->>"
        guard let range = head.firstRange(of: arrow) else { return "no arrow: \(line)" }
        actors = [String(head[..<range.lowerBound]), String(head[range.upperBound...])]
      }
      for actor in actors where !declared.contains(actor) { return "who is \(actor): \(line)" }
    }
    return nil
  }

  /// A text has no semicolon and no number sign but in entities: `#35;`, `#lt;`.
  private static func problem(inText text: Substring) -> String? {
    if text.allSatisfy({ $0 == " " }) { return "an empty text" }
    var rest = text
    while let index = rest.firstIndex(where: { "#;<>\"".contains($0) }) {
      guard rest[index] == "#", let end = rest[index...].firstIndex(of: ";") else {
        return "a bare \(rest[index]): \(text)"
      }
      let entity = rest[rest.index(after: index)..<end]
      guard !entity.isEmpty, entity.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      else { return "no entity: \(text)" }
      rest = rest[rest.index(after: end)...]
    }
    return nil
  }
}

@Suite("Timeline as a Mermaid diagram")
struct TimelineMermaidTests {
  private typealias Runs = TimelineRuns

  @Test("has a participant for each user, the lock and the row, and a message for each moment")
  func expiredLease() throws {
    let timeline = try #require(
      Runs.inTurn(
        [
          Runs.lock(
            lease: .milliseconds(4), Runs.work(.read(Runs.row), Runs.delay(10), Runs.charge))
        ],
        [Runs.lock(Runs.work(.read(Runs.row), Runs.charge))]
      ).timeline(of: .noLostUpdate))
    #expect(
      timeline.mermaid == """
        sequenceDiagram
          participant U1 as VU 1 charge1
          participant U2 as VU 2 charge2
          participant R as Redis balance:user:3
          participant M as MySQL users[3].balance
          U1->>R: 0.000 000 lock
          M-->>U1: 0.001 000 read 30 000
          Note over R: 0.004 000 lease of user 1 ends
          U2->>R: 0.004 000 lock
          M-->>U2: 0.005 000 read 30 000
          U2->>M: 0.006 000 write 40 000
          U2->>M: 0.009 000 commit: 40 000 v1
          U2->>R: 0.009 000 unlock
          Note over U2: 0.009 000 reply 200
          U1->>M: 0.012 000 write 40 000
          U1->>M: 0.015 000 commit: 40 000 v2
          Note over U1,M: ✗ no lost update: user 2's 10 000 is gone

        """)
    #expect(MermaidGrammar.problem(in: timeline.mermaid) == nil)
  }

  @Test("writes what Mermaid would misread as entities")
  func escapes() throws {
    let step = Step.idempotent(
      IdempotentStep(
        table: 1, onProcessing: .insert, layer: nil, steps: [Runs.work(Runs.charge)]))
    let timeline = try #require(
      Runs.twice(after: 5, step, strategy: "atomic").timeline(of: .noDuplicateFails))
    #expect(timeline.mermaid.contains("  U1->>K: 0.004 000 #35;1 insert key, commit\n"))
    #expect(timeline.mermaid.contains("  K-->>U1: 0.006 000 #35;1b insert key: 1062\n"))
    #expect(MermaidGrammar.problem(in: timeline.mermaid) == nil)
  }

  @Test("is held to a grammar that finds mistakes")
  func grammar() {
    let head = "sequenceDiagram\n  participant A as VU 1\n"
    #expect(MermaidGrammar.problem(in: head + "  A->>A: fine\n") == nil)
    for wrong in [
      "  A->>B: who\n", "  A->>A: 1; 2\n", "  A->>A: #1\n", "  A->>A:\n", "  A>>A: x\n",
      "  Note over A,B: x\n", "  participant A as again\n", "  A->>A: a < b\n",
    ] {
      #expect(MermaidGrammar.problem(in: head + wrong) != nil, "\(wrong)")
    }
  }
}

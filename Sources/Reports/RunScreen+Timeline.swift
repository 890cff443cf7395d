public import ContentionEngine

/// What the screen of a run tells of a breach, when somebody has asked for it.
public enum ToldBreach: Sendable {
  /// There is nothing to tell: this promise was held, or all of them.
  case held(SafetyPromise?)
  /// How a breach came to be.
  case broken(Breach, Timeline)
}

extension RunScreen {
  // MARK: TIMELINE

  /// How a promise came to be broken; the witness of a lost update where nobody asked for it.
  var timelineLines: [String] {
    guard let told = options.toldBreach else { return witnessLines }
    let title = "  " + style.bold("TIMELINE") + "  "
    switch told {
    case .held(let promise):
      let held = promise.map { "\"\($0.text)\"" } ?? "every promise"
      let file = options.undrawnPath.map { ["            '\($0)' is not written"] } ?? []
      return [title + "nothing to tell: \(held) was held"] + file
    case .broken(let breach, let timeline):
      let count = result.safety.finding(breach.promise).broken
      let which = count > 1 ? "the first of \(ScreenText.count(count))" : "the only one"
      return [title + "\(breach.promise.text): broken, \(which)"]
        + timeline.lines(isColored: style.isColored).map { $0.isEmpty ? "" : "    " + $0 }
    }
  }
}

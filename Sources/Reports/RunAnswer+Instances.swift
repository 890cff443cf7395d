import ContentionEngine
import Measurements
import ScenarioModel
import SimulationBasics

/// Instances that died, and what stood in caches.
extension RunAnswer {
  /// When the first instance died, of how many requests, and what all deaths cost.
  var deathSentences: [String] {
    guard let memory = result.memory else { return [] }
    let instances = result.scenario.system.instances
    guard let death = memory.firstDeath else {
      guard let limit = memory.limit else { return [] }
      let most = ScreenText.count(UInt64(memory.peak), "request")
      return [
        "\(instances == 1 ? "The instance" : "Each instance") had memory to the end: at most \(most)"
          + " in flight, room for \(ScreenText.count(UInt64(limit)))."
      ]
    }
    let which = instances == 1 ? "THE INSTANCE DIED" : "INSTANCE \(death.instance) DIED"
    let moment = ScreenText.time(Double(death.at.nanosecondsSinceStart))
    var sentences = [
      "\(which) after \(moment)\(rate(at: death.at)): no memory for \(ScreenText.count(UInt64(death.inFlight))) requests"
        + " in flight."
    ]
    let deaths = result.count(.instanceCrashes)
    let dropped = ScreenText.count(result.count(.requestsDropped), "request was", "requests were")
    let refused = result.count(.connectionsRefused)
    let also = refused > 0 ? ", \(ScreenText.count(refused)) found no instance up" : ""
    if deaths > 1 {
      sentences.append("\(ScreenText.count(deaths)) deaths in all: \(dropped) dropped\(also).")
    } else {
      sentences.append("\(ReportText.capitalized(dropped)) dropped\(also).")
    }
    return sentences
  }

  /// How many iterations began in a second at a moment, where executors by rate make them.
  private func rate(at moment: VirtualTime) -> String {
    var perSecond = 0.0
    for load in result.scenario.loads where moment >= .start + load.startTime {
      perSecond += load.executor.arrivals(after: moment.sinceStart - load.startTime)
    }
    return perSecond > 0 ? ", at \(ScreenText.rate(perSecond)) arrivals/s" : ""
  }

  /// What each cache kept from being loaded.
  var cacheSentences: [String] {
    result.resources.caches.compactMap { cache in
      if cache.hits + cache.misses == 0 { return nil }
      let loads = ScreenText.count(cache.misses, "load")
      let most = cache.mostLoadsAtOnce
      let atOnce = most > 1 ? ", up to \(ScreenText.count(UInt64(most))) of one entry at once" : ""
      return "Cache \(cache.name) answered \(ScreenText.percent(cache.hitShare)) of look-ups; "
        + "\(loads)\(atOnce)."
    }
  }
}

extension Executor {
  /// The planned rate of iterations at a time after its start, in iterations a second; 0 for
  /// executors of users.
  fileprivate func arrivals(after passed: VirtualDuration) -> Double {
    switch self {
    case .constantVUs, .rampingVUs, .sharedIterations, .perVUIterations: return 0
    case .constantArrivalRate(let rate, let duration, _):
      return passed < duration ? Double(rate.iterations) / rate.timeUnit.inSeconds : 0
    case .rampingArrivalRate(let rate, let stages, _):
      var from = Double(rate.iterations)
      var rest = passed.inSeconds
      for stage in stages {
        let length = stage.duration.inSeconds
        let target = Double(stage.target)
        if rest < length {
          return (from + (target - from) * rest / length) / rate.timeUnit.inSeconds
        }
        rest -= length
        from = target
      }
      return 0
    }
  }
}

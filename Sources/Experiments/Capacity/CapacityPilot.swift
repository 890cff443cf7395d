/// A run so light that nobody waits: what each request needs of each scarce resource, and so what
/// each would allow if it were the only one.
///
/// The utilisation law: X requests a second that keep a resource busy for a share U of the time
/// need it for U/X seconds each, so that it allows X/U a second. (Denning and Buzen, "The
/// operational analysis of queueing network models", 1978.) Under load the same quotient would
/// mislead: a connection whose request waits for a row is busy, and yet no limit.
public struct CapacityPilot: Equatable, Sendable {
  /// How many requests a second a resource allows.
  public struct Ceiling: Equatable, Sendable {
    public let resource: ScarceResource
    public let requestsPerSecond: Double
    /// The load at which it would be busy all the time, if nothing else bound before.
    public let load: Double

    public init(resource: ScarceResource, requestsPerSecond: Double, load: Double) {
      self.resource = resource
      self.requestsPerSecond = requestsPerSecond
      self.load = load
    }
  }

  public let load: Int
  /// The lowest first.
  public let ceilings: [Ceiling]

  /// What is hardly busy says nothing of where it ends.
  static let idlest = 0.001

  public init(load: Int, ceilings: [Ceiling]) {
    self.load = load
    self.ceilings = ceilings
  }

  /// What a run of a load tells.
  init(_ run: CapacityRun, load: Int) {
    self.load = load
    ceilings = Self.sorted(
      Self.quotients(of: run.uses, load: load, requestsPerSecond: run.requestsPerSecond))
  }

  /// The same with the ceilings that heavier loads have refuted raised to what they show.
  ///
  /// To wait makes a resource busy for longer and its quotient smaller, never larger: the largest
  /// that any load shows is the best that is known. It is larger than the pilot's where many
  /// requests share what few do alone. Loads whose requests fail tell nothing, for who is refused
  /// at once needs nothing.
  ///
  /// - Complexity: O(points · resources²).
  func raised(by points: [CapacityPoint]) -> CapacityPilot {
    var best = ceilings
    for point in points
    where point.load > load && point.errorShare.mean <= CapacityPilot.mostErrors {
      let found = Self.quotients(
        of: point.uses, load: point.load, requestsPerSecond: point.requestsPerSecond.mean)
      for ceiling in found {
        // What the light run hardly needs binds long after what it does.
        guard let place = best.firstIndex(where: { $0.resource == ceiling.resource }) else {
          continue
        }
        if ceiling.requestsPerSecond > best[place].requestsPerSecond { best[place] = ceiling }
      }
    }
    return CapacityPilot(load: load, ceilings: Self.sorted(best))
  }

  /// From this part of errors on a load tells nothing of what a request needs.
  private static let mostErrors = 0.01

  /// The utilisation law for each resource.
  private static func quotients(
    of uses: [ResourceUse], load: Int, requestsPerSecond: Double
  ) -> [Ceiling] {
    uses.filter { $0.utilisation >= idlest }.map { use in
      Ceiling(
        resource: use.resource, requestsPerSecond: requestsPerSecond / use.utilisation,
        load: Double(load) / use.utilisation)
    }
  }

  /// The lowest first; of equals the one that was named first.
  private static func sorted(_ ceilings: [Ceiling]) -> [Ceiling] {
    var sorted: [Ceiling] = []
    for ceiling in ceilings {
      let place =
        sorted.firstIndex { $0.requestsPerSecond > ceiling.requestsPerSecond } ?? sorted.count
      sorted.insert(ceiling, at: place)
    }
    return sorted
  }

  /// The load to begin a search with: at which the first resource would be busy all the time.
  public var guess: Int { max(1, Int(min(ceilings.first?.load ?? Double(load), 1e9))) }

  /// What would bind next if a resource did not.
  public func next(after resource: ScarceResource?) -> Ceiling? {
    ceilings.first { $0.resource != resource }
  }
}

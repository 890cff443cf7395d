import Measurements

/// What the lines of samples end with: their tags as text, made once for each kind of sample.
///
/// Samples of one source share their tags, and a run has few sources: loads times requests times
/// statuses.
struct SampleLineEnds {
  /// What decides the tags of a sample.
  private struct Key: Hashable {
    var load: Int16
    var request: Int16
    var check: Int16
    var status: UInt16
    var silence: UInt8
    var isDropped: Bool

    init(_ sample: Sample) {
      load = sample.source.load
      request = sample.source.request
      check = sample.source.check
      status = sample.source.status
      silence = sample.source.silence.rawValue
      isDropped = sample.metric == .droppedIterations
    }
  }

  private var texts: [[UInt8]] = []
  /// Only looked up, never walked through.
  private var places: [Key: Int] = [:]
  // Most samples come in groups of one source.
  private var last: (key: Key, place: Int)?

  /// The end of the sample's line, as `make` writes it for the first of its kind.
  ///
  /// - Complexity: O(1) but for the first.
  mutating func end(of sample: Sample, make: () -> [UInt8]) -> [UInt8] {
    let key = Key(sample)
    if let last, last.key == key { return texts[last.place] }
    let place: Int
    if let known = places[key] {
      place = known
    } else {
      place = texts.count
      places[key] = place
      texts.append(make())
    }
    last = (key, place)
    return texts[place]
  }
}

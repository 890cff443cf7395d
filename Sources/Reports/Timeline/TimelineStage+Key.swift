import ContentionEngine

/// What happens to the idempotency key.
extension TimelineStage {
  mutating func showKey(
    _ event: StoryEvent, of request: StoryEvent.RequestTeller, _ lane: Int,
    before later: ArraySlice<StoryEvent>
  ) {
    guard request.key == cast.key else { return }
    let mark = prefix(of: request)
    switch event.fact {
    case .keyFound(_, let sight):
      append(event, .user(lane: lane), mark + "key is \(sight.word)", .fromKey)
      change { $0.key = sight.word }
    case .keyInserted(let table, let sight):
      if commitsAlone(table, request, in: later) { return }
      inserters.append(request)
      append(event, .user(lane: lane), mark + "insert key", .toKey)
      change { $0.key = "(\(sight.word))" }
    case .keyCommitted(_, let sight):
      if isMoment(of: event), case .committed? = moments.last?.fact {
        change {
          $0.text += ", key \(sight.word)"
          $0.key = sight.word
        }
        return
      }
      if orphans.contains(request) {
        append(event, .key, "")
        change { $0.key = "\(sight.word): the database commits it" }
        return
      }
      let verb: String
      switch sight {
      case .processing: verb = inserters.contains(request) ? "commit key" : "insert key, commit"
      case .absent, .overdue: verb = "commit key"
      case .completed, .failed: verb = "key \(sight.word)"
      }
      append(event, .user(lane: lane), mark + verb, .toKey)
      change { $0.key = sight.word }
    case .duplicateKey:
      append(event, .user(lane: lane), mark + "insert key: 1062", .fromKey)
    case .keyTakenOver:
      append(event, .user(lane: lane), mark + "take key over", .toKey)
    default: break
    }
  }

  /// Whether a key that a request has just inserted is committed by a transaction of its own, which
  /// changes nothing else.
  private func commitsAlone(
    _ table: Int, _ request: StoryEvent.RequestTeller, in later: ArraySlice<StoryEvent>
  ) -> Bool {
    for event in later where event.request == request {
      switch event.fact {
      case .keyCommitted(table, _): return true
      case .wrote, .committed, .rolledBack, .replied, .replyLost: return false
      default: break
      }
    }
    return false
  }
}

extension StoryEvent.KeySight {
  /// The state in the words of the table.
  var word: String {
    switch self {
    case .absent: "absent"
    case .processing, .overdue: "PROCESSING"
    case .completed: "COMPLETED"
    case .failed: "FAILED"
    }
  }
}

public import ContentionEngine

/// Something of which there is a limited number, without what a run made of it: the same resource
/// has the same value in every run.
public enum ScarceResource: Equatable, Sendable {
  case servers(ServerUse.Kind, size: Int)
  /// The row of a table that is held longest, whichever it is.
  case hottestRow(table: String)
  /// The distributed lock of a name that is held longest.
  case hottestLock(name: String)

  /// What a limit of a run is about.
  init(_ limit: RunLimits.Limit) {
    switch limit.kind {
    case .servers(let use): self = .servers(use.kind, size: use.size ?? 0)
    case .row(let table, _): self = .hottestRow(table: table)
    case .lock(let lock): self = .hottestLock(name: lock.name)
    }
  }
}

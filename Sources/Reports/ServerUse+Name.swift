import ContentionEngine

extension ServerUse.Kind {
  /// What an answer calls these servers, with how many there are.
  func name(size: Int?) -> String {
    switch self {
    case .threads: "the thread pool (\(size ?? 0))"
    case .cores: "the service's CPU (\(ScreenText.count(UInt64(size ?? 0), "core")))"
    case .pool: "the connection pool (\(size ?? 0))"
    case .databaseCores: "the database's CPU (\(ScreenText.count(UInt64(size ?? 0), "core")))"
    case .lockServer: "the lock server"
    case .log: "the log sync"
    case .servers(let name): "the servers '\(name)' (\(size ?? 0))"
    case .gate(let name): "the gate '\(name)' (\(size ?? 0))"
    }
  }
}

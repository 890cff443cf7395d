import Glibc
import SimulateCommand

/// Wall time for the progress bar; no result depends on it.
func wallClock() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

let session = CommandSession(io: .system(wallClock: wallClock))
exit(session.perform(Array(CommandLine.arguments.dropFirst())).rawValue)

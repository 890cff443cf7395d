/// What an idempotency row says about the intention that it stands for.
public enum KeyState: Equatable, Sendable, BitwiseCopyable {
  /// Somebody works on it, or died while doing so.
  case processing
  /// It had its effect and was answered with this HTTP status.
  case completed(status: UInt16)
  /// It was tried and had no effect.
  case failed
}

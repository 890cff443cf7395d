/// What the tags of samples say where that does not depend on the model.
///
/// Source: k6, `lib/netext/httpext/error_codes.go`.
public enum TagTexts {
  /// The version of HTTP that simulated services speak.
  public static let proto = "HTTP/1.1"
  /// Nobody took the connection.
  public static let refused = "dial: connection refused"
  public static let refusedCode = 1_212
  /// The service died before it answered.
  public static let reset = "read: connection reset by peer"
  public static let resetCode = 1_220
  /// No answer came in time.
  public static let timeout = "request timeout"
  public static let timeoutCode = 1_050
  /// What is added to a status from 400 on, to make a code of it.
  public static let firstStatusCode = 1_000
}

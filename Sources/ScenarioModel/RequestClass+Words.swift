extension RequestClass {
  /// The words that begin a request's name when it is named after what is sent (RFC 9110, section
  /// 9, and PATCH of RFC 5789).
  private static let methods = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
  ]

  /// The HTTP method: the first word of the name when it is one, else `nil`.
  public var method: String? {
    let word = firstWord
    for method in Self.methods where method == word { return method }
    return nil
  }

  /// The path: the name without its method.
  public var path: String {
    guard method != nil else { return name }
    let rest = name.utf8.dropFirst(firstWord.utf8.count).drop { $0 == UInt8(ascii: " ") }
    return String(decoding: Array(rest), as: UTF8.self)
  }

  private var firstWord: String {
    String(decoding: Array(name.utf8.prefix { $0 != UInt8(ascii: " ") }), as: UTF8.self)
  }
}

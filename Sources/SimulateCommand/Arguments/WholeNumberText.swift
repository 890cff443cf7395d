/// Whole numbers as a command line writes them.
enum WholeNumberText {
  /// The number that the text says: decimal digits only, no sign; `nil` for anything else and on
  /// overflow.
  static func value<Number: FixedWidthInteger>(of text: String, as type: Number.Type) -> Number? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Number(text)
  }
}

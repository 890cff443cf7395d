/// A Swift file with its comments and the text of its literals blanked, so that rules look at code
/// only.
struct SwiftSource {
  /// From the top of the repository, with slashes.
  let path: String
  /// The lines as they are.
  let lines: [Substring]
  /// The same lines; what is comment or literal text is spaces, and interpolated code is still
  /// there.
  let codeLines: [String]
  /// By line: the columns up to the end of the last literal in it; 0 without one.
  let literalEnds: [Int]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var blanking = Blanking(characters: Array(text))
    blanking.run()
    codeLines = String(blanking.code)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    literalEnds = blanking.literalEnds
  }

  /// The file's top folder and the one below it, such as `Sources/EventKernel`.
  var area: String { path.split(separator: "/").prefix(2).joined(separator: "/") }
}

/// One pass over the characters of a file.
private struct Blanking {
  let characters: [Character]
  var code: [Character] = []
  var literalEnds = [0]
  private var position = 0
  private var column = 0

  init(characters: [Character]) { self.characters = characters }

  mutating func run() { skipCode(untilParenthesis: false) }

  /// Keeps code up to the end, or to the parenthesis that closes an interpolation.
  private mutating func skipCode(untilParenthesis: Bool) {
    var depth = 0
    while position < characters.count {
      if sees("//") {
        blankLine()
      } else if sees("/*") {
        blankBlockComment()
      } else if let pounds = literalAhead() {
        blankLiteral(pounds: pounds)
      } else {
        let character = characters[position]
        if character == "(" { depth += 1 }
        if character == ")" {
          if untilParenthesis, depth == 0 { return }
          depth -= 1
        }
        keep()
      }
    }
  }

  /// The number of `#` before a literal that begins here; `nil` when none does.
  private func literalAhead() -> Int? {
    var ahead = position
    while ahead < characters.count, characters[ahead] == "#" { ahead += 1 }
    guard ahead < characters.count, characters[ahead] == "\"" else { return nil }
    return ahead - position
  }

  private mutating func blankLiteral(pounds: Int) {
    let fence = String(repeating: "#", count: pounds)
    blank(pounds)
    let quotes = sees("\"\"\"") ? "\"\"\"" : "\""
    blank(quotes.count)
    while position < characters.count, !sees(quotes + fence) {
      if sees("\\" + fence + "(") {
        blank(2 + pounds)
        skipCode(untilParenthesis: true)
        blank(1)
      } else if sees("\\" + fence) {
        blank(2 + pounds)
      } else {
        blank(1)
      }
      noteLiteral()
    }
    blank(quotes.count + pounds)
    noteLiteral()
  }

  private mutating func noteLiteral() { literalEnds[literalEnds.count - 1] = column }

  private mutating func blankLine() {
    while position < characters.count, characters[position] != "\n" { blank(1) }
  }

  /// Blanks a block comment; Swift's nest.
  private mutating func blankBlockComment() {
    var depth = 0
    repeat {
      if sees("/*") {
        depth += 1
        blank(2)
      } else if sees("*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < characters.count
  }

  private func sees(_ text: String) -> Bool {
    let end = position + text.count
    return end <= characters.count && characters[position..<end].elementsEqual(text)
  }

  private mutating func keep() {
    if characters[position] == "\n" {
      literalEnds.append(0)
      column = 0
    } else {
      column += 1
    }
    code.append(characters[position])
    position += 1
  }

  private mutating func blank(_ count: Int) {
    for _ in 0..<count where position < characters.count {
      if characters[position] == "\n" {
        keep()
      } else {
        code.append(" ")
        column += 1
        position += 1
      }
    }
  }
}

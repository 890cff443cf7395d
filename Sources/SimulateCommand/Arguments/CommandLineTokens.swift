import ContentionEngine
import ScenarioFiles

/// The arguments of a process, sorted into words and flags; nothing is looked up or checked yet.
///
/// `--flag value`, `--flag=value`, `-f value`, `-f=value` and `-fvalue` mean the same. After `--`
/// everything is a word.
struct CommandLineTokens {
  /// One word, or one flag with its value.
  enum Token: Equatable {
    case word(String)
    case flag(Flag, value: String?)
    /// A flag that does not exist, as typed.
    case unknownFlag(String)
  }

  /// In the order in which they were typed.
  private(set) var tokens: [Token] = []

  init(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        tokens += rest.map(Token.word)
        return
      }
      guard Self.isFlag(argument) else {
        tokens.append(.word(argument))
        continue
      }
      let (name, attached) = Self.split(argument)
      guard let flag = Self.flag(named: name) else {
        tokens.append(.unknownFlag(name))
        // What follows was most likely meant as the value: reporting it too would be noise.
        if attached == nil, let next = rest.first, !Self.isFlag(next) { rest.removeFirst() }
        continue
      }
      var value = attached
      if value == nil, flag.valueName != nil, let next = rest.first, !Self.isFlag(next),
        !flag.mayStandAlone || Self.isPromise(next)
      {
        value = rest.removeFirst()
      }
      tokens.append(.flag(flag, value: value))
    }
  }

  /// Whether an argument is a flag: a dash and more, but no negative number.
  private static func isFlag(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), let second = argument.dropFirst().first else { return false }
    return !("0"..."9").contains(second) && second != "."
  }

  /// Whether a word is rather the name of a promise than of a model.
  private static func isPromise(_ word: String) -> Bool {
    SpellingSuggestion.closest(to: word, in: SafetyPromise.allCases.map(\.name)) != nil
      && !ModelSource.isName(word)
  }

  /// The flag's name with its dashes, and the value that is attached to it.
  private static func split(_ argument: String) -> (name: String, value: String?) {
    if let equals = argument.firstIndex(of: "=") {
      return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
    let shortForm = argument.prefix(2)
    if shortForm != "--", argument.count > 2,
      let flag = flag(named: String(shortForm)), flag.valueName != nil
    {
      return (String(shortForm), String(argument.dropFirst(2)))
    }
    return (argument, nil)
  }

  private static func flag(named name: String) -> Flag? {
    if name.hasPrefix("--") { return Flag(rawValue: String(name.dropFirst(2))) }
    guard name.count == 2, let letter = name.last else { return nil }
    return Flag.allCases.first { $0.letter == letter }
  }
}

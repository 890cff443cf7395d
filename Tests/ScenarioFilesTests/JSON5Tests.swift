import Testing
import TestSupport

@Suite("JSON5")
struct JSON5Tests {
  @Test(
    "is read as its specification says",
    arguments: [
      (#"{ a: 1, 'b': 2, "c": 3, }"#, #"{"a":1,"b":2,"c":3}"#),
      ("// one\n[/* two */ 1, 2,] // three", "[1,2]"),
      ("/**/ /***/ /* * / */ null", "null"),
      ("[+1, -1, .5, -.5, 5., +5.e3, 0x1F, -0X1f, 1E-2]", "[1,-1,0.5,-0.5,5,5000,31,-31,0.01]"),
      (#"'a\'b"c' "#, #""a'b\"c""#),
      (#""a'b\"c""#, #""a'b\"c""#),
      (#"'\x41\u00e9\ud83d\ude00\b\f\n\r\t\/\\'"#, #""Aé😀\b\f\n\r\t\/\\""#),
      ("'one \\\ntwo \\\r\nthree'", #""one two three""#),
      (
        #"{ $_a1é: 1, \u0061\u0062: 2, null: 3, true: 4, Infinity: 5, NaN: 6 }"#,
        #"{"$_a1é":1,"ab":2,"null":3,"true":4,"Infinity":5,"NaN":6}"#
      ),
      ("[true, false, null]", "[true,false,null]"),
      ("\u{FEFF}[]", "[]"),
      ("{}", "{}"),
    ])
  func specification(text: String, json: String) throws {
    let expected = try #require(JSONMeaning.byFoundation(Array(json.utf8)))
    #expect(JSONMeaning.byParser(Array(text.utf8)) == expected)
  }

  /// Where our reader follows the specification and Foundation's does not.
  @Test(
    "is read as its specification says where Foundation differs",
    arguments: [
      ("\u{A0}\u{2003}\u{3000}\u{2028}\u{2029}\u{1680}1\u{FEFF}", "1"),
      ("0e5", "0"),
      (#"'\v\q\''"#, #""\u000bq'""#),
      ("'a\tb\u{1}\u{2028}'", #""a\tb\u0001\u2028""#),
      ("'a\\\u{2028}b\\\u{2029}c'", #""abc""#),
    ])
  func beyondFoundation(text: String, json: String) throws {
    let expected = try #require(JSONMeaning.byFoundation(Array(json.utf8)))
    #expect(JSONMeaning.byParser(Array(text.utf8)) == expected)
  }

  @Test(
    "is refused where its specification says so",
    arguments: [
      "", " ", "//", "{", "[", "{a}", "{a:}", "{:1}", "{,}", "[,]", "[1,,]", "{a:1,,}", "{a:1 b:2}",
      "[1 2]", "{1a:1}", "{a-b:1}", "{-a:1}", "{a b:1}", "1 1", "012", "00", "-01", "0x", "0xg",
      "1e",
      "1e+", ".", "-", "+", "-.", "--1", "+-1", "+ 1", "1.2.3", "1_000", "5ms", "tru", "True",
      "nul",
      "undefined", "infinity", "'", "'a", "'a\n'", "'a\r'", "'\\", "'\\'", #"'\1'"#, #"'\9'"#,
      #"'\01'"#, #"'\x4'"#, #"'\u12'"#, #"'\u{41}'"#, #"'\ud800'"#, #"'\udc00'"#,
      #"'\ud800\u0041'"#,
      #"{\u0031a:1}"#, #"{a\u0020b:1}"#, #"{\x61:1}"#, #"\u006eull"#, "/", "/*", "/* *", "#", "`a`",
      "{'a' 1}", "[1}", "{a:1]", "{a:1}}", "]", "\u{85}1", "\u{180E}1",
    ])
  func refused(text: String) {
    #expect(JSONMeaning.byParser(Array(text.utf8)) == nil)
  }

  /// Pieces from which texts are put together: every token of JSON5 and the beginnings of wrong
  /// ones.
  static let pieces = [
    "{", "}", "[", "]", ":", ",", "'", "\"", "//", "/*", "*/", "\n", " ", "a", "b1", "$_", "null",
    "true", "false", "NaN", "Infinity", "-", "+", ".", "0", "1", "25", "0x1F", "1e3", "1E-2", ".5",
    "5.", "'a'", "\"b\"", "'\\n'", "'\\x41'", "'\\\n'", "'\\u0041'", "{a:1}", "[1,2]", "{'a':[],}",
    "e",
    "x", "\\",
  ]

  @Test("means what Foundation reads, for texts put together at random")
  func againstFoundation() {
    var both = 0
    withEverySeed(1...20_000) { seed, random in
      var text = ""
      for _ in 0...random.below(9) { text += Self.pieces[random.below(Self.pieces.count)] }
      try compare(Array(text.utf8), &both)
    }
    #expect(both > 500, "too few of the texts were valid to say anything")
  }

  @Test("means what Foundation reads, for valid texts with a few changed bytes")
  func mutations() {
    let start = Array(
      """
      { // comment
        title: "Balance 'charge'", 'q': 'x\\n\\x41',
        tables: { users: { rows: 100, columns: { balance: 0, }, }, },
        numbers: [+1, -2.5, .5, 5., 0x1F, 1e3, Infinity, -Infinity, NaN], /* more */
        nested: [[{ a: [true, false, null] }]],
      }
      """.utf8)
    let bytes = Array("{}[]:,'\"/*\n 0159aefxnuN.+-_$\\".utf8)
    var both = 0
    withEverySeed(1...3_000) { seed, random in
      var text = start
      for _ in 0...random.below(3) {
        let place = random.below(text.count)
        switch random.below(4) {
        case 0: text[place] = bytes[random.below(bytes.count)]
        case 1: text.insert(bytes[random.below(bytes.count)], at: place)
        case 2: text.remove(at: place)
        default: text.swapAt(place, random.below(text.count))
        }
      }
      try compare(text, &both)
    }
    #expect(both > 300, "too few of the texts were valid to say anything")
  }

  private func compare(_ bytes: [UInt8], _ both: inout Int) throws {
    if KnownDifference.allCases.contains(where: { $0.holds(of: bytes) }) { return }
    let expected = JSONMeaning.byFoundation(bytes)
    let actual = JSONMeaning.byParser(bytes)
    if actual != expected {
      throw Mismatch(
        "\(String(decoding: bytes, as: UTF8.self).debugDescription): Foundation reads "
          + (expected == nil ? "nothing" : actual == nil ? "a value, we none" : "another value"))
    }
    if actual != nil { both += 1 }
  }
}

import Foundation
import Reports
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  @Test("indents as JSON.stringify does, and keeps the order of members")
  func indented() {
    var json = JSONWriter(indent: 4)
    json.beginObject()
    json.key("z")
    json.beginArray()
    json.integer(UInt64.max)
    json.number(0.5)
    json.beginObject()
    json.endObject()
    json.beginArray()
    json.endArray()
    json.endArray()
    json.key("a")
    json.beginObject()
    json.key("yes")
    json.bool(true)
    json.key("nothing")
    json.null()
    json.endObject()
    json.endObject()
    #expect(
      json.text == """
        {
            "z": [
                18446744073709551615,
                0.5,
                {},
                []
            ],
            "a": {
                "yes": true,
                "nothing": null
            }
        }
        """)
  }

  @Test("writes one line without spaces when not indented")
  func compact() {
    var json = JSONWriter(indent: nil)
    json.beginObject()
    json.key("a")
    json.beginArray()
    json.integer(-1)
    json.string("x")
    json.endArray()
    json.key("b")
    json.bool(false)
    json.endObject()
    #expect(json.text == #"{"a":[-1,"x"],"b":false}"#)
  }

  @Test("escapes quotes, backslashes and control characters, and nothing else")
  func escapes() {
    var json = JSONWriter(indent: nil)
    json.string("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}é✓\u{7F}\u{1F600}")
    #expect(json.text == #""\"\\/\b\f\n\r\t\u0000\u001fé✓"# + "\u{7F}\u{1F600}\"")
  }

  @Test("writes null for a number that JSON cannot say")
  func notFinite() {
    var json = JSONWriter(indent: nil)
    json.beginArray()
    for value in [Double.nan, .infinity, -.infinity, -0.0] { json.number(value) }
    json.endArray()
    #expect(json.text == "[null,null,null,0]")
  }

  @Test("is read by another reader as it was written")
  func otherReader() throws {
    let words = (0..<128).map { "a\(Character(UnicodeScalar(UInt8($0))))b" }
    var json = JSONWriter(indent: 2)
    json.beginArray()
    for word in words { json.string(word) }
    json.endArray()
    #expect(try JSONDecoder().decode([String].self, from: Data(json.text.utf8)) == words)
  }

  @Test("stops at a value without a key")
  func noKey() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(indent: nil)
      json.beginObject()
      json.null()
    }
  }

  @Test("stops at a second value after the whole")
  func secondValue() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(indent: nil)
      json.null()
      json.null()
    }
  }

  @Test("stops at an end without its beginning")
  func wrongEnd() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter(indent: nil)
      json.beginArray()
      json.endObject()
    }
  }
}

import ScenarioFiles
import ScenarioModel
import SimulationBasics
import Testing

@Suite("Names of parts of metrics")
struct MetricPartTests {
  private static let duration = "http_req_duration"

  @Test("follow k6's grammar")
  func valid() throws {
    let cases: [(String, String, [MetricPart.Tag])] = [
      ("http_reqs", "http_reqs", []),
      ("http_reqs{status:200}", "http_reqs", [.init(.status, "200")]),
      (
        "http_reqs{status:200,scenario:default}", "http_reqs",
        [.init(.status, "200"), .init(.scenario, "default")]
      ),
      // Spaces around the texts, then quotes of either kind at their ends (AddSubmetric).
      ("http_reqs{ status : 200 }", "http_reqs", [.init(.status, "200")]),
      (#"http_reqs{"status":'200'}"#, "http_reqs", [.init(.status, "200")]),
      (#"http_reqs{status: " 200 " }"#, "http_reqs", [.init(.status, " 200 ")]),
      // Only the first colon parts a tag.
      (
        "http_req_failed{error:dial: connection refused}", "http_req_failed",
        [.init(.error, "dial: connection refused")]
      ),
      // The first brace opens, the last one closes.
      (
        "http_reqs{name:POST /users/{user}/charge}", "http_reqs",
        [.init(.name, "POST /users/{user}/charge")]
      ),
      ("checks{check:status is 200}", "checks", [.init(.check, "status is 200")]),
      ("deadlocks{method:POST,url:/a}", "deadlocks", [.init(.method, "POST"), .init(.url, "/a")]),
    ]
    for (text, metric, tags) in cases {
      #expect(try MetricPartParser.parse(text) == MetricPart(metric: metric, tags: tags), "\(text)")
    }
  }

  @Test("are written again as they were read, without spaces and quotes")
  func text() throws {
    #expect(
      try MetricPartParser.parse(#"http_reqs{ 'status' : 200, scenario:"a b"}"#).text
        == "http_reqs{status:200,scenario:a b}")
  }

  @Test("are refused when k6 would refuse them, or when no sample could fit")
  func wrong() {
    let grammar =
      "expected a metric with tags such as "
      + "http_req_duration{scenario:checkout,status:200}, found "
    let answerTags =
      "'error', 'error_code', 'expected_response', 'method', 'name', 'proto', 'scenario', "
      + "'status' and 'url'"
    let cases: [(String, String)] = [
      ("http_reqs{", grammar + "'http_reqs{'"), ("http_reqs}", grammar + "'http_reqs}'"),
      ("http_reqs}{", grammar + "'http_reqs}{'"), ("http_reqs{}", grammar + "'http_reqs{}'"),
      ("http_reqs{status}", grammar + "'http_reqs{status}'"),
      ("http_reqs{status:}", grammar + "'http_reqs{status:}'"),
      ("http_reqs{status:' '''}x", grammar + "'http_reqs{status:' '''}x'"),
      ("http_reqs{status:''}", grammar + "'http_reqs{status:''}'"),
      ("http_reqs{:200}", grammar + "'http_reqs{:200}'"),
      ("http_reqs{status:200,}", grammar + "'http_reqs{status:200,}'"),
      ("http_reqs{status:200} ", grammar + "'http_reqs{status:200} '"),
      ("http_reqs {status:200}", "unknown metric 'http_reqs '; did you mean 'http_reqs'?"),
      ("http_req{status:200}", "unknown metric 'http_req'; did you mean 'http_reqs'?"),
      (
        "{status:200}", "unknown metric ''; 50 are known, such as 'vus', 'vus_max' and 'iterations'"
      ),
      ("http_reqs{statis:200}", "unknown tag 'statis'; did you mean 'status'?"),
      ("http_reqs{vu:1}", "unknown tag 'vu'; known: \(answerTags)"),
      (
        "http_reqs{group:::a}", "'group' is no tag of 'http_reqs', which has \(answerTags)"
      ),
      (
        "iterations{status:200}", "'status' is no tag of 'iterations', which has 'scenario'"
      ),
      ("vus{scenario:a}", "'scenario' is no tag of 'vus', which has none"),
      ("vus{colour:red}", "'colour' is no tag of 'vus', which has none"),
      ("http_reqs{status:200,status:409}", "'status' is given twice"),
      (
        "http_req_waiting", "'http_req_waiting' is not simulated; measured is 'http_req_duration'"
      ),
      (
        "http_req_blocked{status:200}",
        "'http_req_blocked' is not simulated; measured is 'http_req_duration'"
      ),
      ("data_sent", "'data_sent' is not simulated; measured is 'http_reqs'"),
      (
        "group_duration", "'group_duration' is not simulated; measured is 'iteration_duration'"
      ),
    ]
    for (text, expected) in cases { #expect(message(text) == expected, "\(text)") }
    for name in [
      "http_req_connecting", "http_req_tls_handshaking", "http_req_sending", "http_req_receiving",
      "data_received",
    ] {
      #expect(message(name)?.hasPrefix("'\(name)' is not simulated") == true)
    }
  }

  private func message(_ text: String) -> String? {
    do throws(Problem) {
      _ = try MetricPartParser.parse(text)
      return nil
    } catch {
      return error.message
    }
  }
}

@Suite("Thresholds of a model")
struct ThresholdWordTests {
  private func model(_ thresholds: String) -> ModelText {
    var model = ModelText(more: "thresholds: { \(thresholds) }")
    model.iteration =
      #"[{ request: "charge" }, { check: "status is 200", status: 200 }, { sleep: "1s" }]"#
    return model
  }

  @Test("are expressions, or objects that say whether they end the run")
  func objects() throws {
    let scenario = try model(
      """
      http_req_duration: ["p(95)<1000", { threshold: "avg<5" },
        { threshold: "p(99.9)===7", abortOnFail: true, delayAbortEval: "10s" },
        { threshold: "max<9", abortOnFail: false, delayAbortEval: 0 }],
      "http_reqs{scenario:default, name:charge}": [{ threshold: "count>1", abortOnFail: true }]
      """
    ).read()
    #expect(
      scenario.thresholds.map(\.text) == ["p(95)<1000", "avg<5", "p(99.9)===7", "max<9", "count>1"])
    #expect(scenario.thresholds.map(\.abortsOnFail) == [false, false, true, false, true])
    #expect(
      scenario.thresholds.map(\.abortDelay) == [.zero, .zero, .seconds(10), .zero, .zero])
    #expect(
      scenario.thresholds.map(\.metric) == [
        "http_req_duration", "http_req_duration", "http_req_duration", "http_req_duration",
        "http_reqs{scenario:default,name:charge}",
      ])
  }

  @Test("may name whatever a sample can be of")
  func values() throws {
    let parts = [
      "checks{check:status is 200}", "http_reqs{status:0}", "http_reqs{status:599}",
      "http_reqs{error_code:1050}", "http_reqs{error_code:1212}", "http_reqs{error_code:1220}",
      "http_reqs{error_code:1409}",
      "http_reqs{error:read: connection reset by peer}", "http_reqs{proto:HTTP/1.1}",
      "http_reqs{expected_response:false}", "http_reqs{url:charge}", "iterations{scenario:default}",
      "deadlocks{name:charge}",
    ]
    for part in parts {
      let method = part.hasPrefix("checks") ? "rate<1" : "count<1"
      #expect(problems(of: model("\"\(part)\": [\"\(method)\"]").text) == [], "\(part)")
    }
  }

  @Test(
    "are refused when they could not fail",
    arguments: [
      (
        #""http_reqs{scenario:defolt}": ["count<1"]"#,
        "http_reqs{scenario:defolt}: unknown scenario 'defolt'; did you mean 'default'?"
      ),
      (
        #""http_reqs{name:pay}": ["count<1"]"#,
        "http_reqs{name:pay}: unknown request 'pay'; known: 'charge'"
      ),
      (
        #""http_reqs{method:POST}": ["count<1"]"#,
        "http_reqs{method:POST}: unknown method 'POST'; there is none"
      ),
      (
        #""http_reqs{url:/charge}": ["count<1"]"#,
        "http_reqs{url:/charge}: unknown path '/charge'; did you mean 'charge'?"
      ),
      (
        #""checks{check:status is 201}": ["rate>0.9"]"#,
        "checks{check:status is 201}: unknown check 'status is 201'; did you mean 'status is 200'?"
      ),
      (
        #""http_reqs{status:2xx}": ["count<1"]"#,
        "http_reqs{status:2xx}: expected a status from 100 to 599, or 0 for no answer, found '2xx'"
      ),
      (
        #""http_reqs{status:0200}": ["count<1"]"#,
        "http_reqs{status:0200}: expected a status from 100 to 599, or 0 for no answer, found '0200'"
      ),
      (
        #""http_reqs{status:600}": ["count<1"]"#,
        "http_reqs{status:600}: expected a status from 100 to 599, or 0 for no answer, found '600'"
      ),
      (
        #""http_reqs{error_code:1000}": ["count<1"]"#,
        "http_reqs{error_code:1000}: expected 1050 for no answer in time, 1212 for a refused "
          + "connection, 1220 for a broken one, or 1400 to 1599 for a status, found '1000'"
      ),
      (
        #""http_reqs{expected_response:yes}": ["count<1"]"#,
        "http_reqs{expected_response:yes}: expected 'true' or 'false', found 'yes'"
      ),
      (
        #""http_reqs{proto:HTTP/2.0}": ["count<1"]"#,
        "http_reqs{proto:HTTP/2.0}: expected 'HTTP/1.1', found 'HTTP/2.0'; did you mean 'HTTP/1.1'?"
      ),
      (
        #""http_reqs{error:timeout}": ["count<1"]"#,
        "http_reqs{error:timeout}: expected 'dial: connection refused', 'read: connection reset by "
          + "peer' or 'request timeout', found 'timeout'"
      ),
      (
        "http_req_waiting: [\"avg<5\"]",
        "http_req_waiting: 'http_req_waiting' is not simulated; measured is 'http_req_duration'"
      ),
      (
        "http_reqs: [{ abortOnFail: true }]",
        "http_reqs[0].threshold: missing; expected a threshold such as \"p(95)<1000\""
      ),
      (
        #"http_reqs: [{ threshold: "count<1", abortOnFail: "yes" }]"#,
        "http_reqs[0].abortOnFail: expected true or false, found 'yes'"
      ),
      (
        #"http_reqs: [{ threshold: "count<1", abortOnFail: true, delayAbortEval: 5 }]"#,
        "http_reqs[0].delayAbortEval: expected a time with a unit such as \"5ms\", found 5"
      ),
      (
        #"http_reqs: [{ threshold: "count<1", delayAbortEval: "5s" }]"#,
        "http_reqs[0].delayAbortEval: has a meaning only beside 'abortOnFail'"
      ),
      (
        #"http_reqs: [{ threshold: "count<1", abortOnFial: true }]"#,
        "http_reqs[0].abortOnFial: unknown key; did you mean 'abortOnFail'?"
      ),
      (
        "http_reqs: [{ threshold: 5 }]",
        "http_reqs[0].threshold: expected a threshold such as \"p(95)<1000\", found 5"
      ),
      (
        "http_reqs: [5]",
        "http_reqs[0]: expected a threshold such as \"p(95)<1000\" or { threshold: \"p(95)<1000\", "
          + "abortOnFail: true }, found 5"
      ),
      (
        #"http_reqs: [{ threshold: "p(95)<1" }]"#,
        "http_reqs[0].threshold: 'p(…)' is not known for 'http_reqs', which is a counter; expected "
          + "'count' or 'rate'"
      ),
    ])
  func wrong(thresholds: String, expected: String) {
    #expect(
      problems(of: model(thresholds).text) == ["m.json5:10: thresholds." + expected])
  }
}

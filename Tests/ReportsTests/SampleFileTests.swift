import ContentionEngine
import Foundation
import Measurements
import Reports
import ScenarioModel
import SimulationBasics
import TestSupport
import Testing

/// The expected lines were written by hand after k6's sources (release v2.2.0, `internal/output/csv`
/// and `internal/output/json`); the header is the one that `OUTPUTS.md` states.
@Suite("Files of samples")
struct SampleFileTests {
  private static let scenario: Scenario = {
    var run = SmallRun()
    run.thresholds = [
      Threshold(
        part: MetricPart(metric: "http_req_duration"), method: .percentile(95), comparison: .less,
        bound: 8, text: "p(95)<8"),
      Threshold(
        part: MetricPart(metric: "http_req_duration"), method: .maximum, comparison: .less,
        bound: 90, text: "max<90", abortsOnFail: true, abortDelay: .seconds(90)),
      Threshold(
        part: MetricPart(
          metric: "http_req_duration", tags: [.init(.status, "200"), .init(.scenario, "default")]),
        method: .average, comparison: .less, bound: 10, text: "avg<10"),
      Threshold(
        part: MetricPart(metric: "http_reqs"), method: .count, comparison: .greater, bound: 1,
        text: "count>1", abortsOnFail: true),
    ]
    return run.result("none").scenario
  }()

  private static let answer = SampleSource(load: 0, request: 0, status: 200)

  private func csv(
    _ samples: [Sample], of scenario: Scenario = scenario, epoch: RunEpoch = .usual
  ) -> [String] {
    var writer = K6SampleCSV(scenario, epoch: epoch)
    var bytes: [UInt8] = []
    for sample in samples { writer.append(sample, to: &bytes) }
    return lines(bytes)
  }

  private func json(
    _ samples: [Sample], of scenario: Scenario = scenario, epoch: RunEpoch = .usual
  ) -> [String] {
    var writer = K6SampleJSON(scenario, epoch: epoch)
    var bytes: [UInt8] = []
    for sample in samples { writer.append(sample, to: &bytes) }
    return lines(bytes)
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast().map(String.init)
  }

  private func sample(
    _ metric: MetricName, _ value: UInt64, at nanoseconds: UInt64 = 0,
    _ source: SampleSource = answer
  ) -> Sample {
    Sample(
      at: VirtualTime(nanosecondsSinceStart: nanoseconds), metric: metric, value: value,
      source: source)
  }

  // MARK: CSV

  @Test("have k6's columns as CSV")
  func header() {
    #expect(
      String(decoding: K6SampleCSV.header, as: UTF8.self)
        == "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,"
        + "method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n"
    )
  }

  @Test("have a line for each sample as CSV: values with six decimals, whole seconds")
  func csvLines() {
    #expect(
      csv([
        sample(.requests, 1, at: 1_999_999_999),
        sample(.requestDuration, 12_345_678, at: 2_000_000_000),
        sample(.requestFailed, 1, SampleSource(load: 0, request: 0, status: 409)),
        sample(.requestFailed, 1, SampleSource(load: 0, request: 0, silence: .refused)),
        sample(.requestFailed, 1, SampleSource(load: 0, request: 0, silence: .reset)),
        sample(.checks, 0, SampleSource(load: 0, check: 0)),
        sample(.iterationDuration, 1, SampleSource(load: 0)),
        sample(.deadlocks, 1, SampleSource(load: 0, request: 0)),
        sample(.virtualUsers, 5, .run),
      ]) == [
        "http_reqs,946684801,1.000000,,,,true,,POST,POST /charge,HTTP/1.1,default,,200,,,/charge,,",
        "http_req_duration,946684802,12.345678,,,,true,,POST,POST /charge,HTTP/1.1,default,,200,,,"
          + "/charge,,",
        "http_req_failed,946684800,1.000000,,,1409,false,,POST,POST /charge,HTTP/1.1,default,,409,"
          + ",,/charge,,",
        "http_req_failed,946684800,1.000000,,dial: connection refused,1212,false,,POST,POST /charge,"
          + ",default,,0,,,/charge,,",
        "http_req_failed,946684800,1.000000,,read: connection reset by peer,1220,false,,POST,"
          + "POST /charge,,default,,0,,,/charge,,",
        "checks,946684800,0.000000,status is 200,,,,,,,,default,,,,,,,",
        "iteration_duration,946684800,0.000001,,,,,,,,,default,,,,,,,",
        "deadlocks,946684800,1.000000,,,,,,POST,POST /charge,,default,,,,,/charge,,",
        "vus,946684800,5.000000,,,,,,,,,,,,,,,,",
      ])
  }

  @Test(
    "quote a field of CSV as Go does: commas, quotes, line ends, a space at its start",
    arguments: [
      ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\nb", "\"a\nb\""),
      (" a", "\" a\""), ("a b", "a b"), ("\\.", "\"\\.\""), ("é", "é"),
    ])
  func quoting(name: String, field: String) {
    var scenario = Self.scenario
    scenario.loads[0].name = name
    let line = csv([sample(.iterations, 1, SampleSource(load: 0))], of: scenario)
      .joined(separator: "\n")
    #expect(line == "iterations,946684800,1.000000,,,,,,,,,\(field),,,,,,,")
  }

  // MARK: JSON

  @Test("describe each metric before its first sample as JSON, with thresholds and parts")
  func jsonLines() {
    #expect(
      json([
        sample(.requests, 1, at: 1),
        sample(.requestDuration, 12_340_000, at: 1_500_000_000),
        sample(.requests, 1, at: 60_000_000_000),
        sample(.checks, 1, SampleSource(load: 0, check: 0)),
        sample(.virtualUsers, 5, .run),
        sample(.droppedIterations, 3, SampleSource(load: 0)),
      ]) == [
        #"{"type":"Metric","data":{"name":"http_reqs","type":"counter","contains":"default","#
          + #""thresholds":[{"threshold":"count>1","abortOnFail":true,"delayAbortEval":null}],"#
          + #""submetrics":null},"metric":"http_reqs"}"#,
        #"{"metric":"http_reqs","type":"Point","data":{"time":"2000-01-01T00:00:00.000000001Z","#
          + #""value":1,"tags":{"expected_response":"true","group":"","method":"POST","#
          + #""name":"POST /charge","proto":"HTTP/1.1","scenario":"default","status":"200","#
          + #""url":"/charge"}}}"#,
        #"{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","#
          + #""thresholds":["p(95)<8",{"threshold":"max<90","abortOnFail":true,"#
          + #""delayAbortEval":"1m30s"}],"submetrics":["#
          + #"{"name":"http_req_duration{expected_response:true}","suffix":"expected_response:true","#
          + #""tags":{"expected_response":"true"}},"#
          + #"{"name":"http_req_duration{status:200,scenario:default}","#
          + #""suffix":"status:200,scenario:default","#
          + #""tags":{"scenario":"default","status":"200"}}]},"metric":"http_req_duration"}"#,
        #"{"metric":"http_req_duration","type":"Point","data":{"time":"2000-01-01T00:00:01.5Z","#
          + #""value":12.34,"tags":{"expected_response":"true","group":"","method":"POST","#
          + #""name":"POST /charge","proto":"HTTP/1.1","scenario":"default","status":"200","#
          + #""url":"/charge"}}}"#,
        #"{"metric":"http_reqs","type":"Point","data":{"time":"2000-01-01T00:01:00Z","value":1,"#
          + #""tags":{"expected_response":"true","group":"","method":"POST","name":"POST /charge","#
          + #""proto":"HTTP/1.1","scenario":"default","status":"200","url":"/charge"}}}"#,
        #"{"type":"Metric","data":{"name":"checks","type":"rate","contains":"default","#
          + #""thresholds":[],"submetrics":null},"metric":"checks"}"#,
        #"{"metric":"checks","type":"Point","data":{"time":"2000-01-01T00:00:00Z","value":1,"#
          + #""tags":{"check":"status is 200","group":"","scenario":"default"}}}"#,
        #"{"type":"Metric","data":{"name":"vus","type":"gauge","contains":"default","#
          + #""thresholds":[],"submetrics":null},"metric":"vus"}"#,
        #"{"metric":"vus","type":"Point","data":{"time":"2000-01-01T00:00:00Z","value":5,"tags":{}}}"#,
        #"{"type":"Metric","data":{"name":"dropped_iterations","type":"counter","#
          + #""contains":"default","thresholds":[],"submetrics":null},"metric":"dropped_iterations"}"#,
        #"{"metric":"dropped_iterations","type":"Point","data":{"time":"2000-01-01T00:00:00Z","#
          + #""value":3,"tags":{"scenario":"default"}}}"#,
      ])
  }

  @Test("escape text as Go does, without escapes for HTML")
  func escapes() throws {
    var scenario = Self.scenario
    scenario.loads[0].name = "<a&b> \"\\ \n\t\u{1} \u{2028} é"
    let line = try #require(
      json([sample(.iterations, 1, SampleSource(load: 0))], of: scenario).last)
    #expect(
      line.hasSuffix(
        #""tags":{"group":"","scenario":"<a&b> \"\\ \n\t\u0001 \u2028 é"}}}"#))
  }

  @Test("write lengths of time exactly: nanoseconds as decimals of a millisecond")
  func values() throws {
    let numbers: [(UInt64, String, String)] = [
      (0, "0.000000", "0"), (1, "0.000001", "0.000001"), (1_000, "0.001000", "0.001"),
      (1_000_000, "1.000000", "1"), (999_999_999_999_999, "999999999.999999", "999999999.999999"),
    ]
    for (nanoseconds, fixed, shortest) in numbers {
      let sample = sample(.iterationDuration, nanoseconds, SampleSource(load: 0))
      #expect(csv([sample])[0].hasPrefix("iteration_duration,946684800,\(fixed),"))
      #expect(json([sample])[1].contains("\"value\":\(shortest),"))
    }
    // Whatever the number, it is the floating-point number that k6 would divide.
    var random = TestRandom(seed: 3)
    for _ in 0..<2_000 {
      let nanoseconds = random.next() >> (random.next() % 64)
      let sample = sample(.iterationDuration, nanoseconds, SampleSource(load: 0))
      let expected = Double(nanoseconds) / 1e6
      let value = json([sample])[1].split(separator: "\"value\":")[1].prefix { $0 != "," }
      #expect(Double(value) == expected)
      let field = csv([sample])[0].split(separator: ",")[2]
      #expect(String(field) == String(format: "%f", expected))
    }
  }

  // MARK: Dates

  @Test(
    "begin at the moment that is given, in its time zone",
    arguments: [
      ("2000-01-01T00:00:00Z", "2000-01-01T00:00:01.5Z"),
      ("2026-11-21T01:46:40.623456789Z", "2026-11-21T01:46:42.123456789Z"),
      ("2026-12-31T23:59:59Z", "2027-01-01T00:00:00.5Z"),
      ("2024-02-28T23:59:59+09:00", "2024-02-29T00:00:00.5+09:00"),
      ("2100-02-28T23:59:59-03:30", "2100-03-01T00:00:00.5-03:30"),
      ("1970-01-01T00:00:00+14:00", "1970-01-01T00:00:01.5+14:00"),
      ("2026-01-31T09:00:00.5+00:00", "2026-01-31T09:00:02Z"),
      ("2999-12-31T23:59:59.999999999Z", "3000-01-01T00:00:01.499999999Z"),
    ])
  func epoch(text: String, date: String) throws {
    let epoch = try #require(RunEpoch(text: text))
    let sample = sample(.virtualUsers, 1, at: 1_500_000_000, .run)
    #expect(json([sample], epoch: epoch)[1].contains("\"time\":\"\(date)\""))
  }

  @Test("have the dates that Foundation computes, also as seconds since 1970")
  func dates() throws {
    let formatter = ISO8601DateFormatter()
    var random = TestRandom(seed: 5)
    for _ in 0..<500 {
      // Up to about the year 2900, and a run of up to a hundred years.
      let start = TimeInterval(random.next() % 29_000_000_000)
      let passed = random.next() % 3_000_000_000
      let epoch = try #require(
        RunEpoch(text: formatter.string(from: Date(timeIntervalSince1970: start))))
      let sample = sample(.virtualUsers, 1, at: passed * 1_000_000_000, .run)
      let date = formatter.string(
        from: Date(timeIntervalSince1970: start + TimeInterval(passed)))
      #expect(json([sample], epoch: epoch)[1].contains("\"time\":\"\(date)\""))
      #expect(
        csv([sample], epoch: epoch)[0].hasPrefix("vus,\(Int(start) + Int(passed)),1.000000,"))
    }
  }

  @Test(
    "have no other form of date",
    arguments: [
      "", "2026", "2026-01-31", "2026-01-31T09:00:00", "2026-01-31 09:00:00Z",
      "2026-01-31t09:00:00z", "2026-1-31T09:00:00Z", "2026-02-29T09:00:00Z", "2026-13-01T00:00:00Z",
      "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z",
      "2026-01-31T09:60:00Z", "2026-01-31T09:00:60Z", "2026-01-31T09:00:00.Z",
      "2026-01-31T09:00:00.1234567890Z", "2026-01-31T09:00:00,5Z", "2026-01-31T09:00:00+0900",
      "2026-01-31T09:00:00+24:00", "2026-01-31T09:00:00+09:60", "2026-01-31T09:00:00+09",
      "2026-01-31T09:00:00ZZ", " 2026-01-31T09:00:00Z", "1969-12-31T23:59:59Z",
      "3000-01-01T00:00:00Z", "+026-01-31T09:00:00Z", "２026-01-31T09:00:00Z",
    ])
  func badEpoch(text: String) {
    #expect(RunEpoch(text: text) == nil)
  }
}

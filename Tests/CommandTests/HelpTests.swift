import SimulateCommand
import Testing

@Suite("Help")
struct HelpTests {
  @Test(
    "has lines of at most 100 columns",
    arguments: Verb.allCases.map(\.rawValue) + [""])
  func width(topic: String) {
    let outside = FakeOutside()
    #expect(outside.run("help \(topic)") == .success)
    for line in outside.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("names every flag of the verb, and its examples are command lines that parse")
  func tables() throws {
    for verb in Verb.allCases {
      let outside = FakeOutside()
      #expect(outside.run("help \(verb.rawValue)") == .success)
      for flag in verb.flags { #expect(outside.output.contains(flag.spelling)) }
      for example in verb.examples {
        let words = example.command.split(separator: " ").dropFirst().map(String.init)
        _ = try CommandLineArguments.command(from: words)
      }
    }
  }

  @Test("is, for one verb, exactly this")
  func verbatim() {
    let outside = FakeOutside()
    #expect(outside.run("explain --help") == .success)
    #expect(
      outside.output == """
        simulate explain: prints the program that a model's requests are compiled to

        usage: simulate explain [MODEL] [flags]

        flags
              --model NAME|FILE   a bundled model, or a model file (default: balance-charge)
              --strategy NAME     how the write is guarded (default: the model's)
              --layers A,B,…      any combination of layers instead of a strategy
              --hazard NAME       make a known mistake, as lock-inside-transaction; repeatable
              --fault FAULT       let something go wrong, as pause=35s@10s,instance=1; repeatable
              --set PATH=VALUE    replace one value of the model, such as system.pool.size=10
          -h, --help              print this help

        faults
          response-loss=0.01                   1 % of the answers do not arrive
          double-submit=50ms,probability=0.1   a tenth of the requests come again 50 ms later
          pause=35s@10s                        an instance stands still 10 s after the start, for 35 s
          instance-crash=10s@5s                an instance dies, and is up again after 10 s
          redis-failover=200ms@1.5s            a replica takes over that has not heard of the last 200 ms
          redis-outage=5s@10s                  Redis answers nothing for 5 s; also policy=fail-open
          database-stall=2s@10s                the database does nothing for 2 s
          slow-commit=200ms,nth=3              the third sync of the log takes 200 ms more
          network-delay=500ms,on=database      messages from and to the database take 500 ms more
          clock-jump=10s@5s                    the clock of Redis jumps ahead by 10 s, which ends leases

        examples
          simulate explain balance-charge                          the model's own strategy
          simulate explain balance-charge --strategy pessimistic   what another one changes

        exit codes
            0   fine, whatever the simulated system did
            1   found what it looks for: a broken promise, a regression, a failed check
            2   the model file is wrong
            3   the command line is wrong
            4   a file could not be read or written
           70   a fault of this program
           99   a threshold of the model failed
          130   interrupted; no file was touched, and a sweep keeps its finished runs

        """)
  }

  @Test("prints the version alone")
  func version() {
    let outside = FakeOutside()
    #expect(outside.run("--version") == .success)
    #expect(outside.output == "simulate 0.1.0\n")
  }
}
